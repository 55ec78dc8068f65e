"""Take a file in, show what became of it, let a person confirm it or have it tried again."""

import uuid
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.audit import service as audit
from registry.kernel.clock import now
from registry.kernel.ids import new_id
from registry.platform import jobs
from registry.platform.database import Database, Role
from registry.stock.service import sources as stock_sources
from registry.sync.errors import (
    AsOfInFuture,
    FileTypeDiffers,
    ImportNotFailed,
    ImportNotFound,
    ImportNotWaiting,
    OrganisationNotALandlord,
    ReportNotReady,
)
from registry.sync.formats.declared import Format
from registry.sync.models import SyncRun, SyncSource
from registry.sync.repository import runs
from registry.sync.repository import sources as sources_repository
from registry.sync.service import files
from registry.sync.service.run import principal_of
from registry.sync.service.schedule import lock_of

RUN: Final = "sync.run"
CLOCKS_DIFFER: Final = timedelta(minutes=5)


class View(NamedTuple):
    """A run and its source's name."""

    run: SyncRun
    source: str


class Given(NamedTuple):
    """How a file is to be taken; ``None``: as its source says, or as of now."""

    name: str | None = None
    mode: str | None = None
    as_of: datetime | None = None
    dry_run: bool = False
    positions: Path | None = None


async def require_landlord(database: Database, organisation: uuid.UUID) -> None:
    """Refuse to bring files to who is no active landlord.

    Raises:
        OrganisationNotALandlord: As it says.
    """
    async with database.transaction(Role.JOB, actor="operator") as session:
        known = await runs.organisation(session, organisation)
    if known != ("landlord", "active"):
        raise OrganisationNotALandlord(field="organisation", value=", ".join(known) if known else str(organisation))


async def source_for(
    *,
    session: AsyncSession,
    principal: Principal,
    name: str,
    kind: str | None,
    declared: Mapping[str, Any] | None = None,
) -> SyncSource:
    """Return the landlord's source of this name; one that is not declared is, to send files of this kind.

    Args:
        kind: As the caller names it; ``None``: as the source declares.
        declared: What else is declared of a new one.

    Raises:
        FileTypeDiffers: The source declares another kind, or there is none and the caller does not say.
    """
    own = own_organisation(principal)
    await sources_repository.hold_declarations(session, own)
    found = await sources_repository.source(session, own, name)
    if found is None:
        if kind is None:
            raise FileTypeDiffers(field="Content-Type")
        id_ = new_id()
        format_ = Format.model_validate({"kind": kind}).model_dump(mode="json")
        values = {"name": name, "kind": "push", "format": format_, "mode": "delta", **(declared or {})}
        await stock_sources.add_source(session=session, principal=principal, source=id_)
        await sources_repository.insert_source(session, own, id_, values)
        await audit.record(
            session, organisation=own, action="sync:source:declared", subject=str(id_), detail={"name": name}
        )
        found = await sources_repository.source(session, own, name)
        assert found is not None
    if kind not in {None, found.format["kind"]}:
        raise FileTypeDiffers(field="Content-Type", value=f"{kind} ≠ {found.format['kind']}")
    return found


async def take(
    *, session: AsyncSession, principal: Principal, source: SyncSource, path: Path, given: Given, cause: str
) -> uuid.UUID:
    """Keep a file and note that it is to be run; return the run. A worker is to be told after the commit: ``tell``.

    Raises:
        AsOfInFuture: The file claims to be of a moment that has not come.
    """
    own = own_organisation(principal)
    if given.as_of is not None and given.as_of > now() + CLOCKS_DIFFER:
        raise AsOfInFuture(field="as_of", value=given.as_of.isoformat())
    digest = await files.keep(session, own, path)
    id_ = new_id()
    values = {
        "source_id": source.id, "file_sha256": digest, "file_name": given.name, "format": source.format,
        "mapping_name": source.mapping_name, "mapping_version": source.mapping_version,
        "mode": given.mode or source.mode, "dry_run": given.dry_run, "accept_partially": source.accept_partially,
        "positions_sha256": await files.keep(session, own, given.positions) if given.positions else None,
        "as_of": given.as_of or now(), "cause": cause, "created_by": principal.actor,
    }  # fmt: skip
    await runs.insert_run(session, own, id_, values)
    return id_


