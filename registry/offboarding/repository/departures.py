"""The SQL of who leaves, and when."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from registry.offboarding.models import Offboarding


async def read(session: AsyncSession, organisation: uuid.UUID) -> Offboarding | None:
    statement = select(Offboarding).where(Offboarding.organisation_id == organisation)
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def ask(session: AsyncSession, organisation: uuid.UUID, notice: timedelta) -> bool:
    """Note that the organisation leaves after ``notice``; return whether it had not asked before."""
    made = await session.execute(
        insert(Offboarding)
        .values(organisation_id=organisation, due_at=func.now() + notice)
        .on_conflict_do_nothing()
        .returning(Offboarding.organisation_id)
    )
    return made.first() is not None


async def cancel(session: AsyncSession, organisation: uuid.UUID) -> bool:
    """Forget that the organisation leaves, unless its purge has begun; return whether it was to leave."""
    gone = await session.execute(
        delete(Offboarding)
        .where(Offboarding.organisation_id == organisation, Offboarding.counts.is_(None))
        .returning(Offboarding.organisation_id)
    )
    return gone.first() is not None


async def leave(session: AsyncSession, organisation: uuid.UUID, retention: timedelta) -> None:
    """Note that the organisation has left now, and is purged after ``retention``."""
    values: dict[str, Any] = {"left_at": func.now(), "purge_at": func.now() + retention}
    await session.execute(
        insert(Offboarding)
        .values(organisation_id=organisation, due_at=func.now(), **values)
        .on_conflict_do_update(index_elements=[Offboarding.organisation_id], set_=values)
    )


async def due(session: AsyncSession, now: datetime) -> Sequence[uuid.UUID]:
    """Return who asked to leave and whose notice is over."""
    statement = select(Offboarding.organisation_id).where(Offboarding.left_at.is_(None), Offboarding.due_at <= now)
    return (await session.scalars(statement.order_by(Offboarding.due_at))).all()


async def to_purge(session: AsyncSession) -> Sequence[uuid.UUID]:
    """Return whose time is over, by the database's clock, and is not purged yet."""
    statement = select(Offboarding.organisation_id).where(
        Offboarding.purge_at <= func.now(), Offboarding.purged_at.is_(None)
    )
    return (await session.scalars(statement.order_by(Offboarding.purge_at))).all()


async def note(session: AsyncSession, organisation: uuid.UUID, **values: Any) -> None:
    await session.execute(update(Offboarding).where(Offboarding.organisation_id == organisation).values(**values))


async def coordinates(session: AsyncSession, organisation: uuid.UUID) -> bool:
    """Return whether a territory has it for its coordinator."""
    found = await session.execute(
        text("SELECT EXISTS (SELECT FROM territories WHERE coordinator_id = :organisation)"),
        {"organisation": organisation},
    )
    return bool(found.scalar_one())
