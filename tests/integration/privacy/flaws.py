"""Mistakes that an implementation could make, made on purpose: the attacker must find each of them."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from unittest.mock import patch

import psycopg
from psycopg import sql
from sqlalchemy import text

from registry.listings.repository import projection
from registry.listings.service import place
from registry.listings.zoning import BASE_M, COMMUNE, LARGEST_M, Dwellings, Rule, Zone, ZoneKey, parent, square
from registry.platform.database import Database, Role
from tests.integration.privacy.scene import Scene

_TRUE: Final = """
    (SELECT h.listing_id AS id, ST_Transform(coalesce(b.position, r.position), 2154) AS place, r.id AS residence
     FROM homes h JOIN residences r ON r.id = h.residence_id LEFT JOIN buildings b ON b.id = h.building_id) truth
"""
_SHOW: Final = """
    UPDATE listings SET document = jsonb_set(document::jsonb, '{location}', (document::jsonb->'location')
        || jsonb_build_object('lon', ST_X(ST_Transform(point, 4326)), 'lat', ST_Y(ST_Transform(point, 4326))))::text
    WHERE territory_id = %(territory)s
"""
JITTER: Final = f"""
    UPDATE listings l SET point = ST_Transform(
        ST_Translate(place, 400 * (random() - 0.5), 400 * (random() - 0.5)), 3857)
    FROM {_TRUE} WHERE truth.id = l.id AND l.territory_id = %(territory)s
"""
TRUE_POINT: Final = f"""
    UPDATE listings l SET point = ST_Transform(place, 3857) FROM {_TRUE}
    WHERE truth.id = l.id AND l.territory_id = %(territory)s
"""
TRUE_CELL: Final = f"""
    UPDATE listings l SET point = ST_Transform(ST_SetSRID(ST_Point(
        500 * (floor(ST_X(place) / 500) + random()), 500 * (floor(ST_Y(place) / 500) + random())), 2154), 3857)
    FROM {_TRUE} WHERE truth.id = l.id AND l.territory_id = %(territory)s
"""
ONE_POINT: Final = f"""
    UPDATE listings l SET point = first.point
    FROM (SELECT DISTINCT ON (residence, zone_id) residence, zone_id, point
          FROM listings JOIN {_TRUE} USING (id) ORDER BY residence, zone_id, id) first, {_TRUE}
    WHERE truth.id = l.id AND first.residence = truth.residence AND first.zone_id = l.zone_id
        AND l.territory_id = %(territory)s
"""
SPEAKING_IDS: Final = f"""
    CREATE TABLE renamed AS
    SELECT l.id AS old, (lpad(to_hex(dense_rank() OVER (ORDER BY residence)), 8, '0')
        || substr(gen_random_uuid()::text, 9))::uuid AS new
    FROM listings l JOIN {_TRUE} USING (id) WHERE l.territory_id = %(territory)s
"""
_RENAME: Final = (
    "UPDATE homes SET listing_id = {to} FROM renamed WHERE listing_id = {of}",
    "UPDATE listings SET id = {to}, document = replace(document, {of}::text, {to}::text) FROM renamed WHERE id = {of}",
)
_HOMES: Final = text(
    "SELECT h.id FROM listings l JOIN homes h ON h.listing_id = l.id WHERE l.territory_id = :territory"
)
ALL_QUARTERS: Final = "UPDATE location_zones SET quarters_shown = true WHERE territory_id = %(territory)s"

OCCUPIED: Final = f"""
    CREATE TABLE occupied AS SELECT DISTINCT r.commune_code,
        floor(ST_X(place) / 500)::integer AS x, floor(ST_Y(place) / 500)::integer AS y
    FROM {_TRUE} JOIN residences r ON r.id = truth.residence
"""
ZONES_WHERE_OCCUPIED: Final = """
    CREATE OR REPLACE FUNCTION zone_at(territory integer, commune text, cell_x integer, cell_y integer)
    RETURNS TABLE (id integer) LANGUAGE sql STABLE AS $$
        SELECT z.id FROM location_zones z WHERE z.territory_id = territory AND z.commune_code = commune
            AND (z.size_m = 0 OR z.x = floor(cell_x * 500.0 / z.size_m) AND z.y = floor(cell_y * 500.0 / z.size_m))
            AND EXISTS (SELECT FROM occupied o WHERE o.commune_code = commune AND o.x = cell_x AND o.y = cell_y)
        ORDER BY z.size_m = 0, z.size_m LIMIT 1
    $$
"""


@dataclass(frozen=True)
class Town:
    """What a flaw may reach: the database past every policy, and the job."""

    admin_url: str
    jobs: Database
    scene: Scene

    def run(self, *statements: str) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as admin:
            admin.execute("SET search_path = registry, public")
            for statement in statements:
                values = {"territory": self.scene.territory} if "%(territory)s" in statement else None
                admin.execute(sql.SQL(statement), values)

    async def project(self) -> None:
        """Write the territory's listings anew, as the product does."""
        async with self.jobs.transaction(Role.JOB, actor="tests") as session:
            homes = (await session.execute(_HOMES, {"territory": self.scene.territory})).scalars().all()
            await projection.project(session, homes)

    async def place(self) -> None:
        """Divide the territory and write every listing anew, narrowing included."""
        self.run("UPDATE zonings SET narrowed_at = NULL WHERE territory_id = %(territory)s")
        async with self.jobs.transaction(Role.JOB, actor="tests") as session:
            await place.place_territory(session=session, territory=self.scene.territory, everything=True)


