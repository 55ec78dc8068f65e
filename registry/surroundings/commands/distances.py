"""``registry distances …``: what is near residences, for each profile."""

from collections import Counter
from typing import Annotated

import typer
from rich.progress import Progress

from registry.platform.database import Database, Role
from registry.platform.operator import with_database
from registry.surroundings.service.recompute import recompute

app = typer.Typer(no_args_is_help=True, help="Accessible distances of residences.")


@app.callback()
def main() -> None:
    """Accessible distances of residences."""


@app.command()
def compute(
    everything: Annotated[  # noqa: FBT002  # a flag of the command line
        bool, typer.Option("--all", help="Every residence, whatever changed.")
    ] = False,
) -> None:
    """Compute the distances whose doors, network, services or profiles changed, as the worker does every hour."""
    with Progress(transient=True) as progress:
        task = progress.add_task("residences", total=None)

        async def work(database: Database) -> Counter[str]:
            return await recompute(
                database, everything=everything, progress=lambda done: progress.update(task, advance=done)
            )

        counts = with_database(Role.JOB, work)
    typer.echo(
        f"{counts['computed']} residences computed, {counts['unchanged']} unchanged, {counts['forgotten']} forgotten;"
        f" {counts['reached']} reached, {counts['beyond']} beyond, {counts['unknown']} unknown"
    )
