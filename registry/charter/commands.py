"""``registry charter …``: put a charter in force, sign it, suspend and lift adhesions."""

import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from registry.charter import service
from registry.charter.schemas import Terms
from registry.platform.database import Role
from registry.platform.operator import Result, fail, run
from registry.territories import service as territories

app = typer.Typer(no_args_is_help=True, help="Charters and adhesions.")

Territory = Annotated[str, typer.Option(help="Id of the territory.")]
Member = Annotated[uuid.UUID, typer.Option(help="Id of the organisation.")]


def _in_territory(
    role: Role, acting: uuid.UUID, slug: str, use_case: Callable[[AsyncSession, int], Awaitable[Result]]
) -> Result:
    async def found(session: AsyncSession) -> Result:
        territory = await territories.territory_by_slug(session=session, slug=slug)
        return await use_case(session, territory.id)

    return run(role, found, organisation=acting)


def _coordinator_of(slug: str) -> uuid.UUID:
    async def found(session: AsyncSession) -> uuid.UUID:
        return (await territories.territory_by_slug(session=session, slug=slug)).coordinator_id

    return run(Role.JOB, found)


@app.command()
def enact(
    territory: Territory,
    terms: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="JSON file; none: the default.")
    ] = None,
) -> None:
    """Put a new version of a territory's charter in force."""
    try:
        given = Terms.model_validate_json(terms.read_bytes()) if terms else Terms()
    except ValidationError as error:
        fail(str(error))
    coordinator = _coordinator_of(territory)
    version = _in_territory(
        Role.COORDINATOR, coordinator, territory,
        lambda session, id_: service.put_in_force(
            session=session, organisation=coordinator, territory_id=id_, terms=given
        ),
    )  # fmt: skip
    typer.echo(f"charter of {territory}: version {version} in force")


@app.command()
def sign(
    territory: Territory, organisation: Member, signed_by: Annotated[str, typer.Option(help="Who signs for it.")]
) -> None:
    """Sign the charter in force for a landlord."""
    version = _in_territory(
        Role.LANDLORD, organisation, territory,
        lambda session, id_: service.sign(
            session=session, organisation=organisation, territory_id=id_, signed_by=signed_by
        ),
    )  # fmt: skip
    typer.echo(f"version {version} signed")


@app.command()
def withdraw(territory: Territory, organisation: Member) -> None:
    """End a landlord's adhesion; its listings leave at once."""
    _in_territory(
        Role.LANDLORD, organisation, territory,
        lambda session, id_: service.withdraw(session=session, organisation=organisation, territory_id=id_),
    )  # fmt: skip
    typer.echo("withdrawn")


@app.command()
def suspend(territory: Territory, organisation: Member) -> None:
    """Suspend a landlord's adhesion; its listings leave at once."""
    _in_territory(
        Role.COORDINATOR, _coordinator_of(territory), territory,
        lambda session, id_: service.suspend(session=session, organisation=organisation, territory_id=id_),
    )  # fmt: skip
    typer.echo("suspended")


@app.command()
def reinstate(territory: Territory, organisation: Member) -> None:
    """Lift a suspension; the listings come back within a minute."""
    _in_territory(
        Role.COORDINATOR, _coordinator_of(territory), territory,
        lambda session, id_: service.reinstate(session=session, organisation=organisation, territory_id=id_),
    )  # fmt: skip
    typer.echo("reinstated")


@app.command()
def show(territory: Territory) -> None:
    """Print the terms in force."""

    async def found(session: AsyncSession) -> Terms:
        known = await territories.territory_by_slug(session=session, slug=territory)
        return await service.terms_in_force(session=session, territory_id=known.id)

    typer.echo(run(Role.JOB, found).model_dump_json(indent=2))
