"""The SQL of the zones: what is counted, what is kept, which listings must move. Runs as the job."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.listings.zoning import COMMUNE, LARGEST_M, Cell, Dwellings, Zone


class Request(NamedTuple):
    """A territory to be computed anew, with all its listings or only those that move."""

    territory_id: int
    everything: bool


class State(NamedTuple):
    """When a territory's zones were computed and when they were last allowed to narrow."""

    computed_at: datetime
    narrowed_at: datetime


_REQUESTED: Final = text(
    "SELECT territory_id, bool_or(everything) FROM ("
    " SELECT territory_id, everything FROM zoning_requests"
    " UNION ALL SELECT territory_id, false FROM listings WHERE zone_id IS NULL) asked"
    " GROUP BY territory_id ORDER BY territory_id"
)
_LOCK: Final = text("SELECT pg_advisory_xact_lock(7301950, :territory)")
_TAKE: Final = text("DELETE FROM zoning_requests WHERE territory_id = :territory")
_STATE: Final = text("SELECT computed_at, narrowed_at FROM zonings WHERE territory_id = :territory")
_DWELLINGS: Final = text(
    """
    SELECT d.commune_code, floor(ST_X(d.point) / 500)::integer, floor(ST_Y(d.point) / 500)::integer,
        d.residence_id, d.quarter_codes, sum(d.homes)::integer
    FROM (
        SELECT r.commune_code, r.id AS residence_id, r.quarter_codes, count(*) AS homes,
            ST_Transform(coalesce(b.position, r.position), t.srid) AS point
        FROM territories t
        JOIN territory_communes tc ON tc.territory_id = t.id
        JOIN residences r ON r.commune_code = tc.commune_code
        JOIN homes h ON h.organisation_id = r.organisation_id AND h.residence_id = r.id AND h.status <> 'withdrawn'
        LEFT JOIN buildings b ON b.organisation_id = h.organisation_id AND b.id = h.building_id
        WHERE t.id = :territory AND coalesce(b.position, r.position) IS NOT NULL
        GROUP BY r.commune_code, r.id, r.quarter_codes, coalesce(b.position, r.position), t.srid) d
    GROUP BY 1, 2, 3, 4, 5
    """
)
_HELD: Final = text(
    "SELECT c.commune_code, c.x, c.y, z.size_m FROM location_cells c JOIN location_zones z ON z.id = c.zone_id"
    " WHERE c.territory_id = :territory"
)
_SAVE_ZONES: Final = text(
    """
    WITH given AS (
        SELECT * FROM jsonb_to_recordset(CAST(:zones AS jsonb))
            AS g (commune text, size_m smallint, x integer, y integer, quarters_shown boolean)),
    changed AS (
        UPDATE location_zones z SET quarters_shown = g.quarters_shown FROM given g
        WHERE z.territory_id = :territory AND z.commune_code = g.commune AND z.size_m = g.size_m
            AND z.x = g.x AND z.y = g.y AND z.quarters_shown <> g.quarters_shown
        RETURNING z.id)
    INSERT INTO location_zones (territory_id, commune_code, size_m, x, y, quarters_shown)
    SELECT :territory, commune, size_m, x, y, quarters_shown FROM given
    ON CONFLICT (territory_id, commune_code, size_m, x, y) DO NOTHING
    """
)
_SAVE_CELLS: Final = text(
    """
    WITH given AS (
        SELECT g.commune, g.x, g.y, z.id AS zone_id
        FROM jsonb_to_recordset(CAST(:cells AS jsonb))
            AS g (commune text, x integer, y integer, size_m smallint, zone_x integer, zone_y integer)
        JOIN location_zones z ON z.territory_id = :territory AND z.commune_code = g.commune
            AND z.size_m = g.size_m AND z.x = g.zone_x AND z.y = g.zone_y),
    gone AS (
        DELETE FROM location_cells c WHERE c.territory_id = :territory AND NOT EXISTS (
            SELECT FROM given g WHERE g.commune = c.commune_code AND g.x = c.x AND g.y = c.y))
    INSERT INTO location_cells (territory_id, commune_code, x, y, zone_id)
    SELECT :territory, commune, x, y, zone_id FROM given
    ON CONFLICT (territory_id, commune_code, x, y) DO UPDATE SET zone_id = excluded.zone_id
        WHERE location_cells.zone_id <> excluded.zone_id
    """
)
# A square that its commune does not fill is shown as its part in the commune; the rest of a commune as what the
# squares shown in it leave over. Without a contour squares stay whole, and the rest is a disc (projection.DISC_M).
_SAVE_REGIONS: Final = text(
    f"""
    WITH zone AS (
        SELECT z.id, z.size_m, z.region, ST_Transform(c.contour, t.srid) AS contour, t.srid,
            CASE WHEN z.size_m > 0 THEN ST_MakeEnvelope(z.x * z.size_m, z.y * z.size_m,
                (z.x + 1) * z.size_m, (z.y + 1) * z.size_m, t.srid) END AS square,
            (SELECT ST_Union(DISTINCT ST_MakeEnvelope(b.x * {LARGEST_M}, b.y * {LARGEST_M},
                    (b.x + 1) * {LARGEST_M}, (b.y + 1) * {LARGEST_M}, t.srid))
                FROM location_zones o CROSS JOIN LATERAL (SELECT
                    floor(o.x * o.size_m / {LARGEST_M}.0)::integer AS x,
                    floor(o.y * o.size_m / {LARGEST_M}.0)::integer AS y) b
                WHERE z.size_m = {COMMUNE} AND o.territory_id = z.territory_id
                    AND o.commune_code = z.commune_code AND o.size_m > 0
                    AND EXISTS (SELECT FROM location_cells used WHERE used.zone_id = o.id)) AS taken
        FROM location_zones z
        JOIN territories t ON t.id = z.territory_id
        JOIN communes c ON c.code = z.commune_code
        WHERE z.territory_id = :territory AND c.contour IS NOT NULL),
    cut AS (
        SELECT id, CASE
            WHEN square IS NULL THEN CASE WHEN taken IS NULL THEN contour ELSE ST_Difference(contour, taken) END
            WHEN NOT ST_Covers(contour, square) THEN ST_Intersection(contour, square) END AS region
        FROM zone),
    polygons AS (
        SELECT id, CASE WHEN NOT ST_IsEmpty(ST_CollectionExtract(region, 3)) THEN ST_CollectionExtract(region, 3) END
            AS region FROM cut)
    UPDATE location_zones z SET region = p.region FROM polygons p
    WHERE z.id = p.id AND (z.region IS NULL) <> (p.region IS NULL)
        OR z.id = p.id AND NOT ST_OrderingEquals(z.region, p.region)
    RETURNING z.id
    """
)
_MOVING: Final = text(
    """
    SELECT h.id
    FROM listings l
    JOIN territories t ON t.id = l.territory_id
    JOIN homes h ON h.listing_id = l.id
    JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
    LEFT JOIN buildings b ON b.organisation_id = h.organisation_id AND b.id = h.building_id
    CROSS JOIN LATERAL (SELECT ST_Transform(coalesce(b.position, r.position), t.srid) AS point) p
    LEFT JOIN location_cells c ON c.territory_id = t.id AND c.commune_code = r.commune_code
        AND c.x = floor(ST_X(p.point) / 500)::integer AND c.y = floor(ST_Y(p.point) / 500)::integer
    WHERE l.territory_id = :territory
        AND (l.zone_id IS DISTINCT FROM c.zone_id OR l.zone_id = ANY(CAST(:touched AS integer[])))
    """
)
_EVERYTHING: Final = text(
    """
    SELECT h.id
    FROM territory_communes tc
    JOIN residences r ON r.commune_code = tc.commune_code
    JOIN adhesions a ON a.territory_id = tc.territory_id AND a.organisation_id = r.organisation_id
    JOIN homes h ON h.organisation_id = r.organisation_id AND h.residence_id = r.id
    WHERE tc.territory_id = :territory
    UNION
    SELECT h.id FROM listings l JOIN homes h ON h.listing_id = l.id WHERE l.territory_id = :territory
    """
)
_FORGET: Final = text(
    "DELETE FROM location_zones z WHERE z.territory_id = :territory"
    " AND NOT EXISTS (SELECT FROM location_cells c WHERE c.zone_id = z.id)"
    " AND NOT EXISTS (SELECT FROM listings l WHERE l.zone_id = z.id)"
)
_QUARTERS: Final = text("SELECT id, quarters_shown FROM location_zones WHERE territory_id = :territory")
_COMPUTED: Final = text(
    "INSERT INTO zonings (territory_id, computed_at, narrowed_at) VALUES (:territory, :now, :narrowed)"
    " ON CONFLICT (territory_id) DO UPDATE SET computed_at = excluded.computed_at, narrowed_at = excluded.narrowed_at"
)


