"""Run one file: read it, compare it with what is held, apply it or not, report. All in one transaction.

Whatever ends the worker or PostgreSQL before the commit undoes all of it, and the run is begun again; after the commit
the run is over. So every change is applied once, and there is one report.
"""

import asyncio
import uuid
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.access.scopes import Scope
from registry.audit import service as audit
from registry.charter import service as charter
from registry.kernel.clock import date_in_france, now
from registry.kernel.errors import RegistryError
from registry.kernel.text import Text
from registry.platform.database import Database, Role
from registry.stock.errors import StockChangedMeanwhile
from registry.stock.service.reconcile import HeldLines, Plan, Reconciliation, WrittenInVain
from registry.sync.errors import FileOfAnotherLandlord, FileOlder, FileWithoutRecords, RecordsRejected
from registry.sync.formats import Reader
from registry.sync.formats.declared import Format
from registry.sync.formats.opening import open_reader
from registry.sync.mapping import Mapping as FileMapping
from registry.sync.models import SyncRun, SyncSource
from registry.sync.repository import claims, runs
from registry.sync.service import files
from registry.sync.service.reading import CUT_AT_ONCE, Chunk, chunks
from registry.sync.service.report import SAMPLE, Report
from registry.territories import service as territories
from registry.vocabulary.stock import Source, Status

WRITTEN_AHEAD: Final = (10_000, 50_000)
"""Homes that are written at a time while the next are read, where nothing is held that they could change.

First few, so that the database has something to do; then twice as many each time.
"""
MAX_ATTEMPTS: Final = 5
MAX_COMPARISONS: Final = 5
"""How often a run compares anew where others change the stock at the same time."""
OUTCOMES: Final = ("created", "updated", "unchanged", "rejected")
log: Final = structlog.get_logger()

Say = Callable[[str, int, int | None], None]
"""Told of the stage, the records done, and of how many (``None``: not known yet)."""
OpenReader = Callable[[Path, Mapping[str, Any], Mapping[str, Any] | None, Mapping[str, str], date, Path | None], Reader]
"""Opens a file: where it is, its declared format, the mapping's document, every commune's present code, the date of
facts that state none, and a file of positions."""


def open_declared(
    path: Path,
    declared: Mapping[str, Any],
    mapping: Mapping[str, Any] | None,
    communes: Mapping[str, str],
    on: date,
    positions: Path | None,
) -> Reader:
    """Open a file as its source declares it."""
    return open_reader(
        path, Format.model_validate(declared), FileMapping.model_validate(mapping) if mapping is not None else None,
        communes=communes, default_facts_date=on, positions=positions,
    )  # fmt: skip


@dataclass(slots=True)
class Counted:
    """What became of the records of a file; ``rows`` is the sum of the others but ``withdrawn``."""

    rows: int = 0
    skipped: int = 0
    rejected: int = 0

    def of(self, plan: Plan) -> dict[str, Any]:
        """Return the counts as the run shows them."""
        found = {name: plan.homes.get(name, 0) + plan.records.get(name, 0) for name in OUTCOMES}
        found["unchanged"] += self.skipped
        found["rejected"] += self.rejected
        assert self.rows == sum(found.values()), "a record was lost"
        residences = {name: plan.residences.get(name, 0) for name in OUTCOMES}
        return {"rows": self.rows, **found, "withdrawn": plan.homes.get("withdrawn", 0), "residences": residences}


def principal_of(organisation: uuid.UUID, run: uuid.UUID) -> Principal:
    """Return the landlord as the worker acts for it."""
    return Principal(organisation, "landlord", f"sync:{run}", frozenset({Scope.STOCK_WRITE.value}))


