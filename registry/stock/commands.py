"""``registry positions …``: positions that are found from addresses."""

import uuid
from collections import Counter
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal
from registry.platform.database import Database, Role
from registry.platform.operator import run, settings_or_fail, with_database
from registry.stock.service import positions
from registry.stock.service.geocode import geocode_waiting
from registry.territories.service import geocoder_of

app = typer.Typer(no_args_is_help=True, help="Positions that are found from addresses.")
SHOWN = 1_000


@app.command()
def find() -> None:
    """Look up the addresses that wait now, as the worker does every minute."""

    async def work(database: Database) -> Counter[str]:
        return await geocode_waiting(database, geocoder_of(settings_or_fail(), database))

    counts = with_database(Role.JOB, work)
    typer.echo(", ".join(f"{counts[verdict]} {verdict}" for verdict in ("exact", "doubtful", "none")))


@app.command()
def retry(communes: Annotated[list[str], typer.Argument(help="INSEE codes.")]) -> None:
    """Have addresses looked up again that nothing certain was found for: once a geocoder is switched on."""

    async def use_case(session: AsyncSession) -> None:
        await positions.ask_again(session=session, communes=communes)

    run(Role.JOB, use_case)
    typer.echo("asked: the worker looks them up within a minute")


@app.command("review-list")
def review_list(organisation: Annotated[uuid.UUID, typer.Option(help="Id of the landlord.")]) -> None:
    """List a landlord's doubtful finds, tab-separated: reference, address, find, score."""
    principal = Principal(organisation, "landlord", "operator", frozenset())

    async def use_case(session: AsyncSession) -> list[dict[str, Any]]:
        return await positions.list_to_review(session=session, principal=principal, after="", limit=SHOWN)

    for row in run(Role.LANDLORD, use_case, organisation=organisation):
        address = " ".join(row[part] for part in ("number", "street", "postcode", "commune_code") if row[part])
        typer.echo(f"{row['ref']}\t{address}\t{row['label']}\t{row['score']:.2f}")
