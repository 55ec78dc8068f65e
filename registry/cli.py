"""The operator's commands: they wire, nothing else."""

import asyncio
from typing import Annotated, Final

import typer
import uvicorn

from registry import __version__, wiring, worker
from registry.assessment import commands as assessment
from registry.audit import commands as audit
from registry.charter import commands as charter
from registry.console.browsers import CookiesNotSafe, cookies_for
from registry.exports import commands as exports
from registry.identity import commands as identity
from registry.kernel.network import is_loopback
from registry.listings import commands as listings
from registry.obligations import commands as obligations
from registry.platform import commands as platform
from registry.platform.operator import refuse, settings_of_process, settings_or_fail
from registry.stock import commands as stock
from registry.surroundings import commands as surroundings
from registry.sync.commands import schedule as sync
from registry.sync.commands.import_file import import_file
from registry.sync.commands.validate import validate
from registry.territories import commands as territories
from registry.webhooks import commands as webhooks

GRACE_S: Final = 7
"""Asked to stop, a process finishes what runs for so long at most; it is gone before ten seconds are over."""

app = typer.Typer(no_args_is_help=True, pretty_exceptions_show_locals=False)
app.add_typer(identity.organisations, name="organisation")
app.add_typer(identity.clients, name="client")
app.add_typer(identity.users, name="user")
app.add_typer(identity.keys, name="keys")
app.add_typer(territories.app, name="territories")
app.add_typer(charter.app, name="charter")
app.add_typer(listings.app, name="listings")
app.add_typer(sync.app, name="sync")
app.add_typer(exports.app, name="export")
app.add_typer(webhooks.app, name="webhook")
app.add_typer(stock.app, name="positions")
app.add_typer(surroundings.network, name="network")
app.add_typer(surroundings.services, name="services")
app.add_typer(surroundings.distances, name="distances")
app.add_typer(assessment.app, name="assessment")
app.add_typer(audit.app, name="audit")
app.add_typer(obligations.app, name="obligations")
app.add_typer(platform.database, name="database")
sync.app.command("import")(import_file)
app.command("validate")(validate)
app.command("doctor")(platform.doctor)


@app.callback()
def main() -> None:
    """The accessibility registry: what an operator does. Settings come from the environment or .local/env."""
    settings_or_fail()
    wiring.wire()


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


@app.command()
def web(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    plain_http: Annotated[  # noqa: FBT002  # a flag of the command line
        bool,
        typer.Option("--plain-http", help="Listen beyond loopback without https: where something else keeps it local."),
    ] = False,
) -> None:
    """Serve the API in one process; start several behind a proxy for more."""
    settings = settings_of_process("web")
    try:
        secure = cookies_for(settings).secure
    except CookiesNotSafe as unsafe:
        refuse(str(unsafe))
    if not (secure or plain_http or is_loopback(host)):
        refuse(
            f"REGISTRY_BASE_URL is {settings.base_url} and --host {host} is no loopback address: passwords and cookies"
            " would cross a network in clear; name an https address, or say --plain-http where nobody but this machine"
            " reaches the port, as with a container's that is published on 127.0.0.1"
        )
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
        timeout_graceful_shutdown=GRACE_S,
    )


@app.command("worker")
def work() -> None:
    """Run the jobs until stopped; any number of workers may run."""
    settings = settings_of_process("worker")
    asyncio.run(worker.run(settings, shutdown_graceful_timeout=GRACE_S))


if __name__ == "__main__":
    app()
