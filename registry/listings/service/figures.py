"""A territory's listings in figures."""

from sqlalchemy.ext.asyncio import AsyncSession

from registry.listings.repository import figures as repository
from registry.listings.repository.figures import Counted


async def count_listings(*, session: AsyncSession, territory_id: int) -> Counted:
    """Return how many listings a territory has, in how many residences, and which can be let. As the job."""
    return await repository.count(session, territory_id)
