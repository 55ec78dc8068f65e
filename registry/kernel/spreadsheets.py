"""Cells for people who open a CSV in a spreadsheet."""

from typing import Any, Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet compute a cell instead of showing it (OWASP, CSV injection)."""


def harmless(cell: Any) -> Any:
    """Return a cell that no spreadsheet computes: an apostrophe before text that would be. Numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
