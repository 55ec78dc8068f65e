"""Lifts that OpenStreetMap draws as a point or an area: edges between the levels that meet there.

Source: the wiki of OpenStreetMap, Tag:highway=elevator: a node where paths of several levels meet, or an area whose
outline they touch; an open way is an inclined lift, an edge as it is. Who changes the level waits for the lift once,
whoever only passes by does not: paths that state one ``level`` are on it, whatever stands there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from registry.surroundings.graph import EDGE_COLUMNS, NO, UNKNOWN, Graph, Kind, Surface
from registry.surroundings.joining import SHORTEST_M, columns, only

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
GROUND: Final = 0.0
SEVERAL: Final = np.inf
"""The level of what spans several."""


class Level(NamedTuple):
    """On which level a way is; ``stated`` where its own tag says that it is on this one alone."""

    number: float
    stated: bool


@dataclass(frozen=True, slots=True)
class Lift:
    """A lift at nodes of the graph: one for a point, those of its outline for an area.

    Attributes:
        closed: Nobody may ride.
        width_m: ``NaN``: unknown; ``wheelchair`` as in :class:`~registry.surroundings.graph.Graph`.
    """

    object_id: int
    nodes: Ints
    closed: bool
    width_m: float
    wheelchair: int


@lru_cache(maxsize=256)
def level_of(level: str | None, layer: str | None) -> Level:
    """Return the level that tags say: of ``layer`` where there is none, and the ground where there is neither.

    Neither ``layer`` (what crosses above what) nor silence is a statement of a level.
    """
    if level is not None:
        number = _number(level)
        return Level(SEVERAL, stated=False) if number is None else Level(number, stated=True)
    return Level(_number(layer or "") or GROUND, stated=False)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def with_lifts(graph: Graph, lifts: Sequence[Lift], levels: Sequence[Level], outline: Flags) -> Graph:
    """Return the network whose levels meet in the lifts by an edge of their own.

    At a lift each level has a node, joined to each other one by an edge of the kind ``LIFT``: who rides waits once.
    Where nothing tells levels apart, each path that ends or passes there is on one of its own.

    Args:
        graph: With lifts' nodes as nodes.
        lifts: Points and areas.
        levels: Of each of the ``m`` edges.
        outline: ``bool (m,)``: edges that are an area's outline: nobody walks along the walls of a shaft.
    """
    if not lifts:
        return graph
    count = len(graph.nodes)
    ends = np.concatenate((graph.start, graph.end)).astype(np.int64)
    touching = _touching(ends, lifts, np.tile(outline, 2))
    copies, rides = list[int](), list[tuple[int, int, int]]()
    for number, lift in enumerate(lifts):
        here = [end for node in lift.nodes.tolist() for end in touching.get(node, ())]
        if _said_of_its_way(graph, lift, here):
            continue
        stops, taken = list[int](), set[int]()
        for stop in _stops(here, ends, levels):
            node = int(ends[stop[0]])
            if node in taken:
                copies.append(node if node < count else copies[node - count])
                node = ends[stop] = count + len(copies) - 1
            taken.add(node)
            stops.append(node)
        rides += [(a, b, number) for a, b in combinations(stops, 2) if not lift.closed]
    return _with_rides(graph, ends, copies, rides, lifts, outline)


def _touching(ends: Ints, lifts: Sequence[Lift], left_out: Flags) -> dict[int, list[int]]:
    """Return by node the ends of edges there: ``e`` for the start of edge ``e``, ``m + e`` for its end."""
    found: dict[int, list[int]] = {}
    nodes = np.concatenate([lift.nodes for lift in lifts])
    for end in np.flatnonzero(np.isin(ends, nodes) & ~left_out).tolist():
        found.setdefault(int(ends[end]), []).append(end)
    return found


def _said_of_its_way(graph: Graph, lift: Lift, here: Sequence[int]) -> bool:
    """Put what a point says on the lift's own way, if it is one's end: it is no second lift."""
    if len(lift.nodes) > 1:
        return False
    edges = np.array(here, dtype=np.int64) % len(graph.start)
    own = edges[graph.kind[edges] == Kind.LIFT]
    graph.width_m[own] = np.fmin(graph.width_m[own], np.float32(lift.width_m))
    if lift.wheelchair == NO:
        graph.wheelchair[own] = NO
    return len(own) > 0


def _stops(here: Sequence[int], ends: Ints, levels: Sequence[Level]) -> list[list[int]]:
    """Return the ends of edges at a lift by node and level, at each node the ground first."""
    found: dict[tuple[int, float], list[int]] = {}
    for end in here:
        found.setdefault((int(ends[end]), levels[end % len(levels)].number), []).append(end)
    if len(found) == 1 and not all(levels[end % len(levels)].stated for end in here):
        return [[end] for end in here]
    return [found[at] for at in sorted(found, key=lambda at: (at[0], abs(at[1]), at[1]))]


def _with_rides(
    graph: Graph, ends: Ints, copies: Sequence[int], rides: Sequence[tuple[int, int, int]], lifts: Sequence[Lift],
    outline: Flags,
) -> Graph:  # fmt: skip
    original = np.array(copies, dtype=np.int64)
    nodes = np.concatenate((graph.nodes, graph.nodes[original]))
    table = np.array(rides, dtype=np.int64).reshape(-1, 3)
    m, half = len(table), len(graph.start)
    line = np.stack((nodes[table[:, 0]], nodes[table[:, 1]]), axis=1)
    ridden = [lifts[number] for number in table[:, 2].tolist()]
    nothing = np.full(m, np.nan)
    added: dict[str, Any] = {
        "start": table[:, 0], "end": table[:, 1],
        "length_m": np.maximum(SHORTEST_M, np.hypot(*(line[:, 0] - line[:, 1]).T)),
        "kind": np.full(m, Kind.LIFT), "steps": np.zeros(m), "slope_pct": nothing, "cross_fall_pct": nothing,
        "width_m": np.array([lift.width_m for lift in ridden]), "kerb_m": nothing,
        "surface": np.full(m, Surface.UNKNOWN), "source": np.zeros(m),
        "object_id": np.array([lift.object_id for lift in ridden]),
        "wheelchair": np.array([lift.wheelchair for lift in ridden]),
        **dict.fromkeys(("ramp", "handrail"), np.full(m, UNKNOWN)),
    }  # fmt: skip
    before = columns(graph) | {"start": ends[:half], "end": ends[half:]}
    whole = Graph(
        srid=graph.srid, nodes=nodes, sources=graph.sources,
        frontier=np.concatenate((graph.frontier, graph.frontier[original])),
        bends=np.concatenate((graph.bends, line.reshape(-1, 2))),
        first_bend=np.concatenate((graph.first_bend, graph.first_bend[-1] + 2 * np.arange(1, m + 1))),
        **{
            name: np.concatenate((before[name].astype(kind), added[name].astype(kind)))
            for name, kind in EDGE_COLUMNS.items()
        },
    )  # fmt: skip
    keep = np.concatenate((~outline, np.ones(m, dtype=bool)))
    return only(whole, keep) if keep.any() and not keep.all() else whole
