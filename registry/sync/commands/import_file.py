"""``registry sync import FILE``: bring a landlord's file in now, and see what becomes of it."""

import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from registry.platform.database import Database, Role
from registry.platform.operator import fail, with_database
from registry.sync.formats.declared import Kind
from registry.sync.service import imports as service
from registry.sync.service.imports import Given, View
from registry.sync.service.run import OUTCOMES, Runner, Say, principal_of
from registry.vocabulary.stock import Status

SHOWN: Final = 20
DOING: Final = {"received": "received", "read": "reading", "compare": "comparing", "apply": "applying"}
Lines = list[dict[str, Any]]
ELSEWHERE: Final = (
    "Another import of this landlord is running, or was cut off: a worker takes this one up when it has ended."
)


def import_file(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, NDJSON, XLSX or RPLS; .gz too.")],
    organisation: Annotated[uuid.UUID, typer.Option(help="Id of the landlord whose homes they are.")],
    *,
    kind: Annotated[
        str | None, typer.Option("--format", help="csv, ndjson, xlsx or rpls, of a source that is not declared yet.")
    ] = None,
    source: Annotated[str, typer.Option(help="Name of the source; one that is not declared is.")] = "operator",
    positions: Annotated[Path | None, typer.Option(help="Beside RPLS: CSV 'ligne,lon,lat' by rank of the row.")] = None,
    mode: Annotated[str | None, typer.Option(help="full or delta; the source's otherwise.")] = None,
    as_of: Annotated[datetime | None, typer.Option(help="When the export was made; now, where it is not said.")] = None,
    status: Annotated[
        Status | None, typer.Option(help="Of new homes whose file does not state one, of a source that is new.")
    ] = None,
    partially: Annotated[bool, typer.Option("--partially", help="Apply the good records of a new source.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compare and report; write nothing.")] = False,
    confirm: Annotated[bool, typer.Option("--confirm", help="Let it pass, however much it changes.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write the whole report there, one JSON object a line.")] = None,
) -> None:
    """Import a file in one transaction: all of it, or nothing, and a report that names each line.

    Exit status 1: nothing was applied. An import that is cut off is taken up by the worker.
    """
    given = Given(path.name[:200], _one_of(mode, ("full", "delta"), "--mode"), _aware(as_of), dry_run, positions)
    declared: dict[str, Any] = {"default_status": status.value} if status else {}
    if partially:
        declared["accept_partially"] = True

    async def work(database: Database) -> tuple[View, Lines]:
        principal = principal_of(organisation, organisation)
        await service.require_landlord(database, organisation)
        async with database.transaction(Role.LANDLORD, organisation=organisation, actor="operator") as session:
            into = await service.source_for(
                session=session, principal=principal, name=source, kind=_kind(kind), declared=declared
            )
            for name, stated in declared.items():
                if getattr(into, name) != stated:
                    fail(f"The source {source!r} is declared otherwise: {name} is {getattr(into, name)}. {_DECLARE}")
            run = await service.take(
                session=session, principal=principal, source=into, path=path, given=given, cause="manual"
            )
        runner = Runner(database, say=say)
        await runner.run(organisation, run)
        view = await _view(database, organisation, run)
        if confirm and view.run.status == "waiting":
            async with database.transaction(Role.LANDLORD, organisation=organisation, actor="operator") as session:
                await service.confirm(session=session, principal=principal, id_=run)
            await runner.run(organisation, run)
            view = await _view(database, organisation, run)
        return view, await _report(database, view) if view.run.report_sha256 else []

    for given_path in (path, *([positions] if positions else [])):
        if not given_path.is_file():
            fail(f"{given_path} is no file")
    with _written(report) as write, _progress() as say:
        view, lines = with_database(Role.JOB, work)
        write(lines)
    _print(view, lines)
    if view.run.status not in {"applied", "previewed"}:
        raise typer.Exit(1)
    if view.run.counts["rejected"] == view.run.counts["rows"]:
        fail("No row could be imported.")


