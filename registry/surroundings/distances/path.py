"""The way itself: which stretch of which edge, in which direction, and what is known of it."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import shapely
from shapely.ops import substring

from registry.surroundings.distances.network import Network
from registry.surroundings.distances.search import ON_DOORS_EDGE, Reach, Ways, nodes_of
from registry.surroundings.graph import Kind
from registry.surroundings.snapping import Floats


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an edge, from one fraction of its length to another; backward where ``begin`` is the larger."""

    edge: int
    begin: float
    end: float

    @property
    def share(self) -> float:
        return abs(self.end - self.begin)


@dataclass(frozen=True, slots=True)
class Leg:
    """Consecutive pieces of one object of the source.

    Attributes:
        kind: What it is; :attr:`Kind.LINK` from the door to the network, and from there to the service.
        length_m: Metres.
        cost_m: Metre-equivalents for the profile.
        steps: Steps of the flights that are passed; 0: none, -1: there are some, nobody counted them.
        slope_pct: Steepest stretch in per cent, in the direction of walking, positive uphill; ``None``: unknown.
        source: Index into the sources of the graph; ``None`` where drawn by none.
        object_id: The source's own number.
    """

    kind: Kind
    length_m: float
    cost_m: float
    steps: int = 0
    slope_pct: float | None = None
    source: int | None = None
    object_id: int | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """``line`` in the graph's projection, from the door to the service; ``known``: share of the metres, 0 to 1."""

    line: shapely.LineString
    length_m: float
    cost_m: float
    known: float
    pieces: tuple[Piece, ...] = field(repr=False)
    legs: tuple[Leg, ...] = field(repr=False)


def trace(reach: Reach, found: Ways, service: int) -> Path | None:
    """Return the way of least cost from the door to a service; ``None``: it is not reached."""
    if not np.isfinite(found.cost[service]):
        return None
    pieces = _pieces(reach, found, service)
    network = reach.network
    start, goal = reach.door.xy[0], found.services.xy[service]
    off = (float(reach.door.snaps.off_m[0]), float(found.services.snaps.off_m[service]))
    graph = network.graph
    length = sum(off) + sum(piece.share * float(graph.length_m[piece.edge]) for piece in pieces)
    known = sum(piece.share * float(network.known_m[piece.edge]) for piece in pieces)
    legs = [Leg(Kind.LINK, off[0], off[0]), *_legs(network, pieces), Leg(Kind.LINK, off[1], off[1])]
    return Path(
        line=_line(network, start, goal, pieces),
        length_m=length,
        cost_m=float(found.cost[service]),
        known=known / max(length, 1e-9),
        pieces=pieces,
        legs=tuple(leg for leg in legs if leg.length_m > 0.0),
    )


def _pieces(reach: Reach, found: Ways, service: int) -> tuple[Piece, ...]:
    door, snaps = reach.door.snaps, found.services.snaps
    begin, end = float(door.fraction[0]), float(snaps.fraction[service])
    first, last = int(door.edge[0]), int(snaps.edge[service])
    side = int(found.side[service])
    if side == ON_DOORS_EDGE:
        return (Piece(first, begin, end),)
    nodes = nodes_of(reach, int(found.services.nodes[service, side]))
    leaving = np.where(reach.door.nodes[0] == nodes[0], reach.door.leaving[0], np.inf)
    between = [_whole(reach.network, a, b) for a, b in pairwise(nodes)]
    return (Piece(first, begin, float(leaving.argmin())), *between, Piece(last, float(side), end))


def _whole(network: Network, tail: int, head: int) -> Piece:
    low, high = network.ahead.indptr[tail], network.ahead.indptr[tail + 1]
    arc = low + int(np.searchsorted(network.arcs.head[low:high], head))
    edge = int(network.arcs.edge[arc])
    forward = int(network.graph.start[edge]) == tail
    return Piece(edge, 0.0, 1.0) if forward else Piece(edge, 1.0, 0.0)


def rate(network: Network, piece: Piece) -> float:
    """Return the cost of the whole edge in the piece's direction; ``inf``: impassable."""
    costs = network.costs.forward if piece.end >= piece.begin else network.costs.backward
    return float(costs[piece.edge])


def slope(network: Network, piece: Piece) -> float | None:
    """Return the slope in per cent in the direction of walking, positive uphill; ``None``: unknown."""
    value = float(network.graph.slope_pct[piece.edge])
    if np.isnan(value):
        return None
    return value if piece.end >= piece.begin else -value


def _legs(network: Network, pieces: tuple[Piece, ...]) -> list[Leg]:
    graph, legs = network.graph, list[Leg]()
    for piece in pieces:
        if piece.share <= 0.0:
            continue
        edge = piece.edge
        leg = Leg(
            kind=Kind(int(graph.kind[edge])),
            length_m=piece.share * float(graph.length_m[edge]),
            cost_m=piece.share * rate(network, piece),
            steps=int(graph.steps[edge]),
            slope_pct=slope(network, piece),
            source=int(graph.source[edge]),
            object_id=int(graph.object_id[edge]),
        )
        if legs and (legs[-1].kind, legs[-1].source, legs[-1].object_id) == (leg.kind, leg.source, leg.object_id):
            leg = _joined(legs.pop(), leg)
        legs.append(leg)
    return legs


def _joined(one: Leg, other: Leg) -> Leg:
    slopes = [value for value in (one.slope_pct, other.slope_pct) if value is not None]
    return Leg(
        kind=one.kind,
        length_m=one.length_m + other.length_m,
        cost_m=one.cost_m + other.cost_m,
        steps=-1 if -1 in {one.steps, other.steps} else one.steps + other.steps,
        slope_pct=max(slopes, key=abs) if slopes else None,
        source=one.source,
        object_id=one.object_id,
    )


def _line(network: Network, start: Floats, goal: Floats, pieces: tuple[Piece, ...]) -> shapely.LineString:
    graph, parts = network.graph, [start.reshape(1, 2)]
    for piece in pieces:
        low, high = graph.first_bend[piece.edge], graph.first_bend[piece.edge + 1]
        if piece.share == 1.0:  # nearly all of them: no geometry to cut
            parts.append(graph.bends[low:high] if piece.end else graph.bends[low:high][::-1])
            continue
        whole = shapely.LineString(graph.bends[low:high])
        parts.append(shapely.get_coordinates(substring(whole, piece.begin, piece.end, normalized=True)))
    points = np.concatenate([*parts, goal.reshape(1, 2)])
    moved = np.concatenate(([True], np.any(np.abs(np.diff(points, axis=0)) > 1e-6, axis=1)))
    points = points[moved] if moved.sum() > 1 else points[[0, -1]]
    return shapely.LineString(points)
