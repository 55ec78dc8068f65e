"""Follow what changes in one's own stock."""

import uuid
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access import feeds
from registry.access.feeds import Page, Position
from registry.access.principal import Principal, own_organisation
from registry.platform.database import Database
from registry.stock.repository import changes


async def read_changes(*, database: Database, principal: Principal, after: Position | None, limit: int) -> Page:
    """Return changes of residences and homes after a position, in the order of their transactions.

    A row that changed several times comes once, where it changed last. A mere confirmation of a home is no change.

    Raises:
        ChangesForgotten: As :func:`registry.access.feeds.page_of`.
    """
    texts = await changes.page(database, own_organisation(principal), bound=principal, after=after, limit=limit)
    return feeds.page_of(texts, after, limit)


async def last_change(*, session: AsyncSession, organisation: uuid.UUID) -> int:
    """Return the last past transaction that changed an organisation's stock, 0: none. As the job."""
    return await changes.latest(session, organisation)


async def forget_deleted(*, session: AsyncSession, before: datetime) -> int:
    """Forget what was deleted before a moment; return the last transaction that is forgotten, 0: none. As the job."""
    return await changes.expire(session, before=before)


async def renumber(*, session: AsyncSession) -> None:
    """Have every change come after the beginning of this database's history. As the job."""
    await changes.renumber(session)
