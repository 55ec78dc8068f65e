"""The SQL for many residences and homes at once: read what is held, write only what differs."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation

_RESIDENCE: Final = (
    ("name", "text"), ("number", "text"), ("street", "text"), ("postcode", "text"), ("commune_code", "text"),
    ("territory_slug", "text"), ("housing_form", "text"), ("equipment", "text[]"), ("construction_year", "smallint"),
    ("declared_homes", "integer"), ("in_priority_quarter", "boolean"), ("rnb_id", "text"), ("ban_id", "text"),
    ("quarter_codes", "text[]"),
)  # fmt: skip
_NAMES: Final = [name for name, _ in _RESIDENCE]
_COMPARED: Final = ["position", *_NAMES]
_BUILDING: Final = ("name", "position", "quarter_codes", "levels", "rnb_id", "ban_id")
_PLACE: Final = "CASE WHEN g.lon IS NOT NULL THEN ST_SetSRID(ST_Point(g.lon, g.lat), 4326) END"


def _lon_lat(alias: str) -> str:
    return (
        f"CASE WHEN {alias}.position IS NOT NULL THEN"
        f" json_build_object('lon', ST_X({alias}.position), 'lat', ST_Y({alias}.position)) END"
    )


# Locked in order of ref, as the homes are when they are written: two writers never wait for each other crosswise.
# Joined, not "= ANY": under a generic plan that is a comparison with every given ref for every row (60 times slower).
_HELD_RESIDENCES: Final = text(
    f"""
    SELECT r.ref, r.name, r.number, r.street, r.postcode, r.commune_code, r.territory_slug AS territory,
        r.housing_form, r.equipment, r.construction_year, r.declared_homes, r.in_priority_quarter,
        r.rnb_id, r.ban_id,
        {_lon_lat("r")} AS position,
        (SELECT coalesce(json_agg(json_build_object('ref', b.ref, 'name', b.name, 'levels', b.levels,
            'rnb_id', b.rnb_id, 'ban_id', b.ban_id, 'position', {_lon_lat("b")}) ORDER BY b.ref), '[]')
         FROM buildings b WHERE b.organisation_id = r.organisation_id AND b.residence_id = r.id) AS buildings
    FROM unnest(CAST(:refs AS text[])) AS g (ref)
    JOIN residences r ON r.organisation_id = :organisation AND r.ref = g.ref
    ORDER BY r.ref FOR UPDATE OF r
    """
)
_HELD_HOMES: Final = text(
    """
    SELECT h.ref, r.ref AS residence_ref, b.ref AS building_ref, h.typology, h.rooms, h.area_m2, h.floor,
        h.rent_cents, h.charges_cents, h.financing, h.quota_holder, h.energy_label, h.rpls_id, h.status,
        h.available_on, h.housing_form
    FROM unnest(CAST(:refs AS text[])) AS g (ref)
    JOIN homes h ON h.organisation_id = :organisation AND h.ref = g.ref
    JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
    LEFT JOIN buildings b ON b.organisation_id = h.organisation_id AND b.residence_id = h.residence_id
        AND b.id = h.building_id
    ORDER BY h.ref FOR UPDATE OF h
    """
)
_WRITE: Final = text(
    f"""
    WITH given AS (
        SELECT g.*, {_PLACE} AS position FROM jsonb_to_recordset(CAST(:residences AS jsonb)) AS g (n integer, id uuid,
            ref text, lon float8, lat float8, {", ".join(f"{name} {kind}" for name, kind in _RESIDENCE)})),
    compared AS (
        SELECT g.*, r.id AS known, r.id IS NOT NULL AND ROW({", ".join(f"g.{name}" for name in _COMPARED)})
            IS NOT DISTINCT FROM ROW({", ".join(f"r.{name}" for name in _COMPARED)}) AS same
        FROM given g LEFT JOIN residences r ON r.organisation_id = :organisation AND r.ref = g.ref),
    written AS (
        INSERT INTO residences AS r (id, organisation_id, ref, {", ".join(_COMPARED)})
        SELECT id, :organisation, ref, {", ".join(_COMPARED)} FROM compared WHERE NOT same
        ON CONFLICT (organisation_id, ref) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _COMPARED)},
            version = r.version + 1, updated_at = now(), changed_in = pg_current_xact_id()
        RETURNING r.id, r.ref)
    SELECT c.n, coalesce(w.id, c.known),
        CASE WHEN c.known IS NULL THEN 'created' WHEN c.same THEN 'unchanged' ELSE 'updated' END
    FROM compared c LEFT JOIN written w ON w.ref = c.ref ORDER BY c.n
    """
)
_WRITE_BUILDINGS: Final = text(
    f"""
    INSERT INTO buildings AS b (id, organisation_id, residence_id, ref, {", ".join(_BUILDING)})
    SELECT g.id, :organisation, g.residence_id, g.ref, g.name, {_PLACE}, g.quarter_codes, g.levels, g.rnb_id, g.ban_id
    FROM jsonb_to_recordset(CAST(:buildings AS jsonb)) AS g (id uuid, residence_id uuid, ref text, name text,
        lon float8, lat float8, quarter_codes text[], levels smallint, rnb_id text, ban_id text)
    ON CONFLICT (organisation_id, residence_id, ref) DO UPDATE SET
        {", ".join(f"{name} = excluded.{name}" for name in _BUILDING)}
    WHERE ROW({", ".join(f"b.{name}" for name in _BUILDING)})
        IS DISTINCT FROM ROW({", ".join(f"excluded.{name}" for name in _BUILDING)})
    RETURNING b.residence_id
    """
)
_TOUCH: Final = text(
    "UPDATE residences SET version = version + 1, updated_at = now(), changed_in = pg_current_xact_id()"
    " WHERE organisation_id = :organisation AND id = ANY(CAST(:ids AS uuid[]))"
)
_HOMES_OF: Final = text(
    "SELECT h.id FROM unnest(CAST(:residences AS uuid[])) AS g (id)"
    " JOIN homes h ON h.organisation_id = :organisation AND h.residence_id = g.id"
)


class Written(NamedTuple):
    """What became of one given residence."""

    n: int
    id: uuid.UUID
    status: str


async def held_residences(
    session: AsyncSession, organisation: OwnOrganisation, refs: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return residences by reference, named as they are written, and hold them until the commit."""
    rows = await session.execute(_HELD_RESIDENCES, {"organisation": organisation, "refs": list(refs)})
    return {row["ref"]: dict(row) for row in rows.mappings()}


