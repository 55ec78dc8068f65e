"""What the status of a home was before, for its landlord."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.kernel.clock import now
from registry.platform.database import Database, Role
from registry.stock.errors import HomeNotFound
from registry.stock.repository import statuses as repository
from registry.stock.repository.statuses import SupersededStatus

__all__ = ["FORGET", "SupersededStatus", "forget_statuses", "read_statuses"]

FORGET: Final = "stock.forget_statuses"
KEPT: Final = timedelta(days=3 * 365)
"""As long as the scores that count vacancies."""
SHOWN: Final = 200
"""Of one home on one page, unless another number is asked for."""


async def read_statuses(
    *, session: AsyncSession, principal: Principal, ref: str, before: datetime | None = None, limit: int = SHOWN
) -> list[SupersededStatus]:
    """Return what the status of a home was within three years, the last first.

    Args:
        before: Of what gave way before this moment only.

    Raises:
        HomeNotFound: There is none of that reference.
    """
    found = await repository.read(session, own_organisation(principal), ref, before=before, limit=limit)
    if found is None:
        raise HomeNotFound
    return found


async def forget_statuses(database: Database) -> None:
    """Delete what gave way more than three years ago. Each night."""
    async with database.transaction(Role.JOB, actor=FORGET) as session:
        await repository.forget(session, now() - KEPT)
