"""The job of the charter: it may run at any time."""

from registry.charter import service
from registry.platform.database import Database, Role


async def suspend_unsigned(database: Database) -> None:
    """Suspend the adhesions of those who did not sign in time."""
    async with database.transaction(Role.JOB, actor="charter.suspend_unsigned") as session:
        await service.suspend_unsigned(session=session)
