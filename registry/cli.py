"""The operator's commands: they wire, nothing else."""

import gc
from difflib import get_close_matches
from importlib import import_module
from typing import Annotated, Any, Final

import typer
import uvicorn
from typer.core import TyperGroup
from typer.main import get_command, get_group

from registry import __version__, wiring
from registry.console.browsers import CookiesNotSafe, cookies_for
from registry.kernel.network import is_loopback
from registry.platform.operator import GRACE_S, refuse, settings_of_process, settings_or_fail

_ELSEWHERE: Final = {
    "assessment": "registry.assessment.commands:app",
    "audit": "registry.audit.commands:app",
    "charter": "registry.charter.commands:app",
    "client": "registry.identity.commands:clients",
    "database": "registry.platform.commands:database",
    "distances": "registry.surroundings.commands:distances",
    "doctor": "registry.platform.commands:doctor",
    "export": "registry.exports.commands:app",
    "keys": "registry.identity.commands:keys",
    "law": "registry.transfers.commands:app",
    "listings": "registry.listings.commands:app",
    "network": "registry.surroundings.commands:network",
    "obligations": "registry.obligations.commands:app",
    "organisation": "registry.identity.commands:organisations",
    "positions": "registry.stock.commands:app",
    "services": "registry.surroundings.commands:services",
    "sync": "registry.sync.commands:app",
    "territories": "registry.territories.commands:app",
    "user": "registry.identity.commands:users",
    "validate": "registry.sync.commands.validate:validate",
    "webhook": "registry.webhooks.commands:app",
    "worker": "registry.worker:work",
}
"""Where each command is, or the application that holds a group of them."""
_ADDED: Final = {
    "organisation": {
        "merge": "registry.mergers.commands:merge",
        "offboard": "registry.offboarding.commands:offboard",
        "set-parent": "registry.charter.commands:set_parent",
        "show": "registry.charter.commands:show_organisation",
    },
}
"""What other packages add to a group of commands: packages below them know nothing of theirs."""


class OnDemand(TyperGroup):
    """Imports what a command needs when it is asked for: a web process is 35 MiB smaller, and serves a second earlier.

    Click describes the pattern as "lazily loading subcommands".
    """

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted({*super().list_commands(ctx), *_ELSEWHERE})

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find what to run; propose the nearest names for one that is mistyped, without importing any of them."""
        near = [] if ctx.resilient_parsing else get_close_matches(args[0], self.list_commands(ctx))
        if near and args[0] not in near:
            ctx.fail(f"No such command {args[0]!r}. Did you mean {', '.join(map(repr, near))}?")
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        found = _named(_ELSEWHERE[cmd_name])
        if isinstance(found, typer.Typer):
            group = get_group(found)
            group.name = cmd_name
            for name, place in _ADDED.get(cmd_name, {}).items():
                group.add_command(_alone(name, _named(place)), name)
            return group
        return _alone(cmd_name, found)


def _named(place: str) -> Any:
    module, _, attribute = place.partition(":")
    return getattr(import_module(module), attribute)


def _alone(name: str, function: Any) -> Any:
    alone = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)
    alone.command(name)(function)
    return get_command(alone)


app = typer.Typer(cls=OnDemand, no_args_is_help=True, pretty_exceptions_show_locals=False)


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
    gc.disable()  # until everything is there: collecting while it is imported takes 0.4 s of 3.0
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


if __name__ == "__main__":
    app()
