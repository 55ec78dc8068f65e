"""The integer codes by which listings are filtered; one array a listing, one index condition a search.

A fact takes two codes: ``2·n`` proven, ``2·n+1`` possible (proven or unknown). So admitting the unknown is a search
for another code in the same index, not another query. Codes stay below 96 and the index's signatures have 96 bits:
an exact signature needs no second look at the row.
"""

from collections.abc import Iterable
from typing import Final

from registry.vocabulary.facts import FEATURES_BY_CODE
from registry.vocabulary.grid import Grade, ProfileCode
from registry.vocabulary.services import Family

CLASS_BASE: Final = 48
"""Of "class 2 or higher", proven; so on in twos up to class 6."""
GRADES_SHOWN: Final[dict[Grade, int]] = {"A": 58, "B": 59, "C": 60, "D": 61, "E": 63}
"""Of the residence, this grade or a better one."""
UNGRADED: Final = 79
SERVICE_NEAR: Final = 74
"""Any service within 600 m, for anybody: where nothing is known of services, nothing is read to find none."""
REACHED: Final[dict[tuple[Family, ProfileCode], int]] = {
    (family, "wheelchair"): 75 + number
    for number, family in enumerate((Family.FOOD, Family.PHARMACY, Family.DOCTOR_AND_CARE, Family.TRANSPORT_STOP))
}
"""Within 600 m. The column ``services`` has every band exactly, and every search compares it; what is rare is found by
these. No codes are left for all 48 bands: what a walker reaches is near most homes, and needs no index."""
LISTED: Final = 62
"""Every listing has it, so that a search without filters still has an index condition."""
ROOMS_BASE: Final = 64
MAX_ROOMS: Final = 9
AVAILABLE_NOW: Final = 80
AVAILABLE_SOON: Final = 81
OCCUPIED: Final = 82
RENT_BASE: Final = 83
RENT_STEP_CENTS: Final = 10_000
MAX_RENT_BAND: Final = 11
RENT_UNKNOWN: Final = RENT_BASE + MAX_RENT_BAND + 1

AVAILABILITY_OF_STATUS: Final = {
    "vacant": AVAILABLE_NOW,
    "notice": AVAILABLE_SOON,
    "works": AVAILABLE_SOON,
    "occupied": OCCUPIED,
}


def feature(code: str, *, possible: bool) -> int:
    """Return the tag of a feature: proven, or not excluded."""
    return 2 * FEATURES_BY_CODE[code].feature + possible


def at_least(home_class: int, *, possible: bool) -> int:
    """Return the tag of a class, 2 to 6, or a higher one: proven, or not excluded."""
    return CLASS_BASE + 2 * (home_class - 2) + possible


def grades_up_to(grade: Grade) -> list[int]:
    """Return the tags of a residence of this grade: it is also of every worse one, or better."""
    return [tag for each, tag in GRADES_SHOWN.items() if each >= grade]


def rooms(count: int) -> int:
    """Return the tag of a number of main rooms; nine stands for nine and more."""
    return ROOMS_BASE + min(count, MAX_ROOMS)


def rents(most_cents: int, *, possible: bool) -> list[int]:
    """Return the tags of the rents up to ``most_cents``, and a little above: the column has the exact one.

    Band *n* holds what costs up to *n* hundred euros, the last one everything dearer. Without them a search for what
    is nowhere to be had at that rent would read every home around.
    """
    bands = range(RENT_BASE, RENT_BASE + min(-(-most_cents // RENT_STEP_CENTS), MAX_RENT_BAND) + 1)
    return [*bands, RENT_UNKNOWN] if possible else list(bands)


def query(all_of: Iterable[int], *any_of: Iterable[int]) -> str:
    """Return the ``query_int`` text: every tag of ``all_of``, and one of each group of ``any_of``."""
    terms = [str(tag) for tag in sorted(set(all_of))]
    terms += ["(" + "|".join(map(str, sorted(set(group)))) + ")" for group in any_of]
    return "&".join(terms) or str(LISTED)
