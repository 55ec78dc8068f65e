"""A member that wants to know where another landlord's homes are. It uses HTTP, public outlines, and its head."""

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import httpx

from registry.kernel.geo import LonLat, mercator_scale, to_mercator
from registry.listings.zoning import BASE_M, COMMUNE, Cell, ZoneKey, square, standing, zone_of
from tests.integration.privacy.figures import distance, sampled, smoothed, trilaterated
from tests.integration.privacy.scene import DISC_M, EAST, NORTH, WEST, Point, Ring, Scene, inside
from tests.support import members

DRAWS: Final = 20
ROUNDING_M: Final = 1.0
POOL: Final = 400
STRIP_M: Final = 300
EXTENT: Final = (-600.0, -600.0, 16_400.0, 14_600.0)
ANCHORS: Final[tuple[Point, ...]] = (
    (-4000, -3000), (19_000, -1000), (18_000, 14_000), (-5000, 12_000),
)  # fmt: skip


@dataclass(frozen=True)
class Sighting:
    """A listing as it is shown. ``key``: its zone, as far as the listing tells it."""

    id: str
    at: Point
    lonlat: tuple[float, float]
    key: ZoneKey
    quarters: tuple[str, ...]
    document: Mapping[str, Any]


@dataclass
class Attacker:
    client: httpx.AsyncClient
    scene: Scene
    requests: int = 0

    # What it can ask.

    async def pages(self, path: str, body: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Read every page of a search."""
        found: list[dict[str, Any]] = []
        following: str | None = path
        while following:
            method, own = "POST" if body else "GET", self.scene.attacker
            answer = await self.client.request(method, following, json=body, headers=own.headers)
            if answer.status_code == 401:  # its token has expired meanwhile
                await members.renew(own, self.client)
                answer = await self.client.request(method, following, json=body, headers=own.headers)
            assert answer.status_code == 200, answer.text
            self.requests += 1
            found += answer.json()["items"]
            following = answer.json()["next"]
        return found

    async def search(self, **asked: Any) -> list[dict[str, Any]]:
        query = httpx.QueryParams({"territory": self.scene.slug, "limit": 50, **asked})
        return await self.pages(f"/v1/listings?{query}")

    async def look(self) -> dict[str, Sighting]:
        """See every listing of other landlords.

        Shown coordinates are rounded to a metre: a point at the edge of a square is taken for one of the square in
        which more are seen in the same quarters.
        """
        own = str(self.scene.attacker.id)
        seen = [self.sighting(item) for item in await self.search() if item["landlord"]["id"] != own]
        known = Counter((sight.key, sight.quarters) for sight in seen)
        return {
            sight.id: replace(sight, key=max(self.keys(sight), key=lambda key: known[key, sight.quarters]))
            for sight in seen
        }

    def sighting(self, item: Mapping[str, Any]) -> Sighting:
        where, commune = item["location"], item["commune"]["code"]
        at = self.scene.metres(where["lon"], where["lat"])
        key = square(self.cell(commune, at), where["cell_m"]) if where["cell_m"] else ZoneKey(commune, COMMUNE, 0, 0)
        return Sighting(item["id"], at, (where["lon"], where["lat"]), key, tuple(sorted(item["quarters"])), item)

    def keys(self, sight: Sighting) -> list[ZoneKey]:
        """Return the squares in which a listing may be shown, the one that contains its rounded point first."""
        if sight.key.size_m == COMMUNE:
            return [sight.key]
        (x, y), off = sight.at, ROUNDING_M
        near = ((x, y), (x - off, y), (x + off, y), (x, y - off), (x, y + off))
        return [square(self.cell(sight.key.commune, at), sight.key.size_m) for at in near]

    def cell(self, commune: str, at: Point) -> Cell:
        x, y = self.scene.origin[0] + at[0], self.scene.origin[1] + at[1]
        return Cell(commune, math.floor(x / BASE_M), math.floor(y / BASE_M))

    # What it can infer about the zones.

    async def quarters(self) -> dict[str, Ring]:
        """Read the public outlines of the quarters."""
        answer = await self.client.get(
            f"/v1/territories/{self.scene.slug}/quarters?limit=1000",
            headers={**self.scene.attacker.headers, "Accept": "application/geo+json"},
        )
        assert answer.status_code == 200, answer.text
        self.requests += 1
        return {
            feature["id"]: tuple(self.scene.metres(*corner) for corner in feature["geometry"]["coordinates"][0][0])
            for feature in answer.json()["features"]
        }

    async def drawn_in_the_zone(self, seen: Mapping[str, Sighting]) -> dict[str, list[Point]]:
        """Draw points of each listing's zone, as the listings, the outlines and the quarter filter tell it."""
        outlines = await self.quarters()
        within: dict[str, set[str]] = {
            code: {item["id"] for item in await self.search(quarter=code)} for code in outlines
        }
        stood = standing(sight.key for sight in seen.values())
        chance = random.Random(11)
        pools: dict[tuple[ZoneKey, tuple[str, ...]], list[Point]] = {}
        drawn = {}
        for sight in seen.values():
            codes = tuple(code for code in outlines if sight.id in within[code])
            if (sight.key, codes) not in pools:
                pools[sight.key, codes] = self._pool(sight.key, [outlines[code] for code in codes], stood, chance)
            pool = pools[sight.key, codes]
            # A leak may show a listing where hardly a point of its zone is.
            drawn[sight.id] = chance.sample(pool, min(DRAWS, len(pool))) or [sight.at]
        return drawn

    def _pool(self, key: ZoneKey, rings: Sequence[Ring], stood: set[ZoneKey], chance: random.Random) -> list[Point]:
        """Draw points of the zone ``key`` inside all ``rings``; a commune without an outline is shown as a disc."""
        contour = {self.scene.communes[0]: WEST, self.scene.communes[1]: EAST}.get(key.commune)
        if key.size_m != COMMUNE:
            bounds = self._bounds(key)
        elif contour:
            bounds = _bounds(contour)
        else:
            bounds = (NORTH[0] - DISC_M, NORTH[1] - DISC_M, NORTH[0] + DISC_M, NORTH[1] + DISC_M)
        return sampled(
            POOL,
            lambda: (chance.uniform(bounds[0], bounds[2]), chance.uniform(bounds[1], bounds[3])),
            lambda at: (
                all(inside(ring, at) for ring in rings)
                and (
                    distance(at, NORTH) <= DISC_M
                    if key.size_m == COMMUNE and contour is None
                    else (contour is None or inside(contour, at))
                    and zone_of(self.cell(key.commune, at), stood.__contains__) == key
                )
            ),
        )

    def _bounds(self, key: ZoneKey) -> tuple[float, float, float, float]:
        west, south = key.x * key.size_m - self.scene.origin[0], key.y * key.size_m - self.scene.origin[1]
        return west, south, west + key.size_m, south + key.size_m

    # Where it can locate a listing by asking.

    async def by_distances(self) -> tuple[dict[str, list[Point]], dict[str, list[Point]]]:
        """Locate all listings by the distances shown from six places, and by their order from there."""
        shown: dict[str, list[float]] = {}
        ranked: dict[str, list[float]] = {}
        anchors = []
        for anchor in ANCHORS:
            place = self.scene.degrees(anchor)
            items = await self.search(near=f"{place['lon']},{place['lat']}", within_m=30_000, sort="distance")
            here, scale = to_mercator(LonLat(**place)), mercator_scale(place["lat"])
            anchors.append(here)
            for item in items:
                shown.setdefault(item["id"], []).append(item["distance_m"] / scale)
            lengths = [distance(here, self._flat(item)) for item in items]
            for item, length in zip(items, smoothed(lengths, 25), strict=True):
                ranked.setdefault(item["id"], []).append(length)
        return self._solved(anchors, shown), self._solved(anchors, ranked)

    def _solved(self, anchors: Sequence[Point], lengths: Mapping[str, Sequence[float]]) -> dict[str, list[Point]]:
        start = sum(x for x, _ in anchors) / len(anchors), sum(y for _, y in anchors) / len(anchors)
        found = {listing: trilaterated(anchors, given, start) for listing, given in lengths.items()}
        return {listing: [self._metres(at)] for listing, at in found.items()}

    @staticmethod
    def _flat(item: Mapping[str, Any]) -> Point:
        return to_mercator(LonLat(item["location"]["lon"], item["location"]["lat"]))

    def _metres(self, mercator: Point) -> Point:
        x, y = mercator
        lon = math.degrees(x / 6_378_137.0)
        return self.scene.metres(lon, math.degrees(2 * math.atan(math.exp(y / 6_378_137.0)) - math.pi / 2))

    async def by_boxes(self) -> dict[str, list[Point]]:
        """Locate all listings by the strips of longitude and of latitude whose boxes find them."""
        low, high = self.scene.degrees(EXTENT[:2]), self.scene.degrees(EXTENT[2:])
        found: dict[str, dict[int, float]] = {}
        for axis, (first, last) in enumerate(((low["lon"], high["lon"]), (low["lat"], high["lat"]))):
            count = round((EXTENT[2 + axis] - EXTENT[axis]) / STRIP_M)
            for n in range(count):
                here, there = (first + (last - first) * k / count for k in (n, n + 1))
                box = (
                    (here, low["lat"] - 0.02, there, high["lat"] + 0.02)
                    if axis == 0
                    else (low["lon"] - 0.02, here, high["lon"] + 0.02, there)
                )
                for item in await self.search(bbox=",".join(f"{bound:.12f}" for bound in box)):
                    found.setdefault(item["id"], {})[axis] = (here + there) / 2
        return {listing: [self.scene.metres(axes[0], axes[1])] for listing, axes in found.items() if len(axes) == 2}

    async def by_polygons(self) -> dict[str, list[Point]]:
        """Locate all listings by the diagonal strips whose polygons find them."""
        found: dict[str, dict[int, float]] = {}
        for axis, low, high in ((0, -2000, 32_000), (1, -16_000, 18_000)):
            for start in range(low, high, 2 * STRIP_M):
                ring = _diagonal(axis, start, start + 2 * STRIP_M)
                corners = [[place["lon"], place["lat"]] for place in map(self.scene.degrees, (*ring, ring[0]))]
                body = {
                    "territory": self.scene.slug, "limit": 50, "area": {"type": "Polygon", "coordinates": [corners]},
                }  # fmt: skip
                for item in await self.pages("/v1/listings/search", body):
                    found.setdefault(item["id"], {})[axis] = start + STRIP_M
        return {
            listing: [((axes[0] + axes[1]) / 2, (axes[0] - axes[1]) / 2)]
            for listing, axes in found.items()
            if len(axes) == 2
        }

    async def bisected(self, sight: Sighting) -> Point:
        """Locate one listing to a metre by the radii within which it is found, around three places near it."""
        asked = {
            "landlord": sight.document["landlord"]["id"], "commune": sight.key.commune,
            "rooms_min": sight.document["rooms"], "rooms_max": sight.document["rooms"],
        }  # fmt: skip
        anchors, radii = [], []
        for east, north in ((5000, 0), (-2500, 4500), (-2500, -4500)):
            place = self.scene.degrees((sight.at[0] + east, sight.at[1] + north))
            low, high = 1, 15_000
            while high - low > 1:
                middle = (low + high) // 2
                items = await self.search(near=f"{place['lon']},{place['lat']}", within_m=middle, **asked)
                low, high = (low, middle) if any(item["id"] == sight.id for item in items) else (middle, high)
            anchors.append(to_mercator(LonLat(**place)))
            radii.append(high / mercator_scale(place["lat"]))
        return self._metres(trilaterated(anchors, radii, to_mercator(LonLat(*sight.lonlat))))


def _bounds(ring: Ring) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return min(xs), min(ys), max(xs), max(ys)


def _diagonal(axis: int, low: float, high: float) -> Ring:
    """Return the strip where x + y (axis 0) or x - y (axis 1) is between ``low`` and ``high``."""
    if axis == 0:
        return (low + 18_000, -18_000), (high + 18_000, -18_000), (high - 18_000, 18_000), (low - 18_000, 18_000)
    return (low - 18_000, -18_000), (high - 18_000, -18_000), (high + 18_000, 18_000), (low + 18_000, 18_000)
