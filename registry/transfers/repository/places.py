"""Where a home is, in SQL: of its building where that has a place, or else of its residence."""

from typing import Final

QUARTERS: Final = (
    "CASE WHEN b.position IS NOT NULL THEN b.quarter_codes"
    " WHEN r.position IS NOT NULL THEN r.quarter_codes ELSE r.found_quarter_codes END"
)
"""The quarters of a home, of residence ``r`` and building ``b``; empty: not known."""
