"""A territory to attack: residences around town centres, some alone, some with buildings apart, of several landlords.

Lengths are metres in the territory's legal projection (Lambert-93), from a corner of its grid of 2 km.
"""

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

import httpx
from pyproj import Transformer
from sqlalchemy import text

from registry.access.principal import Principal
from registry.charter import service as charter
from registry.charter.schemas import Terms
from registry.platform.database import Database, Role
from registry.stock import service as stock
from registry.stock.schemas import ResidenceIn
from registry.territories import service as territories
from tests.support import members
from tests.support.members import Member
from tests.support.stock import fact, home, residence

Point = tuple[float, float]
Ring = tuple[Point, ...]

SRID: Final = 2154
_TO_DEGREES: Final = Transformer.from_crs(SRID, 4326, always_xy=True)
_TO_METRES: Final = Transformer.from_crs(4326, SRID, always_xy=True)

WEST: Final[Ring] = (
    (300, 150), (5200, -200), (9100, 900), (8600, 4100), (9400, 6900), (5000, 7700), (900, 7300), (-350, 3700),
)  # fmt: skip
EAST: Final[Ring] = ((9100, 900), (13000, 600), (15800, 2500), (15300, 6800), (9400, 6900), (8600, 4100))
CENTRES: Final[dict[int, tuple[tuple[float, float, float], ...]]] = {
    0: ((2200, 2100, 500), (4700, 3900, 700), (7300, 2200, 450), (3000, 6000, 500), (6900, 6100, 600)),
    1: ((9000, 3900, 500), (12300, 3600, 800)),
    2: ((6000, 12000, 600),),
}
"""Town centres and their spread, by commune: west, east, and north, of which no contour is known."""
NORTH: Final[Point] = (6000, 12000)
DISC_M: Final = 2_000
"""Radius of the disc as which a commune without a contour is shown (projection.DISC_M), around its centre."""
SHARES: Final = {0: 0.66, 1: 0.22, 2: 0.12}
ALONE: Final = 0.25
"""Share of residences that stand anywhere, not around a centre."""


@dataclass(frozen=True)
class Site:
    """Where homes really are: a residence, or a building of one that has a place of its own."""

    residence: str
    building: str | None
    commune: str
    at: Point


@dataclass
class Scene:
    """The truth. ``homes``: site by the landlord's reference; ``listed``: reference by the listing's id."""

    territory: int
    slug: str
    origin: Point
    communes: tuple[str, str, str]
    layers: tuple[str, str]
    landlords: list[Member]
    attacker: Member
    homes: dict[str, Site] = field(default_factory=dict)
    listed: dict[str, str] = field(default_factory=dict)

    def degrees(self, at: Point) -> dict[str, float]:
        """Return a place as the API takes it."""
        lon, lat = _TO_DEGREES.transform(self.origin[0] + at[0], self.origin[1] + at[1])
        return {"lon": lon, "lat": lat}

    def metres(self, lon: float, lat: float) -> Point:
        x, y = _TO_METRES.transform(lon, lat)
        return x - self.origin[0], y - self.origin[1]

    def site(self, listing: str) -> Site:
        return self.homes[self.listed[listing]]


async def build(
    database: Database, jobs: Database, client: httpx.AsyncClient, *, number: int = 0, residences: int = 420
) -> Scene:
    """Build the territory, publish its homes, and leave it to be placed."""
    scene = await _territory(database, jobs, client, number)
    chance = random.Random(2026 + number)
    owners = [*scene.landlords, scene.attacker]
    built: dict[int, list[Residence]] = {n: [] for n in range(len(owners))}
    for index in range(residences):
        n = chance.choices(range(len(owners)), (45, 30, 20, 5))[0]
        made = _residence(scene, chance, f"R{index}")
        built[n].append(made)
        for home_number in range(min(60, 1 + int(chance.expovariate(1 / 12)))):
            scene.homes[f"{owners[n].id}/{made[1][0].residence}/{home_number}"] = chance.choice(made[1])
    for n, owner in enumerate(owners):
        await register(database, scene, owner, built[n])
    await publish(client, scene, owners, chance)
    return scene


