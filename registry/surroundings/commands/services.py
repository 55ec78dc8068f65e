"""``registry services …``: import the services of a source, list the sources."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.errors import RegistryError
from registry.platform.database import Role
from registry.platform.operator import described, fail, run
from registry.surroundings.readers.places_table import USUAL
from registry.surroundings.readers.records import FAULTS
from registry.surroundings.service import imports
from registry.surroundings.service.imports import KINDS, Imported, ServiceFile
from registry.vocabulary.services import BY_CODE

SHOWN_FAULTS: Final = 20
_KNOWN: Final = ("yes", "limited", "no", "unknown")
app = typer.Typer(no_args_is_help=True, help="Services that a tenant can reach: shops, care, stops, and their doors.")


@app.command("import")
def import_file(
    name: Annotated[str, typer.Argument(help="Of the source: osm-redon. The same name replaces what it had.")],
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The file; .gz too.")],
    kind: Annotated[str, typer.Option(help="osm, acceslibre or table.")],
    mapped: Annotated[
        list[str] | None, typer.Option("--map", help="field=column, or field==value for all rows; repeatable.")
    ] = None,
    family: Annotated[str | None, typer.Option(help="Family of all rows that state none.")] = None,
    srid: Annotated[int, typer.Option(help="EPSG code of a table's x and y.")] = 2154,
    licence: Annotated[str | None, typer.Option(help="SPDX id or name, where it is not the kind's own.")] = None,
    attribution: Annotated[str | None, typer.Option(help="To show with each service.")] = None,
    data_date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Of a file that does not say.")
    ] = None,
    faulty: Annotated[float, typer.Option(min=0, max=100, help="Per cent of services that may be faulty.")] = 20,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and report; change nothing.")] = False,  # noqa: FBT002  # a flag of the command line
) -> None:
    """Import the services of a source: what its file no longer has is gone."""
    columns, constants = _mapping(mapped or ())
    file = ServiceFile(
        path, _one_of(kind, KINDS, "--kind"), columns, constants,
        BY_CODE[_one_of(family, tuple(BY_CODE), "--family")] if family else None,
        srid, licence, attribution, data_date.date() if data_date else None, faulty,
    )  # fmt: skip

    async def use_case(session: AsyncSession) -> Imported:
        return await imports.import_services(session=session, name=name, file=file)

    with Progress(SpinnerColumn(), TextColumn("{task.description}"), transient=True) as progress:
        progress.add_task(f"importing {path.name}")
        done = _tried(file) if dry_run else run(Role.JOB, use_case)
    _report(done)
    if not dry_run:
        typer.echo(
            f"{name}: {done.added} added, {done.changed} changed, {done.removed} removed,"
            f" {done.doubles_changed} now or no longer doubles"
        )


@app.command("list")
def list_sources() -> None:
    """List the sources with their dates, licence and counts."""

    async def use_case(session: AsyncSession) -> list[dict[str, object]]:
        return await imports.list_service_sources(session=session)

    for row in run(Role.JOB, use_case):
        typer.echo(
            f"{row['name']}\t{row['kind']}\t{row['rows']} services, {row['duplicates']} doubles\tversion"
            f" {row['version']}\tdata of {row['data_date'] or 'unknown date'}\t{row['licence']}"
        )


def _tried(file: ServiceFile) -> Imported:
    try:
        return imports.read_services(file)[1]
    except RegistryError as error:
        fail(described(error))


def _one_of(value: str, known: Sequence[str], option: str) -> str:
    if value not in known:
        raise typer.BadParameter(f"{option} {value!r}: one of {', '.join(known)}")
    return value


def _mapping(options: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    for option in options:
        ours, separator, theirs = option.partition("=")
        if ours not in USUAL or not separator or not theirs:
            raise typer.BadParameter(f"{option!r}: field=column or field==value, field one of {', '.join(USUAL)}")
        (constants if theirs.startswith("=") else columns)[ours] = theirs.removeprefix("=")
    return columns, constants


def _report(done: Imported) -> None:
    table = Table("family", *_KNOWN, "all", title="wheelchair at the entrance")
    for code, counts in sorted(done.by_family.items()):
        table.add_row(code, *(str(counts[known]) for known in _KNOWN), str(counts.total()))
    console = Console(width=100)
    console.print(table)
    for reason, count in sorted(done.passed_over.items()):
        console.print(f"passed over, {reason}: {count}")
    for code, count in done.faults_by_code.items():
        console.print(f"{code}: {count}")
    for fault in done.faults[:SHOWN_FAULTS]:
        console.print(f"  {fault.where}: {fault.field} = {fault.value!r}: {FAULTS[fault.code].en}", markup=False)
    if len(done.faults) > SHOWN_FAULTS:
        console.print(f"  … and {len(done.faults) - SHOWN_FAULTS} more")
