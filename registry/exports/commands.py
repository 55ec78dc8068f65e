"""``registry export …``: a landlord's stock as a file, by the operator."""

import uuid
from pathlib import Path
from typing import Annotated, Literal

import typer

from registry.exports import service
from registry.identity import service as identity
from registry.platform.database import Database, Role
from registry.platform.operator import with_database

app = typer.Typer(no_args_is_help=True, help="Export a landlord's stock.")
OrganisationId = Annotated[uuid.UUID, typer.Argument(help="Id of the landlord.")]
File = Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help="Written anew.")]
Format = Annotated[Literal["csv", "geojson"], typer.Option("--format", help="Of the file.")]


@app.command()
def homes(organisation: OrganisationId, path: File, format_: Format = "csv") -> None:
    """Export homes: as CSV with a column for each fact, or as GeoJSON."""
    _export(organisation, path, "homes", format_)


@app.command()
def residences(organisation: OrganisationId, path: File, format_: Format = "csv") -> None:
    """Export residences: as CSV, or as GeoJSON with their buildings."""
    _export(organisation, path, "residences", format_)


@app.command()
def adaptations(organisation: OrganisationId, path: File) -> None:
    """Export the adaptations that homes have, as CSV."""
    _export(organisation, path, "adaptations", "csv")


@app.command("feasible-works")
def feasible_works(organisation: OrganisationId, path: File) -> None:
    """Export the works that homes and residences could have, as CSV."""
    _export(organisation, path, "feasible-works", "csv")


@app.command("lift-outages")
def lift_outages(organisation: OrganisationId, path: File) -> None:
    """Export the outages of lifts of the last two years, as CSV."""
    _export(organisation, path, "lift-outages", "csv")


def _export(organisation: uuid.UUID, path: Path, kind: service.Kind, format_: str) -> None:
    async def work(database: Database) -> int:
        async with database.transaction(Role.AUTH) as session:
            acting = await identity.operator_for(session=session, organisation=organisation)
        write = service.as_csv if format_ == "csv" else service.as_geojson
        with path.open("wb") as file:
            async for piece in write(database=database, principal=acting, kind=kind):
                file.write(piece)
            return file.tell()

    typer.echo(f"{path}: {with_database(Role.LANDLORD, work)} bytes")