async def _territory(database: Database, jobs: Database, client: httpx.AsyncClient, number: int) -> Scene:
    origin = (674_000.0 + 40_000 * (number % 5), 6_960_000.0 - 40_000 * (number // 5))
    codes = (f"95{number:02d}1", f"95{number:02d}2", f"95{number:02d}3")
    landlords = [await members.register(database, client) for _ in range(4)]
    coordinator = await members.register(database, client, kind="coordinator")
    scene = Scene(0, f"scene-{number}", origin, codes, (f"town{number}", f"qpv{number}"), landlords[:3], landlords[3])
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        for code, ring in zip(codes, (WEST, EAST, None), strict=True):
            await session.execute(text(_COMMUNE), {
                "code": code, "ring": _geojson(scene, ring) if ring else None,
                **scene.degrees(NORTH if ring is None else _middle(ring)),
            })  # fmt: skip
        for layer, code, ring in _quarters(scene):
            given = {"layer": layer, "code": code, "commune": codes[0], "ring": _geojson(scene, ring)}
            await session.execute(text(_QUARTER), given)
    async with database.transaction(Role.COORDINATOR, organisation=coordinator.id, actor="tests") as session:
        scene.territory = await territories.create_territory(
            session=session, coordinator=coordinator.id, slug=scene.slug, name=scene.slug, communes=codes
        )
        await charter.put_in_force(
            session=session, organisation=coordinator.id, territory_id=scene.territory,
            terms=Terms(listing_daily_homes=1_000_000, comparisons_daily=1_000),
        )  # fmt: skip
    for member in landlords:
        async with database.transaction(Role.LANDLORD, organisation=member.id, actor="tests") as session:
            await charter.sign(
                session=session, organisation=member.id, territory_id=scene.territory, signed_by="Test Person"
            )
        async with database.transaction(Role.COORDINATOR, organisation=coordinator.id, actor="tests") as session:
            await charter.admit(session=session, organisation=member.id, territory_id=scene.territory)
        await members.renew(member, client)
    return scene


_COMMUNE: Final = """
    INSERT INTO communes (code, name, epci_code, departement, population, centre, contour, vintage)
    VALUES (:code, 'Commune ' || :code, '295000' || left(:code, 3), '59', 20000, ST_SetSRID(ST_Point(:lon, :lat), 4326),
        ST_Multi(ST_SetSRID(ST_GeomFromGeoJSON(:ring), 4326)), 2026)
"""
_QUARTER: Final = """
    INSERT INTO quarters (layer, code, name, commune_code, vintage, shape)
    SELECT :layer, :code, :code, code, 2026,
        ST_Multi(ST_CollectionExtract(ST_Intersection(contour, ST_SetSRID(ST_GeomFromGeoJSON(:ring), 4326)), 3))
    FROM communes WHERE code = :commune
"""


def _middle(ring: Ring) -> Point:
    return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)


def _geojson(scene: Scene, ring: Ring) -> str:
    corners = [[place["lon"], place["lat"]] for place in map(scene.degrees, (*ring, ring[0]))]
    return json.dumps({"type": "Polygon", "coordinates": [corners]})


def _quarters(scene: Scene) -> Iterable[tuple[str, str, Ring]]:
    """Six quarters that cover the western commune, and two small ones of another layer across their limits."""
    town, qpv = scene.layers
    limits = ((-2000, -2000), (3050, 3350), (6300, 6000), (12000, 12000))
    for n, ((low_west, high_west), (low_east, high_east)) in enumerate(pairwise(limits)):
        west, east = (low_west + high_west) / 2, (low_east + high_east) / 2
        yield town, f"south{n}", ((low_west, -2000), (low_east, -2000), (east, 3750 + 20 * n), (west, 3730 + 20 * n))
        yield town, f"north{n}", ((west, 3730 + 20 * n), (east, 3750 + 20 * n), (high_east, 9000), (high_west, 9000))
    yield qpv, "one", ((4300, 3300), (5400, 3500), (5200, 4500), (4100, 4400))
    yield qpv, "two", ((1800, 1700), (2700, 1800), (2600, 2600), (1700, 2500))


def inside(ring: Ring, at: Point) -> bool:
    """Tell whether a ring contains a point (even-odd rule)."""
    x, y = at
    return (
        sum(
            (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0
            for (x0, y0), (x1, y1) in zip(ring, (*ring[1:], ring[0]), strict=True)
        )
        % 2
        == 1
    )


def _somewhere(chance: random.Random, commune: int) -> Point:
    ring = (WEST, EAST)[commune] if commune < 2 else ((3500, 9600), (8500, 9600), (8500, 14400), (3500, 14400))
    while True:
        if chance.random() < ALONE:
            xs, ys = [x for x, _ in ring], [y for _, y in ring]
            at = chance.uniform(min(xs), max(xs)), chance.uniform(min(ys), max(ys))
        else:
            x, y, spread = chance.choice(CENTRES[commune])
            at = chance.gauss(x, spread), chance.gauss(y, spread)
        if inside(ring, at):
            return at


Residence = tuple[Point, list[Site]]
"""A place, and where its homes are: there, or in buildings apart."""


def _residence(scene: Scene, chance: random.Random, ref: str) -> Residence:
    commune = chance.choices(list(SHARES), list(SHARES.values()))[0]
    at, code = _somewhere(chance, commune), scene.communes[commune]
    if chance.random() < 0.25:
        apart = [(at[0] + chance.gauss(0, 120), at[1] + chance.gauss(0, 120)) for _ in range(chance.randint(2, 3))]
        return at, [Site(ref, f"B{n}", code, place) for n, place in enumerate(apart)]
    return at, [Site(ref, None, code, at)]


async def register(database: Database, scene: Scene, owner: Member, residences: Iterable[Residence]) -> None:
    """Register residences with their buildings."""
    principal = Principal(owner.id, owner.kind, "tests", frozenset())
    async with database.transaction(Role.LANDLORD, organisation=owner.id, actor="tests") as session:
        for at, sites in residences:
            given = ResidenceIn.model_validate(
                {
                    **residence(sites[0].commune, scene.degrees(at)),
                    "buildings": [
                        {"ref": site.building, "position": scene.degrees(site.at)} for site in sites if site.building
                    ],
                }
            )
            await stock.put_residence(
                session=session, principal=principal, ref=sites[0].residence, given=given,
                precondition=stock.Precondition(),
            )  # fmt: skip


def described(ref: str, site: Site, chance: random.Random) -> dict[str, Any]:
    """Return a home as its landlord sends it; six in seven are adapted."""
    rooms = chance.randint(1, 5)
    return {
        "ref": ref,
        **home(
            site.residence, {"zero_step_shower": fact()} if chance.random() < 6 / 7 else {}, building_ref=site.building,
            typology=f"T{rooms}", rooms=rooms, area_m2=18 + 15 * rooms, floor=chance.randint(0, 6),
            rent_cents=100 * chance.randint(250, 600), status=chance.choice(("vacant", "occupied", "notice")),
        ),
    }  # fmt: skip


async def publish(client: httpx.AsyncClient, scene: Scene, owners: Iterable[Member], chance: random.Random) -> None:
    """Publish the homes of ``owners`` over HTTP, and learn from each landlord what its homes are listed as."""
    for owner in owners:
        lines = [described(ref, site, chance) for ref, site in scene.homes.items() if ref.startswith(f"{owner.id}/")]
        if lines:
            await send(client, owner, lines)
    await learn(client, scene)


async def send(client: httpx.AsyncClient, owner: Member, lines: Iterable[dict[str, Any]]) -> None:
    answer = await client.post(
        "/v1/homes:batch",
        content="\n".join(json.dumps(line) for line in lines),
        headers={**owner.headers, "Content-Type": "application/x-ndjson"},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["rejected"] == 0, answer.text


async def learn(client: httpx.AsyncClient, scene: Scene) -> None:
    """Ask every landlord for the ids under which its homes are listed."""
    scene.listed.clear()
    for owner in [*scene.landlords, scene.attacker]:
        following: str | None = "/v1/homes?limit=1000"
        while following:
            answer = await client.get(following, headers=owner.headers)
            assert answer.status_code == 200, answer.text
            scene.listed |= {item["listing_id"]: item["ref"] for item in answer.json()["items"]}
            following = answer.json()["next"]
