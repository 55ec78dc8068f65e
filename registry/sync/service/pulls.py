"""Fetch a source's file, compare it with the one before, and hand it over."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from urllib.parse import unquote, urlsplit

import orjson
import structlog

from registry.access.principal import Principal, own_organisation
from registry.access.scopes import Scope
from registry.kernel.clock import now
from registry.kernel.errors import RegistryError
from registry.kernel.text import Text
from registry.platform.crypto import Keyring, SealBroken
from registry.platform.database import Database, Role
from registry.platform.outbound import Outbound
from registry.sync.models import SyncRun, SyncSource
from registry.sync.repository import schedule as repository
from registry.sync.repository import sources
from registry.sync.repository.schedule import PULL
from registry.sync.service import schedule
from registry.sync.service.confirmations import confirm_unchanged
from registry.sync.service.notices import Notices
from registry.sync.service.pulls_fetch import Fetch, Fetched, Known
from registry.sync.service.pulls_login import Logins
from registry.sync.service.pulls_page import Download, Limits
from registry.sync.service.receiving import Receive
from registry.sync.service.sources import place
from registry.sync.service.spools import spool
from registry.sync.source_errors import SourceFault, SourceLoginRefused, SourceNotFound

Outcome = Literal["received", "unchanged", "waiting", "failed", "not due", "busy"]
"""``waiting``: for the run of the same file, which is under way or waits for a person."""
READING: Final = ("format", "mapping_name", "mapping_version", "mode")
_UNDER_WAY: Final = frozenset({*sources.OPEN, "waiting"})
_LONGEST_NAME: Final = 200
log: Final = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pulls:
    """Fetches sources, for all landlords.

    Attributes:
        receive: Takes what is new.
        wait: Waits that many seconds; ``None``: really.
    """

    database: Database
    keys: Keyring
    outbound: Outbound
    logins: Logins
    notices: Notices
    receive: Receive
    limits: Limits = field(default_factory=Limits)
    wait: Callable[[float], Awaitable[None]] | None = None

    async def pull(self, source: uuid.UUID) -> Outcome:
        """Fetch a source if it is due, and note what became of it. Whatever goes wrong with it is noted, not raised.

        Two of one landlord never run at the same time: the second finds it busy, and stays due.
        """
        async with self.database.transaction(Role.JOB, actor=PULL) as session:
            found = await repository.source(session, source)
        if found is None:
            return "not due"
        async with repository.claimed(self.database, found.organisation_id) as alone:
            return await self._pull(source) if alone else "busy"

    async def _pull(self, source: uuid.UUID) -> Outcome:
        async with self.database.transaction(Role.JOB, actor=PULL) as session:
            held = await repository.source(session, source)
            if held is None or not _is_due(held) or not await repository.is_active(session, held.organisation_id):
                return "not due"
        try:
            outcome, known = await self._fetched(source, held.organisation_id)
        except RegistryError as failure:
            return await self._failed(held, failure)
        except SealBroken:
            log.exception("source_secret_unreadable", source=str(source))
            return await self._failed(held, SourceLoginRefused(_LOST))
        except Exception:  # a defect must not have it fetched every minute
            log.exception("source_pull_broke", source=str(source))
            return await self._failed(held, SourceFault())
        async with self.database.transaction(Role.JOB, actor=PULL) as session:
            await schedule.succeeded(session=session, source=source, known=known)
        log.info("source_pulled", source=str(source), outcome=outcome)
        return outcome

    async def _failed(self, source: SyncSource, failure: RegistryError) -> Outcome:
        async with self.database.transaction(Role.JOB, actor=PULL) as session:
            await schedule.failed(session=session, source=source.id, failure=failure, notices=self.notices)
        log.info("source_pulled", source=str(source.id), outcome="failed", code=failure.code)
        return "failed"

    async def _fetched(self, id_: uuid.UUID, organisation: uuid.UUID) -> tuple[Outcome, Known]:
        """Fetch, compare, hand over; return what became of it, and what to ask the server with the next time."""
        source, last = await self._declared(id_, organisation)
        assert source.pull is not None, "a 'pull' source has an address"
        known = Known()
        if last is not None and last.status == "applied" and last.cause == "schedule" and _read_alike(source, last):
            known = Known(source.etag, source.last_modified)
        asked = now()
        with spool() as directory:
            target = directory / "file"
            fetched = await self._fetch(source).fetch(
                source.pull["url"], target, kind=source.format["kind"], known=known
            )
            outcome = _compared(source, last, fetched)
            if outcome == "received":
                await self.receive(
                    self.database, organisation=organisation, source=id_, path=target,
                    name=_name_of(source.pull["url"]), as_of=fetched.as_of, cause="schedule", dry_run=False, actor=PULL,
                )  # fmt: skip
        if outcome == "unchanged":
            await self._confirm(source, fetched.as_of, asked)
        return outcome, fetched.known

    async def _declared(self, id_: uuid.UUID, organisation: uuid.UUID) -> tuple[SyncSource, SyncRun | None]:
        """Return a source with its secret, which is its landlord's to read, and its last run."""
        own = own_organisation(acting(organisation))
        async with self.database.transaction(Role.LANDLORD, organisation=organisation, actor=PULL) as session:
            source = await sources.by_id(session, own, id_)
            if source is None:
                raise SourceNotFound
            return source, await sources.last_run(session, own, id_)

    def _fetch(self, source: SyncSource) -> Fetch:
        assert source.pull is not None
        secret = None
        if source.secret is not None:
            secret = orjson.loads(self.keys.decrypt(bytes(source.secret), place=place(source.id)))
        auth = source.pull["auth"]
        if auth["type"] != "none" and secret is None:
            raise SourceLoginRefused(_LOST)
        login = self.logins.of(source.id, auth, secret)
        wait: dict[str, Any] = {"sleep": self.wait} if self.wait else {}
        return Fetch(Download(self.outbound, login, self.limits, **wait))

    async def _confirm(self, source: SyncSource, as_of: datetime, at: datetime) -> None:
        own = acting(source.organisation_id)
        async with self.database.transaction(Role.LANDLORD, organisation=source.organisation_id, actor=PULL) as session:
            await confirm_unchanged(session=session, principal=own, source=source.id, as_of=as_of, at=at)


