"""From one door: the best services with their ways, and what stands in the way of the nearer ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from registry.surroundings.distances.answers import Answers, blank
from registry.surroundings.distances.doubts import settle
from registry.surroundings.distances.network import LIMIT_M, Ends, Network, enters
from registry.surroundings.distances.path import Path, rate, slope, trace
from registry.surroundings.distances.search import Reach, Ways, ways
from registry.surroundings.places import Places
from registry.surroundings.profiles import Profile
from registry.surroundings.snapping import Mesh


class Services:
    """Places with where they stand on a mesh, kept for every door that asks; see :meth:`Network.ends`."""

    def __init__(self, places: Places, mesh: Mesh) -> None:
        self.places, self._near = places, mesh.near(places.xy)
        self._ends: dict[Profile, Ends] = {}

    def ends(self, network: Network) -> Ends:
        """Return where they stand for a profile; all networks must be of the one mesh and version of costs."""
        if network.profile not in self._ends:
            self._ends[network.profile] = network.ends(self.places.xy, self._near)
        return self._ends[network.profile]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What the profile cannot pass on the way that a walker takes, met in this order.

    Attributes:
        barrier: ``registry.surroundings.profiles.Barrier`` of the edge; ``None``: the service's own entrance.
        edge: Index into the graph; ``None`` for an entrance.
        source: Index into the sources of the graph; ``None`` for an entrance.
        object_id: The source's own number of the object; the row of the service for an entrance.
        steps: Steps, 0: none, -1: there are some or it is not known.
        slope_pct: In per cent in the direction of walking; ``None``: unknown. So the next two, in metres.
    """

    barrier: int | None
    edge: int | None
    source: int | None
    object_id: int
    steps: int
    slope_pct: float | None = None
    width_m: float | None = None
    kerb_m: float | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """From one door, for one profile: the answers, the path to each family's service, the obstacles before a nearer.

    Attributes:
        answers: One door × ``f`` families.
        paths: By family, ``None`` where none is reached.
        nearer: By family the service (index into the places) that a walker reaches at less cost; -1: none.
        obstacles: By family, on a walker's way to ``nearer``.
    """

    answers: Answers
    paths: tuple[Path | None, ...]
    nearer: tuple[int, ...]
    obstacles: tuple[tuple[Obstacle, ...], ...]


def explain(reach: Reach, walker: Reach, services: Services, families: NDArray[np.uint8]) -> Explanation:
    """Return the answers from one door with their ways; ``walker`` is the search from the same door on foot."""
    answers, paths = answers_from(reach, services, families)
    places = services.places
    if walker is reach:
        none: tuple[tuple[Obstacle, ...], ...] = ((),) * len(families)
        return Explanation(answers, paths, (-1,) * len(families), none)
    found = ways(walker, services.ends(walker.network))
    nearer = tuple(
        _nearer(found, places, int(family), int(answers.service[0, column])) for column, family in enumerate(families)
    )
    met = tuple(obstacles(walker, found, reach.network, places, service) for service in nearer)
    nearer = tuple(service if stands else -1 for service, stands in zip(nearer, met, strict=True))
    return Explanation(answers, paths, nearer, met)


def answers_from(
    reach: Reach, services: Services, families: NDArray[np.uint8]
) -> tuple[Answers, tuple[Path | None, ...]]:
    """Return what :func:`registry.surroundings.distances.batch.nearest` returns, for the one door, and the paths."""
    places, found = services.places, ways(reach, services.ends(reach.network))
    passes, handicap = enters(places, reach.network.profile)
    cost = np.where(passes, found.cost + handicap, np.inf)
    answers, paths = blank(1, families), list[Path | None]()
    for column, family in enumerate(families):
        of_family = np.flatnonzero(places.family == family)
        best = int(of_family[cost[of_family].argmin()]) if len(of_family) else -1
        path = trace(reach, found, best) if best >= 0 and cost[best] <= LIMIT_M else None
        paths.append(path)
        if path is not None:
            away = reach.door.xy[0] - places.xy[best]
            answers.service[0, column], answers.cost_m[0, column] = best, cost[best]
            answers.straight_m[0, column] = np.hypot(away[0], away[1])
            answers.length_m[0, column], answers.known[0, column] = path.length_m, path.known
    out = np.array([reach.cost[reach.network.graph.frontier].min(initial=np.inf)])
    settle(reach.network, reach.door, places, found.services, out, answers)
    return answers, tuple(paths)


def _nearer(found: Ways, places: Places, family: int, taken: int) -> int:
    of_family = np.flatnonzero(places.family == family)
    if not len(of_family):
        return -1
    best = int(of_family[found.cost[of_family].argmin()])
    return best if best != taken and found.cost[best] <= LIMIT_M else -1


def obstacles(walker: Reach, found: Ways, network: Network, places: Places, service: int) -> tuple[Obstacle, ...]:
    """Return what ``network``'s profile cannot pass on the walker's way to a service (index; -1: none)."""
    path = trace(walker, found, service) if service >= 0 else None
    if path is None:
        return ()
    graph, met = network.graph, list[Obstacle]()
    for piece in path.pieces:
        if piece.share <= 0.0 or np.isfinite(rate(network, piece)):
            continue
        edge = piece.edge
        met.append(
            Obstacle(
                barrier=int(network.costs.barrier[edge]),
                edge=edge,
                source=int(graph.source[edge]),
                object_id=int(graph.object_id[edge]),
                steps=int(graph.steps[edge]),
                slope_pct=slope(network, piece),
                width_m=_measured(graph.width_m[edge]),
                kerb_m=_measured(graph.kerb_m[edge]),
            )
        )
    if not enters(places, network.profile)[0][service]:
        met.append(Obstacle(None, None, None, int(places.ids[service]), int(places.entrance_steps[service])))
    return tuple(met)


def _measured(value: np.float32) -> float | None:
    return None if np.isnan(value) else float(value)
