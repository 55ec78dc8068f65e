"""The SQL of the zones: what is counted, what is kept, which listings must move. Runs as the job."""

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final, NamedTuple

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.listings.zoning import BASE_M, COMMUNE, Cell, Dwellings, Land, Zone, ZoneKey

SLIVER: Final = 0.02
"""A part of a zone smaller than this share of it does not count as a quarter's: outlines of quarters and communes come
from several sources and never quite meet."""


class Request(NamedTuple):
    """A territory to be computed anew, with all its listings or only those that move."""

    territory_id: int
    everything: bool


class State(NamedTuple):
    """When a territory's zones were computed and when one last narrowed."""

    computed_at: datetime
    narrowed_at: datetime | None


_REQUESTED: Final = text(
    "SELECT territory_id, bool_or(everything) FROM zoning_requests GROUP BY territory_id ORDER BY territory_id"
)
_LOCK: Final = text("SELECT pg_advisory_xact_lock(7301950, :territory)")
_WAIT_BRIEFLY: Final = text("SET LOCAL lock_timeout = '500ms'")
_TRY: Final = text("SELECT pg_try_advisory_xact_lock(7301950, :territory)")
_TAKE: Final = text("DELETE FROM zoning_requests WHERE territory_id = :territory RETURNING everything")
_STATE: Final = text("SELECT computed_at, narrowed_at FROM zonings WHERE territory_id = :territory")
_DWELLINGS: Final = text(
    f"""
    SELECT d.commune_code, floor(ST_X(d.point) / {BASE_M})::integer, floor(ST_Y(d.point) / {BASE_M})::integer,
        d.residence_id, d.quarter_codes, sum(d.homes)::integer
    FROM (
        SELECT r.commune_code, r.id AS residence_id, place.quarter_codes, count(*) AS homes,
            ST_Transform(place.position, t.srid) AS point
        FROM territories t
        JOIN territory_communes tc ON tc.territory_id = t.id
        JOIN residences r ON r.commune_code = tc.commune_code
        JOIN homes h ON h.organisation_id = r.organisation_id AND h.residence_id = r.id AND h.status <> 'withdrawn'
        LEFT JOIN buildings b ON b.organisation_id = h.organisation_id AND b.id = h.building_id
        CROSS JOIN LATERAL (SELECT coalesce(b.position, r.position, r.found_position) AS position,
            CASE WHEN b.position IS NOT NULL THEN b.quarter_codes WHEN r.position IS NOT NULL THEN r.quarter_codes
                ELSE r.found_quarter_codes END AS quarter_codes) place
        WHERE t.id = :territory AND place.position IS NOT NULL
        GROUP BY r.commune_code, r.id, place.quarter_codes, place.position, t.srid) d
    GROUP BY 1, 2, 3, 4, 5
    """
)
_LAND: Final = text(
    f"""
    WITH shape AS MATERIALIZED (
        SELECT c.code, ST_Transform(c.contour, t.srid) AS contour
        FROM territories t
        JOIN territory_communes tc ON tc.territory_id = t.id
        JOIN communes c ON c.code = tc.commune_code AND c.contour IS NOT NULL
        WHERE t.id = :territory AND EXISTS (SELECT FROM residences r WHERE r.commune_code = c.code))
    SELECT s.code, array_agg(cell.i), array_agg(cell.j)
    FROM shape s CROSS JOIN LATERAL ST_SquareGrid({BASE_M}, s.contour) cell
    WHERE ST_Intersects(s.contour, cell.geom)
    GROUP BY s.code
    """
)
_PRESENT: Final = text(
    "SELECT commune_code, size_m, x, y, quarters_shown FROM location_zones"
    " WHERE territory_id = :territory AND NOT retired"
)
# A zone that is no more is kept, retired, until the next time: a landlord that writes a listing meanwhile may have
# read it, and its listing must not stand in the way of a deletion.
_SAVE_ZONES: Final = text(
    """
    WITH given AS (
        SELECT * FROM jsonb_to_recordset(CAST(:zones AS jsonb))
            AS g (commune text, size_m smallint, x integer, y integer)),
    retired AS (
        UPDATE location_zones z SET retired = true, quarters_shown = false
        WHERE z.territory_id = :territory AND NOT z.retired AND NOT EXISTS (SELECT FROM given g
            WHERE g.commune = z.commune_code AND g.size_m = z.size_m AND g.x = z.x AND g.y = z.y))
    INSERT INTO location_zones (territory_id, commune_code, size_m, x, y)
    SELECT :territory, commune, size_m, x, y FROM given
    ON CONFLICT (territory_id, commune_code, size_m, x, y) DO UPDATE SET retired = false WHERE location_zones.retired
    """
)
# The shape of a zone: its square, or its commune, without the squares taken out of it, cut at the commune's limit. It
# is kept unless it is a plain square; where nothing is known of the commune but its centre, the rest of it has none
# (projection.DISC_M).
_SAVE_REGIONS: Final = text(
    f"""
    WITH given AS (
        SELECT * FROM jsonb_to_recordset(CAST(:zones AS jsonb))
            AS g (commune text, size_m smallint, x integer, y integer, taken jsonb)),
    commune AS MATERIALIZED (
        SELECT c.code, t.srid, ST_Transform(c.contour, t.srid) AS contour
        FROM territories t JOIN communes c ON c.code IN (SELECT commune FROM given) WHERE t.id = :territory),
    uncut AS MATERIALIZED (
        SELECT z.id, c.contour, g.taken = '[]' AND z.size_m <> {COMMUNE} AS plain, ST_Difference(
                CASE WHEN z.size_m = {COMMUNE} THEN c.contour ELSE ST_MakeEnvelope(z.x * z.size_m, z.y * z.size_m,
                    (z.x + 1) * z.size_m, (z.y + 1) * z.size_m, c.srid) END,
                coalesce((SELECT ST_Union(ST_MakeEnvelope(k.x * k.size_m, k.y * k.size_m,
                        (k.x + 1) * k.size_m, (k.y + 1) * k.size_m, c.srid))
                    FROM jsonb_to_recordset(g.taken) AS k (size_m integer, x integer, y integer)),
                    ST_GeomFromText('POLYGON EMPTY', c.srid))) AS shape
        FROM given g
        JOIN location_zones z ON z.territory_id = :territory AND z.commune_code = g.commune
            AND z.size_m = g.size_m AND z.x = g.x AND z.y = g.y
        JOIN commune c ON c.code = g.commune),
    cut AS MATERIALIZED (
        SELECT id, plain, shape, CASE WHEN NOT ST_Covers(contour, shape)
            THEN ST_CollectionExtract(ST_Intersection(shape, contour), 3) END AS inside
        FROM uncut),
    regions AS (
        SELECT id, CASE WHEN NOT ST_IsEmpty(inside) THEN inside
            WHEN NOT plain AND NOT ST_IsEmpty(shape) THEN ST_CollectionExtract(shape, 3) END AS region FROM cut)
    UPDATE location_zones z SET region = r.region FROM regions r
    WHERE z.id = r.id
        AND ((z.region IS NULL) <> (r.region IS NULL) OR NOT ST_OrderingEquals(z.region, r.region))
    RETURNING z.id
    """
)
_QUARTER_PARTS: Final = text(
    f"""
    WITH RECURSIVE zone AS MATERIALIZED (
        SELECT z.commune_code, z.size_m, z.x, z.y, ST_Transform(coalesce(z.region, CASE WHEN z.size_m <> {COMMUNE}
            THEN ST_MakeEnvelope(z.x * z.size_m, z.y * z.size_m,
                (z.x + 1) * z.size_m, (z.y + 1) * z.size_m, t.srid) END), 4326) AS shape
        FROM location_zones z JOIN territories t ON t.id = z.territory_id
        WHERE z.territory_id = :territory AND NOT z.retired),
    layer AS MATERIALIZED (
        SELECT q.layer, max(q.vintage) AS vintage, row_number() OVER (ORDER BY q.layer) AS n FROM quarters q
        WHERE EXISTS (SELECT FROM zone z WHERE ST_Intersects(q.shape, z.shape)) GROUP BY q.layer),
    part (commune_code, size_m, x, y, n, codes, shape, whole) AS (
        SELECT commune_code, size_m, x, y, 0::bigint, CAST('{{}}' AS text[]), shape, ST_Area(shape) FROM zone
        WHERE shape IS NOT NULL AND EXISTS (SELECT FROM layer)
        UNION ALL
        SELECT p.commune_code, p.size_m, p.x, p.y, l.n, p.codes || piece.code, piece.shape, p.whole
        FROM part p
        JOIN layer l ON l.n = p.n + 1
        CROSS JOIN LATERAL (
            SELECT ARRAY[q.layer || ':' || q.code] AS code, ST_Intersection(q.shape, p.shape) AS shape
            FROM quarters q
            WHERE q.layer = l.layer AND q.vintage = l.vintage AND ST_Intersects(q.shape, p.shape)
            UNION ALL
            SELECT '{{}}', ST_Difference(p.shape, coalesce((SELECT ST_Union(q.shape) FROM quarters q
                WHERE q.layer = l.layer AND q.vintage = l.vintage AND ST_Intersects(q.shape, p.shape)),
                ST_GeomFromText('POLYGON EMPTY', 4326)))) piece
        WHERE ST_Area(piece.shape) >= {SLIVER} * p.whole)
    SELECT commune_code, size_m, x, y, codes FROM part WHERE n = (SELECT max(n) FROM layer)
    """
)
_SHOW_QUARTERS: Final = text(
    """
    UPDATE location_zones z SET quarters_shown = NOT z.quarters_shown
    WHERE z.territory_id = :territory AND NOT z.retired AND z.quarters_shown <> EXISTS (
        SELECT FROM jsonb_to_recordset(CAST(:zones AS jsonb)) AS g (commune text, size_m smallint, x integer, y integer)
        WHERE g.commune = z.commune_code AND g.size_m = z.size_m AND g.x = z.x AND g.y = z.y)
    RETURNING z.id
    """
)
_MOVING: Final = text(
    f"""
    SELECT h.id
    FROM listings l
    JOIN territories t ON t.id = l.territory_id
    JOIN charters c ON c.territory_id = t.id AND c.status = 'in_force'
    JOIN adhesions a ON a.territory_id = t.id AND a.organisation_id = l.organisation_id
    JOIN charters own ON own.territory_id = t.id AND own.version = a.charter_version
    JOIN homes h ON h.listing_id = l.id
    JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
    LEFT JOIN buildings b ON b.organisation_id = h.organisation_id AND b.id = h.building_id
    CROSS JOIN LATERAL (SELECT ST_Transform(coalesce(b.position, r.position, r.found_position), t.srid) AS point) p
    LEFT JOIN LATERAL zone_at(t.id, r.commune_code,
        floor(ST_X(p.point) / {BASE_M})::integer, floor(ST_Y(p.point) / {BASE_M})::integer) zone ON true
    WHERE l.territory_id = :territory AND binding_terms(c.terms, own.terms)->>'location_precision' = 'cell'
        AND (l.zone_id = ANY(CAST(:touched AS integer[])) OR l.zone_id IS DISTINCT FROM zone.id)
    ORDER BY l.id
    """
)
# A landlord that was writing while its organisation or its adhesion was suspended may have left one behind.
_UNENTITLED: Final = text(
    """
    SELECT h.id
    FROM listings l JOIN homes h ON h.listing_id = l.id
    WHERE l.territory_id = :territory AND NOT EXISTS (
        SELECT FROM adhesions a JOIN organisations o ON o.id = a.organisation_id AND o.status = 'active'
        WHERE a.territory_id = l.territory_id AND a.organisation_id = l.organisation_id AND a.status = 'in_force')
    ORDER BY l.id
    """
)
_EVERYTHING: Final = text(
    """
    SELECT id FROM (
    SELECT h.id, h.listing_id
    FROM territory_communes tc
    JOIN residences r ON r.commune_code = tc.commune_code
    JOIN adhesions a ON a.territory_id = tc.territory_id AND a.organisation_id = r.organisation_id
    JOIN homes h ON h.organisation_id = r.organisation_id AND h.residence_id = r.id
    WHERE tc.territory_id = :territory
    UNION
    SELECT h.id, h.listing_id FROM listings l JOIN homes h ON h.listing_id = l.id WHERE l.territory_id = :territory
    ) homes ORDER BY listing_id
    """
)
_FORGET: Final = text(
    "DELETE FROM location_zones z WHERE z.territory_id = :territory AND z.retired"
    " AND NOT EXISTS (SELECT FROM listings l WHERE l.zone_id = z.id)"
)
_COMPUTED: Final = text(
    "INSERT INTO zonings (territory_id, computed_at, narrowed_at) VALUES (:territory, :now, :narrowed)"
    " ON CONFLICT (territory_id) DO UPDATE SET computed_at = excluded.computed_at, narrowed_at = excluded.narrowed_at"
)


