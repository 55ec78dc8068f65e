"""The jobs that have files fetched and found, and that say when none come."""

from typing import Final

from registry.platform.database import Database, Role
from registry.sync.service import schedule
from registry.sync.service.notices import Notices

DUE: Final = "sync.due"
STALE: Final = "sync.stale"


async def fetch_due(database: Database) -> int:
    """Have the sources fetched whose time has come; return how many."""
    async with database.transaction(Role.JOB, actor=DUE) as session:
        return await schedule.fetch_due(session=session)


async def warn_of_stale(database: Database, notices: Notices) -> int:
    """Warn of sources that say nothing any more; return how many."""
    async with database.transaction(Role.JOB, actor=STALE) as session:
        return await notices.warn_of_stale(session=session)
