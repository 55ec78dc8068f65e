"""The SQL of the residences and their buildings."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final, LiteralString

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation

_COLUMNS: Final = (
    "name", "number", "street", "postcode", "commune_code", "territory_slug", "housing_form", "equipment",
    "construction_year", "declared_homes", "in_priority_quarter", "rnb_id", "ban_id", "owner_siren",
    "manager_siren", "quarter_codes",
)  # fmt: skip
_POINT: Final = "CASE WHEN CAST(:lon AS float8) IS NOT NULL THEN ST_SetSRID(ST_Point(:lon, :lat), 4326) END"

_WRITE: Final = text(
    f"""
    INSERT INTO residences AS r (id, organisation_id, ref, position, {", ".join(_COLUMNS)})
    VALUES (:id, :organisation, :ref, {_POINT}, {", ".join(f":{name}" for name in _COLUMNS)})
    ON CONFLICT (organisation_id, ref) DO UPDATE SET position = excluded.position,
        {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)}, version = r.version + 1, updated_at = now(),
        changed_in = pg_current_xact_id()
    RETURNING id, version
    """
)
_DROP_BUILDINGS: Final = text(
    "DELETE FROM buildings WHERE organisation_id = :organisation AND residence_id = :residence"
    " AND NOT ref = ANY(CAST(:refs AS text[]))"
)
_WRITE_BUILDINGS: Final = text(
    """
    INSERT INTO buildings
        (id, organisation_id, residence_id, ref, name, position, quarter_codes, levels, rnb_id, ban_id)
    SELECT g.id, :organisation, :residence, g.ref, g.name,
        CASE WHEN g.lon IS NOT NULL THEN ST_SetSRID(ST_Point(g.lon, g.lat), 4326) END, g.quarter_codes, g.levels,
        g.rnb_id, g.ban_id
    FROM jsonb_to_recordset(CAST(:buildings AS jsonb)) AS g (id uuid, ref text, name text, lon float8, lat float8,
        quarter_codes text[], levels smallint, rnb_id text, ban_id text)
    ON CONFLICT (organisation_id, residence_id, ref) DO UPDATE SET name = excluded.name, position = excluded.position,
        quarter_codes = excluded.quarter_codes, levels = excluded.levels, rnb_id = excluded.rnb_id,
        ban_id = excluded.ban_id
    """
)
_FIND_QUARTERS: Final = """
    WITH latest AS MATERIALIZED (SELECT layer, max(vintage) AS vintage FROM quarters GROUP BY layer)
    UPDATE {table} AS present SET {codes} = found.codes{changed}
    FROM (
        SELECT placed.id, coalesce((
            SELECT array_agg(q.layer || ':' || q.code ORDER BY q.layer, q.code)
            FROM quarters q JOIN latest l ON l.layer = q.layer AND l.vintage = q.vintage
            WHERE ST_Covers(q.shape, placed.{position})), '{{}}') AS codes
        FROM {table} AS placed WHERE placed.{position} IS NOT NULL) found
    WHERE present.id = found.id AND present.{codes} <> found.codes
"""
_CHANGED: Final = ", changed_in = pg_current_xact_id()"
_QUARTERED: Final = [
    text(_FIND_QUARTERS.format(table=table, position=position, codes=codes, changed=changed))
    for table, position, codes, changed in (
        ("buildings", "position", "quarter_codes", ""),
        ("residences", "position", "quarter_codes", _CHANGED),
        ("residences", "found_position", "found_quarter_codes", _CHANGED),
    )
]
SHOWN: Final[LiteralString] = """
    SELECT r.ref, r.name, r.number, r.street, r.postcode, r.commune_code,
        CASE WHEN r.position IS NULL THEN r.found_quarter_codes ELSE r.quarter_codes END AS quarters,
        r.territory_slug AS territory, r.housing_form, r.equipment, r.construction_year, r.declared_homes,
        r.in_priority_quarter, r.facts, r.rnb_id, coalesce(r.ban_id, r.found_ban_id) AS ban_id,
        r.owner_siren, r.manager_siren, r.updated_at, r.version,
        CASE WHEN coalesce(r.position, r.found_position) IS NOT NULL THEN json_build_object(
            'lon', ST_X(coalesce(r.position, r.found_position)), 'lat', ST_Y(coalesce(r.position, r.found_position)))
            END AS position,
        CASE WHEN r.position IS NOT NULL
                THEN json_build_object('method', 'given', 'score', NULL, 'type', NULL, 'doubtful', false)
            WHEN r.found_position IS NOT NULL OR r.candidate_position IS NOT NULL
                THEN json_build_object('method', r.found_method, 'score', r.found_score, 'type', r.found_type,
                    'doubtful', r.found_position IS NULL) END AS position_source,
        (SELECT coalesce(json_agg(json_build_object('ref', b.ref, 'name', b.name, 'levels', b.levels,
            'rnb_id', b.rnb_id, 'ban_id', b.ban_id, 'position', CASE WHEN b.position IS NOT NULL THEN
                json_build_object('lon', ST_X(b.position), 'lat', ST_Y(b.position)) END) ORDER BY b.ref), '[]')
         FROM buildings b WHERE b.organisation_id = r.organisation_id AND b.residence_id = r.id) AS buildings
    FROM residences r