async def requested(session: AsyncSession) -> list[Request]:
    """Return the territories that were asked for."""
    return [Request(*row) for row in await session.execute(_REQUESTED)]


async def try_hold(session: AsyncSession, territory: int) -> bool:
    """Hold the territory until the commit, unless another transaction does; return whether it is held now."""
    held: bool = (await session.execute(_TRY, {"territory": territory})).scalar_one()
    return held


async def take(session: AsyncSession, territory: int) -> bool:
    """Hold the territory until the commit; drop its requests, and the zones that the last computation retired.

    Requests that come later stand for later changes.

    Returns:
        Whether one of the requests asked for everything.
    """
    await session.execute(_LOCK, {"territory": territory})
    asked = (await session.execute(_TAKE, {"territory": territory})).scalars().all()
    await session.execute(_FORGET, {"territory": territory})
    return any(asked)


async def wait_briefly(session: AsyncSession) -> None:
    """Wait for no lock longer than half a second from here on: less than PostgreSQL's ``deadlock_timeout``."""
    await session.execute(_WAIT_BRIEFLY)


async def state(session: AsyncSession, territory: int) -> State | None:
    row = (await session.execute(_STATE, {"territory": territory})).one_or_none()
    return State(*row) if row else None


async def dwellings(session: AsyncSession, territory: int) -> list[Dwellings]:
    """Return every registered dwelling of the territory that has a position, by residence and cell."""
    rows = await session.execute(_DWELLINGS, {"territory": territory})
    return [
        Dwellings(Cell(commune, x, y), residence, tuple(sorted(quarters)), count)
        for commune, x, y, residence, quarters, count in rows
    ]


