"""``registry import …``: bring a landlord's file in."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from registry.platform.database import Database, Role
from registry.platform.operator import fail, with_database
from registry.sync.formats.positions import read_positions
from registry.sync.formats.rpls.layout import layout
from registry.sync.formats.source import Source
from registry.sync.notes import Note, Report
from registry.sync.service import rpls_import as service
from registry.sync.service.rpls_import import Import, Progress
from registry.vocabulary.stock import Status

SHOWN: int = 20
app = typer.Typer(no_args_is_help=True, help="Import a landlord's files.")
_DOING = {"read": "reading", "write": "writing"}


@app.callback()
def main() -> None:
    """Keep one command a sub-command."""


@app.command("rpls")
def import_rpls(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Public or transmission file; .gz too.")],
    organisation: Annotated[uuid.UUID, typer.Option(help="Id of the landlord whose homes they are.")],
    positions: Annotated[Path | None, typer.Option(help="CSV 'ligne,lon,lat' by rank of the row; .gz too.")] = None,
    status: Annotated[Status, typer.Option(help="Of new homes whose occupation the file does not state.")] = (
        Status.OCCUPIED
    ),
    report: Annotated[
        Path | None, typer.Option(help="Write every refused value there, one JSON object a line.")
    ] = None,
) -> None:
    """Import an RPLS file in one transaction: all rows that can be read, or, where the file is wrong, nothing.

    Exit status 1: nothing was imported. What was refused is listed with line, column, value, rule and remedy.
    """

    async def work(database: Database) -> Report:
        async with database.transaction(Role.AUTH) as session:
            owner = await service.landlord(session=session, organisation=organisation)
        source = Source.inspect(path)
        run = Import(source, layout(source), read_positions(positions) if positions else {}, status, note, progress)
        async with database.transaction(Role.LANDLORD, organisation=organisation) as session:
            return await run.run(session=session, owner=owner)

    with _listing(report) as note, _progress() as progress:
        done = with_database(Role.LANDLORD, work)
    _print(done)
    if done.homes["rejected"] == done.rows:
        fail("No row could be imported.")


@contextmanager
def _listing(path: Path | None) -> Iterator[Callable[[Note], None]]:
    """Show the first notes, and write all of them to ``path`` where one is given."""
    if path is None:
        yield _Shown()
        return
    try:
        file = path.open("wb")
    except OSError as error:
        fail(f"The report cannot be written: {error}")
    with file:
        shown = _Shown()

        def write(note: Note) -> None:
            file.write(orjson.dumps(note.described()) + b"\n")
            shown(note)

        yield write


class _Shown:
    """Print the first notes; the rest are in the counts and in the report file."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, note: Note) -> None:
        self.count += 1
        if self.count <= SHOWN:
            effect = "row rejected" if note.rejected else "left as it was"
            typer.echo(
                f"line {note.line}, {note.column}: {note.value[:60]!r}: {note.rule.en} ({effect}). {note.remedy.en}"
            )
        elif self.count == SHOWN + 1:
            typer.echo("… more below, by rule; --report FILE lists them all")


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show a bar on a terminal, and plain lines elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:

        def say(stage: str, rows: int, total: int | None) -> None:
            typer.echo(f"{_DOING[stage]}: {rows} rows" + (f" of {total}" if total else ""), err=True)

        yield say
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        tasks = {stage: bar.add_task(doing, total=None) for stage, doing in _DOING.items()}
        yield lambda stage, rows, total: bar.update(tasks[stage], completed=rows, total=total)


def _print(done: Report) -> None:
    typer.echo(", ".join(f"{count} {name}" for name, count in done.counts().items()))
    residences = ", ".join(f"{done.residences[status]} {status}" for status in ("created", "updated", "unchanged"))
    typer.echo(f"residences: {residences}")
    for (column, rule, rejected), count in sorted(done.notes.items()):
        typer.echo(f"{column}: {count} × {rule.en} ({'row rejected' if rejected else 'left as it was'})")
    if done.without_position:
        typer.echo(f"{done.without_position} homes without a position: shown to others by commune only")
    if done.indistinct:
        typer.echo(
            f"{done.indistinct} rows are not told apart by the file: send IDENT_INT before stating facts of these homes"
        )
    if done.pmr:
        stated = ", ".join(f"{value}: {count}" for value, count in sorted(done.pmr.items()))
        typer.echo(f"PMR ({stated}) was counted and not taken over")
    typer.echo(f"sha256 {done.sha256}")
