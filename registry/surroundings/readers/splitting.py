"""Lines that share points as nodes and edges: split where they meet, in numpy throughout."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lines:
    """Points of ways, one after the other.

    Attributes:
        point: ``int64 (p,)``: which point it is; the same number on two lines: they meet there.
        way: ``int64 (p,)``: the line that it is a point of, ascending.
        xy: ``float64 (p, 2)``: metres; ``NaN``: the file does not hold the point.
        closed: ``int64``: points that nobody passes: the line ends on both sides.
        marked: ``int64``: points with something on them: they become nodes.
    """

    point: Ints
    way: Ints
    xy: Floats
    closed: Ints
    marked: Ints


@dataclass(frozen=True, slots=True)
class Split:
    """Edges between nodes, as in :class:`~registry.surroundings.graph.Graph`.

    Attributes:
        point: ``int64 (n,)``: the point that each node is.
        leaves: ``bool (n,)``: a line goes on from here to a point that the file does not hold.
        way: ``int64 (m,)``: the line of each edge.
        absent: Points that the file does not hold; ``left_out``: edges without length.
    """

    nodes: Floats
    point: Ints
    leaves: Flags
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    length_m: Floats
    way: Ints
    bends: Floats
    first_bend: Ints
    absent: int
    left_out: int


@dataclass(slots=True)
class _Runs:
    """Points in unbroken runs: within a way, without absent points, up to a closed point and on from it."""

    point: Ints
    way: Ints
    xy: Floats
    run: Ints
    leaves: Flags


def split(lines: Lines) -> Split:
    """Split at the points where lines meet or end, and at marked ones; all else are bends."""
    there: Flags = np.isfinite(lines.xy[:, 0]) & np.isfinite(lines.xy[:, 1])
    runs = _runs(lines, there)
    ids, first, node = np.unique(runs.point, return_index=True, return_inverse=True)
    cut = _cuts(runs, node, np.isin(ids, lines.marked))
    at = np.flatnonzero(cut)
    same = runs.run[at[:-1]] == runs.run[at[1:]]
    a, b = _rings_opened(node, at[:-1][same], at[1:][same])
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(runs.xy, axis=0).T)))) if len(node) else np.zeros(0)
    length = along[b] - along[a] if len(a) else np.zeros(0)
    merged, node = _merged(node, a, b, length, len(ids))
    kept = length > 0
    leaves = np.zeros(merged, dtype=bool)
    np.logical_or.at(leaves, node, runs.leaves)
    representative = np.full(merged, -1, dtype=np.int64)
    representative[node[first[::-1]]] = first[::-1]
    a, b, length = a[kept], b[kept], length[kept]
    used, ends = np.unique(np.concatenate((node[a], node[b])), return_inverse=True)
    count = b - a + 1
    first_bend = np.concatenate(([0], np.cumsum(count)))
    positions = np.repeat(a - first_bend[:-1], count) + np.arange(first_bend[-1])
    here = representative[used]
    return Split(
        nodes=runs.xy[here], point=runs.point[here], leaves=leaves[used],
        start=ends[: len(a)].astype(np.int32), end=ends[len(a) :].astype(np.int32),
        length_m=length, way=runs.way[a], bends=runs.xy[positions], first_bend=first_bend.astype(np.int64),
        absent=len(np.unique(lines.point[~there])), left_out=int((~kept).sum()),
    )  # fmt: skip


def _runs(lines: Lines, there: Flags) -> _Runs:
    same_way = np.concatenate(([False], lines.way[1:] == lines.way[:-1]))
    repeated = np.concatenate(([False], lines.point[1:] == lines.point[:-1])) & same_way
    after_gap = np.concatenate(([False], ~there[:-1])) & same_way
    before_gap = np.concatenate((~there[1:] & same_way[1:], [False]))
    keep = there & ~repeated
    closed = np.isin(lines.point, lines.closed)
    # A closed point stands twice, as two different points: one ends what comes, one begins what goes on.
    times = np.where(closed, 2, 1)[keep]
    index = np.repeat(np.flatnonzero(keep), times)
    second = np.zeros(len(index), dtype=bool)
    second[1:] = index[1:] == index[:-1]
    begins = np.ones(len(index), dtype=bool)
    begins[1:] = ~((lines.way[index[1:]] == lines.way[index[:-1]]) & ~after_gap[index[1:]] & ~second[1:])
    point = lines.point[index]
    fresh = closed[index]
    point[fresh] = min(int(lines.point.min(initial=0)), 0) - 1 - np.flatnonzero(fresh)
    leaves = after_gap[index] | before_gap[index]
    return _Runs(point, lines.way[index], lines.xy[index], np.cumsum(begins), leaves)


def _cuts(runs: _Runs, node: Ints, marked: Flags) -> Flags:
    cut = (np.bincount(node) >= 2)[node] | marked[node] if len(node) else np.zeros(0, dtype=bool)
    new = np.flatnonzero(np.diff(runs.run)) + 1
    cut[new] = True
    cut[new - 1] = True
    cut[:1] = True
    cut[-1:] = True
    return cut


def _rings_opened(node: Ints, a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """Cut rings that touch the rest at one point in the middle: they have a length, and doors along them."""
    ring = (node[a] == node[b]) & (b - a >= 2)
    if not ring.any():
        return a, b
    middle = (a[ring] + b[ring]) // 2
    order = np.argsort(np.concatenate((a, middle)), kind="stable")
    starts = np.concatenate((a, middle))[order]
    ends = np.concatenate((np.where(ring, (a + b) // 2, b), b[ring]))[order]
    return starts, ends


def _merged(node: Ints, a: Ints, b: Ints, length: Floats, count: int) -> tuple[int, Ints]:
    """Make one node of two that an edge without length joins."""
    none = length <= 0
    if not none.any():
        return count, node
    pairs = coo_array((np.ones(none.sum()), (node[a[none]], node[b[none]])), shape=(count, count))
    merged, label = connected_components(pairs, directed=False)
    return int(merged), label.astype(np.int64)[node]
