"""The SQL of what is due: read and noted by the job, for all landlords."""

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from registry.platform.database import Database, Role
from registry.sync.models import SyncRun, SyncSource

PULL: Final = "sync.pull"


class Due(NamedTuple):
    """A source whose time has come."""

    id: uuid.UUID
    organisation_id: uuid.UUID


# One at a time looks for what is due. Of one landlord one source: the others would wait for it, in the way of others.
_ALONE: Final = text("SELECT pg_advisory_xact_lock(7301955, 0)")
_DUE: Final = text(
    """
    WITH open AS (SELECT lock FROM procrastinate_jobs WHERE task_name = :task AND status IN ('todo', 'doing')),
    room AS (SELECT :each * greatest(1, (SELECT count(*) FROM procrastinate_workers
        WHERE last_heartbeat > now() - interval '1 minute')) - (SELECT count(*) FROM open) AS places),
    due AS (
        SELECT DISTINCT ON (s.organisation_id) s.id, s.organisation_id, s.next_run_at
        FROM sync_sources s JOIN organisations o ON o.id = s.organisation_id AND o.status = 'active'
        WHERE s.next_run_at <= :now AND s.kind = 'pull' AND NOT s.paused
            AND NOT EXISTS (SELECT FROM open WHERE open.lock = 'sync:' || s.organisation_id)
        ORDER BY s.organisation_id, s.next_run_at)
    SELECT id, organisation_id FROM due ORDER BY next_run_at, id
    LIMIT (SELECT greatest(places, 0) FROM room)
    """
)
_ACTIVE: Final = text("SELECT status = 'active' FROM organisations WHERE id = :organisation")
# Held by whoever fetches or finds a landlord's files, on a connection of its own, for as long as that takes.
_CLAIM: Final = text("SELECT pg_try_advisory_xact_lock(7301953, hashtext(CAST(:organisation AS text)))")


async def due(session: AsyncSession, *, now: datetime, each: int) -> list[Due]:
    """Return the sources that are to be fetched, the longest due first: ``each`` for every worker at the same time."""
    await session.execute(_ALONE)
    rows = await session.execute(_DUE, {"task": PULL, "now": now, "each": each})
    return [Due(*row) for row in rows]


@asynccontextmanager
async def claimed(database: Database, organisation: uuid.UUID) -> AsyncIterator[bool]:
    """Hold a landlord's incoming files; give whether nobody else does.

    The transaction stays open meanwhile, and does nothing: it holds a connection, and no row.
    """
    async with database.transaction(Role.JOB, actor=PULL) as session:
        held: bool = (await session.execute(_CLAIM, {"organisation": str(organisation)})).scalar_one()
        yield held


def _readable() -> Select[SyncSource]:
    """Select sources without their secrets, which the job may not read."""
    return select(SyncSource).options(defer(SyncSource.secret, raiseload=True))


async def source(session: AsyncSession, id_: uuid.UUID, *, lock: bool = False) -> SyncSource | None:
    statement = _readable().where(SyncSource.id == id_).execution_options(populate_existing=True)
    return (await session.scalars(statement.with_for_update() if lock else statement)).one_or_none()


async def owner_of_run(session: AsyncSession, id_: uuid.UUID) -> uuid.UUID | None:
    """Return whose run it is."""
    return (await session.execute(select(SyncRun.organisation_id).where(SyncRun.id == id_))).scalar_one_or_none()


async def is_active(session: AsyncSession, organisation: uuid.UUID) -> bool:
    return bool((await session.execute(_ACTIVE, {"organisation": organisation})).scalar_one_or_none())


async def note(session: AsyncSession, id_: uuid.UUID, values: dict[str, Any]) -> None:
    await session.execute(
        update(SyncSource).where(SyncSource.id == id_).values(values).execution_options(synchronize_session=False)
    )


async def every(
    session: AsyncSession, *, kind: str | None = None, organisation: uuid.UUID | None = None
) -> Sequence[SyncSource]:
    """Return the sources of all landlords, or of one, by landlord and name."""
    statement = _readable().order_by(SyncSource.organisation_id, SyncSource.name)
    if kind is not None:
        statement = statement.where(SyncSource.kind == kind)
    if organisation is not None:
        statement = statement.where(SyncSource.organisation_id == organisation)
    return (await session.scalars(statement.execution_options(populate_existing=True))).all()
