"""The jobs of the reports: they may run at any time."""

from registry.platform.database import Database, Role
from registry.reports import service


async def count(database: Database) -> None:
    """Count what was asked for."""
    await service.count_requested(database)


async def forget_drafts(database: Database) -> None:
    """Forget drafts that were never published."""
    async with database.transaction(Role.JOB, actor="reports.forget_drafts") as session:
        await service.forget_drafts(session=session)
