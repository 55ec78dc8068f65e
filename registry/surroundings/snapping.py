"""Where a door or a service meets the network: the nearest point of the nearest edge, in projected metres."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from registry.surroundings.graph import Graph

REACH_M: Final = 60.0
"""Farther from every edge, a point has no network here. Assumption: the depth of a plot with its front garden."""
PREFERRED_WITHIN: Final = 1.5
"""So many times the distance of the nearest edge, an edge that leads on is preferred to one that does not."""
SLACK_M: Final = 1.0
"""Two edges nearer than this to the same point are equally near: positions are no better. Assumption."""
NOWHERE: Final = -1

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Snaps:
    """``k`` points on the network.

    Attributes:
        edge: ``int64 (k,)``, :data:`NOWHERE` where no edge is within :data:`REACH_M`.
        fraction: ``float64 (k,)``: share of the edge's length that lies before the point, from ``start``.
        off_m: ``float64 (k,)``: metres from the point to the edge; ``inf`` nowhere.
    """

    edge: Ints
    fraction: Floats
    off_m: Floats

    def __len__(self) -> int:
        return len(self.edge)

    def take(self, chosen: Ints | Bools) -> "Snaps":
        return Snaps(self.edge[chosen], self.fraction[chosen], self.off_m[chosen])


@dataclass(frozen=True, slots=True)
class Candidates:
    """Edges near points, by point, the nearest first: ``point``, ``edge``, ``fraction``, ``off_m`` of equal length."""

    count: int
    point: Ints
    edge: Ints
    fraction: Floats
    off_m: Floats


class Mesh:
    """The segments of a graph in a tree, and which parts of the network hang together: built once for a graph.

    Attributes:
        component: ``int64 (n,)``: the connected part of each node, whatever may pass it.
        component_m: ``float64 (c,)``: metres of network in each part.
        main: ``bool (m,)``: whether an edge belongs to the part with the most metres.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        owner = np.repeat(np.arange(len(graph.start)), np.diff(graph.first_bend))
        inside = owner[1:] == owner[:-1]
        self._owner = owner[1:][inside]
        self._from = graph.bends[:-1][inside]
        self._step = graph.bends[1:][inside] - self._from
        self._length = np.hypot(self._step[:, 0], self._step[:, 1])
        run = np.concatenate(([0.0], np.cumsum(self._length)))
        first = np.searchsorted(self._owner, np.arange(len(graph.start)))
        self._before = run[:-1] - run[first][self._owner]
        self._whole = np.bincount(self._owner, self._length, len(graph.start))
        ends = np.stack((self._from, self._from + self._step), axis=1)
        self._tree = shapely.STRtree(shapely.linestrings(ends))
        self.component, self.component_m = _components(graph)
        largest = int(self.component_m.argmax()) if len(self.component_m) else NOWHERE
        self.main: Bools = self.component[graph.start] == largest

    def near(self, points: Floats, within_m: float = REACH_M) -> Candidates:
        """Return each edge within some metres of the points ``(k, 2)``, once, at its nearest point."""
        point, segment = self._tree.query(shapely.points(points), predicate="dwithin", distance=within_m)
        step, length = self._step[segment], self._length[segment]
        towards = points[point] - self._from[segment]
        along = (towards * step).sum(axis=1) / np.maximum(length**2, 1e-12)
        along = np.clip(along, 0.0, 1.0)
        away = towards - step * along[:, None]
        off = np.hypot(away[:, 0], away[:, 1])
        edge = self._owner[segment]
        fraction = (self._before[segment] + along * length) / np.maximum(self._whole[edge], 1e-9)
        order = np.lexsort((off, edge, point))
        fresh = np.ones(len(order), dtype=bool)
        fresh[1:] = (edge[order][1:] != edge[order][:-1]) | (point[order][1:] != point[order][:-1])
        kept = order[fresh]
        kept = kept[np.lexsort((edge[kept], off[kept], point[kept]))]
        return Candidates(len(points), point[kept], edge[kept], np.clip(fraction[kept], 0.0, 1.0), off[kept])

    def snap(self, points: Floats, usable: Bools | None = None) -> Snaps:
        """Attach points ``(k, 2)`` to the network.

        Args:
            points: Easting and northing in metres of the graph's projection.
            usable: ``bool (m,)``: the edges that the profile can use; all, by default.
        """
        return self.choose(self.near(points), usable)

    def choose(self, candidates: Candidates, usable: Bools | None = None) -> Snaps:
        """Choose one edge for each point: the nearest, or one nearly as near that leads on.

        Of the edges within :data:`PREFERRED_WITHIN` times the nearest one's distance, one of the main part that can be
        used comes first, then one of the main part, then one that can be used.
        """
        count, point, edge, off = candidates.count, candidates.point, candidates.edge, candidates.off_m
        result = Snaps(np.full(count, NOWHERE, dtype=np.int64), np.zeros(count), np.full(count, np.inf))
        if not len(point):
            return result
        nearest = np.full(count, np.inf)
        np.minimum.at(nearest, point, off)
        passes = np.ones(len(self.main), dtype=bool) if usable is None else usable
        worth = 2 * self.main[edge].astype(np.int64) + passes[edge]
        worth[off > np.maximum(PREFERRED_WITHIN * nearest[point], nearest[point] + SLACK_M)] = -1
        order = np.lexsort((off, -worth, point))
        first = order[np.concatenate(([True], np.diff(point[order]) > 0))]
        result.edge[point[first]] = edge[first]
        result.fraction[point[first]] = candidates.fraction[first]
        result.off_m[point[first]] = off[first]
        return result


def _components(graph: Graph) -> tuple[Ints, Floats]:
    count = len(graph.nodes)
    joined = csr_matrix((np.ones(len(graph.start)), (graph.start, graph.end)), shape=(count, count))
    parts, label = connected_components(joined, directed=False)
    labels: Ints = label.astype(np.int64)
    metres = np.bincount(labels[graph.start], graph.length_m, parts).astype(np.float64)
    return labels, metres
