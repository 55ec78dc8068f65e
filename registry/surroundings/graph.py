"""The pedestrian network as arrays: what readers make, what is kept, what distances are searched on.

One node where ways meet, end or change, one edge between two of them. Unknown is never zero: a length of text that a
source leaves empty is ``NaN`` (measures) or ``-1`` (counts and yes/no/unknown codes).
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

UNKNOWN: Final = -1
NO: Final = 0
YES: Final = 1


class Kind(IntEnum):
    """What an edge is, as far as walking on it goes. The numbers are stored."""

    STREET = 1
    """Along a carriageway, where no pavement of its own is drawn."""
    PAVEMENT = 2
    PATH = 3
    PEDESTRIAN_AREA = 4
    CROSSING = 5
    STEPS = 6
    RAMP = 7
    LIFT = 8
    ESCALATOR = 9
    HALL = 10
    CORRIDOR = 11
    """``couloir intérieur``: inside a building."""
    PLATFORM = 12
    LINK = 13
    """Drawn by no source: joins two sources, or a place to the network."""


class Surface(IntEnum):
    UNKNOWN = 0
    SMOOTH = 1
    """Asphalt, concrete, paving in good order."""
    UNEVEN = 2
    """Cobbles, compacted gravel, damaged paving: slower, and not for everybody."""
    LOOSE = 3
    """Gravel, sand, earth, grass."""


EDGE_COLUMNS: Final[dict[str, type]] = {
    "start": np.int32,
    "end": np.int32,
    "length_m": np.float64,
    "kind": np.uint8,
    "steps": np.int16,
    "slope_pct": np.float32,
    "cross_fall_pct": np.float32,
    "width_m": np.float32,
    "kerb_m": np.float32,
    "surface": np.uint8,
    "ramp": np.int8,
    "handrail": np.int8,
    "wheelchair": np.int8,
    "source": np.uint8,
    "object_id": np.int64,
}
"""The columns of an edge and how each is kept; see :class:`Graph`."""


@dataclass(frozen=True, slots=True)
class Graph:
    """A pedestrian network of ``n`` nodes and ``m`` edges, walked both ways.

    Attributes:
        srid: EPSG code of all coordinates: the legal projection, in metres (2154 in metropolitan France).
        nodes: ``float64 (n, 2)``, easting and northing in metres.
        frontier: ``bool (n,)``: the network goes on beyond this node, but the file does not. What lies behind it is
            unknown, never unreachable.
        start: ``int32 (m,)``, index into ``nodes``; so is ``end``.
        length_m: Metres along the line, not between its ends.
        kind: :class:`Kind`.
        steps: Number of steps; 0: none, -1: there are some, nobody counted them.
        slope_pct: Worst slope in per cent from ``start`` to ``end``, positive uphill; ``NaN``: unknown.
        cross_fall_pct: Worst cross-fall in per cent, not negative; ``NaN``: unknown.
        width_m: Narrowest useful width in metres; ``NaN``: unknown.
        kerb_m: Highest kerb or lip to pass on the edge in metres, 0: flush; ``NaN``: unknown.
        surface: :class:`Surface`.
        ramp: Whether a ramp lies beside the steps: 1, 0, -1 unknown. So ``handrail``.
        wheelchair: What the source itself says of a wheelchair: 1 yes, 0 no, -1 unknown or limited.
        source: Index into ``sources``.
        object_id: The source's own number of the object that the edge comes from, for explanations.
        bends: ``float64 (p, 2)``: every vertex of every edge, its two nodes included, edge after edge.
        first_bend: ``int64 (m + 1,)``: edge ``e`` is ``bends[first_bend[e]:first_bend[e + 1]]``, from its start on.
        sources: What the edges come from: ``{"kind": "osm" | "cnig", "name", "data_date", "licence"}``.
    """

    srid: int
    nodes: NDArray[np.float64]
    frontier: NDArray[np.bool_]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    length_m: NDArray[np.float64]
    kind: NDArray[np.uint8]
    steps: NDArray[np.int16]
    slope_pct: NDArray[np.float32]
    cross_fall_pct: NDArray[np.float32]
    width_m: NDArray[np.float32]
    kerb_m: NDArray[np.float32]
    surface: NDArray[np.uint8]
    ramp: NDArray[np.int8]
    handrail: NDArray[np.int8]
    wheelchair: NDArray[np.int8]
    source: NDArray[np.uint8]
    object_id: NDArray[np.int64]
    bends: NDArray[np.float64]
    first_bend: NDArray[np.int64]
    sources: tuple[dict[str, Any], ...] = field(default=())
