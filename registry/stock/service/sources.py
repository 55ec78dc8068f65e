"""Sources of homes, as far as the stock knows them: that they exist, and when they confirmed what it holds."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.stock.repository import sources as repository


async def add_source(*, session: AsyncSession, principal: Principal, source: uuid.UUID) -> None:
    """Let homes come from a source, under an id of the caller's choice."""
    await repository.add(session, own_organisation(principal), source)


async def remove_source(*, session: AsyncSession, principal: Principal, source: uuid.UUID) -> None:
    """Forget a source. Its homes stay, and no file withdraws them any more."""
    await repository.remove(session, own_organisation(principal), source)


async def confirm_source(*, session: AsyncSession, principal: Principal, source: uuid.UUID, at: datetime) -> None:
    """Note that a full file of the moment ``at`` said that the source's homes are as they stand."""
    await repository.confirm(session, own_organisation(principal), source, at)


async def confirmed_at(*, session: AsyncSession, sources: Collection[uuid.UUID]) -> dict[uuid.UUID, datetime | None]:
    """Return when each source confirmed its homes last: of the own organisation's, or as the job of any."""
    return await repository.confirmed(session, sources)
