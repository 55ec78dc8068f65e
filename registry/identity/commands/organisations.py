"""``registry organisation …``"""

import uuid
from typing import Annotated, Any

import typer

from registry.identity import service
from registry.identity.commands.printing import AsJson, print_rows
from registry.platform.database import Role
from registry.platform.operator import run
from registry.vocabulary.organisations import LABELS

organisations = typer.Typer(no_args_is_help=True, help="Organisations: register, suspend, leave, merge.")
OrganisationId = Annotated[uuid.UUID, typer.Argument(help="The organisation's id.")]

_KINDS = ", ".join(f"{kind.value} ({label.en})" for kind, label in LABELS.items())


def _organisation(row: service.Organisation) -> dict[str, Any]:
    return {
        "id": row.id, "kind": row.kind, "status": row.status, "siren": row.siren, "parent": row.parent_id,
        "name": row.name,
    }  # fmt: skip


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
