"""``registry keys …``"""

from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from registry.identity import service
from registry.identity.commands.printing import AsJson, print_rows
from registry.platform.crypto import generate_master_key, keyring
from registry.platform.database import Role
from registry.platform.operator import fail, run
from registry.platform.settings import get_settings

keys = typer.Typer(no_args_is_help=True, help="The keys that sign tokens, and the master key that seals them.")


@keys.command("list")
def list_keys(
    as_json: AsJson = False,  # noqa: FBT002  # a flag of the command line
) -> None:
    """List the signing keys: the active one, the next one, retired ones."""
    found = run(Role.AUTH, lambda session: service.list_signing_keys(session=session))
    rows = [{"kid": row.kid, "status": row.status, "created_at": row.created_at} for row in found]
    print_rows(rows, as_json=as_json)


@keys.command("rotate")
def rotate() -> None:
    """Sign with the next key from now on (processes follow within a minute) and make another next one."""
    settings = get_settings()

    async def use_case(session: AsyncSession) -> str:
        return await service.rotate(session=session, keys=keyring(settings))

    typer.echo(f"{run(Role.AUTH, use_case)} signs now")


@keys.command("rewrap")
def rewrap() -> None:
    """Seal everything anew under REGISTRY_MASTER_KEY; REGISTRY_PREVIOUS_MASTER_KEY opens what was sealed before."""
    settings = get_settings()
    if settings.previous_master_key is None:
        fail(
            "REGISTRY_PREVIOUS_MASTER_KEY is not set: it opens what is sealed now, and every process needs it meanwhile"
        )

    async def use_case(session: AsyncSession) -> dict[str, int]:
        return await service.rewrap(session=session, keys=keyring(settings))

    for name, count in run(Role.AUTH, use_case).items():
        typer.echo(f"{name}: {count}")
    typer.echo("REGISTRY_PREVIOUS_MASTER_KEY is needed no more")


@keys.command("forget-sealed")
def forget_sealed(
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, nothing is done.")] = False,  # noqa: FBT002
) -> None:
    """Forget what REGISTRY_MASTER_KEY cannot open, once the key that sealed it is lost. It cannot be undone.

    Signing keys are made anew, second factors are set up again by those whose they were, webhooks by their
    organisations; mails that wait are not sent; who came from an identity provider signs in again.
    """
    settings = get_settings()
    if not yes:
        fail("this cannot be undone: with the lost key it would all come back; '--yes' does it")

    def forget(role: Role) -> dict[str, int]:
        async def use_case(session: AsyncSession) -> dict[str, int]:
            return await service.forget_unopened(session=session, keys=keyring(settings), role=role)

        return run(role, use_case)

    for name, count in {**forget(Role.AUTH), **forget(Role.JOB)}.items():
        typer.echo(f"{name}: {count}")


@keys.command("generate-master")
def generate_master() -> None:
    """Print a new master key, for REGISTRY_MASTER_KEY."""
    typer.echo(generate_master_key())