async def land(session: AsyncSession, territory: int) -> Land:
    """Return the cells that each commune with a contour touches."""
    rows = await session.execute(_LAND, {"territory": territory})
    return {commune: set(zip(xs, ys, strict=True)) for commune, xs, ys in rows}


async def present(session: AsyncSession, territory: int) -> dict[ZoneKey, bool]:
    """Return the zones that there are now, each with whether quarters are shown in it."""
    rows = await session.execute(_PRESENT, {"territory": territory})
    return {ZoneKey(*key): shown for *key, shown in rows}


async def save(session: AsyncSession, territory: int, zones: Iterable[Zone]) -> list[int]:
    """Keep ``zones`` as the territory's; return the ids of those whose shape is new or changed."""
    described = [_described(zone.key) | {"taken": [_described(key) for key in sorted(zone.taken)]} for zone in zones]
    given = {"territory": territory, "zones": orjson.dumps(described).decode()}
    await session.execute(_SAVE_ZONES, given)
    return list((await session.execute(_SAVE_REGIONS, given)).scalars().all())


async def quarter_parts(session: AsyncSession, territory: int) -> dict[ZoneKey, list[tuple[str, ...]]]:
    """Return the sets of quarter codes (sorted) that the places of each zone have.

    A zone without a shape, and every zone where there are no quarters, is left out.
    """
    found: dict[ZoneKey, list[tuple[str, ...]]] = {}
    for *key, codes in await session.execute(_QUARTER_PARTS, {"territory": territory}):
        found.setdefault(ZoneKey(*key), []).append(tuple(sorted(codes)))
    return found


