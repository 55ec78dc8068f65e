"""The jobs of the reports: they may run at any time."""

from registry.platform.database import Database, Role
from registry.reports.service import counting


async def count(database: Database) -> None:
    """Count what was asked for."""
    await counting.count_requested(database)


async def forget_drafts(database: Database) -> None:
    """Forget drafts that were never published."""
    async with database.transaction(Role.JOB, actor="reports.forget_drafts") as session:
        await counting.forget_drafts(session=session)
