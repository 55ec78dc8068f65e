"""``registry network …``: import pedestrian networks, see what they know."""

from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.progress import Progress
from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.clock import today
from registry.platform.database import Database, Role
from registry.platform.operator import run, with_database
from registry.surroundings.service import networks

app = typer.Typer(no_args_is_help=True, help="Pedestrian networks: OpenStreetMap, CNIG accessibility surveys.")

LAMBERT_93: Final = 2154


@app.command("import")
def import_files(
    name: Annotated[str, typer.Argument(help="What the network is called: bordeaux-metropole.")],
    paths: Annotated[
        list[Path],
        typer.Argument(
            exists=True, dir_okay=False, help=".osm.pbf, .osm, .osm.gz, .osm.bz2; CNIG: .gpkg, .gpkg.gz, .zip."
        ),
    ],
    srid: Annotated[int, typer.Option(help="EPSG code of the legal projection of the place.")] = LAMBERT_93,
    shrink: Annotated[
        float, typer.Option(min=0, max=100, help="Per cent of edges that it may have fewer than the one in service.")
    ] = networks.SHRINK_PER_CENT,
) -> None:
    """Import files as one network; the one in service stays so until the new one is complete."""

    async def work(database: Database) -> tuple[int, list[networks.FileRead]]:
        with Progress(transient=True) as progress:
            readings = [
                networks.read_file(path=path, srid=srid) for path in progress.track(paths, description="reading")
            ]
            task = progress.add_task("storing", total=None)
            async with database.transaction(Role.JOB) as session:
                graphs = [reading.graph for reading in readings]
                version = await networks.store_network(
                    session=session, name=name, graphs=graphs, shrink_per_cent=shrink
                )
            progress.remove_task(task)
        return version, readings

    version, readings = with_database(Role.JOB, work)
    for path, reading in zip(paths, readings, strict=True):
        length = reading.graph.length_m.sum() / 1000
        typer.echo(f"{path.name}: {len(reading.graph.start)} edges, {length:.1f} km")
        for what, count in sorted(reading.notes.counts.items()):
            if count:
                typer.echo(f"  {what}: {count}")
        for doubt in reading.notes.doubts:
            typer.echo(f"  {doubt.message.en}")
    typer.echo(f"network {name}: version {version} in service")


@app.command("list")
def list_all() -> None:
    """List the networks in service."""

    async def use_case(session: AsyncSession) -> list[networks.Stored]:
        return await networks.list_networks(session=session)

    for network in run(Role.JOB, use_case):
        dates = ", ".join(source["data_date"] or "undated" for source in network.sources)
        typer.echo(f"{network.name}\tversion {network.version}\tEPSG:{network.srid}\t{network.edges} edges\t{dates}")


@app.command()
def show(name: Annotated[str, typer.Argument(help="Name of the network.")]) -> None:
    """Show what a network knows: lengths by kind, share of the length that is described, age, gaps."""

    async def use_case(session: AsyncSession) -> networks.Described:
        return await networks.describe_network(session=session, name=name)

    found = run(Role.JOB, use_case)
    stored = found.stored
    typer.echo(f"{name}: version {stored.version}, EPSG:{stored.srid}, imported {stored.imported_at:%Y-%m-%d}")
    for source in stored.sources:
        typer.echo(f"  {source['kind']} {source['name']}, {source['licence']}, {_age(source['data_date'])}")
    typer.echo(
        f"{sum(found.kilometres.values()):.1f} km in {found.components} parts, {found.largest:.0%} in the largest"
    )
    for kind, kilometres in sorted(found.kilometres.items(), key=lambda item: -item[1]):
        typer.echo(f"  {kind.name.lower():16} {kilometres:8.2f} km")
    for what, share in found.tagged.items():
        typer.echo(f"  {what} known on {'no' if share is None else format(share, '.1%')} {_of(what)}")
    typer.echo(f"{found.frontier} of {stored.nodes} nodes are at the border: what lies behind them is unknown")


def _of(what: str) -> str:
    return "of the length of crossings" if what == "kerb" else "of the length"


def _age(day: str | None) -> str:
    if day is None:
        return "undated"
    return f"data of {day}, {(today() - date.fromisoformat(day)).days} days old"
