"""Keep the feeds of changes true: over time, and over a restore."""

from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from registry.changes import repository
from registry.listings.service import changes as listings
from registry.stock.service import changes as stock

log = structlog.get_logger()


async def begin_where_restored(*, session: AsyncSession) -> bool:
    """Number everything anew where the database was restored; return whether it was.

    In another cluster the numbers that the rows bring may be far ahead of its own: nobody would be given these rows
    until it caught up. Cursors of the other history are refused by their own word, before this is done and after.
    """
    if not await repository.is_elsewhere(session):
        return False
    await stock.renumber(session=session)
    await listings.renumber(session=session)
    await repository.begin(session)
    log.warning("change_feeds_began_anew")
    return True


async def forget(*, session: AsyncSession, before: datetime) -> None:
    """Delete the tombstones of before a moment, and note from where on the feeds are whole."""
    through = max(
        await stock.forget_deleted(session=session, before=before),
        await listings.forget_withdrawn(session=session, before=before),
    )
    if through:
        await repository.forget(session, through)