async def held_homes(
    session: AsyncSession, organisation: OwnOrganisation, refs: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return homes by reference without their facts, named as they are written, and hold them until the commit."""
    rows = await session.execute(_HELD_HOMES, {"organisation": organisation, "refs": list(refs)})
    return {row["ref"]: dict(row) for row in rows.mappings()}


async def write_residences(
    session: AsyncSession, organisation: OwnOrganisation, residences: Sequence[Mapping[str, Any]]
) -> list[Written]:
    """Create or replace residences, each with a distinct ``ref``; one that is as it was is not written."""
    values = {"organisation": organisation, "residences": orjson.dumps(residences, default=str).decode()}
    return [Written(*row) for row in await session.execute(_WRITE, values)]


async def write_buildings(
    session: AsyncSession, organisation: OwnOrganisation, buildings: Sequence[Mapping[str, Any]]
) -> set[uuid.UUID]:
    """Create or change buildings and leave the others; return the residences of those that changed."""
    values = {"organisation": organisation, "buildings": orjson.dumps(buildings, default=str).decode()}
    return set((await session.execute(_WRITE_BUILDINGS, values)).scalars())


async def touch(session: AsyncSession, organisation: OwnOrganisation, residences: Sequence[uuid.UUID]) -> None:
    """Give residences a new version: their buildings changed."""
    await session.execute(_TOUCH, {"organisation": organisation, "ids": list(residences)})


async def homes_of(
    session: AsyncSession, organisation: OwnOrganisation, residences: Sequence[uuid.UUID]
) -> list[uuid.UUID]:
    rows = await session.execute(_HOMES_OF, {"organisation": organisation, "residences": list(residences)})
    return list(rows.scalars().all())
