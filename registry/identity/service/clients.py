"""Give organisations OAuth clients, and clients secrets and keys."""

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.scopes import allowed_for
from registry.audit import service as audit
from registry.identity.errors import (
    AuthMethodInvalid,
    ClientNameInvalid,
    ClientRevoked,
    ClientUnknown,
    KeySetInvalid,
    OrganisationUnknown,
    ScopeNotAllowed,
    SecretUnknown,
    TooManySecrets,
)
from registry.identity.models import ClientSecret, OAuthClient
from registry.identity.repository import clients as repository
from registry.identity.repository import organisations
from registry.kernel.ids import new_id
from registry.kernel.text import Text

CLIENT_SECRET_BASIC: Final = "client_secret_basic"  # noqa: S105  # the name of a method
PRIVATE_KEY_JWT: Final = "private_key_jwt"
AUTH_METHODS: Final = (CLIENT_SECRET_BASIC, PRIVATE_KEY_JWT)
SECRET_PREFIX: Final = "areg_"  # noqa: S105  # what a leak scanner looks for
MAX_SECRETS: Final = 2  # one in use and one to change to
MAX_KEYS: Final = 10
MAX_NAME: Final = 200
MIN_RSA_BITS: Final = 2048


class NewClient(NamedTuple):
    """A client as it is shown once; ``secret`` is ``None`` for one that authenticates by key."""

    client_id: str
    secret: str | None


class NewSecret(NamedTuple):
    """A secret as it is shown once."""

    id: uuid.UUID
    secret: str


def secret_digest(secret: str) -> bytes:
    """Return what is stored of a secret."""
    return hashlib.sha256(secret.encode()).digest()


async def create_client(
    *,
    session: AsyncSession,
    organisation: uuid.UUID,
    name: str,
    scopes: Sequence[str],
    auth_method: str = CLIENT_SECRET_BASIC,
    jwks: dict[str, Any] | None = None,
) -> NewClient:
    """Register a client of ``organisation``. Needs a transaction as ``Role.AUTH``.

    Args:
        session: The transaction.
        organisation: Whose client it is.
        name: For people, 1 to 200 characters.
        scopes: At least one, all of them allowed for the organisation's kind.
        auth_method: ``client_secret_basic``, or ``private_key_jwt`` with ``jwks``.
        jwks: Public keys (RFC 7517); private members are refused.

    Raises:
        OrganisationUnknown: There is none.
        ClientNameInvalid, ScopeNotAllowed, AuthMethodInvalid, KeySetInvalid: The input is wrong.
    """
    owner = await organisations.organisation(session, organisation)
    if owner is None:
        raise OrganisationUnknown(field="organisation", value=str(organisation))
    name = " ".join(name.split())
    if not 1 <= len(name) <= MAX_NAME:
        raise ClientNameInvalid(field="name", value=name)
    if auth_method not in AUTH_METHODS or (auth_method == PRIVATE_KEY_JWT) != (jwks is not None):
        raise AuthMethodInvalid(field="auth_method", value=auth_method)
    client_id = f"client-{secrets.token_hex(8)}"
    await repository.insert_client(
        session,
        {
            "client_id": client_id,
            "organisation_id": organisation,
            "name": name,
            "scopes": _checked_scopes(scopes, owner.kind),
            "auth_method": auth_method,
            "jwks": None if jwks is None else public_key_set(jwks),
            "status": "active",
        },
    )
    secret = (await _add_secret(session, client_id)).secret if auth_method == CLIENT_SECRET_BASIC else None
    await audit.record(
        session,
        organisation=organisation,
        action="identity:client:created",
        subject=client_id,
        detail={"auth_method": auth_method, "scopes": sorted(set(scopes))},
    )
    return NewClient(client_id, secret)


def _checked_scopes(scopes: Sequence[str], kind: str) -> list[str]:
    allowed = sorted(allowed_for(kind))
    refused = sorted(set(scopes) - set(allowed))
    if refused or not scopes:
        raise ScopeNotAllowed(
            field="scopes",
            value=" ".join(refused),
            remedy=Text(f"Droits permis : {', '.join(allowed)}.", f"Allowed scopes: {', '.join(allowed)}."),
        )
    return sorted({str(scope) for scope in scopes})


