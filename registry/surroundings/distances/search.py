"""One door, one profile: a search forwards, within the limit; what "from this door" asks for."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse.csgraph import dijkstra

from registry.surroundings.distances.batch import between
from registry.surroundings.distances.network import LIMIT_M, Ends, Network, with_rows
from registry.surroundings.snapping import NOWHERE, Floats, Ints

ON_DOORS_EDGE: Final = 2
"""The side of a service that is reached along the door's own edge, passing no node."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What is reached from one door.

    Attributes:
        door: One point.
        cost: ``float64 (n,)``, metre-equivalents to each node; ``inf`` beyond the limit.
        before: ``int64 (n,)``, the node before it on the way; ``n``: the door itself; negative: not reached.
    """

    network: Network
    door: Ends
    cost: Floats
    before: Ints


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways from one door to ``s`` services: ``cost`` without the entrance, and the ``side`` they come in by."""

    services: Ends
    cost: Floats
    side: Ints


def from_door(network: Network, door: Floats, limit: float = LIMIT_M) -> Reach:
    """Search from a door ``(2,)``, in metres of the graph's projection."""
    ends = network.ends(door.reshape(1, 2))
    count = len(network.graph.nodes)
    if ends.snaps.edge[0] == NOWHERE:
        return Reach(network, ends, np.full(count, np.inf), np.full(count, -1, dtype=np.int64))
    extended = with_rows(network.ahead, ends.nodes, ends.leaving)
    cost, before = dijkstra(extended, indices=count, return_predecessors=True, limit=limit)
    return Reach(network, ends, cost[:count], before[:count].astype(np.int64))


def ways(reach: Reach, to: Ends) -> Ways:
    """Return the ways to points that the same network was asked to attach."""
    count = len(to.snaps)
    cost = np.full((count, 3), np.inf)
    if len(reach.cost):
        cost[:, :2] = reach.cost[to.nodes] + to.arriving
    same = np.flatnonzero((to.snaps.edge == reach.door.snaps.edge[0]) & (to.snaps.edge != NOWHERE))
    cost[same, ON_DOORS_EDGE] = between(reach.network, reach.door, to, np.zeros(len(same), dtype=np.int64), same)[0]
    side = cost.argmin(axis=1)
    return Ways(to, cost[np.arange(count), side], side)


def nodes_of(reach: Reach, node: int) -> list[int]:
    """Return the nodes of the way from the door to a node, both its ends included."""
    path = [node]
    while (before := int(reach.before[path[-1]])) < len(reach.before):
        path.append(before)
    return path[::-1]
