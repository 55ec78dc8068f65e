"""How the form of a grid is laid out: sections of cells, each with its label in the person's language."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from registry.charter.schemas.wording import GRID, WORDS
from registry.console.charter_words import state, subject, unit_of
from registry.console.grid_form import FAMILY_CODES, MOST, PARTS, SHARES, SPARE, facts_of
from registry.console.texts import TEXTS
from registry.kernel.text import Language
from registry.vocabulary.facts import FACTS_BY_CODE
from registry.vocabulary.grid import GRADES, PASSABLE, SITUATIONS
from registry.vocabulary.services import BY_CODE, FAMILIES

SECTIONS: Final = {
    "weights": ("weights.L", "weights.P", "weights.A", "weights.S"),
    "homes": ("target_share", "adapted_class"),
    "surroundings": ("profile", "impassable_below"),
    "services": ("entrances.yes", "entrances.limited", "entrances.no"),
    "grades": ("grades.A", "grades.B", "grades.C", "grades.D", "completeness_floor", "favourable_from"),
}
"""The plain fields of each section."""


class Cell(NamedTuple):
    """One field; with ``choices`` one of them, else what is typed."""

    name: str
    label: str
    value: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()


class Row(NamedTuple):
    """One criterion; ``said``: what its points are, where no field gives them."""

    label: str
    weight: Cell
    points: list[Cell]
    said: str = ""


class KnockOut(NamedTuple):
    number: int
    code: Cell
    cells: list[Cell]
    conditions: list[Cell]


class Layout:
    """The form with what is typed in it; labels by the names of its fields."""

    def __init__(self, typed: Mapping[str, str], language: Language) -> None:
        self._typed = typed
        self._language = language
        self.labels: dict[str, str] = {}
        self.cells = {section: [self._scalar(name) for name in names] for section, names in SECTIONS.items()}
        self.criteria = {part: [self._row(part, fact) for fact in self._order(part)] for part in PARTS}
        self.families = [
            self._cell(f"services.{code}.weight", FAMILIES[BY_CODE[code]].label.in_language(language))
            for code in FAMILY_CODES
        ]
        self.bands = [self._band(n) for n in range(self._rows("bands"))]
        conditions = self._conditions()
        self.knock_outs = [self._knock_out(n, conditions) for n in range(self._rows("knock_outs"))]

    def _say(self, key: str, **values: object) -> str:
        return TEXTS[key].in_language(self._language).format(**values)

    def _cell(
        self, name: str, label: str, *, named: str = "", hint: str = "", choices: tuple[tuple[str, str], ...] = ()
    ) -> Cell:  # fmt: skip
        self.labels[name] = named or label
        return Cell(name, label, self._typed.get(name, ""), hint, choices)

    def _scalar(self, name: str) -> Cell:
        words = WORDS[f"{GRID}.{name}"]
        label = words.label.in_language(self._language) + (" (%)" if name in SHARES else "")
        choices = tuple((code, said.in_language(self._language)) for code, said in words.choices.items())
        return self._cell(name, label, hint=words.meaning.in_language(self._language), choices=choices)

    def _order(self, part: str) -> list[str]:
        """Return what counts before what does not."""
        facts = facts_of(part)
        return sorted(facts, key=lambda fact: not self._typed.get(f"{part}.{fact}.weight"))

    def _row(self, part: str, code: str) -> Row:
        at, label = f"{part}.{code}", subject(code).in_language(self._language)
        weight = self._cell(f"{at}.weight", label, named=self._say("grid.weight_of", name=label))
        if code == PASSABLE:
            return Row(label, weight, [], self._say("grid.by_network"))
        fact = FACTS_BY_CODE[code]
        if fact.kind == "measure":
            unit = unit_of(code).in_language(self._language)
            ends = [(end, self._say(f"grid.{end}", unit=unit)) for end in ("worst", "best")]
            return Row(
                label, weight, [self._cell(f"{at}.{end}", said, named=f"{label} – {said}") for end, said in ends]
            )
        if fact.kind == "choice":
            said_of = [(each.code, f"{each.label.in_language(self._language)} (%)") for each in fact.choices]
            points = [self._cell(f"{at}.points.{each}", said, named=f"{label} – {said}") for each, said in said_of]
            return Row(label, weight, points)
        return Row(label, weight, [], self._say("grid.by_answer"))

    def _rows(self, name: str) -> int:
        """Return how many rows of a list are shown: those with something in them, and some empty ones."""
        used = [
            int(key.split(".")[1]) + 1 for key, value in self._typed.items() if key.startswith(f"{name}.") and value
        ]
        return min(max(used, default=0) + SPARE[name], MOST[name])

    def _band(self, n: int) -> tuple[str, list[Cell]]:
        title = self._say("grid.band", n=n + 1)
        fields = (("up_to_m", self._say("grid.up_to")), ("points", self._say("grid.band_points")))
        return title, [self._cell(f"bands.{n}.{name}", said, named=f"{title} – {said}") for name, said in fields]

    def _conditions(self) -> tuple[tuple[str, str], ...]:
        found = [("", self._say("grid.no_condition"))]
        for code in (*SITUATIONS, *(fact for part in PARTS for fact in facts_of(part) if fact != PASSABLE)):
            fact = FACTS_BY_CODE.get(code)
            if fact is not None and fact.kind == "measure" and fact.threshold is None:
                continue
            for value in [choice.code for choice in fact.choices] if fact and fact.choices else ("yes", "no"):
                about = subject(code).in_language(self._language)
                found.append((f"{code}={value}", f"{about} : {state(code, value).in_language(self._language)}"))
        return tuple(found)

    def _knock_out(self, n: int, conditions: tuple[tuple[str, str], ...]) -> KnockOut:
        at, title = f"knock_outs.{n}", self._say("grid.knock_out", n=n + 1)
        grades = tuple((grade, grade) for grade in GRADES)
        cells = [
            self._cell(f"{at}.{name}", said, named=f"{title} – {said}", choices=choices)
            for name, said, choices in (
                ("label_fr", self._say("grid.label_fr"), ()), ("label_en", self._say("grid.label_en"), ()),
                ("cap", self._say("grid.cap"), grades),
            )
        ]  # fmt: skip
        used = sum(bool(self._typed.get(f"{at}.when.{k}")) for k in range(MOST["when"]))
        when = [
            self._cell(f"{at}.when.{k}", said, named=f"{title} – {said}", choices=conditions)
            for k in range(min(max(used + 1, 2), MOST["when"]))
            for said in (self._say("grid.when", n=k + 1),)
        ]
        return KnockOut(n + 1, Cell(f"{at}.code", "", self._typed.get(f"{at}.code", "")), cells, when)
