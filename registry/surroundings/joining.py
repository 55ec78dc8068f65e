"""One network of several: sources that meet are linked where they come near each other; edges cut and left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from registry.surroundings.errors import NetworksOfTwoProjections
from registry.surroundings.graph import EDGE_COLUMNS, UNKNOWN, Graph, Kind, Surface

SAME_PLACE_M: Final = 1.5
"""Nodes of two sources this near are linked: what a survey in the street and a map agree to (assumption)."""
REACH_M: Final = 5.0
"""An end of a surveyed path this near to an edge of another source is linked to it: half of a carriageway."""
SHORTEST_M: Final = 0.01
"""A link has a length: without one it is no edge to a sparse matrix."""
AT_THE_END_M: Final = 0.5

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Links:
    """Links to make: from nodes to nodes, or to places along edges (metres from their start)."""

    node: Ints
    other: Ints
    loose: Ints
    edge: Ints
    along_m: Floats


def columns(graph: Graph) -> dict[str, NDArray[Any]]:
    return {name: getattr(graph, name) for name in EDGE_COLUMNS}


def join(graphs: Sequence[Graph]) -> Graph:
    """Return one network of all; the same graphs in the same order give the same network.

    Nodes of different graphs within 1.5 m of each other are linked, each to the nearest of each other graph. Then ends
    of surveyed (CNIG) paths that are still loose are linked to the nearest edge of another graph within 5 m, which is
    split. Who is linked to a node that is no frontier is no frontier either.

    Raises:
        NetworksOfTwoProjections: Their coordinates are of two projections.
    """
    if len({graph.srid for graph in graphs}) != 1:
        raise NetworksOfTwoProjections(field="srid", value=sorted({graph.srid for graph in graphs}))
    if len(graphs) == 1:
        return graphs[0]
    whole = _side_by_side(graphs)
    links = _links(whole, np.repeat(np.arange(len(graphs)), [len(graph.nodes) for graph in graphs]))
    return _linked(whole, links)


def _side_by_side(graphs: Sequence[Graph]) -> Graph:
    nodes = np.cumsum([0, *(len(graph.nodes) for graph in graphs)])
    bends = np.cumsum([0, *(len(graph.bends) for graph in graphs)])
    sources = np.cumsum([0, *(len(graph.sources) for graph in graphs)])
    shift = {"start": nodes, "end": nodes, "source": sources}
    joined = {
        name: np.concatenate([
            (getattr(graph, name) + (shift[name][i] if name in shift else 0)).astype(kind)
            for i, graph in enumerate(graphs)
        ])
        for name, kind in EDGE_COLUMNS.items()
    }  # fmt: skip
    return Graph(
        srid=graphs[0].srid,
        nodes=np.concatenate([graph.nodes for graph in graphs]),
        frontier=np.concatenate([graph.frontier for graph in graphs]),
        bends=np.concatenate([graph.bends for graph in graphs]),
        first_bend=np.concatenate([[0], *(graph.first_bend[1:] + bends[i] for i, graph in enumerate(graphs))]),
        sources=tuple(source for graph in graphs for source in graph.sources),
        **joined,
    )


def _links(whole: Graph, graph_of: Ints) -> _Links:
    node, other = _near(whole, graph_of)
    met = np.zeros(len(whole.nodes), dtype=bool)
    met[node] = met[other] = True
    surveyed = np.array([source["kind"] == "cnig" for source in whole.sources])
    degree = np.bincount(np.concatenate((whole.start, whole.end)), minlength=len(whole.nodes))
    of_survey = np.zeros(len(whole.nodes), dtype=bool)
    np.logical_or.at(of_survey, np.concatenate((whole.start, whole.end)), np.tile(surveyed[whole.source], 2))
    loose = np.flatnonzero(of_survey & (degree == 1) & ~met)
    loose, edge, along = _to_edges(whole, graph_of, loose)
    length = whole.length_m[edge]
    first, last = along < AT_THE_END_M, along > length - AT_THE_END_M
    ends = np.where(first, whole.start[edge], whole.end[edge]).astype(np.int64)
    near = first | last
    return _Links(
        np.concatenate((node, loose[near])), np.concatenate((other, ends[near])),
        loose[~near], edge[~near], along[~near],
    )  # fmt: skip


def _near(whole: Graph, graph_of: Ints) -> tuple[Ints, Ints]:
    """Return pairs of nodes of two graphs within reach: each node with the nearest one of each other graph."""
    pairs = cKDTree(whole.nodes).query_pairs(SAME_PLACE_M, output_type="ndarray").astype(np.int64)
    pairs = pairs[graph_of[pairs[:, 0]] != graph_of[pairs[:, 1]]]
    pairs = pairs[~_upstairs(whole)[pairs].any(axis=1)]
    far = np.hypot(*(whole.nodes[pairs[:, 0]] - whole.nodes[pairs[:, 1]]).T)
    best = set()
    for side in (0, 1):
        order = np.lexsort((pairs[:, 1 - side], far, graph_of[pairs[:, 1 - side]], pairs[:, side]))
        key = np.column_stack((pairs[:, side], graph_of[pairs[:, 1 - side]]))[order]
        first = np.concatenate(([True], (key[1:] != key[:-1]).any(axis=1)))[: len(order)]
        best |= set(map(tuple, pairs[order[first]].tolist()))
    chosen = np.array(sorted(best), dtype=np.int64).reshape(-1, 2)
    return chosen[:, 0], chosen[:, 1]


def _upstairs(whole: Graph) -> NDArray[np.bool_]:
    """Return which nodes stand on another one that a lift joins them to: a link to both would save the ride."""
    found = np.zeros(len(whole.nodes), dtype=bool)
    found[whole.end[(whole.kind == Kind.LIFT) & (whole.length_m <= SHORTEST_M)]] = True
    return found


def _to_edges(whole: Graph, graph_of: Ints, loose: Ints) -> tuple[Ints, Ints, Floats]:
    """Return for each loose node the nearest edge of another graph within reach, and where along it."""
    of_edge = np.repeat(np.arange(len(whole.start)), np.diff(whole.first_bend))
    lines = shapely.linestrings(whole.bends, indices=of_edge)
    found: list[tuple[int, int, float]] = []
    for graph in np.unique(graph_of[loose]):
        others = np.flatnonzero(graph_of[whole.start] != graph)
        mine = loose[graph_of[loose] == graph]
        points = shapely.points(whole.nodes[mine])
        tree = shapely.STRtree(lines[others])
        index, edge = tree.query_nearest(points, max_distance=REACH_M, all_matches=True)
        order = np.lexsort((edge, index))
        first = np.concatenate(([True], index[order][1:] != index[order][:-1]))[: len(order)]
        for i, e in zip(index[order][first].tolist(), others[edge[order][first]].tolist(), strict=True):
            found.append((int(mine[i]), e, float(shapely.line_locate_point(lines[e], points[i]))))
    found.sort()
    table = np.array(found, dtype=np.float64).reshape(-1, 3)
    return table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2]


def _linked(whole: Graph, links: _Links) -> Graph:
    cut, places = _split_at(whole, links.edge, links.along_m)
    node = np.concatenate((links.node, links.loose))
    other = np.concatenate((links.other, places))
    frontier = np.array(cut.frontier)
    was = np.array(frontier)
    np.logical_and.at(frontier, node, was[other])
    np.logical_and.at(frontier, other, was[node])
    ends = np.stack((cut.nodes[node], cut.nodes[other]), axis=1)
    m = len(node)
    source_of = np.zeros(len(cut.nodes), dtype=np.uint8)
    source_of[cut.end], source_of[cut.start] = cut.source, cut.source
    nothing = np.full(m, np.nan)
    added: dict[str, Any] = {
        "start": node, "end": other, "length_m": np.maximum(SHORTEST_M, np.hypot(*(ends[:, 0] - ends[:, 1]).T)),
        "kind": np.full(m, Kind.LINK), "steps": np.zeros(m), "slope_pct": nothing, "cross_fall_pct": nothing,
        "width_m": nothing, "kerb_m": nothing, "surface": np.full(m, Surface.UNKNOWN), "source": source_of[node],
        "object_id": np.zeros(m), **dict.fromkeys(("ramp", "handrail", "wheelchair"), np.full(m, UNKNOWN)),
    }  # fmt: skip
    joined = {
        name: np.concatenate((getattr(cut, name), added[name].astype(kind))) for name, kind in EDGE_COLUMNS.items()
    }
    return Graph(
        srid=cut.srid, nodes=cut.nodes, frontier=frontier, sources=cut.sources,
        bends=np.concatenate((cut.bends, ends.reshape(-1, 2))),
        first_bend=np.concatenate((cut.first_bend, cut.first_bend[-1] + 2 * np.arange(1, m + 1))), **joined,
    )  # fmt: skip


def _split_at(graph: Graph, edge: Ints, along_m: Floats) -> tuple[Graph, Ints]:
    """Split edges at places along them; return the graph, and the new node of each place."""
    places = np.zeros(len(edge), dtype=np.int64)
    if not len(edge):
        return graph, places
    order = np.lexsort((along_m, edge))
    places[order] = len(graph.nodes) + np.arange(len(edge))
    keep = np.ones(len(graph.start), dtype=bool)
    keep[edge] = False
    parts = [part for e in np.unique(edge) for part in _parts(graph, int(e), edge, along_m, places)]
    kept = only(graph, keep, drop_nodes=False)
    origin = np.array([part.edge for part in parts])
    values = {name: getattr(graph, name)[origin] for name in EDGE_COLUMNS}
    values["start"] = np.array([part.start for part in parts], dtype=np.int32)
    values["end"] = np.array([part.end for part in parts], dtype=np.int32)
    values["length_m"] = np.array([part.length_m for part in parts])
    shares = np.round(values["steps"] * values["length_m"] / graph.length_m[origin])
    values["steps"] = np.where(values["steps"] > 0, np.maximum(1, shares), values["steps"]).astype(np.int16)
    counts = np.array([len(part.line) for part in parts])
    new = np.array(_places_xy(graph, edge[order], along_m[order]))
    split = Graph(
        srid=graph.srid, nodes=np.concatenate((graph.nodes, new)), sources=graph.sources,
        frontier=np.concatenate((graph.frontier, np.zeros(len(new), dtype=bool))),
        bends=np.concatenate((kept.bends, *(part.line for part in parts))),
        first_bend=np.concatenate((kept.first_bend, kept.first_bend[-1] + np.cumsum(counts))),
        **{name: np.concatenate((getattr(kept, name), values[name])) for name in EDGE_COLUMNS},
    )  # fmt: skip
    return split, places


@dataclass(frozen=True, slots=True)
class _Part:
    edge: int
    start: int
    end: int
    length_m: float
    line: Floats


def _line(graph: Graph, edge: int) -> Floats:
    return graph.bends[graph.first_bend[edge] : graph.first_bend[edge + 1]]


def _places_xy(graph: Graph, edge: Ints, along_m: Floats) -> list[Floats]:
    return [
        shapely.get_coordinates(shapely.line_interpolate_point(shapely.linestrings(_line(graph, int(e))), d))[0]
        for e, d in zip(edge, along_m, strict=True)
    ]


def _parts(graph: Graph, e: int, edge: Ints, along_m: Floats, places: Ints) -> list[_Part]:
    line = _line(graph, e)
    at = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
    mine = np.flatnonzero(edge == e)
    mine = mine[np.argsort(along_m[mine], kind="stable")]
    ends = [int(graph.start[e]), *places[mine].tolist(), int(graph.end[e])]
    marks = [0.0, *along_m[mine].tolist(), float(at[-1])]
    xy = [line[0], *_places_xy(graph, np.full(len(mine), e), along_m[mine]), line[-1]]
    scale = graph.length_m[e] / at[-1]
    return [
        _Part(
            e, ends[i], ends[i + 1], max(SHORTEST_M, (marks[i + 1] - marks[i]) * scale),
            np.vstack((xy[i], line[(at > marks[i]) & (at < marks[i + 1])], xy[i + 1])),
        )
        for i in range(len(ends) - 1)
    ]  # fmt: skip


def only(graph: Graph, keep: NDArray[np.bool_], *, drop_nodes: bool = True) -> Graph:
    """Return the network of the edges that ``keep`` marks; nodes that then stand alone go too."""
    count = np.diff(graph.first_bend)
    values = {name: value[keep] for name, value in columns(graph).items()}
    nodes, frontier = graph.nodes, graph.frontier
    if drop_nodes:
        used, ends = np.unique(np.concatenate((values["start"], values["end"])), return_inverse=True)
        nodes, frontier = nodes[used], frontier[used]
        half = len(values["start"])
        values |= {"start": ends[:half].astype(np.int32), "end": ends[half:].astype(np.int32)}
    return Graph(
        srid=graph.srid, nodes=nodes, frontier=frontier, bends=graph.bends[np.repeat(keep, count)],
        first_bend=np.concatenate(([0], np.cumsum(count[keep]))), sources=graph.sources, **values,
    )  # fmt: skip
