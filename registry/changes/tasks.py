"""The jobs of the feeds: each is idempotent and may run at any time."""

from datetime import timedelta
from typing import Final

from registry.changes import service
from registry.kernel.clock import now
from registry.platform.database import Database, Role

RETENTION: Final = timedelta(days=90)
"""How long somebody may stay away and still be told what was deleted meanwhile."""


async def keep_history(database: Database) -> bool:
    """Begin the feeds anew where the database was restored; return whether it was."""
    async with database.transaction(Role.JOB, actor="changes.keep_history") as session:
        return await service.begin_where_restored(session=session)


async def forget(database: Database) -> None:
    """Delete the tombstones whose time is over."""
    async with database.transaction(Role.JOB, actor="changes.forget") as session:
        await service.forget(session=session, before=now() - RETENTION)