class Runner:
    """Runs what came in; any number of workers may.

    Args:
        say: Told how far a run is, besides the database.
    """

    def __init__(self, database: Database, *, open_file: OpenReader = open_declared, say: Say | None = None) -> None:
        self.database = database
        self.open_file = open_file
        self.say = say

    async def run_waiting(self, organisation: uuid.UUID | None = None) -> int:
        """Run everything that waits, of one landlord or of all, oldest first; return how many runs ended."""
        async with self.database.transaction(Role.JOB, actor="sync.run") as session:
            waiting = await runs.open_runs(session, organisation)
        return sum([await self.run(found.organisation_id, found.id) for found in waiting])

    async def run(self, organisation: uuid.UUID, run: uuid.UUID) -> bool:
        """Run one, unless it is over or another worker is at a run of the landlord; return whether it ended."""
        ahead = True
        for last in (*[False] * (MAX_COMPARISONS - 1), True):
            try:
                return await self._attempt(organisation, run, ahead=ahead)
            except WrittenInVain:
                ahead = False
            except StockChangedMeanwhile as changed:
                ahead = False
                if last:
                    await self._tried(run, changed)
            except RegistryError as refused:
                await self._refuse(organisation, run, refused)
                return True
            except Exception as error:
                await self._tried(run, error)
                raise
        return False

    async def _attempt(self, organisation: uuid.UUID, run: uuid.UUID, *, ahead: bool) -> bool:
        principal = principal_of(organisation, run)
        async with self._as(principal) as session:
            if not await claims.claim(session, own_organisation(principal)):
                return False
            found = await runs.run(session, own_organisation(principal), run)
            if found is None or found.status not in runs.OPEN:
                return False
            confirmed = found.status == "confirmed" or found.confirmed_at is not None
            attempts, siren = await self._begin(run)
            if attempts > MAX_ATTEMPTS:
                await self._tried(run, None)
                return True
            await _Work(self, session, principal, found, siren, confirmed=confirmed, ahead=ahead).run()
        return True

    def _as(self, principal: Principal) -> Any:
        return self.database.transaction(
            Role.LANDLORD, organisation=principal.organisation_id, actor=principal.client_id
        )

    async def _begin(self, run: uuid.UUID) -> tuple[int, str | None]:
        async with self.database.transaction(Role.JOB, actor="sync.run") as session:
            return await runs.begin(session, run)

    async def progress(self, run: uuid.UUID, stage: str, done: int, total: int | None) -> None:
        """Say how far a run is: outside of its transaction, or nobody would see it."""
        if self.say:
            self.say(stage, done, total)
        async with self.database.transaction(Role.JOB, actor="sync.run") as session:
            await runs.progress(session, run, stage, done, total)

    async def _refuse(self, organisation: uuid.UUID, run: uuid.UUID, error: RegistryError) -> None:
        """End a run whose file cannot be taken: nothing of it was applied."""
        principal = principal_of(organisation, run)
        async with self._as(principal) as session:
            await end(session, principal, run, {"status": "refused", "error": stated(error)})

    async def _tried(self, run: uuid.UUID, error: Exception | None) -> None:
        """Note an attempt that failed by no fault of the file; after several the run waits for a person."""
        known = stated(error) if isinstance(error, RegistryError) else None
        name = type(error).__name__ if error else "WorkerLost"
        said = known or {"code": name, "message": _OURS._asdict(), "remedy": None, "faults": []}
        async with self.database.transaction(Role.JOB, actor="sync.run") as session:
            attempts = await runs.attempts(session, run)
            await runs.tried(session, run, said, over=attempts >= MAX_ATTEMPTS)
        log.warning("run_failed", run=str(run), error=said["code"], attempts=attempts)


_OURS: Final = Text(
    "Le traitement a échoué sans que le fichier soit en cause ; il est repris seul, puis attend quelqu'un.",
    "The run failed through no fault of the file; it is tried again by itself, and then waits for somebody.",
)


def stated(error: RegistryError) -> dict[str, Any]:
    """Return an error as a run keeps it, in both languages."""
    faults = [{"fr": fault.stated("fr"), "en": fault.stated("en")} for fault in error.faults[:20]]
    remedy = error.own_remedy
    return {
        "code": error.code, "message": (error.detail or error.title)._asdict(),
        "remedy": remedy._asdict() if remedy else None, "faults": faults,
    }  # fmt: skip


async def end(session: AsyncSession, principal: Principal, run: uuid.UUID, values: Mapping[str, Any]) -> None:
    """End a run, or have it wait for a person, in the transaction of what it did."""
    own = own_organisation(principal)
    closed = {**values, "told_at": None, "finished_at": None if values["status"] == "waiting" else now()}
    if not await runs.move(session, own, run, of=runs.OPEN, values=closed):
        raise RuntimeError("the run is over already")
    log.info("run_ended", run=str(run), status=values["status"], rows=values.get("counts", {}).get("rows"))


