"""``registry listings …``: what an operator may want now that the worker does every minute anyway."""

import typer

from registry.listings.service.place import place_requested
from registry.platform.database import Role
from registry.platform.operator import with_database

app = typer.Typer(help="Shared listings.", no_args_is_help=True)


@app.command()
def place() -> None:
    """Compute the zones of the territories that changed, and move the listings that stand elsewhere now."""
    count = with_database(Role.JOB, place_requested)
    typer.echo(f"{count} territories placed")


@app.callback()
def main() -> None:
    """Keep one command a sub-command."""
