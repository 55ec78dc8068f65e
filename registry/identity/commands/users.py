"""``registry user …``"""

import uuid
from typing import Annotated, Literal

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from registry.identity.commands.organisations import OrganisationId
from registry.identity.commands.printing import AsJson, print_rows
from registry.identity.service import account
from registry.platform.crypto import keyring
from registry.platform.database import Role
from registry.platform.operator import run
from registry.platform.settings import get_settings

users = typer.Typer(no_args_is_help=True, help="People: invite, list, take away roles.")


@users.command("invite")
def invite(
    organisation: OrganisationId,
    email: Annotated[str, typer.Option(help="Where the invitation goes.")],
    role: Annotated[str, typer.Option(help="landlord_admin, landlord_publisher, coordinator_admin …")],
    language: Annotated[Literal["fr", "en"], typer.Option(help="Of the mail.")] = "fr",
) -> None:
    """Invite a person to an organisation; prints the link that the mail carries."""
    settings = get_settings()

    async def use_case(session: AsyncSession) -> str:
        return await account.invite(
            session=session, keys=keyring(settings), base_url=settings.base_url, organisation=organisation,
            email=email, role=role, language=language,
        )  # fmt: skip

    typer.echo(run(Role.AUTH, use_case))


@users.command("list")
def list_users(
    organisation: OrganisationId,
    as_json: AsJson = False,  # noqa: FBT002  # a flag of the command line
) -> None:
    """List the people of an organisation with their roles."""
    found = run(Role.AUTH, lambda session: account.list_members(session=session, organisation=organisation))
    rows = [
        {"id": row.user_id, "email": row.email, "roles": " ".join(sorted(row.roles)), "name": row.name} for row in found
    ]
    print_rows(rows, as_json=as_json)


@users.command("forget-second-factor")
def forget_second_factor(email: Annotated[str, typer.Argument(help="The person's address.")]) -> None:
    """Take away the second factor of a person who lost telephone and codes. Make sure first that it is they who ask."""
    done = run(Role.AUTH, lambda session: account.forget_second_factor(session=session, email=email))
    typer.echo("forgotten; the next sign-in sets up another" if done else "there was none")


@users.command("unlink")
def unlink(email: Annotated[str, typer.Argument(help="The person's address.")]) -> None:
    """Undo the link of a person to the OpenID provider, and end their sessions: they link it anew, or sign in here."""
    done = run(Role.AUTH, lambda session: account.unlink_upstream(session=session, email=email))
    typer.echo("unlinked" if done else "was not linked")


@users.command("give-role")
def give_role(
    organisation: OrganisationId,
    user: Annotated[uuid.UUID, typer.Argument(help="The person's id.")],
    role: Annotated[str, typer.Argument(help="landlord_admin, landlord_publisher, coordinator_admin …")],
) -> None:
    """Give a member another role; who is none is invited."""
    run(
        Role.AUTH,
        lambda session: account.give_role(session=session, organisation=organisation, user=user, role=role),
    )
    typer.echo("given")


@users.command("remove")
def remove(
    organisation: OrganisationId,
    user: Annotated[uuid.UUID, typer.Argument(help="The person's id.")],
    role: Annotated[str | None, typer.Option(help="Only this role.")] = None,
) -> None:
    """Take a role from a person, or all: sessions and tokens follow within seconds."""
    run(
        Role.AUTH,
        lambda session: account.remove_member(session=session, organisation=organisation, user=user, role=role),
    )
    typer.echo("removed")
