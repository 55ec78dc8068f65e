"""How much of a criterion's weight a home gets: shares from 0 to 1.

What is not known gets half: unknown is never read as no, nor silently as yes. The shares are a proposal of the registry
(2026-11); the weights beside them are the charter's (``matching_weights``).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from registry.vocabulary.grid import Grade

UNKNOWN: Final = 0.5


class Place(StrEnum):
    """Where a home is, seen from the present one; of another landlord's home no building or residence is told."""

    SAME_BUILDING = "same_building"
    SAME_RESIDENCE = "same_residence"
    SAME_QUARTER = "same_quarter"
    SAME_COMMUNE = "same_commune"
    ELSEWHERE = "elsewhere"


PLACES: Final[Mapping[Place, float]] = {
    Place.SAME_BUILDING: 1.0, Place.SAME_RESIDENCE: 0.9, Place.SAME_QUARTER: 0.75, Place.SAME_COMMUNE: 0.4,
    Place.ELSEWHERE: 0.0,
}  # fmt: skip
WANTED_QUARTER: Final = 1.0
WANTED_COMMUNE: Final = 0.5
"""Of a case without a present home: that the home is in a quarter, or a commune, that is wanted."""
BAND_M: Final = 300
"""Metres of a band of accessible distance (metre-equivalents); from the first on: within 300 m, within 600 m, …"""
BANDS: Final = 5
"""As many as there are within :data:`registry.surroundings.distances.LIMIT_M`; farther, or out of reach, is band 0."""
BAND_SHARES: Final[Mapping[int, float]] = {1: 1.0, 2: 0.8, 3: 0.6, 4: 0.4, 5: 0.2, 0: 0.0}
GRADES: Final[Mapping[Grade, float]] = {"A": 1.0, "B": 0.8, "C": 0.6, "D": 0.3, "E": 0.0}
FAVOURABLE: Final[Mapping[int, float]] = {5: 0.7, 4: 1.0, 3: 0.7}
"""By the least class of a home, highest first, for somebody who asks nothing of it yet: one that will do with a walking
aid before one without steps, or one for a wheelchair, which is first for whoever moves in one (CCH art. R.441-4)."""
PERHAPS: Final = 3
"""A home that is not excluded from this class is not known to be favourable or not; any other is not."""
NOW: Final = 1.0
SOON: Final[tuple[tuple[int, float], ...]] = ((1, 0.8), (3, 0.5))
"""By the number of months from now within which the home is free; :data:`LATE` after that."""
BY_DEADLINE: Final = 0.8
"""At least, where it is free by the month of the deadline."""
LATE: Final = 0.2
FRESH: Final = 1.0
STALE_ONCE: Final = 0.5
"""Confirmed within twice the days that the charter allows; 0 after that."""
