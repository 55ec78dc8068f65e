"""What the status of a home was before, for its landlord."""

from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.kernel.clock import now
from registry.platform.database import Database, Role
from registry.stock.repository import statuses as repository
from registry.stock.repository.statuses import SupersededStatus

__all__ = ["FORGET", "SupersededStatus", "forget_statuses", "read_statuses"]

FORGET: Final = "stock.forget_statuses"
KEPT: Final = timedelta(days=3 * 365)
"""As long as the scores that count vacancies."""
SHOWN: Final = 200


async def read_statuses(*, session: AsyncSession, principal: Principal, ref: str) -> list[SupersededStatus]:
    """Return what the status of a home was within three years, the last first; nothing where there is no such home."""
    return await repository.read(session, own_organisation(principal), ref, limit=SHOWN)


async def forget_statuses(database: Database) -> None:
    """Delete what gave way more than three years ago. Each night."""
    async with database.transaction(Role.JOB, actor=FORGET) as session:
        await repository.forget(session, now() - KEPT)