async def show_quarters(session: AsyncSession, territory: int, zones: Collection[ZoneKey]) -> list[int]:
    """Show quarters in ``zones`` and in no other; return the ids of those where that is a change."""
    given = {"territory": territory, "zones": orjson.dumps([_described(key) for key in zones]).decode()}
    return list((await session.execute(_SHOW_QUARTERS, given)).scalars().all())


def _described(key: ZoneKey) -> dict[str, object]:
    return {"commune": key.commune, "size_m": key.size_m, "x": key.x, "y": key.y}


async def moving(session: AsyncSession, territory: int, touched: Collection[int]) -> list[uuid.UUID]:
    """Return the homes whose listing stands in another zone than its place now has, or in a ``touched`` one.

    Those that are shown where they are stand in none.
    """
    rows = await session.execute(_MOVING, {"territory": territory, "touched": list(touched)})
    return list(rows.scalars().all())


async def unentitled(session: AsyncSession, territory: int) -> list[uuid.UUID]:
    """Return the homes that are listed though their landlord may publish nothing there now."""
    return list((await session.execute(_UNENTITLED, {"territory": territory})).scalars().all())


async def everything(session: AsyncSession, territory: int) -> list[uuid.UUID]:
    """Return every home that is, or may become, a listing of the territory."""
    return list((await session.execute(_EVERYTHING, {"territory": territory})).scalars().all())


async def computed(session: AsyncSession, territory: int, *, now: datetime, narrowed: datetime | None) -> None:
    """Note the computation."""
    await session.execute(_COMPUTED, {"territory": territory, "now": now, "narrowed": narrowed})