_DECLARE: Final = "Change it by PUT /v1/sources/{name}, or bring the file into a new one: --source NAME."


def _one_of(value: str | None, known: tuple[str, ...], option: str) -> Any:
    if value is not None and value not in known:
        fail(f"{option} is one of: {', '.join(known)}")
    return value


def _kind(value: str | None) -> Kind | None:
    kinds: tuple[Kind, ...] = ("csv", "ndjson", "xlsx", "rpls")
    found: Kind | None = _one_of(value, kinds, "--format")
    return found


def _aware(moment: datetime | None) -> datetime | None:
    return moment.astimezone() if moment is not None else None


async def _view(database: Database, organisation: uuid.UUID, run: uuid.UUID) -> View:
    async with database.transaction(Role.LANDLORD, organisation=organisation, actor="operator") as session:
        return await service.read_import(session=session, principal=principal_of(organisation, run), id_=run)


async def _report(database: Database, view: View) -> Lines:
    own = view.run.organisation_id
    async with database.transaction(Role.LANDLORD, organisation=own, actor="operator") as session:
        found: AsyncIterator[dict[str, Any]] = service.report(
            session=session, principal=principal_of(own, view.run.id), id_=view.run.id
        )
        return [line async for line in found]


@contextmanager
def _progress() -> Iterator[Say]:
    """Show a bar on a terminal, and plain lines elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:

        def say(stage: str, done: int, total: int | None) -> None:
            typer.echo(f"{DOING[stage]}: {done} records" + (f" of {total}" if total else ""), err=True)

        yield say
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(DOING["received"], total=None)
        yield lambda stage, done, total: bar.update(task, description=DOING[stage], completed=done, total=total)


@contextmanager
def _written(path: Path | None) -> Iterator[Callable[[Lines], None]]:
    """Open the report's file, before anything is imported, and write it, where one is asked for."""
    if path is None:
        yield lambda _: None
        return
    try:
        file = path.open("wb")
    except OSError as error:
        fail(f"The report cannot be written: {error}")
    with file:
        yield lambda lines: file.writelines(orjson.dumps(line) + b"\n" for line in lines)


def _print(view: View, lines: Lines) -> None:
    run = view.run
    notes = [line["note"] for line in lines if "note" in line]
    for note in notes[:SHOWN]:
        effect = "row rejected" if note["rejected"] else "taken as it is" if note["doubted"] else "left as it was"
        stated = f"line {note['line']}, {note['column']}: {note['value'][:60]!r}"
        typer.echo(f"{stated}: {note['rule']['en']} ({effect}). {note['remedy']['en']}")
    if len(notes) > SHOWN:
        typer.echo(f"… {len(notes) - SHOWN} more, below by rule; --report FILE lists them all")
    if run.counts:
        typer.echo(", ".join(f"{run.counts[name]} {name}" for name in ("rows", *OUTCOMES, "withdrawn")))
        typer.echo("residences: " + ", ".join(f"{run.counts['residences'][name]} {name}" for name in OUTCOMES))
        for rule in run.counts["rules"]:
            typer.echo(f"{rule['column']}: {rule['count']} × {rule['rule']['en']}")
    typer.echo(f"sha256 {run.file_sha256.hex()}")
    typer.echo(f"import {run.id}: {run.status}")
    if run.status == "waiting" and run.guard:
        typer.echo(
            f"{run.guard['changed']} of {run.guard['held']} homes would change: --confirm lets it pass", err=True
        )
    if run.status == "received" and not run.error:
        typer.echo(ELSEWHERE, err=True)
    if run.error:
        remedy = run.error["remedy"]
        said = [fault["en"] for fault in run.error["faults"]]
        faults = [f"  {fault['field']}: {fault['value']!r}: {fault['message']}" for fault in said]
        typer.echo("\n".join([run.error["message"]["en"], *faults, *([remedy["en"]] if remedy else [])]), err=True)
