"""How far it is by accessible path from one place to many: for comparisons that tell bands only."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.geo import LonLat
from registry.surroundings.distances import LIMIT_M, Ends, Reach, from_door, ways
from registry.surroundings.profiles import Profile
from registry.surroundings.service.ground import Ground, Grounds, projected
from registry.surroundings.snapping import NOWHERE, Floats


@dataclass(frozen=True, slots=True)
class Goals:
    """Where to, in WGS84 degrees.

    Attributes:
        points: Places as they are: of the asker's own.
        middles: Middles of squares, each of which stands for whatever is in it.
        within_m: How far from its middle a square may be entered: half of its diagonal.
    """

    points: Sequence[LonLat]
    middles: Sequence[LonLat]
    within_m: float


@dataclass(frozen=True, slots=True)
class Costs:
    """Metre-equivalents by profile, in the order of the goals.

    ``inf``: farther than :data:`LIMIT_M`, or out of reach; ``nan``: not known, nothing of the network is near.
    """

    points: Mapping[Profile, Floats]
    middles: Mapping[Profile, Floats]


async def costs_between(*, session: AsyncSession, grounds: Grounds, door: LonLat, goals: Goals) -> Costs | None:
    """Return what it costs to go from a door to each goal; ``None``: no network is complete around the door.

    A square is entered where the network is nearest to its middle, whatever is in the square: what is answered of one
    place in it is answered of every other.
    """
    ground = await grounds.ground_at(session, door.lon, door.lat)
    if ground is None:
        return None
    return await asyncio.to_thread(_searched, ground, door, goals)


def _searched(ground: Ground, door: LonLat, goals: Goals) -> Costs:
    srid = ground.stored.srid
    start = _projected(srid, [door])[0]
    points, middles = _projected(srid, goals.points), _projected(srid, goals.middles)
    near_points, near_middles = ground.mesh.near(points), ground.mesh.near(middles, goals.within_m)
    to_points, to_middles = {}, {}
    for profile, network in ground.networks.items():
        reach = from_door(network, start)
        to_points[profile] = _costs(reach, network.ends(points, near_points))
        ends = network.ends(middles, near_middles)
        # Whatever is in the square is as near as where the square is entered: the way to its middle is nobody's.
        to_middles[profile] = _costs(reach, ends) - np.where(np.isfinite(ends.snaps.off_m), ends.snaps.off_m, 0.0)
    return Costs(to_points, to_middles)


def _costs(reach: Reach, ends: Ends) -> Floats:
    if reach.door.snaps.edge[0] == NOWHERE or not len(ends.xy):
        return np.full(len(ends.xy), np.nan)
    cost = ways(reach, ends).cost
    return np.where(ends.snaps.edge == NOWHERE, np.nan, np.where(cost <= LIMIT_M, cost, np.inf))


def _projected(srid: int, places: Sequence[LonLat]) -> Floats:
    return projected(srid, np.array(places, dtype=np.float64).reshape(-1, 2))
