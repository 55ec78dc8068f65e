"""``registry obligations …``: measure the obligations now."""

import typer

from registry.obligations import service
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role
from registry.platform.operator import with_database
from registry.platform.settings import get_settings

app = typer.Typer(no_args_is_help=True, help="Obligations and standings.")


@app.callback()
def _group() -> None:
    """Keep ``measure`` a command of its own while it is the only one."""


@app.command()
def measure() -> None:
    """Measure every member, warn and remind, as the worker does each night."""
    keys = keyring(get_settings())

    async def work(database: Database) -> int:
        return await service.measure_all(database, keys)

    typer.echo(f"{with_database(Role.JOB, work)} territories measured")
