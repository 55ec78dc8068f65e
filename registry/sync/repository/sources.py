"""The SQL of a landlord's sources."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.sync.models import SyncRun, SyncSource

OPEN: Final = ("received", "running", "confirmed")
"""Of a run that a worker has to do with."""
# One landlord's declarations are changed one after another: two requests would make the same source, or version.
_CHANGE: Final = text("SELECT pg_advisory_xact_lock(7301954, hashtext(CAST(:organisation AS text)))")


async def hold_declarations(session: AsyncSession, organisation: OwnOrganisation) -> None:
    """Hold the landlord's sources and mappings until the commit; wait for who holds them."""
    await session.execute(_CHANGE, {"organisation": str(organisation)})


async def source(session: AsyncSession, organisation: OwnOrganisation, name: str) -> SyncSource | None:
    statement = select(SyncSource).where(SyncSource.organisation_id == organisation, SyncSource.name == name)
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def by_id(session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID) -> SyncSource | None:
    statement = select(SyncSource).where(SyncSource.organisation_id == organisation, SyncSource.id == id_)
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def page(session: AsyncSession, organisation: OwnOrganisation, after: str, limit: int) -> Sequence[SyncSource]:
    statement = select(SyncSource).where(SyncSource.organisation_id == organisation, SyncSource.name > after)
    return (await session.scalars(statement.order_by(SyncSource.name).limit(limit))).all()


async def count(session: AsyncSession, organisation: OwnOrganisation) -> int:
    statement = select(func.count()).select_from(SyncSource).where(SyncSource.organisation_id == organisation)
    return int((await session.execute(statement)).scalar_one())


async def insert_source(
    session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID, values: dict[str, Any]
) -> None:
    await session.execute(insert(SyncSource).values(id=id_, organisation_id=organisation, **values))


async def change(session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID, values: dict[str, Any]) -> None:
    await session.execute(
        update(SyncSource)
        .where(SyncSource.organisation_id == organisation, SyncSource.id == id_)
        .values(values)
        .execution_options(synchronize_session=False)
    )


async def applied(
    session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID, *, at: datetime, as_of: datetime
) -> None:
    """Note that what the source says is what is held, as of a moment; what it said of a later one stays."""
    values = {"applied_at": at, "applied_as_of": func.greatest(SyncSource.applied_as_of, as_of)}
    await change(session, organisation, id_, values)


async def has_open_run(session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID) -> bool:
    found = exists().where(SyncRun.organisation_id == organisation, SyncRun.source_id == id_, SyncRun.status.in_(OPEN))
    return bool((await session.execute(select(found))).scalar_one())


async def last_run(session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID) -> SyncRun | None:
    """Return the source's last run that was not a trial."""
    statement = select(SyncRun).where(
        SyncRun.organisation_id == organisation, SyncRun.source_id == id_, SyncRun.dry_run.is_(False)
    )
    newest = statement.order_by(SyncRun.created_at.desc(), SyncRun.id.desc()).limit(1)
    return (await session.scalars(newest.execution_options(populate_existing=True))).one_or_none()


async def remove(session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID) -> None:
    """Delete a source with its runs; the files of these runs are nobody's then, and go with the retention."""
    for statement in (
        delete(SyncRun).where(SyncRun.organisation_id == organisation, SyncRun.source_id == id_),
        delete(SyncSource).where(SyncSource.organisation_id == organisation, SyncSource.id == id_),
    ):
        await session.execute(statement.execution_options(synchronize_session=False))
