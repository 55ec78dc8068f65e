"""A graph made ready for one profile: matrices both ways, and what a part of an edge costs."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from registry.surroundings.graph import NO, UNKNOWN, Graph
from registry.surroundings.places import Places
from registry.surroundings.profiles import OLD_TO_YOUNG_UP, Costs, Profile, step_m
from registry.surroundings.snapping import NOWHERE, Bools, Candidates, Floats, Ints, Mesh, Snaps

LIMIT_M: Final = 1500.0
"""Farther, in metre-equivalents with the entrance, a service is out of reach: the search stops there."""
LEAST: Final = 1e-6
"""An arc of nothing would be no arc at all in a sparse matrix."""
DOUBT_M: Final = {1: 0.0, 2: 50.0, UNKNOWN: 25.0}
"""Metre-equivalents that an entrance of limited or unknown access counts as for a wheelchair. Assumption: of two
services about equally far the one that surely lets the chair in is better; nobody is sent a whole street for it."""


@dataclass(frozen=True, slots=True)
class Ends:
    """``k`` points on the network, with the cost of the piece of edge between each and the two ends of its edge.

    Attributes:
        xy: ``float64 (k, 2)``, metres.
        snaps: Where they stand.
        nodes: ``int64 (k, 2)``: start and end of the edge; 0 where there is none (its cost is ``inf``).
        leaving: ``float64 (k, 2)``: metre-equivalents from the point to each end, the way to the edge included.
        arriving: ``float64 (k, 2)``: from each end to the point.
        length_m: ``float64 (k, 2)``: metres of the same way.
        known_m: ``float64 (k, 2)``: metres of it whose attributes are known; nothing is known off the network.
    """

    xy: Floats
    snaps: Snaps
    nodes: Ints
    leaving: Floats
    arriving: Floats
    length_m: Floats
    known_m: Floats


@dataclass(frozen=True, slots=True)
class Arcs:
    """The passable directions, the cheapest of parallel ones, sorted by ``tail``, then ``head``."""

    tail: Ints
    head: Ints
    edge: Ints
    cost: Floats


class Network:
    """A graph for one profile.

    Attributes:
        ahead: Sparse ``(n, n)``: the cost of walking from row to column.
        back: The same transposed, to search from the services.
        around_m: ``float64 (n,)``: metres of the network that the profile can move about in from each node.
    """

    def __init__(self, mesh: Mesh, costs: Costs, profile: Profile) -> None:
        self.mesh, self.graph, self.costs, self.profile = mesh, mesh.graph, costs, profile
        self.usable: Bools = np.isfinite(costs.forward) | np.isfinite(costs.backward)
        self.known_m: Floats = costs.known * self.graph.length_m
        self.arcs = _arcs(self.graph, costs)
        self.ahead = _matrix(self.arcs, len(self.graph.nodes))
        self.back: csr_matrix = self.ahead.T.tocsr()
        self.around_m = _around(self.arcs, self.graph)

    def ends(self, points: Floats, candidates: Candidates | None = None) -> Ends:
        """Attach points ``(k, 2)``, in metres, for this profile; ``candidates`` where they were looked for before."""
        near = self.mesh.near(points) if candidates is None else candidates
        return self.priced(points, self.mesh.choose(near, self.usable))

    def priced(self, points: Floats, snaps: Snaps) -> Ends:
        """Return points that stand somewhere already, with what their pieces of edge cost."""
        there = snaps.edge != NOWHERE
        edge = np.where(there, snaps.edge, 0)
        if not len(self.graph.start):
            nothing = np.full((len(points), 2), np.inf)
            return Ends(points, snaps, np.zeros((len(points), 2), np.int64), nothing, nothing, nothing, nothing)
        graph, share = self.graph, np.stack((snaps.fraction, 1.0 - snaps.fraction), axis=1)
        forward, backward = self.costs.forward[edge], self.costs.backward[edge]
        off = np.where(there, snaps.off_m, np.inf)[:, None]
        return Ends(
            xy=points,
            snaps=snaps,
            nodes=np.stack((graph.start[edge], graph.end[edge]), axis=1).astype(np.int64),
            leaving=off + partly(share, np.stack((backward, forward), axis=1)),
            arriving=off + partly(share, np.stack((forward, backward), axis=1)),
            length_m=off + share * graph.length_m[edge][:, None],
            known_m=share * self.known_m[edge][:, None],
        )


def partly(share: Floats, cost: Floats) -> Floats:
    """Return the cost of a share of an edge: none of an impassable edge costs nothing."""
    return np.multiply(share, cost, out=np.zeros_like(cost), where=share > 1e-9)


def _arcs(graph: Graph, costs: Costs) -> Arcs:
    tail = np.concatenate((graph.start, graph.end)).astype(np.int64)
    head = np.concatenate((graph.end, graph.start)).astype(np.int64)
    cost = np.maximum(np.concatenate((costs.forward, costs.backward)), LEAST)
    edge = np.tile(np.arange(len(graph.start), dtype=np.int64), 2)
    passable = np.isfinite(cost) & (tail != head)
    tail, head, cost, edge = tail[passable], head[passable], cost[passable], edge[passable]
    order = np.lexsort((edge, cost, head, tail))
    tail, head, cost, edge = tail[order], head[order], cost[order], edge[order]
    first = np.ones(len(tail), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    return Arcs(tail[first], head[first], edge[first], cost[first])


def _matrix(arcs: Arcs, count: int) -> csr_matrix:
    first = np.searchsorted(arcs.tail, np.arange(count + 1)).astype(np.int32)
    return csr_matrix((arcs.cost, arcs.head.astype(np.int32), first), shape=(count, count))


def _around(arcs: Arcs, graph: Graph) -> Floats:
    count = len(graph.nodes)
    passable = csr_matrix((np.ones(len(arcs.tail)), (arcs.tail, arcs.head)), shape=(count, count))
    parts, label = connected_components(passable, directed=False)
    edges = np.unique(arcs.edge)
    metres = np.bincount(label[graph.start[edges]], graph.length_m[edges], parts)
    return np.asarray(metres[label], dtype=np.float64)


def with_rows(matrix: csr_matrix, ends: Ints, costs: Floats) -> csr_matrix:
    """Return the matrix with ``k`` nodes added, each with arcs to ``ends`` ``(k, 2)`` at ``costs``; inf: no arc."""
    count, added = matrix.shape[0], len(ends)
    kept = np.isfinite(costs)
    kept[:, 1] &= ~((ends[:, 0] == ends[:, 1]) & kept[:, 0])  # a loop: both ways end at the same node
    costs = np.where((ends[:, 0] == ends[:, 1])[:, None], costs.min(axis=1, keepdims=True), costs)
    first = np.concatenate((matrix.indptr, matrix.indptr[-1] + np.cumsum(kept.sum(axis=1)))).astype(np.int32)
    return csr_matrix(
        (
            np.concatenate((matrix.data, np.maximum(costs[kept], LEAST))),
            np.concatenate((matrix.indices, ends[kept])).astype(np.int32),
            first,
        ),
        shape=(count + added, count + added),
    )


def enters(places: Places, profile: Profile) -> tuple[Bools, Floats]:
    """Return which entrances ``(s,)`` the profile passes, and what each counts as in metre-equivalents.

    A wheelchair is kept out by ``no``, and by steps of which nobody says that a ramp helps: limited and unknown stay.
    Others climb the steps of the entrance as they would those on the way.
    """
    if profile == Profile.WHEELCHAIR:
        stepped = (places.entrance_steps > 0) & (places.wheelchair == UNKNOWN)
        handicap = np.zeros(len(places.ids))
        for value, metres in DOUBT_M.items():
            handicap[places.wheelchair == value] = metres
        return (places.wheelchair != NO) & ~stepped, handicap
    up_m, _ = step_m()
    each = up_m * (OLD_TO_YOUNG_UP if profile == Profile.SENIOR else 1.0)
    return np.ones(len(places.ids), dtype=bool), np.maximum(places.entrance_steps, 0) * each
