"""What a listing shows of its residence: the grade of its index, and how far services are, in coarse bands.

Two bits a family and profile, all in one number: ``11`` within 300 m, ``10`` within 600 m, ``01`` further, ``00``
unknown. So one mask asks for any number of services: what is within 300 m is also within 600 m. Metres are
metre-equivalents of the accessible path, as the index counts them.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from registry.vocabulary.grid import GRADES, ProfileCode
from registry.vocabulary.services import FAMILIES, Band, Family

SHOWN_FAMILIES: Final = tuple(family for family in Family if FAMILIES[family].counts)
PROFILES: Final[tuple[ProfileCode, ...]] = ("walking", "senior", "wheelchair")
"""By the number that each is stored with, from 1 on (``registry.surroundings.profiles.Profile``)."""


NEAR_M, FAR_M = 300, 600
MOST_M: Final = 1_500
"""As far as distances are computed: a search for more asks for nothing."""
WITHIN: Final = {NEAR_M: 0b11, FAR_M: 0b10}
"""By metres, the bits that a listing must have. Source: issue "What accessible means", bands of a listing."""
FURTHER: Final = 0b01
_BANDS: Final = {0b11: Band.WITHIN_300, 0b10: Band.WITHIN_600, FURTHER: Band.FURTHER}


def place_of(family: Family, profile: ProfileCode) -> int:
    """Return the place of a family's and profile's lower bit."""
    return 2 * (len(PROFILES) * (family - 1) + PROFILES.index(profile))


PLACES: Final = {(family, profile): place_of(family, profile) for family in SHOWN_FAMILIES for profile in PROFILES}
Asked = tuple[Family, int, ProfileCode]
"""A family, metres from :data:`NEAR_M` to :data:`MOST_M`, and for whom."""


ANY_WITHIN: Final = sum(WITHIN[FAR_M] << place for place in PLACES.values())
"""The upper bits: one of them stands where any service is within 600 m."""


def mask(asked: Iterable[Asked]) -> int:
    """Return the bits of a listing whose bands prove all of ``asked``: within 500 m is proven by 300 and not by 600."""
    bits = 0
    for family, metres, profile in asked:
        bits |= WITHIN[NEAR_M if metres < FAR_M else FAR_M] << PLACES[family, profile]
    return bits


def further_mask(asked: Iterable[Asked]) -> int:
    """Return the lower bits of ``asked``: where one of them stands without its upper one, the service is further.

    Further than 600 m may still be within what is asked for where that is more.
    """
    bits = 0
    for family, metres, profile in asked:
        if metres <= FAR_M:
            bits |= FURTHER << PLACES[family, profile]
    return bits


def described(services: int) -> dict[str, dict[str, Band]]:
    """Return the bands by family and profile; what is unknown is left out."""
    found: dict[str, dict[str, Band]] = {}
    for (family, profile), place in PLACES.items():
        if band := _BANDS.get(services >> place & 0b11):
            found.setdefault(family.code, {})[profile] = band
    return found


# As statements that hold or do not, so that what a group of residences has in common is what holds of each: "A" is
# also "B or better", and what is within 300 m is also within 600 m.
Statements = NDArray[np.bool_]
_OF_A_BAND: Final = 3
WORTH_OF_A_GRADE: Final = 10.0
_WORTH_OF_A_BAND: Final = {"walking": (1.0, 1.0, 0.25), "senior": (2.0, 2.0, 0.5), "wheelchair": (2.0, 2.0, 0.5)}
WORTH: Final = np.array(
    [WORTH_OF_A_GRADE] * len(GRADES) + [worth for _, profile in PLACES for worth in _WORTH_OF_A_BAND[profile]]
)
"""What each statement is worth to somebody who searches, ``(77,)``: what a grouping loses is told by it. An assumption:
a grade before any band, who needs a stick or a wheelchair before who does not, and that something is far hardly."""


def statements(grade: str | None, services: int) -> Statements:
    """Return which statements hold of a residence, ``(77,)``, in the order of :data:`WORTH`."""
    graded = [grade is not None and grade <= least for least in GRADES]
    bands = [services >> place & 0b11 for place in PLACES.values()]
    near = [holds for band in bands for holds in (band == WITHIN[NEAR_M], band & 0b10 > 0, band == FURTHER)]
    return np.array([*graded, *near], dtype=bool)


def said_by(held: Statements) -> tuple[str | None, int]:
    """Return the best grade and the nearest bands of which all ``held`` is true: the reverse of :func:`statements`."""
    grade = next((least for least, holds in zip(GRADES, held, strict=False) if holds), None)
    services = 0
    for number, place in enumerate(PLACES.values()):
        near, within, further = held[len(GRADES) + _OF_A_BAND * number :][:_OF_A_BAND]
        services |= (0b11 if near else 0b10 if within else FURTHER if further else 0) << place
    return grade, services
