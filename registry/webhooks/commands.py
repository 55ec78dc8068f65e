"""``registry webhook …``: an organisation's webhooks, by the operator."""

import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, TypeVar

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal
from registry.identity import service as identity
from registry.kernel.clock import now
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role
from registry.platform.operator import with_database
from registry.platform.outbound import Outbound
from registry.platform.settings import get_settings
from registry.vocabulary.webhooks import WebhookEvent
from registry.webhooks import service
from registry.webhooks.schemas import ReplayIn, WebhookIn, WebhookOut

app = typer.Typer(no_args_is_help=True, help="Where organisations have events posted.")
OrganisationId = Annotated[uuid.UUID, typer.Argument(help="The organisation's id.")]
Name = Annotated[str, typer.Argument(help="The webhook's name.")]
Result = TypeVar("Result")


def _as_operator(organisation: uuid.UUID, use_case: Callable[[AsyncSession, Principal], Awaitable[Result]]) -> Result:
    async def work(database: Database) -> Result:
        async with database.transaction(Role.AUTH) as session:
            acting = await identity.operator_for(session=session, organisation=organisation)
            return await use_case(session, acting)

    return with_database(Role.AUTH, work)


def _print(row: Any) -> None:
    for name in WebhookOut.model_fields:
        value = getattr(row, name)
        typer.echo(f"{name}: {' '.join(value) if isinstance(value, list) else value}")


@app.command("list")
def list_(organisation: OrganisationId) -> None:
    """List an organisation's webhooks."""
    rows = _as_operator(
        organisation,
        lambda session, acting: service.list_webhooks(session=session, principal=acting, after="", limit=100),
    )
    for row in rows:
        _print(row)


@app.command("set")
def set_(
    organisation: OrganisationId,
    name: Name,
    url: Annotated[str, typer.Option(help="Post there; a host of REGISTRY_WEBHOOK_HOSTS.")],
    event: Annotated[list[WebhookEvent], typer.Option(help="A kind of events; any number of times.")],
    new_secret: Annotated[bool, typer.Option(help="Make another secret.")] = False,  # noqa: FBT002  # a flag
    disable: Annotated[bool, typer.Option(help="Post nothing for now.")] = False,  # noqa: FBT002  # a flag
) -> None:
    """Set a webhook; a secret that is made is shown once, now."""
    settings = get_settings()
    given = WebhookIn(url=url, events=event, enabled=not disable, new_secret=new_secret)
    written = _as_operator(
        organisation,
        lambda session, acting: service.put_webhook(
            session=session, principal=acting, keys=keyring(settings), name=name, given=given,
            outbound=Outbound(frozenset(settings.webhook_hosts), private=settings.outbound_private),
        ),
    )  # fmt: skip
    _print(written.endpoint)
    if written.secret:
        typer.echo(f"secret: {written.secret}")


@app.command()
def remove(organisation: OrganisationId, name: Name) -> None:
    """Remove a webhook, and what was posted to it."""
    _as_operator(
        organisation, lambda session, acting: service.remove_webhook(session=session, principal=acting, name=name)
    )
    typer.echo("removed")


@app.command()
def test(organisation: OrganisationId, name: Name) -> None:
    """Have an event of the type webhook.test posted within a minute."""
    _as_operator(
        organisation, lambda session, acting: service.test_webhook(session=session, principal=acting, name=name)
    )
    typer.echo("1 delivery is posted within a minute")


@app.command()
def replay(
    organisation: OrganisationId,
    name: Name,
    delivery: Annotated[uuid.UUID | None, typer.Option(help="This one.")] = None,
    since: Annotated[datetime | None, typer.Option(help="All since this moment (UTC).")] = None,
) -> None:
    """Have one delivery, or all since a moment, posted again."""
    if (delivery is None) == (since is None):
        raise typer.BadParameter("--delivery or --since, one of the two")
    moment = since.replace(tzinfo=now().tzinfo) if since else None
    count = _as_operator(
        organisation,
        lambda session, acting: service.replay(
            session=session, principal=acting, name=name, given=ReplayIn(delivery_id=delivery, since=moment)
        ),
    )
    typer.echo(f"{count} deliveries are posted within a minute")


@app.command()
def deliveries(organisation: OrganisationId, name: Name) -> None:
    """List the last hundred deliveries."""
    rows = _as_operator(
        organisation,
        lambda session, acting: service.list_deliveries(
            session=session, principal=acting, name=name, after=None, limit=100
        ),
    )
    for row in rows:
        state = "taken" if row.delivered_at else "given up" if row.given_up_at else f"next {row.next_at:%F %T}"
        typer.echo(f"{row.created_at:%F %T} {row.id} {row.kind} {state} {row.last_error or ''}".rstrip())
