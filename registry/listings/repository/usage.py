"""The SQL of the meter: what was seen, read and searched; kept for the quota, the audit and a while."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final, NamedTuple

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


class SearchKey(NamedTuple):
    minute: datetime
    client_id: str
    organisation_id: uuid.UUID
    shape: str


class Reading(NamedTuple):
    read_at: datetime
    organisation_id: uuid.UUID
    client_id: str
    listing_id: uuid.UUID


class Seen(NamedTuple):
    client_id: str
    day: date
    listing_id: uuid.UUID
    organisation_id: uuid.UUID


_SEEN: Final = text(
    "INSERT INTO listings_seen (client_id, day, listing_id, organisation_id)"
    " SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb))"
    " AS r (client_id text, day date, listing_id uuid, organisation_id uuid) ON CONFLICT DO NOTHING"
)
_READ: Final = text(
    "INSERT INTO listing_reads (read_at, organisation_id, client_id, listing_id)"
    " SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb))"
    " AS r (read_at timestamptz, organisation_id uuid, client_id text, listing_id uuid)"
)
_SEARCHED: Final = text(
    "INSERT INTO listing_searches (minute, client_id, organisation_id, shape, searches)"
    " SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb))"
    " AS r (minute timestamptz, client_id text, organisation_id uuid, shape text, searches integer)"
    " ON CONFLICT (organisation_id, minute, client_id, shape)"
    " DO UPDATE SET searches = listing_searches.searches + excluded.searches"
)
_TODAY: Final = text("SELECT listing_id FROM listings_seen WHERE organisation_id = :organisation AND day = :day")
_QUOTA: Final = text(
    "SELECT min((c.terms->>'listing_daily_homes')::integer) FROM charters c"
    " WHERE c.status = 'in_force' AND c.territory_id = ANY(CAST(:territories AS integer[]))"
)
# By organisation, for whoever writes to several chains holds each until its commit.
_CHAIN: Final = text(
    """
    WITH read AS (
        UPDATE listing_reads SET chained = true
        WHERE id IN (SELECT id FROM listing_reads WHERE NOT chained ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED)
        RETURNING id, organisation_id, client_id, listing_id, read_at)
    SELECT organisation_id, count(*), min(id), max(id),
        encode(sha256(convert_to(string_agg(
            id || ' ' || client_id || ' ' || listing_id || ' ' || extract(epoch FROM read_at), E'\\n' ORDER BY id),
            'UTF8')), 'hex')
    FROM read GROUP BY organisation_id ORDER BY organisation_id
    """
)
_EXPIRE: Final = (
    text("DELETE FROM listings_seen WHERE day < CAST(:today AS date) - 1"),
    text("DELETE FROM listing_searches WHERE minute < CAST(:today AS date) - CAST(:days AS integer)"),
    text("DELETE FROM listing_reads WHERE chained AND read_at < CAST(:today AS date) - CAST(:days AS integer)"),
)


def _rows(rows: Iterable[NamedTuple]) -> dict[str, str]:
    return {"rows": orjson.dumps([row._asdict() for row in rows]).decode()}


async def record(
    session: AsyncSession,
    seen: Iterable[Seen],
    readings: Iterable[Reading],
    searches: Mapping[SearchKey, int],
) -> None:
    """Write what a process has counted since it last did."""
    if rows := list(seen):
        await session.execute(_SEEN, _rows(rows))
    if readings := list(readings):
        await session.execute(_READ, _rows(readings))
    if searches:
        described = [key._asdict() | {"searches": count} for key, count in searches.items()]
        await session.execute(_SEARCHED, {"rows": orjson.dumps(described).decode()})


async def seen_today(session: AsyncSession, organisation: uuid.UUID, day: date) -> set[uuid.UUID]:
    """Return the distinct homes that any client of the organisation has seen."""
    return set((await session.execute(_TODAY, {"organisation": organisation, "day": day})).scalars().all())


async def charter_quota(session: AsyncSession, territories: Iterable[int]) -> int | None:
    """Return the least number of distinct homes a day that a charter in force there sets, if one does."""
    quota: int | None = (await session.execute(_QUOTA, {"territories": list(territories)})).scalar_one()
    return quota


class Chained(NamedTuple):
    """Readings of one organisation, taken into its audit chain together."""

    organisation_id: uuid.UUID
    readings: int
    first_id: int
    last_id: int
    digest: str


async def take_unchained(session: AsyncSession, most: int) -> list[Chained]:
    """Mark the unchained readings, at most ``most``, and return what to chain, by reader.

    Those that another transaction is taking are left to it.
    """
    return [Chained(*row) for row in await session.execute(_CHAIN, {"most": most})]


async def expire(session: AsyncSession, *, today: date, days: int) -> None:
    """Delete what quota and audit no longer need: seen homes after a day, the rest after ``days``."""
    for statement in _EXPIRE:
        await session.execute(
            statement, {"today": today, "days": days} if ":days" in str(statement) else {"today": today}
        )
