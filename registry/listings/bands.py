"""The bands in which a listing shows area and floor, and what a bound on them admits.

A bound is compared with the band, never with what it hides. What is *proven* to satisfy it is the band that lies within
it altogether; what is *possible* is also the band that straddles it.
"""

from typing import Final

AREA_STEP_M2: Final = 10
"""A band is named by its lower end, and holds what is smaller than the next one's."""
FLOOR_BANDS: Final = (("ground", 0), ("1", 1), ("2-3", 3), ("4+", 127))
"""Name and upper end of each, from the lowest floor up; the last holds every floor above."""


def floor_top_possible(floor_max: int) -> int:
    """Return the upper end of the highest band in which a home may be on ``floor_max`` or below."""
    return next(top for _, top in FLOOR_BANDS if floor_max <= top)


def area_low_possible(area_min: int) -> int:
    """Return the lower end of the lowest band in which a home may have ``area_min`` m² or more."""
    return area_min // AREA_STEP_M2 * AREA_STEP_M2
