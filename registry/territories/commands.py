"""``registry territories …``: load reference data, create territories."""

import uuid
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.progress import Progress
from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.clock import today
from registry.platform.database import Role
from registry.platform.operator import fail, run, settings_or_fail
from registry.territories import service
from registry.territories.errors import GeoApiNotSet
from registry.territories.schemas import OutlineIn
from registry.territories.service import api_geo
from registry.territories.service.addresses import BAN
from registry.territories.service.load import FileLoaded, load_file
from registry.territories.service.places import Layer

app = typer.Typer(no_args_is_help=True, help="Territories and the reference data they are made of.")


@app.command()
def load(
    paths: Annotated[
        list[Path],
        typer.Argument(
            exists=True, dir_okay=False, help="CSV, JSON, GeoJSON; .gz too. Shapefile (.shp, .zip), GeoPackage."
        ),
    ],
    vintage: Annotated[int, typer.Option(help="Year for which the data hold.")] = 0,
    layer: Annotated[
        str | None, typer.Option(help="Read polygons as quarters of this layer: iris, qpv, quartier, or any name.")
    ] = None,
    code_field: Annotated[
        str | None, typer.Option(help="Property with the quarter's code; none: code_iris, code_qp, or from its name.")
    ] = None,
    name_field: Annotated[str | None, typer.Option(help="Property with its name; none: the usual ones.")] = None,
    commune_field: Annotated[
        str | None, typer.Option(help="Property with its INSEE code; none: the usual ones, or by its place.")
    ] = None,
    source_layer: Annotated[str | None, typer.Option(help="Layer of a GeoPackage that has several.")] = None,
    crs: Annotated[str | None, typer.Option(help="Of a file that does not say it: EPSG:2154.")] = None,
) -> None:
    """Load communes, former communes, EPCI, départements or quarters; each file in one transaction, again without harm.

    A file that has anything wrong in it changes nothing: the last good state stays.
    """
    year = vintage or today().year
    described = Layer(layer, year, code_field, name_field, commune_field) if layer else None

    def loader(path: Path) -> FileLoaded:
        async def use_case(session: AsyncSession) -> FileLoaded:
            return await load_file(
                session=session, path=path, vintage=year, layer=described, source_layer=source_layer, crs=crs
            )

        return run(Role.JOB, use_case)

    with Progress(transient=True) as progress:
        for path in progress.track(paths, description="loading"):
            done = loader(path)
            repaired = f", {done.repaired} geometries repaired" if done.repaired else ""
            progress.console.print(f"{path.name}: {done.rows} rows into {done.table}{repaired}")


@app.command("fetch-communes")
def fetch_communes(
    departements: Annotated[list[str], typer.Argument(help="Codes of départements: 33 2A 974.")],
    vintage: Annotated[int, typer.Option(help="Year for which they hold; the present one without it.")] = 0,
) -> None:
    """Load the present communes of départements from API Géo (REGISTRY_GEO_API_URL); each in one transaction."""
    settings = settings_or_fail()
    year = vintage or today().year

    async def fetch(session: AsyncSession, departement: str) -> FileLoaded:
        if settings.geo_api_url is None:
            raise GeoApiNotSet
        outbound = api_geo.outbound_to(settings.geo_api_url, private=settings.outbound_private)
        return await api_geo.load_departement(
            session=session, outbound=outbound, base_url=settings.geo_api_url, departement=departement, vintage=year
        )

    for departement in departements:
        done = run(Role.JOB, partial(fetch, departement=departement))
        typer.echo(f"{departement}: {done.rows} communes")


@app.command("load-addresses")
def load_addresses(
    paths: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="adresses-XX.csv; .gz too.")],
    column: Annotated[
        list[str] | None, typer.Option(help="field=column where it is not the BAN's: street=voie; repeatable.")
    ] = None,
    commune: Annotated[str | None, typer.Option(help="INSEE code of all rows, for a file without it.")] = None,
) -> None:
    """Load streets and houses of the Base Adresse Nationale; those of the communes named in a file are replaced."""
    columns = dict(_named(each) for each in column or ())

    def loader(path: Path) -> service.Loaded:
        async def use_case(session: AsyncSession) -> service.Loaded:
            return await service.load_addresses(session=session, file=service.AddressFile(path, columns, commune))

        return run(Role.JOB, use_case)

    with Progress(transient=True) as progress:
        for path in progress.track(paths, description="loading"):
            done = loader(path)
            left = f", {done.left_out} rows without number or position left out" if done.left_out else ""
            progress.console.print(f"{path.name}: {done.houses} houses in {len(done.communes)} communes{left}")


def _named(option: str) -> tuple[str, str]:
    field, separator, column = option.partition("=")
    if field not in BAN or not separator:
        raise typer.BadParameter(f"{option!r}: field=column, field one of {', '.join(BAN)}")
    return field, column


@app.command()
def create(
    slug: Annotated[str, typer.Option(help="Id of the territory: bordeaux-metropole.")],
    name: Annotated[str, typer.Option(help="As people read it.")],
    coordinator: Annotated[uuid.UUID, typer.Option(help="Id of the coordinating organisation.")],
    commune: Annotated[list[str] | None, typer.Option(help="INSEE code; repeatable.")] = None,
    epci: Annotated[list[str] | None, typer.Option(help="SIREN of an EPCI; repeatable.")] = None,
    departement: Annotated[list[str] | None, typer.Option(help="Code of a département; repeatable.")] = None,
    outline: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="GeoJSON Polygon or MultiPolygon in WGS84.")
    ] = None,
) -> None:
    """Create a territory of communes, EPCI, départements and what a drawn outline holds."""
    drawn = _outline(outline) if outline else None

    async def use_case(session: AsyncSession) -> int:
        return await service.create_territory(
            session=session, coordinator=coordinator, slug=slug, name=name,
            communes=commune or (), epcis=epci or (), departements=departement or (), outline=drawn,
        )  # fmt: skip

    run(Role.COORDINATOR, use_case, organisation=coordinator)
    typer.echo(f"territory {slug} created")


def _outline(path: Path) -> OutlineIn:
    try:
        return OutlineIn.model_validate_json(path.read_bytes())
    except ValidationError as error:
        fail(f"{path.name}: {error.errors()[0]['msg']}\nGive a GeoJSON Polygon or MultiPolygon in WGS84.")


@app.command("list")
def list_all() -> None:
    """List all territories."""

    async def use_case(session: AsyncSession) -> list[service.Territory]:
        return await service.list_territories(session=session)

    for territory in run(Role.JOB, use_case):
        typer.echo(f"{territory.slug}\t{territory.name}\t{territory.coordinator}\tEPSG:{territory.srid}")
