"""The SQL of positions that are found rather than stated."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation

_WAITS: Final = "located_at IS NULL AND position IS NULL AND street IS NOT NULL"
_REVIEWED: Final = "candidate_position IS NOT NULL AND position IS NULL"
_POINT: Final = "ST_SetSRID(ST_Point({lon}, {lat}), 4326)"

_ORGANISATIONS: Final = text(f"SELECT DISTINCT organisation_id FROM residences WHERE {_WAITS} ORDER BY organisation_id")
_WAITING: Final = text(
    f"SELECT id, number, street, postcode, commune_code FROM residences WHERE organisation_id = :organisation"
    f" AND {_WAITS} ORDER BY id LIMIT :limit"
)
# Locked in order of ref, as every writer of several residences does. An address that changed meanwhile waits again.
_SAVE: Final = text(
    f"""
    WITH given AS (
        SELECT * FROM jsonb_to_recordset(CAST(:finds AS jsonb)) AS g (id uuid, number text, street text, postcode text,
            commune_code text, exact boolean, lon float8, lat float8, quarter_codes text[], method text, score real,
            gap real, type text, label text, ban_id text)),
    held AS MATERIALIZED (
        SELECT r.id AS held_id FROM residences r JOIN given g ON g.id = r.id
        WHERE r.organisation_id = :organisation AND r.located_at IS NULL AND r.position IS NULL
            AND (r.number, r.street, r.postcode, r.commune_code)
                IS NOT DISTINCT FROM (g.number, g.street, g.postcode, g.commune_code)
        ORDER BY r.ref FOR NO KEY UPDATE OF r)
    UPDATE residences r SET located_at = now(), changed_in = pg_current_xact_id(),
        found_position = CASE WHEN g.exact THEN {_POINT.format(lon="g.lon", lat="g.lat")} END,
        candidate_position = CASE WHEN NOT g.exact THEN {_POINT.format(lon="g.lon", lat="g.lat")} END,
        found_quarter_codes = g.quarter_codes, found_method = g.method, found_score = g.score, found_gap = g.gap,
        found_type = g.type, found_label = g.label, found_ban_id = CASE WHEN g.exact THEN g.ban_id END
    FROM held JOIN given g ON g.id = held.held_id
    WHERE r.organisation_id = :organisation AND r.id = held.held_id
    RETURNING r.id, g.exact
    """
)
_ASK_AGAIN: Final = text(
    "UPDATE residences SET located_at = NULL WHERE located_at IS NOT NULL AND position IS NULL"
    " AND found_position IS NULL AND found_method IS DISTINCT FROM 'refused'"
    " AND commune_code = ANY(CAST(:communes AS text[]))"
)
_TO_REVIEW: Final = text(
    f"""
    SELECT r.ref, r.name, r.number, r.street, r.postcode, r.commune_code, r.version,
        json_build_object('lon', ST_X(r.candidate_position), 'lat', ST_Y(r.candidate_position)) AS candidate,
        r.found_method AS method, r.found_score AS score, r.found_gap AS gap, r.found_type AS type,
        r.found_label AS label
    FROM residences r
    WHERE r.organisation_id = :organisation AND {_REVIEWED} AND r.ref > :after ORDER BY r.ref LIMIT :limit
    """
)
_COUNT: Final = text(f"SELECT count(*) FROM residences WHERE organisation_id = :organisation AND {_REVIEWED}")
_COUNT_OF_MEMBERS: Final = text(
    "SELECT o.name, d.residences FROM doubtful_positions() d JOIN organisations o ON o.id = d.organisation_id"
    " ORDER BY d.residences DESC, o.name, o.id"
)
_LOCK_ONE: Final = text(
    """
    SELECT r.id, r.version, r.commune_code, r.found_method, ST_X(r.candidate_position), ST_Y(r.candidate_position)
    FROM residences r WHERE r.organisation_id = :organisation AND r.ref = :ref AND r.position IS NULL
        AND (r.candidate_position IS NOT NULL OR r.found_method IN ('reviewed', 'refused')) FOR NO KEY UPDATE
    """
)
# Looked up, whatever waits: what a person decides no geocoder changes, not even one that is asked at this moment.
_ACCEPT: Final = text(
    """
    UPDATE residences SET found_position = candidate_position, candidate_position = NULL,
        found_quarter_codes = CAST(:quarters AS text[]), found_method = 'reviewed', located_at = now(),
        version = version + 1, updated_at = now(), changed_in = pg_current_xact_id()
    WHERE organisation_id = :organisation AND id = :id
    """
)
_DECIDE: Final = text(
    f"""
    UPDATE residences SET candidate_position = NULL, found_method = :method, found_score = NULL, found_gap = NULL,
        found_type = NULL, found_label = NULL, found_ban_id = NULL, found_quarter_codes = CAST(:quarters AS text[]),
        found_position = CASE WHEN CAST(:lon AS float8) IS NOT NULL THEN {_POINT.format(lon=":lon", lat=":lat")} END,
        located_at = now(), version = version + 1, updated_at = now(), changed_in = pg_current_xact_id()
    WHERE organisation_id = :organisation AND id = :id
    """
)


class Waiting(NamedTuple):
    """A residence whose address is to be looked up."""

    id: uuid.UUID
    number: str | None
    street: str
    postcode: str | None
    commune_code: str


class ToReview(NamedTuple):
    """A residence whose candidate (lon, lat in WGS84) waits for a person, or was decided by one: then there is none."""

    id: uuid.UUID
    version: int
    commune_code: str
    method: str
    lon: float | None
    lat: float | None


async def organisations_waiting(session: AsyncSession) -> list[uuid.UUID]:
    """Return the landlords that have residences to look up. As the job."""
    return list((await session.execute(_ORGANISATIONS)).scalars())


async def waiting(session: AsyncSession, organisation: OwnOrganisation, limit: int) -> list[Waiting]:
    rows = await session.execute(_WAITING, {"organisation": organisation, "limit": limit})
    return [Waiting(*row) for row in rows]


async def save(
    session: AsyncSession, organisation: OwnOrganisation, finds: Sequence[Mapping[str, Any]]
) -> dict[uuid.UUID, bool | None]:
    """Keep what was found for addresses that are still those; ``exact`` is null where nothing was found.

    Returns:
        ``exact`` by the residence's id, of those that were written.
    """
    values = {"organisation": organisation, "finds": orjson.dumps(finds, default=str).decode()}
    kept: dict[uuid.UUID, bool | None] = dict((await session.execute(_SAVE, values)).all())
    return kept


async def ask_again(session: AsyncSession, communes: Sequence[str]) -> None:
    """Have the addresses of these communes looked up again that nothing certain was found for. As the job.

    What a person refused stays refused.
    """
    await session.execute(_ASK_AGAIN, {"communes": list(communes)})


async def to_review(
    session: AsyncSession, organisation: OwnOrganisation, *, after: str, limit: int
) -> list[dict[str, Any]]:
    rows = await session.execute(_TO_REVIEW, {"organisation": organisation, "after": after, "limit": limit})
    return [dict(row) for row in rows.mappings()]


async def count(session: AsyncSession, organisation: OwnOrganisation) -> int:
    return int((await session.execute(_COUNT, {"organisation": organisation})).scalar_one())


async def count_of_members(session: AsyncSession) -> list[tuple[str, int]]:
    """Return the names of landlords and how many of their residences wait, the most first. As the coordinator."""
    return [(name, residences) for name, residences in await session.execute(_COUNT_OF_MEMBERS)]


async def lock(session: AsyncSession, organisation: OwnOrganisation, ref: str) -> ToReview | None:
    """Return a residence whose candidate waits for a person, or was decided by one, held until the commit."""
    row = (await session.execute(_LOCK_ONE, {"organisation": organisation, "ref": ref})).one_or_none()
    return ToReview(*row) if row else None


async def accept(
    session: AsyncSession, organisation: OwnOrganisation, residence: uuid.UUID, quarters: Sequence[str]
) -> None:
    """Make the candidate the residence's position."""
    await session.execute(_ACCEPT, {"organisation": organisation, "id": residence, "quarters": list(quarters)})


async def decide(
    session: AsyncSession,
    organisation: OwnOrganisation,
    residence: uuid.UUID,
    position: tuple[float, float] | None,
    quarters: Sequence[str],
) -> None:
    """Put a position that a person typed in the candidate's place; ``None``: only take the candidate away."""
    lon, lat = position or (None, None)
    method = "reviewed" if position else "refused"
    await session.execute(
        _DECIDE,
        {"organisation": organisation, "id": residence, "lon": lon, "lat": lat, "method": method,
         "quarters": list(quarters)},
    )  # fmt: skip
