"""``registry client …``"""

import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from sqlalchemy.ext.asyncio import AsyncSession

from registry.identity import service
from registry.identity.commands.organisations import OrganisationId
from registry.identity.commands.printing import AsJson, print_rows, word
from registry.identity.service.clients import CLIENT_SECRET_BASIC, PRIVATE_KEY_JWT, Registration
from registry.platform.database import Role
from registry.platform.operator import fail, run
from registry.platform.outbound import Outbound
from registry.platform.settings import get_settings

clients = typer.Typer(no_args_is_help=True, help="OAuth clients and their credentials.")
ClientId = Annotated[str, typer.Argument(help="The client's public id.")]


def _client(row: service.OAuthClient) -> dict[str, Any]:
    return {
        "client_id": row.client_id,
        "organisation_id": row.organisation_id,
        "status": row.status,
        "auth_method": row.auth_method,
        "grants": " ".join(row.grant_types),
        "scopes": " ".join(row.scopes),
        "name": row.name,
    }


def _settings_of(row: service.OAuthClient) -> dict[str, Any]:
    return {
        "jwks_uri": row.jwks_uri,
        "dpop_bound": row.dpop_bound,
        "token_endpoint_audience": row.token_endpoint_audience,
    }


def _keys(row: service.OAuthClient) -> list[dict[str, Any]]:
    kids = [key["kid"] for key in (row.jwks or {}).get("keys", [])]
    used = {kid: datetime.fromisoformat(moment) for kid, moment in row.keys_used.items()}
    return [{"kid": kid, "last_used_at": used.get(kid)} for kid in kids]


def _secret(row: service.ClientSecret) -> dict[str, Any]:
    return {
        "secret_id": row.id,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "last_used_at": row.last_used_at,
    }


@clients.command("create")
def create_client(
    organisation: OrganisationId,
    name: Annotated[str, typer.Option(help="For people, 'production ERP' for instance.")],
    scope: Annotated[list[str], typer.Option(help="May be given several times.")],
    jwks: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="A JWKS file: authenticate by key, not secret."),
    ] = None,
    jwks_uri: Annotated[
        str | None, typer.Option(help="Where it publishes its keys instead, on a host of REGISTRY_JWKS_HOSTS.")
    ] = None,
    secret_expires: Annotated[
        datetime | None, typer.Option(help="When its first secret stops, UTC; without: never.")
    ] = None,
    redirect_uri: Annotated[
        list[str] | None, typer.Option(help="People may let it act for them; where the code is sent. Repeatable.")
    ] = None,
    dpop: Annotated[bool, typer.Option(help="Bind its tokens to a key of its own (RFC 9449).")] = False,  # noqa: FBT002
    shared: Annotated[bool, typer.Option(help="Software that serves several organisations.")] = False,  # noqa: FBT002
    machine: Annotated[bool, typer.Option(help="May ask tokens for itself (client_credentials).")] = True,  # noqa: FBT002
    as_json: AsJson = False,  # noqa: FBT002  # as above
) -> None:
    """Register a client; its secret is shown once, now."""
    by_key = jwks is not None or jwks_uri is not None
    registration = Registration(
        name=name,
        scopes=scope,
        auth_method=PRIVATE_KEY_JWT if by_key else CLIENT_SECRET_BASIC,
        jwks=_read_jwks(jwks) if jwks else None,
        jwks_uri=jwks_uri,
        secret_expires_at=secret_expires.replace(tzinfo=UTC) if secret_expires else None,
        machine=machine,
        redirect_uris=redirect_uri or (),
        dpop_bound=dpop,
        shared=shared,
    )

    async def use_case(session: AsyncSession) -> service.NewClient:
        service.check_jwks_uri(jwks_uri, _outbound())
        return await service.register_client(session=session, organisation=organisation, registration=registration)

    made = run(Role.AUTH, use_case)
    print_rows({"client_id": made.client_id, "client_secret": made.secret}, as_json=as_json)


def _outbound() -> Outbound:
    settings = get_settings()
    return Outbound(frozenset(settings.jwks_hosts), private=settings.outbound_private)


def _read_jwks(path: Path) -> dict[str, Any]:
    try:
        read = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError:
        read = None
    if not isinstance(read, dict):
        fail(f"{path} is not a JSON object")
    return read


