"""The operator's commands: they wire, nothing else."""

import asyncio
from typing import Annotated

import typer
import uvicorn

from registry import __version__, wiring, worker
from registry.audit import commands as audit
from registry.charter import commands as charter
from registry.identity import commands as identity
from registry.listings import commands as listings
from registry.platform import commands as platform
from registry.platform import logging
from registry.platform.settings import get_settings
from registry.sync import commands as sync
from registry.territories import commands as territories

app = typer.Typer(no_args_is_help=True, pretty_exceptions_show_locals=False)
app.add_typer(identity.organisations, name="organisation")
app.add_typer(identity.clients, name="client")
app.add_typer(identity.users, name="user")
app.add_typer(identity.keys, name="keys")
app.add_typer(territories.app, name="territories")
app.add_typer(charter.app, name="charter")
app.add_typer(listings.app, name="listings")
app.add_typer(sync.app, name="import")
app.add_typer(audit.app, name="audit")
app.add_typer(platform.database, name="database")
app.command("doctor")(platform.doctor)


@app.callback()
def main() -> None:
    """The accessibility registry: what an operator does. Settings come from the environment or .local/env."""
    wiring.wire()


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


@app.command()
def web(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
) -> None:
    """Serve the API in one process; start several behind a proxy for more."""
    settings = get_settings()
    uvicorn.run(
        "registry.asgi:create_app",
        factory=True,
        host=host,
        port=port,
        access_log=False,
        server_header=False,
        log_config=None,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies) or None,
        timeout_graceful_shutdown=10,
    )


@app.command("worker")
def work() -> None:
    """Run the jobs until stopped; any number of workers may run."""
    settings = get_settings()
    logging.configure(settings.log_level)
    asyncio.run(worker.run(settings))


if __name__ == "__main__":
    app()
