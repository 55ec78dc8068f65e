"""A territory's figures by day."""

import datetime as dt
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


class FiguresRow(NamedTuple):
    """See :class:`registry.obligations.models.TerritoryFigures`."""

    day: dt.date
    landlords: int
    residences: int
    listings: int
    available_now: int
    class_4: int
    fresh: int
    measured_at: dt.datetime


_WRITE: Final = text(
    """
    INSERT INTO territory_figures (territory_id, day, landlords, residences, listings, available_now, class_4, fresh,
        measured_at)
    SELECT :territory, :day, (SELECT count(*) FROM adhesions WHERE territory_id = :territory AND status = 'in_force'),
        :residences, :listings, :available_now, :class_4,
        (SELECT coalesce(sum(latest.met), 0) FROM adhesions a
            CROSS JOIN LATERAL (SELECT met FROM obligation_scores s WHERE s.territory_id = a.territory_id
                AND s.organisation_id = a.organisation_id AND s.obligation = 'freshness' AND s.day <= :day
                ORDER BY s.day DESC LIMIT 1) latest
            WHERE a.territory_id = :territory AND a.status = 'in_force'),
        :now
    ON CONFLICT (territory_id, day) DO UPDATE SET landlords = excluded.landlords, residences = excluded.residences,
        listings = excluded.listings, available_now = excluded.available_now, class_4 = excluded.class_4,
        fresh = excluded.fresh, measured_at = excluded.measured_at
    """
)
_COLUMNS: Final = ", ".join(FiguresRow._fields)
# The last of each week, the present one's too.
_WEEKS: Final = text(
    f"""
    SELECT {_COLUMNS} FROM (
        SELECT DISTINCT ON (date_trunc('week', day)) {_COLUMNS} FROM territory_figures
        WHERE territory_id = :territory AND day > CAST(:day AS date) - 84
        ORDER BY date_trunc('week', day), day DESC) weeks
    ORDER BY day
    """
)
_COUNTED_AT: Final = text("SELECT max(measured_at) FROM territory_figures WHERE territory_id = :territory")


async def write(
    session: AsyncSession, territory: int, *, day: dt.date, now: dt.datetime, counted: dict[str, int]
) -> None:  # fmt: skip
    """Write the figures of a day, once its scores are. As the job.

    Fresh is what each member's last score says: those that did not change are measured each night alone.

    Args:
        counted: ``residences``, ``listings``, ``available_now``, ``class_4``.
    """
    await session.execute(_WRITE, {"territory": territory, "day": day, "now": now, **counted})


async def counted_at(session: AsyncSession, territory: int) -> dt.datetime | None:
    """Return when the figures were last counted."""
    found: dt.datetime | None = (await session.execute(_COUNTED_AT, {"territory": territory})).scalar_one()
    return found


async def weeks(session: AsyncSession, territory: int, day: dt.date) -> list[FiguresRow]:
    """Return the last figures of each of the twelve weeks up to a day, the oldest first."""
    return [FiguresRow(*row) for row in await session.execute(_WEEKS, {"territory": territory, "day": day})]
