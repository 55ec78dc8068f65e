"""``registry charter …``: prepare charters and put them in force, sign them, admit, suspend and lift adhesions."""

import json
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from registry.charter import service
from registry.charter.schemas import Terms
from registry.charter.schemas.invitations import LandlordInvitationIn
from registry.charter.schemas.kin import OwnOrganisationOut
from registry.charter.schemas.versions import CharterDraft
from registry.charter.service import kin
from registry.identity import service as identity
from registry.platform.database import Role
from registry.platform.operator import Result, fail, run
from registry.territories import service as territories

app = typer.Typer(no_args_is_help=True, help="Charters and adhesions.")

Territory = Annotated[str, typer.Option(help="Id of the territory.")]
Member = Annotated[uuid.UUID, typer.Option(help="Id of the organisation.")]
Version = Annotated[int, typer.Option(help="Number of the version.")]
Siren = Annotated[str, typer.Option(help="SIREN of the landlord.")]
Read = TypeVar("Read", bound=BaseModel)


def _in_territory(
    role: Role, acting: uuid.UUID | None, slug: str, use_case: Callable[[AsyncSession, int], Awaitable[Result]]
) -> Result:
    async def found(session: AsyncSession) -> Result:
        territory = await territories.territory_by_slug(session=session, slug=slug)
        return await use_case(session, territory.id)

    return run(role, found, organisation=acting)


def _as_coordinator(slug: str, use_case: Callable[[AsyncSession, int, uuid.UUID], Awaitable[Result]]) -> Result:
    async def found(session: AsyncSession) -> uuid.UUID:
        return (await territories.territory_by_slug(session=session, slug=slug)).coordinator_id

    acting = run(Role.JOB, found)
    return _in_territory(Role.COORDINATOR, acting, slug, lambda session, id_: use_case(session, id_, acting))


def _of(
    organisation: uuid.UUID, use_case: Callable[..., Awaitable[Result]]
) -> Callable[[AsyncSession, int, uuid.UUID], Awaitable[Result]]:
    """Return what a coordinator does with the adhesion of an organisation."""
    return lambda session, id_, _: use_case(session=session, organisation=organisation, territory_id=id_)


def _read(model: type[Read], path: Path | None) -> Read:
    try:
        return model.model_validate_json(path.read_bytes()) if path else model()
    except ValidationError as error:
        fail(str(error))


@app.command()
def enact(
    territory: Territory,
    terms: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="JSON file; none: the default.")
    ] = None,
    version: Annotated[
        int | None, typer.Option(help="Number of the proposed version; none: a new one, of --terms.")
    ] = None,
) -> None:
    """Put a version of a territory's charter in force: the proposed one, or a new one of these terms in one step."""
    if version is not None and terms is not None:
        fail("--version names what is proposed as it is: leave --terms out")
    given = _read(Terms, terms)

    async def put(session: AsyncSession, id_: int, acting: uuid.UUID) -> int:
        if version is None:
            return await service.put_in_force(session=session, organisation=acting, territory_id=id_, terms=given)
        row = await service.enact(session=session, organisation=acting, territory_id=id_, version=version)
        return row.version

    typer.echo(f"charter of {territory}: version {_as_coordinator(territory, put)} in force")


@app.command()
def draft(
    territory: Territory,
    file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="JSON file of articles and terms, as in the API.")
    ] = None,
    based_on: Annotated[int | None, typer.Option(help="Version that says what the file leaves out.")] = None,
) -> None:
    """Write the draft of a territory's charter: make one or replace it."""
    given = _read(CharterDraft, file)
    if based_on is not None:
        given = given.model_copy(update={"based_on": based_on})
    new, row = _as_coordinator(
        territory,
        lambda session, id_, acting: service.put_draft(
            session=session, organisation=acting, territory_id=id_, given=given
        ),
    )
    typer.echo(f"draft of {territory}: version {row.version} {'made' if new else 'replaced'}")


@app.command()
def discard(territory: Territory) -> None:
    """Delete the draft of a territory's charter."""
    _as_coordinator(
        territory,
        lambda session, id_, acting: service.delete_draft(session=session, organisation=acting, territory_id=id_),
    )
    typer.echo("draft deleted")


@app.command()
def propose(
    territory: Territory,
    reply_by: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Until when signatures are asked for.")],
) -> None:
    """Propose the draft: landlords see it from now on, and nobody changes it."""
    row = _as_coordinator(
        territory,
        lambda session, id_, acting: service.propose(
            session=session, organisation=acting, territory_id=id_, reply_by=reply_by.date()
        ),
    )
    typer.echo(f"charter of {territory}: version {row.version} proposed")


@app.command()
def versions(territory: Territory) -> None:
    """List the versions of a territory's charter: number, state, digest of the text."""
    found = _in_territory(
        Role.JOB, None, territory,
        lambda session, id_: service.list_versions(
            session=session, territory_id=id_, after=0, limit=1_000, drafts=True
        ),
    )  # fmt: skip
    for row in found:
        typer.echo(f"{row.version}  {row.status:<10}  {service.stated(row)['text_sha256']}")


@app.command()
def compare(territory: Territory, version: Version, compared_with: Version) -> None:
    """Print what a version says otherwise than another, as JSON."""

    async def found(session: AsyncSession, id_: int) -> Any:
        here, other = [
            await service.read_version(session=session, territory_id=id_, version=number, drafts=True)
            for number in (version, compared_with)
        ]
        return service.compare(here, other)

    typer.echo(_in_territory(Role.JOB, None, territory, found).model_dump_json(indent=2))


