"""The jobs of the assessment: each is idempotent and may run at any time."""

from registry.assessment import service
from registry.platform.database import Database, Role


async def compute(database: Database) -> None:
    """Assess what was asked for, and what is new or out of date."""
    await service.compute_requested(database)


async def compute_all(database: Database) -> None:
    """Assess every residence: a fact may have ended, and forget history that is too old."""
    await service.compute_requested(database, everything=True)
    async with database.transaction(Role.JOB, actor="assessment.expire") as session:
        await service.expire(session=session)
        await service.expire_previews(session=session)


async def preview(database: Database) -> None:
    """Count what grids in preparation would change."""
    await service.compute_previews(database)
