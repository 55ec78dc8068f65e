"""``registry organisation …``"""

import uuid
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from registry.identity import service
from registry.identity.commands.printing import AsJson, print_rows
from registry.identity.service import hooks
from registry.platform.crypto import keyring
from registry.platform.database import Role
from registry.platform.operator import fail, run
from registry.platform.outbound import Outbound
from registry.platform.settings import get_settings
from registry.vocabulary.organisations import LABELS

organisations = typer.Typer(no_args_is_help=True, help="Organisations: register, suspend, reinstate.")
OrganisationId = Annotated[uuid.UUID, typer.Argument(help="The organisation's id.")]

_KINDS = ", ".join(f"{kind.value} ({label.en})" for kind, label in LABELS.items())


def _organisation(row: service.Organisation) -> dict[str, Any]:
    return {"id": row.id, "kind": row.kind, "status": row.status, "siren": row.siren, "name": row.name}


@organisations.command("create")
def create_organisation(
    name: Annotated[str, typer.Argument(help="As the others read it.")],
    kind: Annotated[str, typer.Option(help=f"One of: {_KINDS}.")],
    siren: Annotated[str | None, typer.Option(help="Nine digits; leave out what you do not know.")] = None,
    as_json: AsJson = False,  # noqa: FBT002  # a flag of the command line
) -> None:
    """Register an organisation."""
    made = run(
        Role.AUTH,
        lambda session: service.create_organisation(session=session, name=name, kind=kind, siren=siren),
    )
    print_rows(_organisation(made), as_json=as_json)


@organisations.command("list")
def list_organisations(
    as_json: AsJson = False,  # noqa: FBT002  # as above
) -> None:
    """List the organisations."""
    found = run(Role.AUTH, lambda session: service.list_organisations(session=session))
    print_rows([_organisation(row) for row in found], as_json=as_json)


@organisations.command("set-siren")
def set_siren(
    organisation: OrganisationId,
    siren: Annotated[str, typer.Argument(help="Nine digits.")],
    as_json: AsJson = False,  # noqa: FBT002  # as above
) -> None:
    """Give an organisation its SIREN, which people who sign in with ProConnect are found by."""
    changed = run(Role.JOB, lambda session: service.set_siren(session=session, organisation=organisation, siren=siren))
    print_rows(_organisation(changed), as_json=as_json)


@organisations.command("suspend")
def suspend_organisation(organisation: OrganisationId) -> None:
    """Stop an organisation's tokens and withdraw its listings."""
    run(Role.JOB, lambda session: service.suspend_organisation(session=session, organisation=organisation))
    typer.echo(f"{organisation} is suspended")


@organisations.command("revoke-all")
def revoke_all(organisation: OrganisationId) -> None:
    """Stop every token of an organisation, and all that people let clients do for it, within five seconds."""
    stopped = run(Role.AUTH, lambda session: service.revoke_all(session=session, organisation=organisation))
    typer.echo(f"{organisation}: {stopped.access_tokens} access tokens and {stopped.grants} permissions stopped")


@organisations.command("reinstate")
def reinstate_organisation(organisation: OrganisationId) -> None:
    """Undo a suspension."""
    run(Role.JOB, lambda session: service.reinstate_organisation(session=session, organisation=organisation))
    typer.echo(f"{organisation} is active")


@organisations.command("hook")
def hook(
    organisation: OrganisationId,
    url: Annotated[str | None, typer.Option(help="Post warnings there; a host of REGISTRY_WEBHOOK_HOSTS.")] = None,
    new_secret: Annotated[bool, typer.Option(help="With --url: make another secret.")] = False,  # noqa: FBT002  # a flag
    remove: Annotated[bool, typer.Option(help="Have none posted any more.")] = False,  # noqa: FBT002  # a flag
    as_json: AsJson = False,  # noqa: FBT002  # as above
) -> None:
    """Show, set or remove where warnings of ending secrets are posted; a secret that is made is shown once, now."""
    if remove and url is not None:
        fail("--url or --remove, not both")
    settings = get_settings()

    async def use_case(session: AsyncSession) -> dict[str, Any]:
        acting = await service.operator_for(session=session, organisation=organisation)
        if remove:
            await hooks.remove_hook(session=session, principal=acting)
            return {"organisation_id": organisation, "url": None}
        if url is None:
            return _hook(await hooks.read_hook(session=session, principal=acting))
        written = await hooks.put_hook(
            session=session, principal=acting, keys=keyring(settings), url=url, new_secret=new_secret,
            outbound=Outbound(frozenset(settings.webhook_hosts), private=settings.outbound_private),
        )  # fmt: skip
        return {**_hook(written.hook), "secret": written.secret}

    print_rows(run(Role.AUTH, use_case), as_json=as_json)


def _hook(row: hooks.WarningHook) -> dict[str, Any]:
    return {
        "organisation_id": row.organisation_id,
        "url": row.url,
        "created_at": row.created_at,
        "last_posted_at": row.last_posted_at,
        "last_error": row.last_error,
    }