@app.command()
def sign(
    territory: Territory,
    organisation: Member,
    signed_by: Annotated[str, typer.Option(help="Who signs for it.")],
    signed_as: Annotated[str | None, typer.Option(help="Their function in it.")] = None,
    version: Annotated[int | None, typer.Option(help="Proposed or in force; none: what is in force.")] = None,
) -> None:
    """Sign a version of the charter for a landlord, and admit it for the coordinator: for both, at once.

    What is proposed is signed alone; admit who is no member yet once it is in force.
    """
    signed = _in_territory(
        Role.LANDLORD, organisation, territory,
        lambda session, id_: service.sign(
            session=session, organisation=organisation, territory_id=id_, signed_by=signed_by, signed_as=signed_as,
            version=version,
        ),
    )  # fmt: skip
    _as_coordinator(territory, lambda session, id_, _: _admit_signed(session, id_, organisation, signed))
    typer.echo(f"version {signed} signed")


async def _admit_signed(session: AsyncSession, territory_id: int, organisation: uuid.UUID, version: int) -> None:
    row = await service.read_version(session=session, territory_id=territory_id, version=version, drafts=False)
    if row.status != "proposed":
        await service.admit(session=session, organisation=organisation, territory_id=territory_id)


@app.command()
def admit(territory: Territory, organisation: Member) -> None:
    """Admit a landlord that has signed; its listings come within a minute."""
    _as_coordinator(territory, _of(organisation, service.admit))
    typer.echo("admitted")


@app.command()
def refuse(territory: Territory, organisation: Member) -> None:
    """Refuse a landlord that waits to be admitted; its signatures end."""
    _as_coordinator(territory, _of(organisation, service.refuse))
    typer.echo("refused")


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
    _as_coordinator(territory, _of(organisation, service.suspend))
    typer.echo("suspended")


@app.command()
def reinstate(territory: Territory, organisation: Member) -> None:
    """Lift a suspension; the listings come back within a minute."""
    _as_coordinator(territory, _of(organisation, service.reinstate))
    typer.echo("reinstated")


@app.command()
def invite(
    territory: Territory,
    siren: Siren,
    name: Annotated[str, typer.Option(help="The landlord's name.")],
    email: Annotated[str, typer.Option(help="Of the person who will administer it, if it is not registered.")],
) -> None:
    """Invite a landlord to a territory by mail, which leaves within a minute; registered or not, it says the same."""
    try:
        given = LandlordInvitationIn(name=name, email=email)
    except ValidationError as error:
        fail(str(error))
    _, row = _as_coordinator(
        territory,
        lambda session, id_, acting: service.invite_landlord(
            session=session, organisation=acting, territory_id=id_, siren=siren, given=given
        ),
    )
    typer.echo(f"invited until {row.expires_at:%Y-%m-%d}")


@app.command()
def invitations(territory: Territory) -> None:
    """List the landlords invited to a territory: SIREN, state, end, name."""
    found = _as_coordinator(
        territory,
        lambda session, id_, acting: service.list_invitations(
            session=session, organisation=acting, territory_id=id_, after="", limit=1_000
        ),
    )
    for row in found:
        typer.echo(f"{row.siren}  {row.status:<8}  {row.ended_at or row.expires_at:%Y-%m-%d}  {row.name}")


@app.command()
def reinvite(territory: Territory, siren: Siren) -> None:
    """Send an invitation again, with a new link."""
    row = _as_coordinator(
        territory,
        lambda session, id_, acting: service.send_again(
            session=session, organisation=acting, territory_id=id_, siren=siren
        ),
    )
    typer.echo(f"invited until {row.expires_at:%Y-%m-%d}")


@app.command()
def disinvite(territory: Territory, siren: Siren) -> None:
    """Revoke an invitation: its link is worth nothing any more."""
    _as_coordinator(
        territory,
        lambda session, id_, acting: service.revoke_invitation(
            session=session, organisation=acting, territory_id=id_, siren=siren
        ),
    )
    typer.echo("revoked")


@app.command()
def show(
    territory: Territory,
    version: Annotated[int | None, typer.Option(help="With its articles; none: the terms in force.")] = None,
) -> None:
    """Print the terms in force, or a version as it is signed."""

    async def found(session: AsyncSession, id_: int) -> str:
        if version is None:
            terms = await service.terms_in_force(session=session, territory_id=id_)
            return terms.model_dump_json(indent=2)
        row = await service.read_version(session=session, territory_id=id_, version=version, drafts=True)
        return json.dumps({"articles": row.articles, "terms": row.terms}, indent=2, ensure_ascii=False)

    typer.echo(_in_territory(Role.JOB, None, territory, found))


def set_parent(
    organisation: Annotated[uuid.UUID, typer.Argument(help="Id of the organisation.")],
    parent: Annotated[uuid.UUID | None, typer.Option(help="Id of its group; none: it belongs to none.")] = None,
) -> None:
    """Say which group an organisation belongs to; the group sees its name and its adhesions, nothing else of it."""
    run(Role.JOB, lambda session: kin.set_parent(session=session, organisation=organisation, parent=parent))
    typer.echo(f"{organisation}: parent {parent or 'none'}")


def show_organisation(organisation: Annotated[uuid.UUID, typer.Argument(help="Id of the organisation.")]) -> None:
    """Print an organisation as itself reads it: its group, what its children hold to, whom it succeeded. JSON."""

    async def read(session: AsyncSession) -> OwnOrganisationOut:
        acting = await identity.operator_for(session=session, organisation=organisation)
        return OwnOrganisationOut.model_validate(await kin.read_own(session=session, principal=acting))

    typer.echo(run(Role.AUTH, read).model_dump_json(indent=2))