"""
"""What a landlord is shown of its residences; the query goes on with whose."""
_SELECT: Final = f"{SHOWN} WHERE r.organisation_id = :organisation"
_READ: Final = text(f"{_SELECT} AND r.ref = :ref")
_PAGE: Final = text(f"{_SELECT} AND r.ref > :after ORDER BY r.ref LIMIT :limit")
# Not against writers of its homes: they ask only that it stays.
_LOCK: Final = text(
    "SELECT version FROM residences WHERE organisation_id = :organisation AND ref = :ref FOR NO KEY UPDATE"
)
_DELETE: Final = text("DELETE FROM residences WHERE organisation_id = :organisation AND ref = :ref RETURNING id")


_SUCCEED: Final = text(
    "UPDATE residences r SET commune_code = s.new"
    " FROM unnest(CAST(:old AS text[]), CAST(:new AS text[])) AS s (old, new) WHERE r.commune_code = s.old"
)


async def move_to_successors(session: AsyncSession, successors: Mapping[str, str]) -> None:
    """Give residences of communes that are no more the commune that theirs is part of now. As the job."""
    await session.execute(_SUCCEED, {"old": list(successors), "new": list(successors.values())})


async def find_quarters_again(session: AsyncSession) -> None:
    """Make the quarter codes of every residence and building those of its position, in the latest vintages.

    A residence has two sets: of the position that is stated, and of the one that is found.
    """
    for statement in _QUARTERED:
        await session.execute(statement)


async def write(
    session: AsyncSession, organisation: OwnOrganisation, given: Mapping[str, Any]
) -> tuple[uuid.UUID, int]:
    """Create or replace a residence; return its id and version (1 where it is new)."""
    row = (await session.execute(_WRITE, {"organisation": organisation, **given})).one()
    return row[0], row[1]


async def write_buildings(
    session: AsyncSession, organisation: OwnOrganisation, residence: uuid.UUID, buildings: Sequence[Mapping[str, Any]]
) -> None:
    """Make ``buildings`` the residence's; one that is left out and has homes breaks its foreign key."""
    scope = {"organisation": organisation, "residence": residence}
    await session.execute(_DROP_BUILDINGS, {**scope, "refs": [building["ref"] for building in buildings]})
    if buildings:
        await session.execute(_WRITE_BUILDINGS, {**scope, "buildings": orjson.dumps(buildings, default=str).decode()})


async def read(session: AsyncSession, organisation: OwnOrganisation, ref: str) -> dict[str, Any] | None:
    row = (await session.execute(_READ, {"organisation": organisation, "ref": ref})).mappings().one_or_none()
    return dict(row) if row else None


async def page(session: AsyncSession, organisation: OwnOrganisation, *, after: str, limit: int) -> list[dict[str, Any]]:
    rows = await session.execute(_PAGE, {"organisation": organisation, "after": after, "limit": limit})
    return [dict(row) for row in rows.mappings()]


async def lock(session: AsyncSession, organisation: OwnOrganisation, ref: str) -> int | None:
    """Return a residence's version and hold it until the commit."""
    version: int | None = (
        await session.execute(_LOCK, {"organisation": organisation, "ref": ref})
    ).scalar_one_or_none()
    return version


async def delete(session: AsyncSession, organisation: OwnOrganisation, ref: str) -> bool:
    return (await session.execute(_DELETE, {"organisation": organisation, "ref": ref})).one_or_none() is not None
