"""All doors, all families, one profile: one search backwards from the services of a family for all doors at once.

Backwards because a family's services share one search whatever their number, as all doors do: ``f`` searches of the
whole graph instead of ``d`` of the part within the limit (measured by ``make bench-surroundings``).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from registry.surroundings.distances.answers import Answers, blank
from registry.surroundings.distances.doubts import frontier_m, settle
from registry.surroundings.distances.network import LIMIT_M, Ends, Network, enters, with_rows
from registry.surroundings.places import Places
from registry.surroundings.snapping import NOWHERE, Bools, Candidates, Floats, Ints


@dataclass(frozen=True, slots=True)
class _Found:
    """For ``k`` doors or nodes: the service (index into the places, -1: none), and the way to it."""

    service: Ints
    cost: Floats
    length_m: Floats
    known_m: Floats


def nearest(
    network: Network,
    doors: Floats,
    places: Places,
    families: NDArray[np.uint8],
    *,
    near_doors: Candidates | None = None,
    near_places: Candidates | None = None,
) -> Answers:
    """Return the service of least cost for doors ``(d, 2)`` in metres and each family; see :class:`Answers`.

    ``near_doors`` and ``near_places`` are what :meth:`Mesh.near` said of them, where several profiles are asked for.
    """
    answers = blank(len(doors), families)
    from_, to = network.ends(doors, near_doors), network.ends(places.xy, near_places)
    passes, handicap = enters(places, network.profile)
    for column, family in enumerate(families):
        of_family = np.flatnonzero((places.family == family) & passes & np.isfinite(to.arriving).any(axis=1))
        if len(of_family):
            _write(answers, column, from_, to, _search(network, from_, to, of_family, handicap))
    beyond = frontier_m(network)
    out = (from_.leaving + beyond[from_.nodes]).min(axis=1) if len(beyond) else np.full(len(doors), np.inf)
    settle(network, from_, places, to, out, answers)
    return answers


def _write(answers: Answers, column: int, from_: Ends, to: Ends, found: _Found) -> None:
    got = found.service >= 0
    service = found.service[got]
    away = from_.xy[got] - to.xy[service]
    answers.service[got, column] = service
    answers.straight_m[got, column] = np.hypot(away[:, 0], away[:, 1])
    answers.length_m[got, column] = found.length_m[got]
    answers.cost_m[got, column] = found.cost[got]
    answers.known[got, column] = found.known_m[got] / np.maximum(found.length_m[got], 1e-9)


def _search(network: Network, from_: Ends, to: Ends, family: Ints, handicap: Floats) -> _Found:
    arriving = to.arriving[family] + handicap[family][:, None]
    extended = with_rows(network.back, to.nodes[family], arriving)
    count = len(network.graph.nodes)
    sources = count + np.arange(len(family))
    cost, before, source = dijkstra(extended, indices=sources, min_only=True, return_predecessors=True, limit=LIMIT_M)
    ways = _Found(
        service=np.where(source[:count] >= count, family[np.maximum(source[:count] - count, 0)], -1),
        cost=cost[:count],
        **_metres(network, to, family, before[:count].astype(np.int64)),
    )
    return _best(_from_ends(from_, ways), _along_edge(network, from_, to, family, handicap))


def _metres(network: Network, to: Ends, family: Ints, onward: Ints) -> dict[str, Floats]:
    """Return the metres, and the known ones, of each node's way, by doubling the stretch that is added up.

    ``onward`` ``(n,)`` is the next node on the way to the service, ``>= n`` where that is the service itself.
    """
    count, arcs = len(onward), network.arcs
    length, known = np.zeros(count), np.zeros(count)
    used = onward[arcs.tail] == arcs.head
    length[arcs.tail[used]] = network.graph.length_m[arcs.edge[used]]
    known[arcs.tail[used]] = network.known_m[arcs.edge[used]]
    last = np.flatnonzero(onward >= count)
    service = family[onward[last] - count]
    side = _side(to, service, last)
    length[last], known[last] = to.length_m[service, side], to.known_m[service, side]
    following = np.where((onward >= 0) & (onward < count), onward, np.arange(count))
    ended = following == np.arange(count)
    walking = np.flatnonzero(~ended)
    while len(walking):
        ahead = following[walking]
        length[walking], known[walking] = length[walking] + length[ahead], known[walking] + known[ahead]
        following[walking] = following[ahead]
        settled = ended[ahead]
        ended[walking[settled]] = True
        walking = walking[~settled]
    return {"length_m": length, "known_m": known}


def _side(to: Ends, service: Ints, node: Ints) -> Ints:
    """Return which of its edge's ends (0, 1) the service is reached from, at a node: the cheaper one of a loop."""
    first, second = to.nodes[service, 0] == node, to.nodes[service, 1] == node
    cheaper = to.arriving[service, 1] < to.arriving[service, 0]
    side: Ints = np.where(first & second, cheaper, second).astype(np.int64)
    return side


