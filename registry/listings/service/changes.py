"""Follow what changes among the listings of a territory: never more than a search shows of them."""

import uuid
from datetime import UTC, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access import feeds
from registry.access.feeds import Page, Position
from registry.access.principal import Principal
from registry.kernel.clock import now, today
from registry.listings.errors import DailyChangesUsedUp, ReciprocityUnmet
from registry.listings.repository import changes
from registry.platform.database import Database
from registry.territories.errors import TerritoryNotVisible


async def read_changes(
    *, database: Database, principal: Principal, territory: str, after: Position | None, limit: int, daily_items: int
) -> Page:
    """Return changes of listings after a position, in the order of their transactions.

    Args:
        territory: Its id, where the caller's charter is in force.
        daily_items: How many changes of other organisations' listings an organisation reads a day (UTC).

    Raises:
        TerritoryNotVisible: There is none, or no charter in force for the caller: the same answer.
        ReciprocityUnmet: The caller publishes too little to read there.
        ChangesForgotten: As :func:`registry.access.feeds.page_of`.
        DailyChangesUsedUp: This page would be more than that; it is not counted.
    """
    if territory in principal.barred:
        raise ReciprocityUnmet(field="territory_id", value=territory)
    place = principal.territories.get(territory)
    if place is None:
        raise TerritoryNotVisible
    page = feeds.page_of(await changes.page(database, place, bound=principal, after=after, limit=limit), after, limit)
    if page.state["foreign"]:
        await _count(database, principal, page.state["foreign"], daily_items)
    return page


async def _count(database: Database, principal: Principal, items: int, most: int) -> None:
    day = today()
    async with database.transaction(
        principal.role, organisation=principal.organisation_id, actor=principal.actor
    ) as session:
        within = await changes.count(session, principal.organisation_id, day=day, items=items, most=most)
    if not within:
        midnight = datetime.combine(day + timedelta(days=1), time.min, UTC)
        raise DailyChangesUsedUp(headers={"Retry-After": str(max(1, int((midnight - now()).total_seconds()) + 1))})


async def last_changes(*, session: AsyncSession, organisation: uuid.UUID, after: int) -> dict[str, int]:
    """Return the territories, where an organisation may read, with changes after a transaction, and the last one's.

    As the job.
    """
    return await changes.latest(session, organisation, after=after)


async def forget_withdrawn(*, session: AsyncSession, before: datetime) -> int:
    """Forget what was withdrawn before a moment; return the last transaction that is forgotten, 0: none. As the job."""
    return await changes.expire(session, before=before, usage_before=today() - timedelta(days=1))


async def renumber(*, session: AsyncSession) -> None:
    """Have every change come after the beginning of this database's history. As the job."""
    await changes.renumber(session)
