"""Numbers as the two languages write them; amounts of money, held as whole euro cents, said and typed in euros."""

import re
from decimal import Decimal
from typing import Final

from registry.kernel.text import Language, Text

_CENTS: Final = 100
_APART: Final = "\u202f"
"""What sets thousands apart in French: the narrow space that does not break."""
_TYPED: Final = re.compile(r"([0-9]{1,8})(?:[.,]([0-9]{1,2}))?")
_SPACES: Final = str.maketrans("", "", " \u00a0\u202f\t")


def decimal_said(number: float | Decimal, language: Language, places: int | None = None) -> str:
    """Return a number with so many decimal places; without ``places``, as it is and without zeros that say nothing."""
    if places is not None:
        written = f"{number:.{places}f}"
    else:
        exact = number if isinstance(number, Decimal) else Decimal(str(number))
        written = f"{exact.normalize():f}" if exact else "0"
    return _in_french(written) if language == "fr" else written


def money_said(cents: int) -> Text:
    """Return an amount in words, with its cents: ``1 234,50 €`` and ``€1,234.50``."""
    english = f"{cents / _CENTS:,.2f}"
    return Text(f"{_in_french(english)} €", f"€{english}")


def money_typed(cents: int | None, language: Language) -> str:
    """Return an amount in euros as a field of a form holds it; empty where there is none."""
    if cents is None:
        return ""
    if cents % _CENTS == 0:
        return str(cents // _CENTS)
    written = f"{cents / _CENTS:.2f}"
    return _in_french(written) if language == "fr" else written


def cents_of(typed: str) -> int | None:
    """Return the cents of an amount in euros as people type it, in either language.

    ``None``: it is no amount, or one of a hundred millions and more.
    """
    found = _TYPED.fullmatch(typed.translate(_SPACES).removeprefix("€").removesuffix("€"))
    return int(found[1]) * _CENTS + int((found[2] or "0").ljust(2, "0")) if found else None


def _in_french(written: str) -> str:
    return written.replace(",", _APART).replace(".", ",")
