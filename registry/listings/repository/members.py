"""What a territory's coordinator reads of its members' listings and searches: numbers alone."""

import uuid
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_LISTINGS: Final = text(
    "SELECT organisation_id, count(*) FROM listings WHERE territory_id = :territory GROUP BY organisation_id"
)
_SEEN: Final = text("SELECT organisation_id, homes FROM homes_seen_today(:territory)")


async def listings(session: AsyncSession, territory_id: int) -> dict[uuid.UUID, int]:
    """Return how many listings each landlord has in a territory; those with none are left out."""
    return {row[0]: row[1] for row in await session.execute(_LISTINGS, {"territory": territory_id})}


async def seen_today(session: AsyncSession, territory_id: int) -> dict[uuid.UUID, int]:
    """Return how many homes of a territory each of its members has seen today (UTC)."""
    return {row[0]: row[1] for row in await session.execute(_SEEN, {"territory": territory_id})}
