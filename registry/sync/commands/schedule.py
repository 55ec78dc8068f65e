"""``registry sync …``: how the sources of all landlords stand, fetch one now, begin again after failures."""

import asyncio
import time
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from registry.platform.database import Database, Role
from registry.platform.operator import fail, run, with_database
from registry.sync import schedules
from registry.sync.service import schedule as service
from registry.sync.service.retries import retry_run
from registry.sync.service.schedule import SyncSource

app = typer.Typer(no_args_is_help=True, help="Sources of landlords' files: how they stand, run them, try again.")

POLL_S: Final = 1.0
_COLUMNS: Final = ("organisation", "source", "kind", "state", "applied", "of", "next", "failures", "last failure")
Named = Annotated[str, typer.Argument(metavar="SOURCE", help="Id of the source, or its name where only one has it.")]


@app.command()
def status(
    organisation: Annotated[uuid.UUID | None, typer.Option(help="Id of the landlord; none: all of them.")] = None,
) -> None:
    """List the sources: state, when and as of when they were applied, when they come next, why they failed.

    Exit status 1: at least one has stopped, and somebody must look at it.
    """

    async def use_case(session: AsyncSession) -> Sequence[SyncSource]:
        return await service.every_source(session=session, organisation=organisation)

    found = run(Role.JOB, use_case)
    _show([_row(source) for source in found])
    if any(_state(source) == "stopped" for source in found):
        raise typer.Exit(1)


@app.command("run")
def run_source(
    source: Named,
    wait: Annotated[bool, typer.Option("--wait", help="Until it was fetched, or failed.")] = False,  # noqa: FBT002  # a flag of the command line
) -> None:
    """Have the worker fetch a source within a minute, whatever its schedule."""
    _ask(source, wait=wait, forget_failures=False)


@app.command()
def retry(
    named: Annotated[str, typer.Argument(metavar="RUN|SOURCE", help="Id of a run or source, or a source's name.")],
    wait: Annotated[bool, typer.Option("--wait", help="Until it was fetched, or failed.")] = False,  # noqa: FBT002  # as above
) -> None:
    """Begin a run again that failed, or a new row of tries for a source; people are told again if that fails."""
    if with_database(Role.JOB, lambda database: retry_run(database, named=named)):
        typer.echo(f"{named}: a worker begins it again at once")
        return
    _ask(named, wait=wait, forget_failures=True)


def _ask(named: str, *, wait: bool, forget_failures: bool) -> None:
    async def use_case(session: AsyncSession) -> tuple[uuid.UUID, datetime | None]:
        found = await service.find(session=session, named=named)
        await service.ask_for(session=session, source=found.id, forget_failures=forget_failures)
        asked = await service.find(session=session, named=str(found.id))
        return asked.id, asked.next_run_at

    id_, asked_for = run(Role.JOB, use_case)
    typer.echo(f"{named}: asked for; the worker fetches it within a minute")
    if wait:
        done = with_database(Role.JOB, lambda database: _followed(database, id_, asked_for))
        _show([_row(done)])
        if done.failures:
            fail(f"{named} failed: 'registry sync status' says why")


async def _followed(database: Database, source: uuid.UUID, asked_for: datetime | None) -> SyncSource:
    """Return the source once its outcome is noted; show meanwhile that it is waited for."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task, began = bar.add_task("waiting for the worker", total=None), time.monotonic()
        said = began
        while True:
            async with database.transaction(Role.JOB) as session:
                held = await service.find(session=session, named=str(source))
            if held.next_run_at != asked_for:
                return held
            bar.update(task)
            if not console.is_terminal and time.monotonic() - said >= 10:
                said = time.monotonic()
                typer.echo(f"waiting for the worker: {said - began:.0f} s", err=True)
            await asyncio.sleep(POLL_S)


def _state(source: SyncSource) -> str:
    return schedules.state_of(paused=source.paused, failures=source.failures)


def _row(source: SyncSource) -> tuple[str, ...]:
    failure = source.last_failure
    return (
        str(source.organisation_id), source.name, source.kind, _state(source), _when(source.applied_at),
        _when(source.applied_as_of), _when(source.next_run_at), str(source.failures),
        f"{failure['code']}: {failure['en']}" if failure else "",
    )  # fmt: skip


def _when(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%dT%H:%MZ}" if moment else ""


def _show(rows: Sequence[tuple[str, ...]]) -> None:
    """Print a table on a terminal, and a line of tab-separated columns for each elsewhere."""
    console = Console()
    if not console.is_terminal:
        for row in rows:
            typer.echo("\t".join(row))
        return
    table = Table(*_COLUMNS)
    colours = {"stopped": "red", "retrying": "yellow", "paused": "dim"}
    for row in rows:
        table.add_row(*row, style=colours.get(row[3]))
    console.print(table)