Flaw = Callable[[Town], AbstractAsyncContextManager[Any]]


def _written(*statements: str) -> Flaw:
    @asynccontextmanager
    async def made(town: Town) -> AsyncIterator[None]:
        town.run("CREATE TABLE kept AS TABLE listings", *statements)
        try:
            yield
        finally:
            town.run(
                "UPDATE listings l SET point = k.point, document = k.document FROM kept k WHERE k.id = l.id",
                "DROP TABLE kept",
            )

    return made


@asynccontextmanager
async def _speaking_ids(town: Town) -> AsyncIterator[None]:
    town.run(SPEAKING_IDS, *(statement.format(of="old", to="new") for statement in _RENAME))
    listed = dict(town.scene.listed)
    with psycopg.connect(town.admin_url) as admin:
        for old, new in admin.execute("SELECT old::text, new::text FROM registry.renamed"):
            town.scene.listed[new] = town.scene.listed.pop(old)
    try:
        yield
    finally:
        town.run(*(statement.format(of="new", to="old") for statement in _RENAME), "DROP TABLE renamed")
        town.scene.listed = listed


@asynccontextmanager
async def _quarters_everywhere(town: Town) -> AsyncIterator[None]:
    town.run(ALL_QUARTERS)
    await town.project()
    try:
        yield
    finally:
        await town.place()


def _divided(divide: Callable[..., list[Zone]]) -> Flaw:
    @asynccontextmanager
    async def made(town: Town) -> AsyncIterator[None]:
        with patch.object(place, "divide", divide):
            await town.place()
            yield
        await town.place()

    return made


def each_for_itself(dwellings: Iterable[Dwellings], rule: Rule, **_: object) -> list[Zone]:
    """Show each home in the smallest square around it that satisfies the rule, whatever that leaves over."""
    parts: dict[ZoneKey, list[Dwellings]] = defaultdict(list)
    dwellings = list(dwellings)
    for part in dwellings:
        key = square(part.cell, BASE_M)
        while parent(key) != key:
            parts[key].append(part)
            key = parent(key)
        parts[key].append(part)
    shown: dict[ZoneKey, list[Dwellings]] = defaultdict(list)
    for part in dwellings:
        key = square(part.cell, BASE_M)
        while key.size_m != COMMUNE and not rule.holds(parts[key]):
            key = parent(key)
        shown[key].append(part)
    return [
        Zone(key, frozenset(other for other in shown if other != key and _within(other, key)), tuple(held))
        for key, held in shown.items()
    ]


def _within(inner: ZoneKey, outer: ZoneKey) -> bool:
    while parent(inner) != inner:
        inner = parent(inner)
        if inner == outer:
            return True
    return False


@asynccontextmanager
async def zones_where_occupied(town: Town) -> AsyncIterator[None]:
    """Answer a landlord that writes a home with its zone only where something is registered already."""
    with psycopg.connect(town.admin_url, autocommit=True) as admin:
        (right,) = admin.execute(
            "SELECT pg_get_functiondef('registry.zone_at(integer, text, integer, integer)'::regprocedure)"
        ).fetchone() or ("",)
    town.run(OCCUPIED, "GRANT SELECT ON occupied TO registry_landlord", ZONES_WHERE_OCCUPIED)
    try:
        yield
    finally:
        town.run(right, "DROP TABLE occupied")


def occupied_only(dwellings: Iterable[Dwellings], rule: Rule, **_: object) -> list[Zone]:
    """Divide a square where every *occupied* quarter satisfies the rule: what a new home in an empty one changes."""
    blocks: dict[ZoneKey, list[Dwellings]] = defaultdict(list)
    rest: dict[ZoneKey, list[Dwellings]] = defaultdict(list)
    for part in dwellings:
        blocks[square(part.cell, LARGEST_M)].append(part)
    found = []
    for block, parts in blocks.items():
        if rule.holds(parts):
            found += _occupied_only(block, parts, rule)
        else:
            rest[parent(block)] += parts
    standing = frozenset(block for block, parts in blocks.items() if rule.holds(parts))
    return found + [
        Zone(key, frozenset(block for block in standing if parent(block) == key), tuple(parts))
        for key, parts in rest.items()
    ]


def _occupied_only(key: ZoneKey, parts: list[Dwellings], rule: Rule) -> list[Zone]:
    within: dict[ZoneKey, list[Dwellings]] = defaultdict(list)
    if key.size_m > BASE_M:
        for part in parts:
            within[square(part.cell, key.size_m // 2)].append(part)
    if not within or not all(rule.holds(held) for held in within.values()):
        return [Zone(key, frozenset(), tuple(parts))]
    return [zone for child, held in within.items() for zone in _occupied_only(child, held, rule)]


BY_TRUE_PLACE: Final = "filtered and sorted by the true place"
"""The one flaw that a look at the listings does not show: one has to ask."""
FLAWS: Final[dict[str, Flaw]] = {
    "projected from the true place with jitter": _written(JITTER, _SHOW),
    BY_TRUE_PLACE: _written(TRUE_POINT),
    "shown in the true cell of 500 m": _written(TRUE_CELL, _SHOW),
    "one point for all homes of a residence": _written(ONE_POINT, _SHOW),
    "ids that follow the residences": _speaking_ids,
    "quarters shown everywhere": _quarters_everywhere,
    "each home in the smallest square that suffices": _divided(each_for_itself),
}
