"""``registry audit …``: prove that nothing was taken out of a chain or changed in it."""

import uuid
from typing import Annotated

import typer

from registry.audit import service
from registry.platform.database import Role
from registry.platform.operator import fail, run

app = typer.Typer(help="The audit's hash chains.", no_args_is_help=True)


@app.command()
def verify(
    organisation: Annotated[
        uuid.UUID, typer.Argument(help="Whose chain; without: the service's own.")
    ] = service.SERVICE,
) -> None:
    """Recompute a chain from its first event: an organisation's, or that of the service's own keys."""
    count, broken = run(Role.JOB, lambda session: service.verify(session=session, organisation=organisation))
    if broken is not None:
        fail(f"{organisation}: event {broken} of {count} does not fit the one before it")
    typer.echo(f"{organisation}: {count} events, unbroken")


@app.callback()
def main() -> None:
    """Keep one command a sub-command."""
