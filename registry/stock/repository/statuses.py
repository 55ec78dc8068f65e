"""The SQL of what the status of homes was before; triggers of the homes write it."""

from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation

_READ: Final = text(
    """
    SELECT s.status, s.available_on,
        lag(s.superseded_at) OVER (ORDER BY s.superseded_at) AS since, s.superseded_at
    FROM homes h
    JOIN home_status_history s ON s.organisation_id = h.organisation_id AND s.home_id = h.id
    WHERE h.organisation_id = :organisation AND h.ref = :ref
    ORDER BY s.superseded_at DESC LIMIT :limit
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
    session: AsyncSession, organisation: OwnOrganisation, ref: str, *, limit: int
) -> list[SupersededStatus]:  # fmt: skip
    """Return what the status of a home was before, the last first."""
    values = {"organisation": organisation, "ref": ref, "limit": limit}
    return [SupersededStatus(*row) for row in await session.execute(_READ, values)]


async def forget(session: AsyncSession, before: datetime) -> None:
    """Delete what gave way before a moment. As the job."""
    await session.execute(_FORGET, {"before": before})
