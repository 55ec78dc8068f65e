"""The first 200 m around a door: how much of their paths is reached without a step, and how much in a wheelchair.

A path counts by its metres, and as reached where nothing before it bars the way. In a wheelchair, proven is what is
reached over paths of which all that matters is known; possible is what is reached where the unknown bars nothing. Where
the file ends within the 200 m, or where the door stands on no network, nothing is known: unknown is never impassable.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from scipy.sparse.csgraph import dijkstra

from registry.surroundings.distances.network import Ends, Network, with_rows
from registry.surroundings.graph import Kind
from registry.surroundings.profiles import Costs
from registry.surroundings.snapping import NOWHERE, Bools, Candidates, Floats, Ints, Snaps

RADIUS_M: Final = 200.0
"""Along the paths; the first metres on which everything else depends (design of the index, component A)."""
_AT_ONCE: Final = 256
"""Doors of one search: their distances to every node of a city take 40 MB."""


@dataclass(frozen=True, slots=True)
class FirstMetres:
    """Of ``d`` doors.

    Attributes:
        paths_m: ``float64 (d,)``: metres of paths within the radius; ``NaN``: unknown.
        step_free_m: Of which are reached without a step: that counts for who walks with a stick or a walker, whom
            nothing bars the way. Assumption: a step is what a walker is not lifted over every day.
        proven_m: Of which a wheelchair reaches for sure.
        possible_m: Of which it may reach: ``proven_m <= possible_m <= paths_m``.
    """

    paths_m: Floats
    step_free_m: Floats
    proven_m: Floats
    possible_m: Floats


class Surroundings:
    """What of a network leads on, in plain metres."""

    def __init__(self, walking: Network, wheelchair: Network) -> None:
        """Take the network as who walks uses it, and as a wheelchair does."""
        self._walking, self._wheelchair = walking, wheelchair

    @cached_property
    def _everything(self) -> Network:
        return _in_metres(self._walking, self._walking.usable)

    @cached_property
    def _step_free(self) -> Network:
        graph = self._walking.graph
        steps = (graph.steps != 0) | np.isin(graph.kind, (Kind.STEPS, Kind.ESCALATOR))
        return _in_metres(self._walking, self._walking.usable & ~steps)

    @cached_property
    def _possible(self) -> Network:
        return _in_metres(self._wheelchair, self._wheelchair.usable)

    @cached_property
    def _proven(self) -> Network:
        """What joins two files stands for no path: it leads on, and has no metres to be counted."""
        known = (self._wheelchair.costs.known >= 1.0) | (self._wheelchair.graph.kind == Kind.LINK)
        return _in_metres(self._wheelchair, self._wheelchair.usable & known)

    def around(self, doors: Floats, candidates: Candidates | None = None) -> FirstMetres:
        """Return the first metres around doors ``(d, 2)``, in metres."""
        mesh = self._walking.mesh
        near = mesh.near(doors) if candidates is None else candidates
        on_foot, step_free, rolling = (
            mesh.choose(near, network.usable) for network in (self._everything, self._step_free, self._possible)
        )
        paths_m, ends = _reached(self._everything, doors, on_foot)
        paths_m = np.where(ends | (on_foot.edge == NOWHERE), np.nan, paths_m)
        possible_m = np.minimum(_reached(self._possible, doors, rolling)[0], paths_m)
        return FirstMetres(
            paths_m,
            np.minimum(_reached(self._step_free, doors, step_free)[0], paths_m),
            np.minimum(_reached(self._proven, doors, rolling)[0], possible_m),
            possible_m,
        )


def _in_metres(network: Network, kept: Bools) -> Network:
    """Return the network with its length as the cost of what is kept, and no way through the rest."""
    length = np.where(kept, network.graph.length_m, np.inf)
    return Network(network.mesh, Costs(length, length, network.costs.barrier, network.costs.known), network.profile)


def _reached(network: Network, doors: Floats, snaps: Snaps) -> tuple[Floats, Bools]:
    """Return the metres of paths within the radius of doors, and whether the file ends there."""
    metres, frontier = np.zeros(len(doors)), np.zeros(len(doors), dtype=bool)
    ends, incident = network.priced(doors, snaps), _Incident(network)
    ending = np.flatnonzero(network.graph.frontier)
    for start in range(0, len(metres), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        count, added = len(network.graph.nodes), len(ends.xy[part])
        extended = with_rows(network.ahead, ends.nodes[part], ends.leaving[part])
        found = dijkstra(extended, indices=np.arange(count, count + added), limit=RADIUS_M)[:, :count]
        metres[part] = incident.metres(found, ends.snaps.edge[part]) + _of_own_edge(network, ends, part)
        frontier[part] = np.isfinite(found[:, ending]).any(axis=1)
    return metres, frontier


def _of_own_edge(network: Network, ends: Ends, part: slice) -> Floats:
    """Return the metres of a point's own edge, both ways from it."""
    graph, edge = network.graph, ends.snaps.edge[part]
    if not len(graph.start):
        return np.zeros(len(edge))
    share = np.stack((ends.snaps.fraction[part], 1.0 - ends.snaps.fraction[part]), axis=1)
    left = np.maximum(RADIUS_M - ends.snaps.off_m[part], 0.0)[:, None]
    within = np.minimum(share * graph.length_m[edge][:, None], left).sum(axis=1)
    return np.where((edge != NOWHERE) & network.usable[edge] & (graph.kind[edge] != Kind.LINK), within, 0.0)


class _Incident:
    """The edges that count, by the nodes at which they begin and end."""

    def __init__(self, network: Network) -> None:
        graph = network.graph
        counted = np.flatnonzero(network.usable & (graph.kind != Kind.LINK))
        node = np.concatenate((graph.start[counted], graph.end[counted])).astype(np.int64)
        order = np.argsort(node, kind="stable")
        self._edge: Ints = np.tile(counted, 2)[order]
        self._first: Ints = np.searchsorted(node[order], np.arange(len(graph.nodes) + 1))
        self._length_m = graph.length_m

    def metres(self, found: Floats, own: Ints) -> Floats:
        """Return the metres within the radius of ``d`` doors, their own edges left out.

        Args:
            found: ``(d, n)``: metres from each door to each node; ``inf``: beyond.
            own: ``(d,)``: the edge on which each door stands.
        """
        door, node = np.nonzero(np.isfinite(found))
        many = self._first[node + 1] - self._first[node]
        rank = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
        edge = self._edge[np.repeat(self._first[node], many) + rank]
        left = np.repeat(RADIUS_M - found[door, node], many)
        at = np.repeat(door, many)
        elsewhere = edge != own[at]
        pair, place = np.unique(at[elsewhere] * len(self._length_m) + edge[elsewhere], return_inverse=True)
        from_both_ends = np.bincount(place, left[elsewhere], len(pair))
        at, edge = np.divmod(pair, max(len(self._length_m), 1))
        return np.bincount(at, np.minimum(from_both_ends, self._length_m[edge]), len(found)).astype(np.float64)
