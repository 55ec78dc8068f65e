"""What is passed at a node, put on edges: nobody searches nodes."""

import numpy as np
from numpy.typing import NDArray

from registry.surroundings.graph import NO, Graph, Kind
from registry.surroundings.profiles import NARROWEST_M


def put_on_edges(
    graph: Graph,
    nodes: NDArray[np.int64],
    *,
    width_m: NDArray[np.float64],
    kerb_m: NDArray[np.float64],
    wheelchair: NDArray[np.int8],
    gap: NDArray[np.bool_] | None = None,
) -> None:
    """Put widths, kerbs and a wheelchair's no at ``nodes`` on edges: the narrowest, the highest. ``NaN``: none.

    Behind a ``gap`` that nobody measured the width of an edge is unknown, unless the edge itself is too narrow.

    Between two edges it is on one of them, the crossing if one is, else the shorter: who passes, passes it once. Where
    more edges meet it is on every crossing, or else on every edge but streets: one enters them there.
    """
    ends = np.concatenate((graph.start, graph.end))
    touching = np.flatnonzero(np.isin(ends, nodes))
    if not len(touching):
        return
    edge, node = touching % len(graph.start), ends[touching]
    rank = np.select([graph.kind[edge] == Kind.CROSSING, graph.kind[edge] != Kind.STREET], [0, 1], 2)
    sort = np.lexsort((graph.length_m[edge], rank, node))
    edge, node, rank = edge[sort], node[sort], rank[sort]
    new = np.concatenate(([True], node[1:] != node[:-1]))
    group = np.cumsum(new) - 1
    few = np.bincount(group)[group] <= 2
    chosen = np.where(few, new, rank == rank[new][group])
    order = np.argsort(nodes, kind="stable")
    edge, at = edge[chosen], order[np.searchsorted(nodes, node[chosen], sorter=order)]
    if gap is not None:
        through = edge[gap[at]]
        graph.width_m[through[graph.width_m[through] >= np.float32(NARROWEST_M)]] = np.nan
    np.fmin.at(graph.width_m, edge, width_m[at].astype(np.float32))
    np.fmax.at(graph.kerb_m, edge, kerb_m[at].astype(np.float32))
    graph.wheelchair[edge[wheelchair[at] == NO]] = NO
