"""The SQL by which a coordinator follows the proposals of its territory: column by column, no need, no home."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.transfers.repository.proposals import STATE_NOW

_PAGE: Final = text(
    f"""
    SELECT p.id, p.organisation_id, origin.name AS origin, p.owner_id, owner.name AS owner, {STATE_NOW} AS state,
        p.reason, p.created_at, p.answer_by, p.answered_at,
        CASE WHEN p.held_until > now() THEN p.held_until END AS held_until, p.updated_at, p.closed_at,
        p.answer_by < coalesce(p.answered_at, p.closed_at, now())::date AS late
    FROM transfer_proposals p
    JOIN organisations origin ON origin.id = p.organisation_id
    JOIN organisations owner ON owner.id = p.owner_id
    WHERE p.territory_id = :territory AND (p.created_at, p.id) < (:moment, :id)
        AND (CAST(:state AS text) IS NULL OR {STATE_NOW} = :state)
    ORDER BY p.created_at DESC, p.id DESC LIMIT :limit
    """
)

_LATE: Final = text(
    """
    SELECT territory_id, count(*) FROM transfer_proposals
    WHERE territory_id = ANY (:territories) AND answered_at IS NULL AND closed_at IS NULL
        AND answer_by < CURRENT_DATE
    GROUP BY territory_id
    """
)


class Followed(NamedTuple):
    """A proposal: its landlords, state, coded reason and moments."""

    id: uuid.UUID
    organisation_id: uuid.UUID
    origin: str
    owner_id: uuid.UUID
    owner: str
    state: str
    reason: str | None
    created_at: dt.datetime
    answer_by: dt.date
    answered_at: dt.datetime | None
    held_until: dt.datetime | None
    updated_at: dt.datetime
    closed_at: dt.datetime | None
    late: bool


async def page(
    session: AsyncSession, territory: int, *, before: tuple[dt.datetime, uuid.UUID], limit: int, state: str | None
) -> list[Followed]:  # fmt: skip
    """Return proposals in a territory that were made before one, the latest first. As its coordinator."""
    values = {"territory": territory, "moment": before[0], "id": before[1], "limit": limit, "state": state}
    return [Followed(*row) for row in await session.execute(_PAGE, values)]


async def late(session: AsyncSession, territories: Sequence[int]) -> dict[int, int]:
    """Count the open proposals that nobody answered in time, by territory. As its coordinator."""
    rows = await session.execute(_LATE, {"territories": list(territories)})
    return {int(place): int(count) for place, count in rows}
