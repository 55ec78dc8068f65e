"""The SQL of what the feeds know of themselves. As the job."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_ELSEWHERE: Final = text("SELECT history <> history_of_database() FROM change_feeds")
_BEGIN: Final = text("UPDATE change_feeds SET history = history_of_database(), forgotten = '0'")
_FORGET: Final = text(
    "UPDATE change_feeds SET forgotten = CAST(CAST(:through AS text) AS xid8)"
    " WHERE forgotten < CAST(CAST(:through AS text) AS xid8)"
)


async def is_elsewhere(session: AsyncSession) -> bool:
    """Return whether the rows name transactions of another history than this database's."""
    found: bool = (await session.execute(_ELSEWHERE)).scalar_one()
    return found


async def begin(session: AsyncSession) -> None:
    await session.execute(_BEGIN)


async def forget(session: AsyncSession, through: int) -> None:
    """Note that tombstones of transactions up to ``through`` are deleted."""
    await session.execute(_FORGET, {"through": str(through)})