async def requested(session: AsyncSession) -> list[Request]:
    """Return the territories that were asked for or hold listings without a zone."""
    return [Request(*row) for row in await session.execute(_REQUESTED)]


async def take(session: AsyncSession, territory: int) -> None:
    """Hold the territory until the commit, and drop its requests: later ones stand for later changes."""
    await session.execute(_LOCK, {"territory": territory})
    await session.execute(_TAKE, {"territory": territory})


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


async def held(session: AsyncSession, territory: int) -> dict[Cell, int]:
    """Return the size of the zone that shows each occupied cell now."""
    rows = await session.execute(_HELD, {"territory": territory})
    return {Cell(commune, x, y): size for commune, x, y, size in rows}


async def save(session: AsyncSession, territory: int, zones: Iterable[Zone]) -> list[int]:
    """Keep ``zones`` as the territory's; return the ids of standing zones whose region or quarters changed."""
    zones = list(zones)
    before = await _quarters_shown(session, territory)
    described = [zone.key._asdict() | {"quarters_shown": zone.quarters_shown} for zone in zones]
    cells = [
        {**cell._asdict(), "size_m": zone.key.size_m, "zone_x": zone.key.x, "zone_y": zone.key.y}
        for zone in zones
        for cell in zone.cells
    ]
    given = {
        "territory": territory,
        "zones": orjson.dumps(described).decode(),
        "cells": orjson.dumps(cells).decode(),
    }
    await session.execute(_SAVE_ZONES, given)
    await session.execute(_SAVE_CELLS, given)
    reshaped = (await session.execute(_SAVE_REGIONS, {"territory": territory})).scalars().all()
    after = await _quarters_shown(session, territory)
    return sorted({*reshaped, *(zone for zone, shown in after.items() if before.get(zone, shown) != shown)})


async def _quarters_shown(session: AsyncSession, territory: int) -> dict[int, bool]:
    return dict((await session.execute(_QUARTERS, {"territory": territory})).all())


async def moving(session: AsyncSession, territory: int, touched: list[int]) -> list[uuid.UUID]:
    """Return the homes whose listing stands in another zone than its place now has, or in a ``touched`` one."""
    rows = await session.execute(_MOVING, {"territory": territory, "touched": touched})
    return list(rows.scalars().all())


async def everything(session: AsyncSession, territory: int) -> list[uuid.UUID]:
    """Return every home that is, or may become, a listing of the territory."""
    return list((await session.execute(_EVERYTHING, {"territory": territory})).scalars().all())


async def computed(session: AsyncSession, territory: int, *, now: datetime, narrowed: datetime) -> None:
    """Forget zones without use, and note the computation."""
    await session.execute(_FORGET, {"territory": territory})
    await session.execute(_COMPUTED, {"territory": territory, "now": now, "narrowed": narrowed})
