"""The SQL of what the status of homes was before; triggers of the homes write it."""

from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation

_READ: Final = text(
    """
    SELECT s.status, s.available_on, s.since, s.superseded_at
    FROM homes h
    LEFT JOIN LATERAL (
        SELECT * FROM (
            SELECT status, available_on, superseded_at, lag(superseded_at) OVER (ORDER BY superseded_at) AS since
            FROM home_status_history WHERE organisation_id = h.organisation_id AND home_id = h.id) former
        WHERE CAST(:before AS timestamptz) IS NULL OR superseded_at < :before
        ORDER BY superseded_at DESC LIMIT :limit) s ON true
    WHERE h.organisation_id = :organisation AND h.ref = :ref ORDER BY s.superseded_at DESC
    """
)
_FORGET: Final = text("DELETE FROM home_status_history WHERE superseded_at < :before")


class SupersededStatus(NamedTuple):
    """A status that gave way to another, or to another day from which the home is free.

    Attributes:
        since: When it was stated; ``None``: not known any more, or since the home is registered.
    """

    status: str
    available_on: date | None
    since: datetime | None
    superseded_at: datetime


async def read(
    session: AsyncSession, organisation: OwnOrganisation, ref: str, *, before: datetime | None, limit: int
) -> list[SupersededStatus] | None:
    """Return what the status of a home was before, the last first; ``None`` where there is no such home.

    Args:
        before: Of what gave way before this moment only.
    """
    values = {"organisation": organisation, "ref": ref, "before": before, "limit": limit}
    rows = (await session.execute(_READ, values)).all()
    return [SupersededStatus(*row) for row in rows if row.status is not None] if rows else None


async def forget(session: AsyncSession, before: datetime) -> None:
    """Delete what gave way before a moment. As the job."""
    await session.execute(_FORGET, {"before": before})