def _from_ends(from_: Ends, ways: _Found) -> _Found:
    cost = from_.leaving + ways.cost[from_.nodes]
    side = cost.argmin(axis=1)
    row = np.arange(len(side))
    node = from_.nodes[row, side]
    total = cost[row, side]
    return _Found(
        service=np.where(total <= LIMIT_M, ways.service[node], -1),
        cost=total,
        length_m=from_.length_m[row, side] + ways.length_m[node],
        known_m=from_.known_m[row, side] + ways.known_m[node],
    )


def _best(one: _Found, other: _Found) -> _Found:
    better: Bools = (other.service >= 0) & ((other.cost < one.cost) | (one.service < 0))
    return _Found(
        np.where(better, other.service, one.service),
        np.where(better, other.cost, one.cost),
        np.where(better, other.length_m, one.length_m),
        np.where(better, other.known_m, one.known_m),
    )


def _along_edge(network: Network, from_: Ends, to: Ends, family: Ints, handicap: Floats) -> _Found:
    """Return the best service on the door's own edge: no node lies between them."""
    count = len(from_.snaps)
    found = _Found(np.full(count, -1, dtype=np.int64), np.full(count, np.inf), np.zeros(count), np.zeros(count))
    sorted_ = family[np.argsort(to.snaps.edge[family], kind="stable")]
    edges = to.snaps.edge[sorted_]
    low = np.searchsorted(edges, from_.snaps.edge, "left")
    many = np.where(from_.snaps.edge == NOWHERE, 0, np.searchsorted(edges, from_.snaps.edge, "right") - low)
    if not many.any():
        return found
    door = np.repeat(np.arange(count), many)
    rank = np.arange(len(door)) - np.repeat(np.cumsum(many) - many, many)
    service = sorted_[low[door] + rank]
    cost, length, known = between(network, from_, to, door, service)
    cost = cost + handicap[service]
    order = np.lexsort((service, cost, door))
    first = order[np.concatenate(([True], np.diff(door[order]) > 0))]
    first = first[cost[first] <= LIMIT_M]
    for column, values in (
        (found.service, service),
        (found.cost, cost),
        (found.length_m, length),
        (found.known_m, known),
    ):
        column[door[first]] = values[first]
    return found


def between(network: Network, from_: Ends, to: Ends, door: Ints, service: Ints) -> tuple[Floats, Floats, Floats]:
    """Return cost, metres and known metres of the ways along one edge, for pairs that stand on the same."""
    edge = from_.snaps.edge[door]
    part = to.snaps.fraction[service] - from_.snaps.fraction[door]
    rate = np.where(part >= 0, network.costs.forward[edge], network.costs.backward[edge])
    share = np.abs(part)
    along = np.multiply(share, rate, out=np.zeros_like(share), where=share > 1e-9)
    off = from_.snaps.off_m[door] + to.snaps.off_m[service]
    return off + along, off + share * network.graph.length_m[edge], share * network.known_m[edge]