def public_key_set(given: dict[str, Any]) -> dict[str, Any]:
    """Return the public members of a key set that may authenticate a client.

    Raises:
        KeySetInvalid: Private, symmetric or weak keys, none, more than ten, a ``kid`` absent or repeated.
    """
    try:
        keys = KeySet.import_key_set({"keys": given["keys"]}).keys
        kids = {data["kid"] for data in given["keys"]}
    except (JoseError, KeyError, TypeError, ValueError):
        raise KeySetInvalid(field="jwks") from None
    sound = all(
        not key.is_private
        and (
            (isinstance(key, RSAKey) and key.public_key.key_size >= MIN_RSA_BITS)
            or (isinstance(key, ECKey) and key.curve_name == "P-256")
        )
        for key in keys
    )
    if not sound or not 1 <= len(given["keys"]) <= MAX_KEYS or not len(kids) == len(keys) == len(given["keys"]):
        raise KeySetInvalid(field="jwks")
    return {"keys": [key.as_dict(private=False) for key in keys]}


async def list_clients(*, session: AsyncSession, organisation: uuid.UUID | None = None) -> Sequence[OAuthClient]:
    return await repository.clients(session, organisation)


async def list_secrets(*, session: AsyncSession, client_id: str) -> Sequence[ClientSecret]:
    """Return the client's usable secrets, the oldest first: their digests and dates are all there is."""
    return await repository.usable_secrets(session, client_id)


async def add_secret(*, session: AsyncSession, client_id: str, expires_at: datetime | None = None) -> NewSecret:
    """Give a client its second secret, so that it can change from one to the other without a pause.

    Raises:
        ClientUnknown, ClientRevoked: There is no such client, or no longer.
        AuthMethodInvalid: The client authenticates by key.
        TooManySecrets: It has two.
    """
    client = await repository.client(session, client_id, lock=True)
    if client is None:
        raise ClientUnknown(field="client", value=client_id)
    if client.status != "active":
        raise ClientRevoked(field="client", value=client_id)
    if client.auth_method != CLIENT_SECRET_BASIC:
        raise AuthMethodInvalid(field="client", value=client_id)
    if len(await repository.usable_secrets(session, client_id)) >= MAX_SECRETS:
        raise TooManySecrets(field="client", value=client_id)
    secret = await _add_secret(session, client_id, expires_at)
    await audit.record(
        session,
        organisation=client.organisation_id,
        action="identity:secret:added",
        subject=client_id,
        detail={"secret": str(secret.id)},
    )
    return secret


async def _add_secret(session: AsyncSession, client_id: str, expires_at: datetime | None = None) -> NewSecret:
    secret = NewSecret(new_id(), SECRET_PREFIX + secrets.token_urlsafe(32))
    await repository.insert_secret(session, secret.id, client_id, secret_digest(secret.secret), expires_at)
    return secret


async def revoke_secret(*, session: AsyncSession, client_id: str, secret_id: uuid.UUID) -> None:
    """Stop one secret; tokens made with it live out their ten minutes.

    Raises:
        ClientUnknown, SecretUnknown: There is no such client or secret, or the secret is revoked.
    """
    client = await repository.client(session, client_id)
    if client is None:
        raise ClientUnknown(field="client", value=client_id)
    if not await repository.revoke_secret(session, client_id, secret_id):
        raise SecretUnknown(field="secret", value=str(secret_id))
    await audit.record(
        session,
        organisation=client.organisation_id,
        action="identity:secret:revoked",
        subject=client_id,
        detail={"secret": str(secret_id)},
    )


async def revoke_client(*, session: AsyncSession, client_id: str) -> None:
    """Stop a client for good: its credentials now, its tokens within ``token_cache_s``.

    Raises:
        ClientUnknown, ClientRevoked: There is no such client, or no longer.
    """
    client = await repository.client(session, client_id, lock=True)
    if client is None:
        raise ClientUnknown(field="client", value=client_id)
    if client.status != "active":
        raise ClientRevoked(field="client", value=client_id)
    await repository.revoke_client(session, client_id)
    await audit.record(
        session, organisation=client.organisation_id, action="identity:client:revoked", subject=client_id
    )