@dataclass(slots=True)
class _Work:
    """One attempt, within its transaction."""

    runner: Runner
    session: AsyncSession
    principal: Principal
    run_: SyncRun
    siren: str | None
    confirmed: bool = field(kw_only=True)
    ahead: bool = field(kw_only=True)
    counted: Counted = field(default_factory=Counted)
    unread: list[str] = field(default_factory=list)
    nameless: bool = False

    async def run(self) -> None:
        own = own_organisation(self.principal)
        source = await runs.source_of(self.session, own, self.run_.source_id)
        assert source is not None
        if source.applied_as_of is not None and self.run_.as_of < source.applied_as_of:
            raise FileOlder(field="as_of", value=f"{self.run_.as_of.isoformat()} < {source.applied_as_of.isoformat()}")
        async with files.spooled(self.session, own, self.run_.file_sha256, self.run_.positions_sha256) as paths:
            with Report(paths[0].with_name("report")) as report:
                await self._read_and_settle(paths, source, report)

    async def _read_and_settle(self, paths: list[Path], source: SyncSource, report: Report) -> None:
        on = date_in_france(self.run_.as_of)
        coarse = self.run_.format["kind"] == "rpls"
        work = Reconciliation(
            self.session, self.principal, source.id, full=self.run_.mode == "full", coarse=coarse,
            default_status=Status(source.default_status), fact_source=Source.IMPORTED if coarse else Source.DECLARED,
            fact_date=on,
        )  # fmt: skip
        reader = await self._open(paths, on)
        if reader.siret and self.siren and not reader.siret.startswith(self.siren):
            raise FileOfAnotherLandlord(field="SIRET", value=reader.siret)
        held = await work.begin()
        self.ahead = self.ahead and reader.homes_alone and not self.run_.dry_run and await work.holds_nothing()
        await self._read(reader, work, held, report)
        for note in reader.notes:
            report.add(note)
        await self.runner.progress(self.run_.id, "compare", self.counted.rows, self.counted.rows)
        if self.nameless:  # a record that cannot be told whose it is may be that of any home
            work.full = False
        plan = await work.compare(held, self.unread)
        for refused in await work.refused():
            report.refuse(refused.line, refused.fault, refused.code)
        for change in await work.sample(SAMPLE):
            report.change(change)
        await self._settle(work, plan, report)

    async def _open(self, paths: list[Path], on: date) -> Reader:
        path, positions = paths[0], next(iter(paths[1:]), None)
        codes = await territories.present_codes(session=self.session)
        mapping = await runs.mapping_of(self.session, own_organisation(self.principal), self.run_)
        return await asyncio.to_thread(self.runner.open_file, path, self.run_.format, mapping, codes, on, positions)

    async def _read(self, reader: Reader, work: Reconciliation, held: HeldLines, report: Report) -> None:
        said = staged = 0
        due, most = WRITTEN_AHEAD
        async with aclosing(chunks(reader, held)) as found:
            async for chunk in found:
                self._count(chunk, report)
                await work.stage(chunk.homes, chunk.residences)
                staged += len(chunk.homes)
                if work.written_ahead and self.counted.rejected:
                    raise WrittenInVain
                if self.ahead and staged >= due and not self.counted.rejected:
                    await work.write_ahead(SAMPLE)
                    staged, due = 0, min(2 * due, most)
                if self.counted.rows - said >= CUT_AT_ONCE:
                    said = self.counted.rows
                    await self.runner.progress(self.run_.id, "read", said, None)
        if work.written_ahead:
            await work.write_ahead(SAMPLE)
        if not self.counted.rows:
            raise FileWithoutRecords(field="file", value=self.run_.file_name)

    def _count(self, chunk: Chunk, report: Report) -> None:
        self.counted.rows += chunk.records
        self.counted.skipped += chunk.skipped
        for found in chunk.stated:
            for note in found.notes:
                report.add(note)
            if found.rejected:
                self.counted.rejected += 1
                if found.ref:
                    self.unread.append(found.ref)
                else:
                    self.nameless = True

    async def _settle(self, work: Reconciliation, plan: Plan, report: Report) -> None:
        """Decide what becomes of the file, and do it."""
        own = own_organisation(self.principal)
        counts = {**self.counted.of(plan), "rules": report.by_rule()}
        guard = await self._guard(plan)
        rejected = max(counts["rejected"], counts["residences"]["rejected"])
        refusal = None if self.run_.accept_partially or not rejected else RecordsRejected(field="file", value=rejected)
        values: dict[str, Any] = {
            "counts": counts,
            "rule_codes": report.by_code(),
            "report_sha256": await files.keep(self.session, own, report.close()),
        }
        values["guard"] = {**guard, "held_back": self.nameless and self.run_.mode == "full"}
        if self.run_.dry_run:
            values |= {"status": "previewed", "error": stated(refusal) if refusal else None}
        elif refusal:
            values |= {"status": "refused", "error": stated(refusal)}
        elif guard["exceeded"] and not self._was_confirmed(guard):
            values |= {"status": "waiting"}
        else:
            await self.runner.progress(self.run_.id, "apply", counts["rows"], counts["rows"])
            values |= {"status": "applied", "error": None, "difference": await self._apply(work, counts)}
        values["stage"] = None
        await end(self.session, self.principal, self.run_.id, values)

    async def _guard(self, plan: Plan) -> dict[str, Any]:
        owed = await charter.obligations_of(session=self.session, organisation=self.principal.organisation_id)
        limit = owed.import_guard_percent
        return {
            "held": plan.held, "changed": plan.changed, "withdrawn": plan.homes.get("withdrawn", 0),
            "limit_percent": limit, "exceeded": plan.changed * 100 > plan.held * limit and plan.held > 0,
        }  # fmt: skip

    def _was_confirmed(self, guard: Mapping[str, Any]) -> bool:
        """Tell whether a person let pass at least as much as it is now."""
        shown = self.run_.guard or {}
        return self.confirmed and guard["changed"] <= shown.get("changed", -1)

    async def _apply(self, work: Reconciliation, counts: Mapping[str, Any]) -> bytes:
        own = own_organisation(self.principal)
        full = self.run_.mode == "full" and not self.nameless
        difference = await work.apply(confirmed_at=self.run_.as_of if full else None)
        await runs.applied(self.session, own, source=self.run_.source_id, id_=self.run_.id, as_of=self.run_.as_of)
        summed = {name: count for name, count in counts.items() if name != "rules"}
        await audit.record(
            self.session, organisation=own, action="sync:file:applied", subject=str(self.run_.source_id),
            detail={**summed, "run": str(self.run_.id), "sha256": self.run_.file_sha256.hex(),
                    "difference": difference.hex()},
        )  # fmt: skip
        return difference
