"""Which places of somebody's week are within reach of a home, by accessible path.

Of an own home from where it is; of another landlord's from where its listing shows it, in bands: what is within a band
that the limit cuts through is not known until the address is told. With it the ways are told, from where the home is.
"""

import math
import uuid
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.geo import LonLat
from registry.surroundings.schemas import FamilyCode
from registry.surroundings.service import Grounds, costs_to
from registry.transfers.matching.shares import BAND_M
from registry.transfers.need import NeedProfile
from registry.transfers.repository.matches import Row
from registry.vocabulary.grid import ProfileCode

AROUND_M: Final = 350.0
"""How far from the network a place or a listing's point may be: each stands for a square of 500 m, of which this is
nearly half of the diagonal."""
Reached = Mapping[uuid.UUID, tuple[bool | None, ...]]
"""By listing, for each place of the need: within reach, not, or not known."""


class Way(NamedTuple):
    """How far a place of somebody's week is from a home.

    Attributes:
        family: Of the services; ``None``: a relative, say.
        within_m: Accessible distance that is still possible, metres.
        distance_m: Metre-equivalents for how the person moves, to the next ten, to the middle of the place's square;
            ``None``: farther than is looked for, out of reach, or not known.
        within: Whether it is possible; ``None``: not known.
    """

    family: FamilyCode | None
    within_m: int
    distance_m: int | None
    within: bool | None


async def ways_from(
    *, session: AsyncSession, grounds: Grounds, need: NeedProfile, profile: ProfileCode, door: LonLat
) -> list[Way]:
    """Return how far each place of the need is from a door whose place is known."""
    points = [LonLat(place.lon, place.lat) for place in need.places]
    costs = None
    if points:
        costs = await costs_to(
            session=session, grounds=grounds, doors=[door], points=points, profile=profile, within_m=AROUND_M
        )
    found = [math.nan] * len(points) if costs is None else [float(cost) for cost in costs[0]]
    return [
        Way(place.family, place.within_m, round(cost / 10) * 10 if math.isfinite(cost) else None,
            _within(cost, place.within_m, exact=True))
        for place, cost in zip(need.places, found, strict=True)
    ]  # fmt: skip


async def reached(
    *, session: AsyncSession, grounds: Grounds, need: NeedProfile, profile: ProfileCode, rows: Sequence[Row]
) -> Reached:
    """Return what is within reach of each listing of which a place is known.

    None where the need names no place, or no network is known.
    """
    placed = [row for row in rows if row.placed]
    if not need.places or not placed:
        return {}
    costs = await costs_to(
        session=session, grounds=grounds, doors=[LonLat(row.lon, row.lat) for row in placed],
        points=[LonLat(place.lon, place.lat) for place in need.places], profile=profile, within_m=AROUND_M,
    )  # fmt: skip
    if costs is None:
        return {}
    limits = [place.within_m for place in need.places]
    return {
        row.id: tuple(_within(float(cost), limit, exact=row.own) for cost, limit in zip(of_row, limits, strict=True))
        for row, of_row in zip(placed, costs, strict=True)
    }


def _within(cost: float, limit: int, *, exact: bool) -> bool | None:
    """Tell whether metre-equivalents are within a limit; of another's home, whether their whole band is."""
    if math.isnan(cost):
        return None
    if exact or math.isinf(cost):
        return cost <= limit
    high = max(1, math.ceil(cost / BAND_M)) * BAND_M
    return True if high <= limit else False if high - BAND_M >= limit else None
