"""What members have not been told yet of their standing and their scores. As the job."""

import datetime as dt
import uuid
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


class Turned(NamedTuple):
    """A standing that its landlord has not been told of, with what was measured.

    Attributes:
        told: The state that it knows; ``state``: the present one.
        met: Facts stated of its shared homes, of ``counted``; 0 of 0: it shares none, and its census decides.
    """

    organisation_id: uuid.UUID
    slug: str
    territory: str
    told: str
    state: str
    bars_on: dt.date | None
    met: int
    counted: int
    floor_percent: int


class Under(NamedTuple):
    """A score below its floor."""

    organisation_id: uuid.UUID
    slug: str
    territory: str
    obligation: str
    met: int
    counted: int
    asked: int | None
    floor_percent: int
    untold: int


_TURNED: Final = text(
    """
    SELECT s.organisation_id, t.slug, t.name, s.told, s.state, s.bars_on, c.met, c.counted, coalesce(c.asked, 0)
    FROM standings s
    JOIN territories t ON t.id = s.territory_id
    JOIN organisations o ON o.id = s.organisation_id AND o.status = 'active'
    JOIN obligation_scores c ON c.territory_id = s.territory_id AND c.organisation_id = s.organisation_id
        AND c.obligation = 'completeness' AND c.day = :day
    WHERE s.territory_id = :territory AND s.told <> s.state
    ORDER BY s.organisation_id FOR UPDATE OF s
    """
)
_TELL: Final = text(
    "UPDATE standings SET told = state WHERE territory_id = :territory AND organisation_id = :organisation"
)
_UNDER: Final = text(
    """
    SELECT c.organisation_id, t.slug, t.name, c.obligation, c.met, c.counted, c.asked, c.floor_percent, c.untold
    FROM obligation_scores c
    JOIN territories t ON t.id = c.territory_id
    JOIN adhesions a ON a.territory_id = c.territory_id AND a.organisation_id = c.organisation_id
        AND a.status = 'in_force'
    JOIN organisations o ON o.id = c.organisation_id AND o.status = 'active'
    LEFT JOIN obligation_reminders r ON r.territory_id = c.territory_id AND r.organisation_id = c.organisation_id
        AND r.obligation = c.obligation
    WHERE c.territory_id = :territory AND c.day = :day AND c.met * 100 < c.counted * c.floor_percent AND c.untold > 0
        AND (r.reminded_at IS NULL OR r.reminded_at
            <= CASE WHEN c.obligation IN ('examined', 'relet') THEN CAST(:since_of_past AS timestamptz) ELSE :since END)
    ORDER BY c.organisation_id, c.obligation DESC
    """
)
_REMIND: Final = text(
    "INSERT INTO obligation_reminders AS r (territory_id, organisation_id, obligation, reminded_at)"
    " VALUES (:territory, :organisation, :obligation, :now)"
    " ON CONFLICT (territory_id, organisation_id, obligation) DO UPDATE SET reminded_at = excluded.reminded_at"
)


async def turned(session: AsyncSession, territory: int, day: dt.date) -> list[Turned]:
    """Return whose standing is another one than they were told, held until the transaction ends."""
    return [Turned(*row) for row in await session.execute(_TURNED, {"territory": territory, "day": day})]


async def tell(session: AsyncSession, territory: int, organisation: uuid.UUID) -> None:
    """Note that the present standing is told."""
    await session.execute(_TELL, {"territory": territory, "organisation": organisation})


async def under(
    session: AsyncSession, territory: int, day: dt.date, *, since: dt.datetime, since_of_past: dt.datetime
) -> list[Under]:
    """Return the members' scores of a day that are below their floor and of which nobody was reminded ``since``.

    ``since_of_past``: the same of what was let again: it stays in the score for a year, whatever is done now.
    """
    values = {"territory": territory, "day": day, "since": since, "since_of_past": since_of_past}
    return [Under(*row) for row in await session.execute(_UNDER, values)]


async def remind(
    session: AsyncSession, territory: int, organisation: uuid.UUID, obligation: str, now: dt.datetime
) -> None:  # fmt: skip
    """Note that a member was reminded of an obligation."""
    values = {"territory": territory, "organisation": organisation, "obligation": obligation, "now": now}
    await session.execute(_REMIND, values)
