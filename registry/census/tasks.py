"""The job of the census: it may run at any time."""

from registry.census import service
from registry.platform.database import Database, Role


async def count(database: Database) -> None:
    """Count every territory anew."""
    async with database.transaction(Role.JOB, actor="census.count") as session:
        await service.count(session=session)
