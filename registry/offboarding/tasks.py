"""The jobs of leaving: each is idempotent and may run at any time."""

from registry.offboarding.service import leave_due, purge_due
from registry.platform.database import Database


async def leave(database: Database, retention_days: int) -> int:
    """Have those leave whose notice is over; return how many."""
    return await leave_due(database, retention_days=retention_days)


async def purge(database: Database) -> int:
    """Delete what is left of those whose time is over; return of how many nothing is left."""
    return await purge_due(database)
