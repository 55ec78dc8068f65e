"""The grid of the residence index as a form: shares in per cent, one row a criterion, empty rows to add one."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from registry.console.charter_words import percent
from registry.kernel.numbers import decimal_said
from registry.vocabulary.facts import FACTS_BY_CODE
from registry.vocabulary.grid import PASSABLE, Grid
from registry.vocabulary.services import BY_CODE, FAMILIES

PARTS: Final = ("common_parts", "surroundings")
SHARES: Final = (
    "weights.L", "weights.P", "weights.A", "weights.S", "target_share", "entrances.yes", "entrances.limited",
    "entrances.no", "impassable_below", "completeness_floor",
)  # fmt: skip
NUMBERS: Final = ("grades.A", "grades.B", "grades.C", "grades.D", "favourable_from")
CODES: Final = ("adapted_class", "profile")
SCALARS: Final = (*SHARES, *NUMBERS, *CODES)
SPARE: Final = {"bands": 2, "knock_outs": 1}
"""Empty rows after those that the grid has."""
MOST: Final = {"bands": 10, "knock_outs": 20, "when": 5}
FAMILY_CODES: Final = tuple(code for code, family in BY_CODE.items() if FAMILIES[family].counts)
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,9})?")
_NO_WORD: Final = re.compile(r"[^a-z0-9]+")


def values_of(grid: Grid) -> dict[str, str]:
    """Return the fields of the form for a grid; what is empty is absent."""
    stated = grid.model_dump(mode="json")
    values = {name: _written(name, _at(stated, name)) for name in SCALARS}
    for part in PARTS:
        for each in stated[part]:
            values |= dict(_criterion(f"{part}.{each['fact']}", each))
    values |= {f"services.{each['family']}.weight": decimal_said(each["weight"], "en") for each in stated["services"]}
    for n, band in enumerate(stated["bands"]):
        values |= {
            f"bands.{n}.up_to_m": str(band["up_to_m"]),
            f"bands.{n}.points": decimal_said(percent(band["points"]), "en"),
        }
    for n, each in enumerate(stated["knock_outs"]):
        at = f"knock_outs.{n}"
        values |= {
            f"{at}.code": each["code"], f"{at}.label_fr": each["label"]["fr"], f"{at}.label_en": each["label"]["en"],
            f"{at}.cap": each["cap"],
            **{f"{at}.when.{k}": f"{when['subject']}={when['state']}" for k, when in enumerate(each["when"])},
        }  # fmt: skip
    return values


def _at(stated: Mapping[str, Any], name: str) -> Any:
    value: Any = stated
    for part in name.split("."):
        value = value[part]
    return value


def _written(name: str, value: Any) -> str:
    if name in CODES:
        return str(value)
    return decimal_said(percent(value) if name in SHARES else value, "en")


def _criterion(at: str, each: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield f"{at}.weight", decimal_said(each["weight"], "en")
    if each["line"]:
        yield f"{at}.worst", str(each["line"]["worst"])
        yield f"{at}.best", str(each["line"]["best"])
    for code, share in each["points"].items():
        yield f"{at}.points.{code}", decimal_said(percent(share), "en")


class Given:
    """A grid as the model reads it, and where the form has each part of it.

    Attributes:
        grid: JSON values; what is no number stays as it was typed, for the model to refuse.
        names: Fields of the form by dotted names of the model, where they are others.
    """

    def __init__(self, typed: Mapping[str, str], present: Grid) -> None:
        self._typed = typed
        self.names: dict[str, str] = {}
        self.grid: dict[str, Any] = {}
        for name in SCALARS:
            self._set(name)
        for part in PARTS:
            self.grid[part] = list(self._criteria(part, [each.fact for each in getattr(present, part)]))
        self.grid["services"] = list(self._families([each.family for each in present.services]))
        self.grid["bands"] = list(self._bands())
        self.grid["knock_outs"] = list(self._knock_outs())

    def _set(self, name: str) -> None:
        group, _, leaf = name.rpartition(".")
        inside = self.grid.setdefault(group, {}) if group else self.grid
        value = self._typed.get(name, "")
        inside[leaf] = value if name == "profile" else _share(value) if name in SHARES else _number(value)

    def _criteria(self, part: str, present: list[str]) -> Iterator[dict[str, Any]]:
        known = facts_of(part)
        count = 0
        for fact in [*present, *(code for code in known if code not in present)]:
            at = f"{part}.{fact}"
            weight = self._typed.get(f"{at}.weight", "")
            if not weight:
                continue
            found: dict[str, Any] = {"fact": fact, "weight": _float(weight)}
            worst, best = (self._typed.get(f"{at}.{end}", "") for end in ("worst", "best"))
            if worst or best:
                found["line"] = {"worst": _number(worst), "best": _number(best)}
            choices = [] if fact == PASSABLE else [choice.code for choice in FACTS_BY_CODE[fact].choices]
            if choices:
                found["points"] = {code: _share(self._typed.get(f"{at}.points.{code}", "")) for code in choices}
            self._named(f"{part}.{count}", at, {"line.worst": "worst", "line.best": "best", "line": "worst"})
            count += 1
            yield found

    def _named(self, model: str, form: str, inside: Mapping[str, str]) -> None:
        self.names[model] = form
        self.names |= {f"{model}.{name}": f"{form}.{other}" for name, other in inside.items()}

    def _families(self, present: list[str]) -> Iterator[dict[str, Any]]:
        count = 0
        for code in [*present, *(code for code in FAMILY_CODES if code not in present)]:
            weight = self._typed.get(f"services.{code}.weight", "")
            if weight:
                self.names[f"services.{count}"] = f"services.{code}"
                count += 1
                yield {"family": code, "weight": _float(weight)}

    def _bands(self) -> Iterator[dict[str, Any]]:
        count = 0
        for n in range(MOST["bands"] + SPARE["bands"]):
            up_to, points = (self._typed.get(f"bands.{n}.{name}", "") for name in ("up_to_m", "points"))
            if up_to or points:
                self.names[f"bands.{count}"] = f"bands.{n}"
                count += 1
                yield {"up_to_m": _number(up_to), "points": _share(points)}

    def _knock_outs(self) -> Iterator[dict[str, Any]]:
        taken: set[str] = set()
        for n in range(MOST["knock_outs"] + SPARE["knock_outs"]):
            at = f"knock_outs.{n}"
            label = {language: self._typed.get(f"{at}.label_{language}", "") for language in ("fr", "en")}
            if not any(label.values()):
                continue
            code = self._typed.get(f"{at}.code", "") or _code(label["en"] or label["fr"], n)
            while code in taken:
                code = f"{code[:56]}_{n}"
            self._named(
                f"knock_outs.{len(taken)}", at, {"label.fr": "label_fr", "label.en": "label_en", "when": "when.0"}
            )
            taken.add(code)
            when = [self._typed.get(f"{at}.when.{k}", "").partition("=") for k in range(MOST["when"])]
            yield {
                "code": code, "label": label, "cap": self._typed.get(f"{at}.cap", ""),
                "when": [{"subject": subject, "state": state} for subject, _, state in when if subject],
            }  # fmt: skip


def facts_of(part: str) -> list[str]:
    """Return what may be a criterion of a part, in the vocabulary's order."""
    computed = [PASSABLE] if part == "surroundings" else []
    return [*computed, *(code for code, fact in FACTS_BY_CODE.items() if fact.part == part)]


def is_share(name: str) -> bool:
    """Tell whether a field of the form is a percentage."""
    return name in SHARES or ".points" in name


def _code(label: str, n: int) -> str:
    """Return a code for a new knock-out: by its label, where that has letters."""
    plain = _NO_WORD.sub("_", label.lower()).strip("_")[:50]
    return plain if plain[:1].isalpha() and plain.isascii() else f"knock_out_{n + 1}"


def _decimal(value: str) -> Decimal | None:
    plain = value.replace(",", ".").replace("\u202f", "").replace("\u00a0", "").replace(" ", "").removesuffix("%")
    try:
        return Decimal(plain) if _NUMBER.fullmatch(plain) else None
    except InvalidOperation:
        return None


def _number(value: str) -> int | float | str:
    number = _decimal(value)
    if number is None:
        return value
    return int(number) if number == number.to_integral_value() else float(number)


def _float(value: str) -> float | str:
    number = _decimal(value)
    return value if number is None else float(number)


def _share(value: str) -> float | str:
    number = _decimal(value)
    return value if number is None else float(number / 100)
