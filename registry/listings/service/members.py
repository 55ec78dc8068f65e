"""How much a territory's members share and see, for its coordinator."""

import uuid
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from registry.listings.repository import members as repository


class Share(NamedTuple):
    """What a member has in a territory.

    Attributes:
        listings: Its own, shared now.
        seen: Distinct homes of others in this territory that it has seen today (UTC), as the meter last wrote them
            down: up to two seconds ago. Its quota counts those of its other territories too.
    """

    listings: int
    seen: int


async def shares(*, session: AsyncSession, territory_id: int) -> dict[uuid.UUID, Share]:
    """Return what each member shares and has seen; who has neither is left out. As the territory's coordinator."""
    listings = await repository.listings(session, territory_id)
    seen = await repository.seen_today(session, territory_id)
    return {each: Share(listings.get(each, 0), seen.get(each, 0)) for each in {*listings, *seen}}
