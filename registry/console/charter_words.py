"""A charter's terms as people read them: label, value in words, meaning; and what is different between two versions."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from registry.charter.schemas import Terms
from registry.charter.schemas.versions import TermChange
from registry.charter.schemas.wording import GRID, WORDS
from registry.kernel.numbers import decimal_said
from registry.kernel.text import Language, Text
from registry.vocabulary.facts import FACTS_BY_CODE
from registry.vocabulary.grid import PASSABLE, SITUATIONS
from registry.vocabulary.services import BY_CODE, FAMILIES

ANSWERS: Final = {
    "yes": Text("oui", "yes"),
    "no": Text("non", "no"),
}
UNITS: Final = {
    "steps": Text("marches", "steps"),
    "hours/week": Text("heures par semaine", "hours a week"),
}
_SUBJECTS: Final = {
    PASSABLE: Text("Part praticable des cheminements autour de l'entrée", "Passable share of the paths around"),
    "passable_surroundings": Text("Abords praticables", "Passable surroundings"),
    "adapted_homes": Text("Au moins un logement adapté", "At least one adapted home"),
}
_DEFAULT: Final = Text("La valeur du service", "The service's own number")
_WEIGHT: Final = Text("{} : poids {}", "{}: weight {}")
_LINE: Final = Text("{} : poids {}, de {} (aucun point) à {} {} (tous)", "{}: weight {}, from {} (none) to {} {} (all)")
_BAND: Final = Text("À {} m : {} % des points", "At {} m: {} % of the points")
_KNOCK_OUT: Final = Text("{} : note {} au mieux, si {}", "{}: grade {} at best, if {}")
_AND: Final = Text(" et ", " and ")
_IS: Final = Text("{} : {}", "{}: {}")


class Row(NamedTuple):
    """One term as it is read; ``lines``: its value, one line or several."""

    name: str
    label: str
    lines: list[str]
    meaning: str


class Change(NamedTuple):
    """One term of which two versions say something different."""

    label: str
    before: list[str]
    after: list[str]
    meaning: str


def read_terms(terms: Mapping[str, Any], language: Language) -> tuple[list[Row], list[Row]]:
    """Return the terms of a version, and the parts of its grid; what the version does not name is as by default."""
    whole = Terms.model_validate(terms).model_dump(mode="json")
    rows = [_row(name, value, language) for name, value in _leaves(whole)]
    return [row for row in rows if not _of_grid(row.name)], [row for row in rows if _of_grid(row.name)]


def _of_grid(name: str) -> bool:
    return name.startswith(f"{GRID}.")


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _leaves(each, f"{path}.{name}" if path else name)
    else:
        yield path, value


def _row(name: str, value: Any, language: Language) -> Row:
    words = WORDS[name]
    return Row(
        name, words.label.in_language(language), lines_of(name, value, language), words.meaning.in_language(language)
    )


def read_changes(changes: Sequence[TermChange], language: Language) -> list[Change]:
    """Return what is different, of lists only the lines that are."""
    found = []
    for change in changes:
        words = WORDS[change.term]
        before, after = (lines_of(change.term, value, language) for value in (change.before, change.after))
        if len(before) > 1 or len(after) > 1:
            before, after = [x for x in before if x not in after], [x for x in after if x not in before]
        found.append(Change(words.label.in_language(language), before, after, words.meaning.in_language(language)))
    return found


def label_of(name: str, language: Language) -> str:
    """Return what a term is called, by its name in an article."""
    words = WORDS.get(name)
    return words.label.in_language(language) if words else _GRID_LABEL.in_language(language)


_GRID_LABEL: Final = Text("Grille de l'indice", "Grid of the index")


def lines_of(name: str, value: Any, language: Language) -> list[str]:
    """Return a term's value in words."""
    words = WORDS[name]
    if value is None:
        return [_DEFAULT.in_language(language)]
    if name in _LISTS:
        return [line.in_language(language) for line in _LISTS[name](value)]
    if isinstance(value, list):
        return [words.choices[code].in_language(language) for code in value] or ["–"]
    if words.choices:
        return [words.choices[str(value)].in_language(language)]
    shown = decimal_said(percent(value) if words.share else value, language)
    return [words.unit.in_language(language).format(shown) if words.unit else shown]


def percent(share: float) -> Decimal:
    """Return a share, 0 to 1, in per cent, with the digits that it was given with."""
    return Decimal(str(share)) * 100


def subject(code: str) -> Text:
    """Return what a criterion or a condition is about."""
    return _SUBJECTS.get(code) or FACTS_BY_CODE[code].label


def state(code: str, value: str) -> Text:
    """Return in which state a condition asks its subject to be."""
    if code not in SITUATIONS:
        for choice in FACTS_BY_CODE[code].choices:
            if choice.code == value:
                return choice.label
    return ANSWERS[value]


def unit_of(code: str) -> Text:
    """Return the unit of a measure."""
    unit = FACTS_BY_CODE[code].unit or ""
    return UNITS.get(unit) or Text(unit, unit)


def _both(pattern: Text, *parts: Text) -> Text:
    return Text(pattern.fr.format(*(part.fr for part in parts)), pattern.en.format(*(part.en for part in parts)))


def _said(value: Any) -> Text:
    return Text(decimal_said(value, "fr"), decimal_said(value, "en"))


def _criteria(value: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    for each in value:
        about, weight, line = subject(each["fact"]), _said(each["weight"]), each.get("line")
        if line:
            yield _both(_LINE, about, weight, _said(line["worst"]), _said(line["best"]), unit_of(each["fact"]))
            continue
        said = _both(_WEIGHT, about, weight)
        points = [
            _both(Text("{} {} %", "{} {} %"), state(each["fact"], code), _said(percent(share)))
            for code, share in each.get("points", {}).items()
        ]
        if points:
            said = Text(
                f"{said.fr} ({', '.join(each.fr for each in points)})",
                f"{said.en} ({', '.join(each.en for each in points)})",
            )
        yield said


def _families(value: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    for each in value:
        yield _both(_WEIGHT, FAMILIES[BY_CODE[each["family"]]].label, _said(each["weight"]))


def _bands(value: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    for each in value:
        yield _both(_BAND, _said(each["up_to_m"]), _said(percent(each["points"])))


def _knock_outs(value: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    for each in value:
        held = [_both(_IS, subject(when["subject"]), state(when["subject"], when["state"])) for when in each["when"]]
        when = Text(_AND.fr.join(one.fr for one in held), _AND.en.join(one.en for one in held))
        yield _both(_KNOCK_OUT, Text(each["label"]["fr"], each["label"]["en"]), Text(each["cap"], each["cap"]), when)


_LISTS: Final = {
    f"{GRID}.common_parts": _criteria, f"{GRID}.surroundings": _criteria, f"{GRID}.services": _families,
    f"{GRID}.bands": _bands, f"{GRID}.knock_outs": _knock_outs,
}  # fmt: skip
