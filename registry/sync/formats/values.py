"""What a cell says: a text of a table, turned into the value that an attribute or a fact takes.

Every function takes a cell that is not empty and returns a value as JSON has it, ``None`` where the cell says that
nothing is known, or raises :class:`~registry.kernel.validation.Wrong`.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any, Final, Literal

from registry.kernel.clock import latest_date_in_france
from registry.kernel.text import Text
from registry.kernel.validation import Wrong
from registry.sync.formats.address import plain
from registry.sync.formats.declared import Decimals
from registry.sync.targets import Target
from registry.vocabulary.facts import FACTS_BY_CODE

Convert = Callable[[str], Any]
DateForm = Literal["auto", "YYYY-MM-DD", "DD/MM/YYYY", "MM/YYYY", "YYYYMMDD", "YYYY"]
Unit = Literal["euro", "cent", "m2", "dm2", "cm2", "m", "dm", "cm", "mm"]
UNITS: Final[dict[str, tuple[str, Decimal]]] = {
    "euro": ("cent", Decimal(100)), "cent": ("cent", Decimal(1)),
    "m2": ("m2", Decimal(1)), "dm2": ("m2", Decimal("0.01")), "cm2": ("m2", Decimal("0.0001")),
    "m": ("cm", Decimal(100)), "dm": ("cm", Decimal(10)), "cm": ("cm", Decimal(1)), "mm": ("cm", Decimal("0.1")),
}  # fmt: skip
"""By their unit: ours, and by what a number is multiplied."""
UNKNOWN: Final = "unknown"
_YES_NO: Final = {"YES": "yes", "OUI": "yes", "NO": "no", "NON": "no"}
_UNKNOWN: Final = ("UNKNOWN", "INCONNU", "INCONNUE")
_FACT: Final = {**_YES_NO, **dict.fromkeys(_UNKNOWN, UNKNOWN)}
_BOOLEAN: Final = {"YES": True, "OUI": True, "TRUE": True, "VRAI": True, "NO": False, "NON": False, "FALSE": False,
                   "FAUX": False}  # fmt: skip
_FIVE: Final = frozenset({"commune_code", "postcode"})
_GROUND: Final = frozenset({"RC", "RDC"})
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,12}(?:\.[0-9]{1,12})?")
_MEASURED: Final = re.compile(r"(.*[0-9])[ \u00a0\u202f]?(mm|cm|dm|m|%|lux|N)")
_SPACES: Final = re.compile("[ \u00a0\u202f]")
_GROUPS: Final[dict[str, re.Pattern[str]]] = {
    sign: re.compile(rf"[+-]?[0-9]{{1,3}}(?:\{sign}[0-9]{{3}})+") for sign in ",."
}
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_FORMS: Final[dict[str, tuple[re.Pattern[str], tuple[int, int, int]]]] = {
    "DD/MM/YYYY": (re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})"), (3, 2, 1)),
    "MM/YYYY": (re.compile(r"([0-9]{1,2})/([0-9]{4})"), (2, 1, 0)),
    "YYYYMMDD": (re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"), (1, 2, 3)),
    "YYYY": (re.compile(r"([0-9]{4})"), (1, 0, 0)),
}
_FIRST: Final = date(1850, 1, 1)
_UNITS: Final = Text(
    "Écrivez des centimètres entiers, ou donnez l'unité de la colonne dans la correspondance (« unit »).",
    "Write whole centimetres, or give the column's unit in the mapping ('unit').",
)
_EXACT: Final = 1e15  # up to which a float holds every whole number, and its text has no exponent


def converter(
    target: Target,
    *,
    decimal: Decimals = "auto",
    unit: str | None = None,
    form: DateForm = "auto",
    codes: Mapping[str, str | None] | None = None,
) -> Convert:
    """Return how a cell of a column that states ``target`` is read.

    Args:
        target: What the column states.
        decimal: The sign before decimals.
        unit: Theirs; ours where it is not given.
        form: Of a date; an ISO date is read in any case.
        codes: Theirs to ours; a cell that is none of them is refused. ``None``: nothing is known.
    """
    own = _own(target, decimal, unit, form)
    if codes is None:
        return own
    table = {plain(theirs) or theirs: None if ours is None else own(ours) for theirs, ours in codes.items()}
    shown = ", ".join(codes)

    def read(cell: str) -> Any:
        key = plain(cell) or cell
        if key not in table:
            raise Wrong(f"code absent de la correspondance ; connus : {shown}", f"not in the mapping; known: {shown}")
        return table[key]

    return read


def _own(target: Target, decimal: Decimals, unit: str | None, form: DateForm) -> Convert:
    factor = UNITS[unit][1] if unit else Decimal(1)
    made: dict[str, Callable[[], Convert]] = {
        "code": lambda: _choice(target) if target.part == "fact" else _code(target.codes),
        "codes": lambda: _codes(target.codes),
        "fact": lambda: _named(_FACT, "« yes », « no » ou « unknown »", "'yes', 'no' or 'unknown'"),
        "yes_no": lambda: _named(_BOOLEAN, "« yes » ou « no »", "'yes' or 'no'"),
        "date": lambda: _past(_date(form)) if target.name == "facts_date" else _date(form),
        "measure": lambda: _measure(target, decimal, factor, said=unit is not None),
        "decimal": lambda: _decimal(decimal, factor) if target.part == "home" else _degrees(decimal),
        "whole": lambda: _floor(_whole(decimal, factor)) if target.attribute == "floor" else _whole(decimal, factor),
        "text": lambda: _five if target.attribute in _FIVE else str,
    }
    return made[target.kind]()


def number(cell: str, decimal: Decimals) -> Decimal:
    """Return a number as tables write it: either decimal sign, thousands apart by a space or by the other sign."""
    text = cell
    if not _NUMBER.fullmatch(text) or decimal == "comma":
        text = _SPACES.sub("", text)
        comma = decimal == "comma" or (decimal == "auto" and text.rfind(",") > text.rfind("."))
        whole, sign, rest = text.partition("," if comma else ".")
        thousands = "." if comma else ","
        if _GROUPS[thousands].fullmatch(whole):
            whole = whole.replace(thousands, "")
        text = f"{whole}.{rest}" if sign else whole
        if not _NUMBER.fullmatch(text):
            raise Wrong("un nombre est attendu", "a number is expected")
    return Decimal(text)


def _whole(decimal: Decimals, factor: Decimal) -> Convert:
    def read(cell: str) -> int:
        if factor == 1 and cell.isascii() and cell.isdigit() and len(cell) < 12:
            return int(cell)
        value = number(cell, decimal) * factor
        if factor != 1:  # to the nearest cent
            return int(value.to_integral_value(ROUND_HALF_UP))
        if value != value.to_integral_value():
            raise Wrong("un nombre entier est attendu", "a whole number is expected")
        return int(value)

    return read


def _floor(whole: Convert) -> Convert:
    def read(cell: str) -> Any:
        return 0 if cell.upper() in _GROUND else whole(cell)

    return read


def _decimal(decimal: Decimals, factor: Decimal) -> Convert:
    def read(cell: str) -> Decimal:
        return number(cell, decimal) * factor

    return read


def _degrees(decimal: Decimals) -> Convert:
    def read(cell: str) -> float:
        return float(number(cell, decimal))

    return read


def _measure(target: Target, decimal: Decimals, factor: Decimal, *, said: bool) -> Convert:
    """Return the reading of a measure: rounded to the side that promises less, since it may decide for somebody.

    Args:
        target: Whose bounds and unit it is read by.
        decimal: The sign before decimals.
        factor: From their unit to ours.
        said: Whether their unit is said. Where it is not, less than a centimetre is probably so many metres: rounded
            up, a lip of 0.15 m would be one of 1 cm.
    """
    threshold = FACTS_BY_CODE[target.attribute].threshold
    rounding = ROUND_CEILING if threshold and threshold.comparison == "<=" else ROUND_FLOOR
    low, high, unit = target.minimum or 0, target.maximum or 0, target.unit

    def read(cell: str) -> int | str:
        if factor == 1 and cell.isascii() and cell.isdigit() and len(cell) < 12:
            value = int(cell)
        elif plain(cell) in _UNKNOWN:
            return UNKNOWN
        else:
            text, own = _apart(cell, unit, factor)
            given = number(text, decimal) * own
            if unit == "cm" and not said and text == cell and 0 < given < 1:
                raise Wrong(
                    "moins d'un centimètre : est-ce en mètres ? Une mesure sans unité est en cm",
                    "less than a centimetre: is it in metres? A measure without a unit is in cm",
                    remedy=_UNITS,
                )
            value = int(given.to_integral_value(rounding))
        if not low <= value <= high:
            raise Wrong(
                f"mesure peu plausible ({low} à {high} {unit}) ; vérifiez l'unité",
                f"not plausible ({low} to {high} {unit}); check the unit",
            )
        return value

    return read


def _apart(cell: str, unit: str | None, factor: Decimal) -> tuple[str, Decimal]:
    """Return a measure without the unit that is written behind it, and by what it is multiplied."""
    match = _MEASURED.fullmatch(cell)
    if match is None:
        return cell, factor
    text, written = match.groups()
    if written == unit:
        return text, Decimal(1)
    ours, into = UNITS.get(written, (None, factor))
    if ours != unit:
        raise Wrong(f"une mesure en {unit} est attendue", f"a measure in {unit} is expected")
    return text, into


def _choice(target: Target) -> Convert:
    """Return the reading of a fact that takes a code of a list: by its code or its label; or of "unknown"."""
    choices = FACTS_BY_CODE[target.attribute].choices
    by_label = {_bare(label): choice.code for choice in choices for label in choice.label}
    code = _code(target.codes)

    def read(cell: str) -> str:
        if plain(cell) in _UNKNOWN:
            return UNKNOWN
        return by_label.get(_bare(cell)) or code(cell)

    return read


def _named(names: Mapping[str, Any], fr: str, en: str) -> Convert:
    exact = {**names, **{name.lower(): value for name, value in names.items()}}

    def read(cell: str) -> Any:
        found = exact.get(cell)
        if found is None and (found := names.get(plain(cell))) is None:
            raise Wrong(fr, en)
        return found

    return read


def _code(codes: tuple[str, ...]) -> Convert:
    exact = {code: code for code in codes}
    loose = {_bare(code): code for code in codes}
    shown = ", ".join(codes)

    def read(cell: str) -> str:
        found = exact.get(cell) or loose.get(_bare(cell))
        if found is None:
            raise Wrong(f"code inconnu ; connus : {shown}", f"unknown code; known: {shown}")
        return found

    return read


def _bare(code: str) -> str:
    return plain(code).replace(" ", "")


def _codes(codes: tuple[str, ...]) -> Convert:
    one = _code(codes)

    def read(cell: str) -> list[str]:
        return [one(part) for part in re.split(r"[|;,\s]+", cell) if part]

    return read


def _date(form: DateForm) -> Convert:
    forms = [_FORMS[name] for name in (("DD/MM/YYYY",) if form == "auto" else (form,)) if name in _FORMS]
    shown = "YYYY-MM-DD" if form == "auto" else form

    def read(cell: str) -> str:
        try:
            if match := _ISO.fullmatch(cell):
                return date(*map(int, match.groups())).isoformat()
            for pattern, places in forms:
                if match := pattern.fullmatch(cell):
                    return date(*(int(match[place]) if place else 1 for place in places)).isoformat()
        except ValueError:
            raise Wrong("cette date n'existe pas", "this date does not exist") from None
        raise Wrong(f"une date de la forme {shown} est attendue", f"a date of the form {shown} is expected")

    return read


def _past(read: Convert) -> Convert:
    def past(cell: str) -> Any:
        found = read(cell)
        if found > latest_date_in_france().isoformat():
            raise Wrong("cette date est dans l'avenir", "this date is in the future")
        if found < _FIRST.isoformat():
            raise Wrong("cette date est trop ancienne", "this date is too old")
        return found

    return past


def _five(cell: str) -> str:
    """Return an INSEE code or a postcode with the zero that spreadsheets lose."""
    return cell.upper().rjust(5, "0") if len(cell) == 4 and cell.isascii() and cell.isalnum() else cell.upper()


def cell_of(value: Any) -> str:
    """Return a value of JSON or of a workbook as the cell of a table holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)
    if isinstance(value, datetime):
        return value.isoformat() if value.time() != time.min else value.date().isoformat()
    if isinstance(value, list):
        return "|".join(cell_of(each) for each in value if not isinstance(each, list | dict))
    return str(value).strip()
