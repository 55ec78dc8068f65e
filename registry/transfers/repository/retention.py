"""The SQL of what ends in time: consents, closed cases, tombstones. As the job, which reads no need, no reference."""

import datetime as dt
import uuid
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

DEFAULT_MONTHS: Final = 6
"""For how long a closed case is kept where no charter says so (:class:`registry.charter.schemas.Terms`)."""
MOST_MONTHS: Final = 24

# The months that bind: the fewer of the version in force and of the one that the landlord signed.
_DELETE: Final = text(
    """
    DELETE FROM transfer_cases WHERE id IN (
        SELECT c.id FROM transfer_cases c
        LEFT JOIN charters ch ON ch.territory_id = c.territory_id AND ch.status = 'in_force'
        LEFT JOIN adhesions a ON a.territory_id = c.territory_id AND a.organisation_id = c.organisation_id
        LEFT JOIN charters own ON own.territory_id = c.territory_id AND own.version = a.charter_version
        WHERE c.closed_at < CAST(:now AS timestamptz) - make_interval(months => least(:most,
            coalesce((ch.terms->>'case_retention_months')::integer, :default),
            (own.terms->>'case_retention_months')::integer))
        ORDER BY c.organisation_id, c.id LIMIT :limit)
    RETURNING id, organisation_id
    """
)
_END: Final = text(
    """
    UPDATE transfer_cases SET closing = 'consent_ended', closed_at = :now, version = version + 1, updated_at = :now
    WHERE id IN (SELECT id FROM transfer_cases WHERE closed_at IS NULL AND consent_until < CAST(:day AS date)
        ORDER BY organisation_id, id LIMIT :limit)
    RETURNING id, organisation_id
    """
)
_REMIND: Final = text(
    """
    WITH due AS (
        UPDATE transfer_cases SET reminded_until = consent_until
        WHERE closed_at IS NULL AND consent_until < CAST(:before AS date)
            AND reminded_until IS DISTINCT FROM consent_until
        RETURNING organisation_id, consent_until)
    SELECT organisation_id, count(*), min(consent_until) FROM due GROUP BY organisation_id ORDER BY organisation_id
    """
)
_FORGET_TOMBSTONES: Final = text(
    "DELETE FROM transfer_tombstones WHERE erased_at < CAST(:now AS timestamptz) - make_interval(months => :most)"
)


class Ended(NamedTuple):
    """A case that is ended, or deleted."""

    id: uuid.UUID
    organisation_id: uuid.UUID


class Due(NamedTuple):
    """How many consents of a landlord's cases end soon, and the day of the first."""

    organisation_id: uuid.UUID
    cases: int
    first: dt.date


async def delete_closed(session: AsyncSession, now: dt.datetime, limit: int) -> list[Ended]:
    """Delete cases whose months are over; return them by landlord. A trigger ends open proposals, but no lease."""
    values = {"now": now, "default": DEFAULT_MONTHS, "most": MOST_MONTHS, "limit": limit}
    return sorted((Ended(*row) for row in await session.execute(_DELETE, values)), key=lambda each: each[::-1])


async def end_consents(session: AsyncSession, now: dt.datetime, day: dt.date, limit: int) -> list[Ended]:
    """Close cases whose consent ended before a day; return them by landlord. A trigger ends their proposals."""
    values = {"now": now, "day": day, "limit": limit}
    return sorted((Ended(*row) for row in await session.execute(_END, values)), key=lambda each: each[::-1])


async def remind(session: AsyncSession, before: dt.date) -> list[Due]:
    """Note of whose consents that end before a day their landlords are reminded now, each once."""
    return [Due(*row) for row in await session.execute(_REMIND, {"before": before})]


async def forget_tombstones(session: AsyncSession, now: dt.datetime) -> None:
    await session.execute(_FORGET_TOMBSTONES, {"now": now, "most": MOST_MONTHS})