_LOST: Final = Text(
    "Le secret gardé ne s'ouvre plus : donnez-le de nouveau.",
    "The secret that is held cannot be opened: give it again.",
)


def acting(organisation: uuid.UUID) -> Principal:
    """Return the job as it acts for a landlord."""
    return Principal(organisation, "landlord", PULL, frozenset({Scope.STOCK_WRITE.value}))


def _is_due(source: SyncSource) -> bool:
    due = source.next_run_at is not None and source.next_run_at <= now()
    return source.kind == "pull" and not source.paused and due


def _read_alike(source: SyncSource, run: SyncRun) -> bool:
    """Tell whether a run read its file as the source is declared now."""
    return all(getattr(source, name) == getattr(run, name) for name in READING)


def _compared(source: SyncSource, last: SyncRun | None, fetched: Fetched) -> Outcome:
    """Return what is to be done with a file beside the last run.

    One that was refused, or that failed, is handed over again: what it was judged by may have changed.
    """
    if fetched.sha256 is None:
        return "unchanged"
    if last is None or bytes(last.file_sha256) != fetched.sha256 or not _read_alike(source, last):
        return "received"
    if last.status == "applied":
        return "unchanged"
    return "waiting" if last.status in _UNDER_WAY else "received"


def _name_of(url: str) -> str | None:
    """Return the file's name as its address says it."""
    name = unquote(urlsplit(url).path.rpartition("/")[2])
    return name[:_LONGEST_NAME] if name and name.isprintable() else None
