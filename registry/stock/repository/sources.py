"""The SQL of sources: which stand behind homes, and when they last confirmed them."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.stock.models import Home, Source


async def add(session: AsyncSession, organisation: OwnOrganisation, source: uuid.UUID) -> None:
    await session.execute(insert(Source).values(id=source, organisation_id=organisation))


async def remove(session: AsyncSession, organisation: OwnOrganisation, source: uuid.UUID) -> None:
    await session.execute(
        delete(Source)
        .where(Source.organisation_id == organisation, Source.id == source)
        .execution_options(synchronize_session=False)
    )


async def confirm(session: AsyncSession, organisation: OwnOrganisation, source: uuid.UUID, at: datetime) -> None:
    """Note that a source stands by its homes as of ``at``; what it said later stays."""
    await session.execute(
        update(Source)
        .where(Source.organisation_id == organisation, Source.id == source)
        .values(confirmed_at=func.greatest(Source.confirmed_at, at))
        .execution_options(synchronize_session=False)
    )


async def anything_held(session: AsyncSession, organisation: OwnOrganisation) -> bool:
    """Return whether the landlord has a home, from whatever source."""
    found = await session.execute(select(exists().where(Home.organisation_id == organisation)))
    return bool(found.scalar_one())


async def confirmed(session: AsyncSession, sources: Collection[uuid.UUID]) -> dict[uuid.UUID, datetime | None]:
    """Return when each source, of those that the transaction may see, confirmed its homes last."""
    rows = await session.execute(select(Source.id, Source.confirmed_at).where(Source.id.in_(sources)))
    return {row.id: row.confirmed_at for row in rows}
