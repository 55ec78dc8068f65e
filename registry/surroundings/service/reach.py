"""Which of many places are within reach of a point by accessible path: searched from the point, once for all."""

import asyncio
from collections.abc import Sequence

import numpy as np
from scipy.sparse.csgraph import dijkstra
from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.geo import LonLat
from registry.surroundings.distances import LIMIT_M
from registry.surroundings.distances.batch import between
from registry.surroundings.distances.network import with_rows
from registry.surroundings.profiles import Profile
from registry.surroundings.service.ground import Ground, Grounds, projected
from registry.surroundings.snapping import NOWHERE, Floats
from registry.vocabulary.grid import ProfileCode


async def costs_to(
    *, session: AsyncSession, grounds: Grounds, doors: Sequence[LonLat], points: Sequence[LonLat],
    profile: ProfileCode, within_m: float,
) -> Floats | None:  # fmt: skip
    """Return what it costs to go from doors to points, ``(d, p)`` metre-equivalents.

    ``inf``: farther than :data:`LIMIT_M`, or out of reach; ``nan``: not known, no network is near one of the two.

    Args:
        session: Reads which networks there are.
        grounds: Of the process.
        doors: Where from, WGS84 degrees.
        points: Where to.
        profile: How somebody moves.
        within_m: How far from the network a door or a point may be: each is known to be somewhere around only.

    Returns:
        ``None``: no network is complete around the first point.
    """
    if not doors or not points:
        return np.full((len(doors), len(points)), np.nan)
    ground = await grounds.ground_at(session, points[0].lon, points[0].lat)
    if ground is None:
        return None
    return await asyncio.to_thread(_searched, ground, doors, points, Profile[profile.upper()], within_m)


def _searched(
    ground: Ground, doors: Sequence[LonLat], points: Sequence[LonLat], profile: Profile, within_m: float
) -> Floats:  # fmt: skip
    network, srid = ground.networks[profile], ground.stored.srid
    from_xy = projected(srid, np.array(doors, dtype=np.float64).reshape(-1, 2))
    to_xy = projected(srid, np.array(points, dtype=np.float64).reshape(-1, 2))
    from_ = network.ends(from_xy, ground.mesh.near(from_xy, within_m))
    to = network.ends(to_xy, ground.mesh.near(to_xy, within_m))
    known = (from_.snaps.edge != NOWHERE)[:, None] & (to.snaps.edge != NOWHERE)
    if not known.any():
        return np.full(known.shape, np.nan)
    count = len(network.graph.nodes)
    # The way to the network is nobody's: what is asked of is only known to be around.
    off = np.where(np.isfinite(to.snaps.off_m), to.snaps.off_m, 0.0)[:, None]
    extended = with_rows(network.back, to.nodes, to.arriving - off)
    found = dijkstra(extended, indices=count + np.arange(len(to.xy)), limit=LIMIT_M)[:, :count]
    leaving = from_.leaving - np.where(np.isfinite(from_.snaps.off_m), from_.snaps.off_m, 0.0)[:, None]
    cost = np.min(found[:, from_.nodes] + leaving, axis=2).T
    door, point = np.nonzero(known & (from_.snaps.edge[:, None] == to.snaps.edge))
    along = between(network, from_, to, door, point)[0] - from_.snaps.off_m[door] - to.snaps.off_m[point]
    cost[door, point] = np.minimum(cost[door, point], along)
    return np.where(known, np.where(cost <= LIMIT_M, cost, np.inf), np.nan)
