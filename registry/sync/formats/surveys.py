"""The cells of a survey on foot: columns of the CNIG standard that state a fact, read and written.

Beside the values of its list, and numbers in its unit, a column takes what the fact itself takes: "oui", "non", a code
of ours. What stands for unknown in the standard (``NC``, ``sans objet``, ``99``, ``9999``) says nothing: what is held
stays.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from registry.kernel.validation import Wrong
from registry.sync.formats.declared import Decimals
from registry.sync.formats.values import UNITS, Convert, converter, number
from registry.sync.targets import Target
from registry.vocabulary import cnig
from registry.vocabulary.cnig_columns import Bound, CnigColumn
from registry.vocabulary.fact import Fact

_MOST: Final = 1_000
"""Steps, metres: a number beyond is a mistake."""
_WORDS: Final = {"yes": "oui", "no": "non"}


def survey_converter(column: CnigColumn, target: Target, decimal: Decimals) -> Convert:
    """Return how a cell of a column of the standard is read."""
    own = converter(target, decimal=decimal, unit=column.unit)
    if column.bound is not None:
        other = _bounded(own, column.bound, decimal)
    elif column.values:
        other = _listed(own, column)
    else:
        other = _measured(own, decimal, signed=target.unit == "%")

    def read(cell: str) -> Any:
        written = cnig.plain(cell)
        if written in cnig.UNKNOWN_CODES:
            return None
        return column.values[written] if written in column.values else other(cell)

    return read


def _measured(own: Convert, decimal: Decimals, *, signed: bool) -> Convert:
    """Return the reading of a measure; ``signed``: of a slope, which the standard has up and down: the sign is left."""

    def read(cell: str) -> Any:
        unsigned = cell.lstrip("-\u2212 ") if signed else cell
        return None if _number(unsigned, decimal) in cnig.UNKNOWN_MEASURES else own(unsigned)

    return read


def _listed(own: Convert, column: CnigColumn) -> Convert:
    shown = ", ".join(dict.fromkeys(written for written in column.values if not written.isdigit()))

    def read(cell: str) -> Any:
        try:
            return own(cell)
        except Wrong:
            raise Wrong(f"valeur inconnue ; connues : {shown}", f"unknown value; known: {shown}") from None

    return read


def _bounded(own: Convert, bound: Bound, decimal: Decimals) -> Convert:
    unit = bound.unit

    def read(cell: str) -> Any:
        found = _number(cell.removesuffix(unit), decimal)
        if found is None:
            return _own_or_number(own, cell)
        if found in cnig.UNKNOWN_MEASURES:
            return None
        if not 0 <= found <= _MOST:
            raise Wrong("nombre peu plausible", "not a plausible number")
        return "yes" if bound.met(found) else "no"

    return read


def _own_or_number(own: Convert, cell: str) -> Any:
    try:
        return own(cell)
    except Wrong:
        raise Wrong("un nombre, « oui », « non » ou « inconnu »", "a number, 'yes', 'no' or 'unknown'") from None


def _number(cell: str, decimal: Decimals) -> Decimal | None:
    try:
        return number(cell.strip(), decimal)
    except Wrong:
        return None


def survey_cell(fact: Fact, held: Mapping[str, Any] | None, column: CnigColumn | None) -> str:
    """Return a fact as a cell of a form, in French; empty where it is unknown or ends one day.

    What ends would lose its end where the form comes back with a date: an empty cell leaves it as it is.
    """
    if held is None or held.get("until") or held["value"] == "unknown":
        return ""
    value = held["value"]
    if fact.kind == "yes_no":
        return _WORDS[value]
    if fact.kind == "choice":
        return column.labels.get(value, value) if column else str(value)
    factor = UNITS[column.unit][1] if column and column.unit else Decimal(1)
    return f"{Decimal(value) / factor:f}".replace(".", ",")
