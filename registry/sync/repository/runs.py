"""The SQL of runs: what came in, how far it is, what became of it."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.sync.models import SyncMapping, SyncRun, SyncSource

OPEN: Final = ("received", "running", "confirmed")
"""Statuses of a run that a worker has to do with."""
# One that failed by an error of ours waits longer each time; one whose worker died is begun again at once.
_OPEN_RUNS: Final = text(
    """
    SELECT id, organisation_id FROM sync_runs
    WHERE status IN ('received', 'running', 'confirmed')
        AND (error IS NULL OR started_at < now() - make_interval(mins => (2 ^ attempts)::integer))
        AND (CAST(:organisation AS uuid) IS NULL OR organisation_id = :organisation)
    ORDER BY created_at, id
    """
)
_BEGIN: Final = text(
    "UPDATE sync_runs SET status = 'running', attempts = attempts + 1, started_at = now(), stage = 'received',"
    " done = 0, total = NULL WHERE id = :id"
    " RETURNING attempts, (SELECT siren FROM organisations o WHERE o.id = organisation_id)"
)
_PROGRESS: Final = text("UPDATE sync_runs SET stage = :stage, done = :done, total = :total WHERE id = :id")
_TRIED: Final = text(
    "UPDATE sync_runs SET status = CASE WHEN :over THEN 'failed' ELSE 'received' END, error = CAST(:error AS jsonb),"
    " finished_at = CASE WHEN :over THEN now() END WHERE id = :id AND status = 'running'"
)
_ORGANISATION: Final = text("SELECT kind, status FROM organisations WHERE id = :id")
_SUPERSEDE: Final = text(
    "UPDATE sync_runs SET status = 'superseded', finished_at = now() WHERE organisation_id = :organisation"
    " AND source_id = :source AND status = 'waiting' AND as_of <= :as_of AND id <> :id"
)
_APPLIED: Final = text(
    "UPDATE sync_sources SET applied_run_id = :id, applied_as_of = :as_of, applied_at = now(), failures = 0,"
    " last_failure = NULL WHERE organisation_id = :organisation AND id = :source"
)


class Waiting(NamedTuple):
    """A run that is to be worked on."""

    id: uuid.UUID
    organisation_id: uuid.UUID


async def insert_run(
    session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID, values: Mapping[str, Any]
) -> None:
    await session.execute(insert(SyncRun).values(id=id_, organisation_id=organisation, **values))


async def run(session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID) -> SyncRun | None:
    statement = select(SyncRun).where(SyncRun.organisation_id == organisation, SyncRun.id == id_)
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def page(
    session: AsyncSession,
    organisation: OwnOrganisation,
    *,
    before: uuid.UUID | None,
    limit: int,
    source: str | None,
    status: str | None,
) -> Sequence[tuple[SyncRun, str]]:
    """Return runs from the newest (their ids ascend in time), each with its source's name, after the one ``before``."""
    statement = (
        select(SyncRun, SyncSource.name)
        .join(SyncSource, SyncSource.id == SyncRun.source_id)
        .where(SyncRun.organisation_id == organisation)
    )
    if before is not None:
        statement = statement.where(SyncRun.id < before)
    if source is not None:
        statement = statement.where(SyncSource.name == source)
    if status is not None:
        statement = statement.where(SyncRun.status == status)
    rows = await session.execute(statement.order_by(SyncRun.id.desc()).limit(limit))
    return [(found, name) for found, name in rows]


async def source_of(session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID) -> SyncSource | None:
    statement = select(SyncSource).where(SyncSource.organisation_id == organisation, SyncSource.id == id_)
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def move(
    session: AsyncSession,
    organisation: OwnOrganisation,
    id_: uuid.UUID,
    *,
    of: Sequence[str],
    values: Mapping[str, Any],
) -> bool:
    """Change a run if its status is one of ``of``; return whether it was."""
    statement = (
        update(SyncRun)
        .where(SyncRun.organisation_id == organisation, SyncRun.id == id_, SyncRun.status.in_(of))
        .values(dict(values))
        .returning(SyncRun.id)
    )
    changed = await session.execute(statement.execution_options(synchronize_session=False))
    return changed.first() is not None


async def applied(
    session: AsyncSession, organisation: OwnOrganisation, *, source: uuid.UUID, id_: uuid.UUID, as_of: datetime
) -> None:
    """Note on the source that a run was applied, and on those that waited for a person that they are outdated."""
    values = {"organisation": organisation, "source": source, "id": id_, "as_of": as_of}
    await session.execute(_APPLIED, values)
    await session.execute(_SUPERSEDE, values)


async def open_runs(session: AsyncSession, organisation: uuid.UUID | None = None) -> list[Waiting]:
    """Return what a worker has to do, oldest first. As the job."""
    return [Waiting(*row) for row in await session.execute(_OPEN_RUNS, {"organisation": organisation})]


async def begin(session: AsyncSession, id_: uuid.UUID) -> tuple[int, str | None]:
    """Note that a worker begins a run; return which attempt it is, and the SIREN of its landlord. As the job."""
    attempt, siren = (await session.execute(_BEGIN, {"id": id_})).one()
    return attempt, siren


async def attempts(session: AsyncSession, id_: uuid.UUID) -> int:
    """Return how often a worker began a run. As the job."""
    return (await session.execute(select(SyncRun.attempts).where(SyncRun.id == id_))).scalar_one()


async def mapping_of(session: AsyncSession, organisation: OwnOrganisation, run: SyncRun) -> dict[str, Any] | None:
    """Return the mapping under which a run came in, of the version that it had then."""
    if run.mapping_name is None:
        return None
    statement = select(SyncMapping.document).where(
        SyncMapping.organisation_id == organisation, SyncMapping.name == run.mapping_name,
        SyncMapping.version == run.mapping_version,
    )  # fmt: skip
    document: dict[str, Any] = (await session.execute(statement)).scalar_one()
    return document


async def organisation(session: AsyncSession, id_: uuid.UUID) -> tuple[str, str] | None:
    """Return an organisation's kind and status. As the job."""
    row = (await session.execute(_ORGANISATION, {"id": id_})).one_or_none()
    return (row[0], row[1]) if row else None


async def untold(session: AsyncSession) -> list[tuple[SyncRun, str]]:
    """Return the runs whose landlords were not told how they stand, each with its source's name. As the job."""
    statement = (
        select(SyncRun, SyncSource.name)
        .join(SyncSource, SyncSource.id == SyncRun.source_id)
        .where(SyncRun.told_at.is_(None), SyncRun.status.not_in(OPEN))
        .order_by(SyncRun.created_at)
        .limit(1_000)
    )
    rows = await session.execute(statement.with_for_update(of=SyncRun, skip_locked=True))
    return [(found, name) for found, name in rows]


async def told(session: AsyncSession, id_: uuid.UUID) -> None:
    """Note that a landlord was told of a run. As the job."""
    await session.execute(
        update(SyncRun).where(SyncRun.id == id_).values(told_at=func.now()).execution_options(synchronize_session=False)
    )


async def progress(session: AsyncSession, id_: uuid.UUID, stage: str, done: int, total: int | None) -> None:
    """Note how far a run is. As the job."""
    await session.execute(_PROGRESS, {"id": id_, "stage": stage, "done": done, "total": total})


async def tried(session: AsyncSession, id_: uuid.UUID, error: Mapping[str, Any], *, over: bool) -> None:
    """Note why an attempt failed; ``over``: there will be none after it. As the job."""
    await session.execute(_TRIED, {"id": id_, "error": orjson.dumps(error).decode(), "over": over})