@clients.command("list")
def list_clients(
    organisation: Annotated[uuid.UUID | None, typer.Option(help="Only this organisation's.")] = None,
    as_json: AsJson = False,  # noqa: FBT002  # as above
) -> None:
    """List the clients, and of their secrets and keys when each was used last."""

    async def secrets_of(session: AsyncSession, client_id: str) -> list[dict[str, Any]]:
        return [_secret(row) for row in await service.list_secrets(session=session, client_id=client_id)]

    async def use_case(session: AsyncSession) -> list[dict[str, Any]]:
        found = await service.list_clients(session=session, organisation=organisation)
        shown = [{**_client(row), **(_settings_of(row) if as_json else {}), "keys": _keys(row)} for row in found]
        return [{**row, "secrets": await secrets_of(session, row["client_id"])} for row in shown]

    rows = run(Role.AUTH, use_case)
    if as_json:
        print_rows(rows, as_json=True)
        return
    for row in rows:
        secrets, keys = row.pop("secrets"), row.pop("keys")
        print_rows([row], as_json=False)
        for secret in secrets:
            typer.echo(
                f"    secret {secret['secret_id']}, made {word(secret['created_at'])},"
                f" expires {word(secret['expires_at'])}, last used {word(secret['last_used_at'])}"
            )
        for key in keys:
            typer.echo(f"    key {key['kid']}, last used {word(key['last_used_at'])}")


@clients.command("add-secret")
def add_secret(
    client: ClientId,
    expires: Annotated[datetime | None, typer.Option(help="When it stops, UTC; without: never.")] = None,
    as_json: AsJson = False,  # noqa: FBT002  # as above
) -> None:
    """Give a client its second secret, to change over without a pause; it is shown once, now."""
    made = run(
        Role.AUTH,
        lambda session: service.add_secret(
            session=session, client_id=client, expires_at=expires.replace(tzinfo=UTC) if expires else None
        ),
    )
    print_rows({"client_id": client, "secret_id": made.id, "client_secret": made.secret}, as_json=as_json)


@clients.command("change")
def change(
    client: ClientId,
    name: Annotated[str | None, typer.Option(help="Its new name.")] = None,
    scope: Annotated[list[str] | None, typer.Option(help="All that it may do from now on. Repeatable.")] = None,
    redirect_uri: Annotated[list[str] | None, typer.Option(help="All of them from now on. Repeatable.")] = None,
    jwks_uri: Annotated[str | None, typer.Option(help="Where it publishes its keys; '' for nowhere.")] = None,
    dpop: Annotated[
        bool | None, typer.Option("--dpop/--no-dpop", help="Bind its tokens to a key of its own (RFC 9449).")
    ] = None,
    token_endpoint_audience: Annotated[
        bool | None,
        typer.Option(
            "--token-endpoint-audience/--issuer-audience",
            help="Whether its assertions may name the token endpoint, or the issuer alone.",
        ),
    ] = None,
) -> None:
    """Change a client; what is not named stays as it is."""
    given = {
        "name": name, "scopes": scope, "redirect_uris": redirect_uri, "jwks_uri": jwks_uri, "dpop_bound": dpop,
        "token_endpoint_audience": token_endpoint_audience,
    }  # fmt: skip
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if jwks_uri is not None:
        changes["jwks_uri"] = jwks_uri or None

    async def use_case(session: AsyncSession) -> None:
        await service.change_client(
            session=session, client=await service.active_client(session, client), changes=changes,
            outbound=_outbound(),
        )  # fmt: skip

    run(Role.AUTH, use_case)
    typer.echo(f"{client} is changed")


@clients.command("add-key")
def add_key(
    client: ClientId,
    jwks: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A JWKS file; its keys are added.")],
) -> None:
    """Give a client more public keys, beside those it has."""
    given = _read_jwks(jwks).get("keys")
    if not isinstance(given, list) or not given:
        fail(f"{jwks} has no keys")

    async def use_case(session: AsyncSession) -> list[str]:
        added = []
        for key in given:
            row = await service.active_client(session, client)
            added.append(await service.add_key(session=session, client=row, key=key))
        return added

    typer.echo(f"{client} has the keys {', '.join(run(Role.AUTH, use_case))}")


@clients.command("retire-key")
def retire_key(client: ClientId, kid: Annotated[str, typer.Argument(help="The key's 'kid'.")]) -> None:
    """Take a public key from a client: what is signed with it is refused from now on."""

    async def use_case(session: AsyncSession) -> None:
        await service.retire_key(session=session, client=await service.active_client(session, client), kid=kid)

    run(Role.AUTH, use_case)
    typer.echo(f"key {kid} of {client} is retired")


@clients.command("revoke")
def revoke(
    client: ClientId,
    secret: Annotated[uuid.UUID | None, typer.Option(help="Only this secret, not the client.")] = None,
) -> None:
    """Revoke a client for good, or one of its secrets."""
    if secret is None:
        run(Role.AUTH, lambda session: service.revoke_client(session=session, client_id=client))
        typer.echo(f"{client} is revoked")
    else:
        run(
            Role.AUTH,
            lambda session: service.revoke_secret(session=session, client_id=client, secret_id=secret),
        )
        typer.echo(f"secret {secret} of {client} is revoked")
