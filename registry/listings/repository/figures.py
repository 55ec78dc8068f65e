"""How many listings a territory has, counted anew."""

from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.listings import tags


class Counted(NamedTuple):
    """Listings of a territory.

    Attributes:
        residences: That they stand in.
        class_4: Of a class that is proven to be 4 or higher.
    """

    listings: int
    residences: int
    available_now: int
    class_4: int


_COUNT: Final = text(
    f"""
    SELECT count(*), count(DISTINCT (h.organisation_id, h.residence_id)),
        count(*) FILTER (WHERE {tags.AVAILABLE_NOW} = ANY (l.tags)),
        count(*) FILTER (WHERE {tags.at_least(4, possible=False)} = ANY (l.tags))
    FROM listings l JOIN homes h ON h.listing_id = l.id
    WHERE l.territory_id = :territory
    """
)


async def count(session: AsyncSession, territory: int) -> Counted:
    """Return the figures of a territory. As the job."""
    return Counted(*(await session.execute(_COUNT, {"territory": territory})).one())
