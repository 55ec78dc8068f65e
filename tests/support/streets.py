"""Hand-made networks and services for tests: a few streets in metres, with what is known of each."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from registry.surroundings.distances import Network
from registry.surroundings.graph import EDGE_COLUMNS, Graph, Kind
from registry.surroundings.places import Places
from registry.surroundings.profiles import Costs, Profile
from registry.surroundings.snapping import Mesh

UNSAID: dict[str, Any] = {
    "kind": Kind.STREET, "steps": 0, "slope_pct": np.nan, "cross_fall_pct": np.nan, "width_m": np.nan, "kerb_m": np.nan,
    "surface": 0, "ramp": -1, "handrail": -1, "wheelchair": -1, "source": 0,
}  # fmt: skip


def streets(
    nodes: Sequence[tuple[float, float]],
    edges: Sequence[tuple[int, int] | tuple[int, int, Mapping[str, Any]]],
    *,
    frontier: Sequence[int] = (),
) -> Graph:
    """Return a graph; an edge is ``(start, end, {column: value, "via": [(x, y), …]})``; object ids count from 1."""
    points = np.array(nodes, dtype=np.float64).reshape(-1, 2)
    columns: dict[str, list[Any]] = {name: [] for name in EDGE_COLUMNS}
    bends, first = [], [0]
    for number, (start, end, *said) in enumerate(edges, start=1):
        given = dict(said[0]) if said else {}
        line = np.array([points[start], *given.pop("via", []), points[end]])
        bends.append(line)
        first.append(first[-1] + len(line))
        length = float(np.hypot(*np.diff(line, axis=0).T).sum())
        row = {**UNSAID, "start": start, "end": end, "length_m": length, "object_id": number, **given}
        for name, value in row.items():
            columns[name].append(value)
    ends = np.zeros(len(points), dtype=np.bool_)
    ends[list(frontier)] = True
    return Graph(
        srid=2154,
        nodes=points,
        frontier=ends,
        bends=np.concatenate(bends) if bends else np.zeros((0, 2)),
        first_bend=np.array(first, dtype=np.int64),
        sources=({"kind": "osm", "name": "test", "data_date": None, "licence": "ODbL 1.0"},),
        **{name: np.array(values, dtype=EDGE_COLUMNS[name]) for name, values in columns.items()},
    )


def places(*given: Mapping[str, Any]) -> Places:
    """Return services, each ``{"xy": (x, y), "family": 1, "wheelchair": -1, "steps": -1, "id": 1 + its place}``."""
    return Places(
        srid=2154,
        ids=np.array([one.get("id", number) for number, one in enumerate(given, start=1)], dtype=np.int64),
        family=np.array([one.get("family", 1) for one in given], dtype=np.uint8),
        xy=np.array([one["xy"] for one in given], dtype=np.float64).reshape(-1, 2),
        wheelchair=np.array([one.get("wheelchair", -1) for one in given], dtype=np.int8),
        entrance_steps=np.array([one.get("steps", -1) for one in given], dtype=np.int16),
        door_width_cm=np.full(len(given), -1, dtype=np.int16),
    )


def plain(graph: Graph, *, rolling: bool = False, uphill: float = 1.0) -> Costs:
    """Return a metre for a metre, ``uphill`` times so much from start to end; no steps for who rolls."""
    stairs = graph.kind == Kind.STEPS
    forward, backward = graph.length_m * uphill, graph.length_m.copy()
    if rolling:
        forward[stairs], backward[stairs] = np.inf, np.inf
    known = (~np.isnan(graph.width_m)).astype(np.float64)
    return Costs(forward, backward, (stairs & rolling).astype(np.uint8), known)


def walking(graph: Graph, *, uphill: float = 1.0) -> Network:
    return Network(Mesh(graph), plain(graph, uphill=uphill), Profile.WALKING)


def rolling(graph: Graph, *, uphill: float = 1.0) -> Network:
    return Network(Mesh(graph), plain(graph, rolling=True, uphill=uphill), Profile.WHEELCHAIR)
