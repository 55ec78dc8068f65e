"""``registry organisation …`` and ``registry client …``: what an operator does; every step is audited."""

import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from sqlalchemy.ext.asyncio import AsyncSession

from registry.identity import service
from registry.identity.service.clients import CLIENT_SECRET_BASIC, PRIVATE_KEY_JWT
from registry.platform.database import Role
from registry.platform.operator import fail, run
from registry.vocabulary.organisations import LABELS

organisations = typer.Typer(no_args_is_help=True, help="Organisations: register, suspend, reinstate.")
clients = typer.Typer(no_args_is_help=True, help="OAuth clients and their credentials.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
OrganisationId = Annotated[uuid.UUID, typer.Argument(help="The organisation's id.")]
ClientId = Annotated[str, typer.Argument(help="The client's public id.")]

_KINDS = ", ".join(f"{kind.value} ({label.en})" for kind, label in LABELS.items())


def _print(shown: dict[str, Any] | list[dict[str, Any]], *, as_json: bool) -> None:
    """Print as JSON, or as one ``name: value`` a line (a list as one row a line)."""
    if as_json:
        typer.echo(orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode())
    elif isinstance(shown, list):
        for row in shown:
            typer.echo("  ".join(_word(value) for value in row.values()))
    else:
        for name, value in shown.items():
            typer.echo(f"{name}: {_word(value)}")


def _word(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return "-" if value is None else str(value)


def _organisation(row: service.Organisation) -> dict[str, Any]:
    return {"id": row.id, "kind": row.kind, "status": row.status, "siren": row.siren, "name": row.name}


def _client(row: service.OAuthClient) -> dict[str, Any]:
    return {
        "client_id": row.client_id,
        "organisation_id": row.organisation_id,
        "status": row.status,
        "auth_method": row.auth_method,
        "scopes": " ".join(row.scopes),
        "name": row.name,
    }


def _secret(row: service.ClientSecret) -> dict[str, Any]:
    return {
        "secret_id": row.id,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "last_used_at": row.last_used_at,
    }


@organisations.command("create")
def create_organisation(
    name: Annotated[str, typer.Argument(help="As the others read it.")],
    kind: Annotated[str, typer.Option(help=f"One of: {_KINDS}.")],
    siren: Annotated[str | None, typer.Option(help="Nine digits; leave out what you do not know.")] = None,
    as_json: AsJson = False,  # noqa: FBT002  # a flag of the command line
) -> None:
    """Register an organisation."""
    made = run(
        Role.AUTH,
        lambda session: service.create_organisation(session=session, name=name, kind=kind, siren=siren),
    )
    _print(_organisation(made), as_json=as_json)


@organisations.command("list")
def list_organisations(
    as_json: AsJson = False,  # noqa: FBT002  # as above
) -> None:
    """List the organisations."""
    found = run(Role.AUTH, lambda session: service.list_organisations(session=session))
    _print([_organisation(row) for row in found], as_json=as_json)


@organisations.command("suspend")
def suspend_organisation(organisation: OrganisationId) -> None:
    """Stop an organisation's tokens and withdraw its listings."""
    run(Role.JOB, lambda session: service.suspend_organisation(session=session, organisation=organisation))
    typer.echo(f"{organisation} is suspended")


@organisations.command("reinstate")
def reinstate_organisation(organisation: OrganisationId) -> None:
    """Undo a suspension."""
    run(Role.JOB, lambda session: service.reinstate_organisation(session=session, organisation=organisation))
    typer.echo(f"{organisation} is active")


@clients.command("create")
def create_client(
    organisation: OrganisationId,
    name: Annotated[str, typer.Option(help="For people, 'production ERP' for instance.")],
    scope: Annotated[list[str], typer.Option(help="May be given several times.")],
    jwks: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="A JWKS file: authenticate by key, not secret."),
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002  # as above
) -> None:
    """Register a client; its secret is shown once, now."""
    made = run(
        Role.AUTH,
        lambda session: service.create_client(
            session=session,
            organisation=organisation,
            name=name,
            scopes=scope,
            auth_method=PRIVATE_KEY_JWT if jwks else CLIENT_SECRET_BASIC,
            jwks=_read_jwks(jwks) if jwks else None,
        ),
    )
    _print({"client_id": made.client_id, "client_secret": made.secret}, as_json=as_json)


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
    """List the clients and the dates of their secrets."""

    async def secrets_of(session: AsyncSession, client_id: str) -> list[dict[str, Any]]:
        return [_secret(row) for row in await service.list_secrets(session=session, client_id=client_id)]

    async def use_case(session: AsyncSession) -> list[dict[str, Any]]:
        found = await service.list_clients(session=session, organisation=organisation)
        return [{**_client(row), "secrets": await secrets_of(session, row.client_id)} for row in found]

    rows = run(Role.AUTH, use_case)
    if as_json:
        _print(rows, as_json=True)
        return
    for row in rows:
        secrets = row.pop("secrets")
        _print([row], as_json=False)
        for secret in secrets:
            typer.echo(
                f"    secret {secret['secret_id']}, made {_word(secret['created_at'])},"
                f" expires {_word(secret['expires_at'])}, last used {_word(secret['last_used_at'])}"
            )


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
    _print({"client_id": client, "secret_id": made.id, "client_secret": made.secret}, as_json=as_json)


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
