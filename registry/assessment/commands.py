"""``registry assessment …``: compute the indexes of residences."""

from typing import Annotated

import typer
from rich.progress import Progress

from registry.assessment import service
from registry.platform.database import Database, Role
from registry.platform.operator import with_database

app = typer.Typer(no_args_is_help=True, help="The index of residences.")


@app.callback()
def _group() -> None:
    """Keep ``compute`` a command of its own while it is the only one."""


@app.command()
def compute(
    everything: Annotated[  # noqa: FBT002  # a flag of the command line
        bool, typer.Option("--all", help="Every residence, whatever changed.")
    ] = False,
) -> None:
    """Compute the indexes that were asked for or are out of date, as the worker does every minute."""
    with Progress(transient=True) as progress:
        task = progress.add_task("residences", total=None)

        async def work(database: Database) -> tuple[int, int]:
            return await service.compute_requested(
                database, everything=everything, progress=lambda done: progress.update(task, advance=done)
            )

        assessed, changed = with_database(Role.JOB, work)
    typer.echo(f"{assessed} residences assessed, {changed} changed")