async def tell(database: Database, organisation: uuid.UUID, *, role: Role = Role.AUTH) -> None:
    """Have a worker look at what waits for a landlord, at once; it looks by itself every minute."""
    async with database.transaction(role, organisation=organisation, actor=RUN) as session:
        await jobs.defer(session, RUN, lock=lock_of(organisation), organisation=organisation)


async def receive(
    database: Database,
    *,
    organisation: uuid.UUID,
    source: uuid.UUID,
    path: Path,
    name: str | None,
    as_of: datetime,
    cause: str,
    dry_run: bool,
    actor: str,
) -> uuid.UUID:
    """Take in a file that a worker fetched or found, as its landlord; return the run."""
    principal = principal_of(organisation, source)
    async with database.transaction(Role.LANDLORD, organisation=organisation, actor=actor) as session:
        found = await sources_repository.by_id(session, own_organisation(principal), source)
        assert found is not None
        given = Given(name=name, as_of=min(as_of, now()), dry_run=dry_run)
        run = await take(session=session, principal=principal, source=found, path=path, given=given, cause=cause)
    await tell(database, organisation, role=Role.JOB)
    return run


async def list_imports(
    *,
    session: AsyncSession,
    principal: Principal,
    before: uuid.UUID | None,
    limit: int,
    source: str | None,
    status: str | None,
) -> list[View]:
    """Return runs from the newest, of one source or in one state where that is asked."""
    own = own_organisation(principal)
    rows = await runs.page(session, own, before=before, limit=limit, source=source, status=status)
    return [View(run, name) for run, name in rows]


async def read_import(*, session: AsyncSession, principal: Principal, id_: uuid.UUID) -> View:
    """Return a run.

    Raises:
        ImportNotFound: The landlord has none of this id.
    """
    own = own_organisation(principal)
    found = await runs.run(session, own, id_)
    source = await runs.source_of(session, own, found.source_id) if found else None
    if found is None or source is None:
        raise ImportNotFound
    return View(found, source.name)


async def confirm(*, session: AsyncSession, principal: Principal, id_: uuid.UUID) -> View:
    """Let a file pass that changes more than the charter lets pass unseen. A worker is to be told after the commit.

    Raises:
        ImportNotFound, ImportNotWaiting: As they say.
    """
    own = own_organisation(principal)
    found = await read_import(session=session, principal=principal, id_=id_)
    values = {"status": "confirmed", "confirmed_by": principal.actor, "confirmed_at": now(), "attempts": 0}
    if not await runs.move(session, own, id_, of=("waiting",), values=values):
        raise ImportNotWaiting(field="status", value=found.run.status)
    await audit.record(
        session, organisation=own, action="sync:import:confirmed", subject=str(id_), detail=dict(found.run.guard or {})
    )
    return await read_import(session=session, principal=principal, id_=id_)


async def retry(*, session: AsyncSession, principal: Principal, id_: uuid.UUID) -> View:
    """Have a run tried again that failed by no fault of its file. A worker is to be told after the commit.

    Raises:
        ImportNotFound, ImportNotFailed: As they say.
    """
    own = own_organisation(principal)
    found = await read_import(session=session, principal=principal, id_=id_)
    values = {"status": "received", "attempts": 0, "error": None, "finished_at": None}
    if not await runs.move(session, own, id_, of=("failed",), values=values):
        raise ImportNotFailed(field="status", value=found.run.status)
    await audit.record(session, organisation=own, action="sync:import:retried", subject=str(id_))
    return await read_import(session=session, principal=principal, id_=id_)


async def report(*, session: AsyncSession, principal: Principal, id_: uuid.UUID) -> AsyncIterator[dict[str, Any]]:
    """Yield the lines of a run's report: ``{"note": …}`` in the order of the file, then ``{"change": …}``.

    Raises:
        ImportNotFound, ReportNotReady: As they say.
    """
    found = (await read_import(session=session, principal=principal, id_=id_)).run
    if found.report_sha256 is None:
        raise ReportNotReady
    rest = b""
    async for block in files.read_back(session, own_organisation(principal), found.report_sha256):
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            yield orjson.loads(line)


async def raw(*, session: AsyncSession, principal: Principal, id_: uuid.UUID) -> AsyncIterator[bytes]:
    """Yield a run's file, as it came.

    Raises:
        ImportNotFound: The landlord has none of this id.
    """
    found = (await read_import(session=session, principal=principal, id_=id_)).run
    async for block in files.read_back(session, own_organisation(principal), found.file_sha256):
        yield block
