"""Plane geometry that needs no database: Web Mercator, boxes, and the bounds of what callers may send.

Outside the service coordinates are longitude, latitude in WGS84 degrees (EPSG:4326). Search order and tiles use
spherical Web Mercator (EPSG:3857): it serves every territory and needs no transformation for tiles. A Mercator
length is 1/cos(latitude) times the length on the ground; within 50 km the error stays under 0.6 %.
"""

import math
from typing import Final, NamedTuple

EARTH_RADIUS_M: Final = 6_378_137.0
MAX_LATITUDE: Final = 85.0
HALF_WORLD_M: Final = math.pi * EARTH_RADIUS_M
"""From the middle of the square that Web Mercator makes of the world to its sides; EPSG:3857 metres."""


class LonLat(NamedTuple):
    """Degrees, WGS84."""

    lon: float
    lat: float


class Box(NamedTuple):
    """West, south, east, north; in the CRS of its context."""

    west: float
    south: float
    east: float
    north: float

    @property
    def centre(self) -> tuple[float, float]:
        return (self.west + self.east) / 2, (self.south + self.north) / 2


class TileAddress(NamedTuple):
    """A tile of the world's square: ``z`` times halved, ``x`` from the west, ``y`` from the north."""

    z: int
    x: int
    y: int

    @property
    def side_m(self) -> float:
        """The side in EPSG:3857 metres."""
        return math.ldexp(2 * HALF_WORLD_M, -self.z)

    @property
    def inside(self) -> bool:
        """Whether the zoom has such a tile."""
        return min(self.x, self.y) >= 0 and max(self.x, self.y) < 2**self.z

    @property
    def box(self) -> Box:
        """The tile in EPSG:3857."""
        west, north = self.x * self.side_m - HALF_WORLD_M, HALF_WORLD_M - self.y * self.side_m
        return Box(west, north - self.side_m, west + self.side_m, north)


# Metropolitan France and the overseas territories of the legal projections: west, south, east, north.
_FRANCE: Final = (
    Box(-5.6, 41.2, 9.9, 51.3), Box(-63.3, 14.2, -60.7, 18.3), Box(-54.7, 2.0, -51.5, 6.0),
    Box(55.1, -21.5, 56.0, -20.7), Box(44.9, -13.1, 45.4, -12.5), Box(-56.6, 46.6, -56.0, 47.3),
)  # fmt: skip


def in_france(lon: float, lat: float) -> bool:
    """Tell whether a point in WGS84 degrees lies in one of the boxes around France."""
    return any(box.west <= lon <= box.east and box.south <= lat <= box.north for box in _FRANCE)


def to_mercator(place: LonLat) -> tuple[float, float]:
    """Return x, y in EPSG:3857 metres."""
    x = EARTH_RADIUS_M * math.radians(place.lon)
    y = EARTH_RADIUS_M * math.log(math.tan(math.pi / 4 + math.radians(place.lat) / 2))
    return x, y


def mercator_scale(lat: float) -> float:
    """Return ground metres per Mercator metre at ``lat`` degrees."""
    return math.cos(math.radians(lat))


def box_to_mercator(box: Box) -> Box:
    """Return a WGS84 box in EPSG:3857."""
    west, south = to_mercator(LonLat(box.west, box.south))
    east, north = to_mercator(LonLat(box.east, box.north))
    return Box(west, south, east, north)


def box_area_km2(box: Box) -> float:
    """Return the area on the ground of a WGS84 box, on the sphere."""
    height = math.sin(math.radians(box.north)) - math.sin(math.radians(box.south))
    return abs(math.radians(box.east - box.west) * height) * (EARTH_RADIUS_M / 1000) ** 2


def ring_area_km2(ring: list[LonLat]) -> float:
    """Return the area on the ground of a WGS84 ring, on the sphere (a few per mille for sizes searched here)."""
    total = 0.0
    for here, there in zip(ring, ring[1:] + ring[:1], strict=True):
        total += math.radians(there.lon - here.lon) * (
            2 + math.sin(math.radians(here.lat)) + math.sin(math.radians(there.lat))
        )
    return abs(total / 2) * (EARTH_RADIUS_M / 1000) ** 2
