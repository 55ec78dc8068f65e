"""Give organisations OAuth clients, and clients secrets and keys."""

import hashlib
import secrets
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.scopes import Scope, allowed_for
from registry.audit import service as audit
from registry.identity.errors import (
    AuthMethodInvalid,
    ClientNameInvalid,
    ClientRevoked,
    ClientUnknown,
    KeySetInvalid,
    OrganisationUnknown,
    RedirectUriInvalid,
    ScopeNotAllowed,
    SecretExpiryInvalid,
    SecretUnknown,
    TooManySecrets,
)
from registry.identity.models import ClientSecret, OAuthClient
from registry.identity.repository import clients as repository
from registry.identity.repository import organisations
from registry.kernel.clock import now
from registry.kernel.ids import new_id
from registry.kernel.text import Text

CLIENT_SECRET_BASIC: Final = "client_secret_basic"  # noqa: S105  # the name of a method
PRIVATE_KEY_JWT: Final = "private_key_jwt"
AUTH_METHODS: Final = (CLIENT_SECRET_BASIC, PRIVATE_KEY_JWT)
SECRET_PREFIX: Final = "areg_"  # noqa: S105  # what a leak scanner looks for
MAX_SECRETS: Final = 2  # one in use and one to change to
MAX_KEYS: Final = 50
"""A bound all the same: the whole set is read at every assertion, before anybody has proven anything."""
MAX_NAME: Final = 200
MIN_RSA_BITS: Final = 2048
MAX_REDIRECT_URIS: Final = 10
MAX_KID: Final = 100
_KEY_MEMBERS: Final = frozenset({"kty", "kid", "use", "key_ops", "alg", "crv", "x", "y", "n", "e"})
MAX_URI: Final = 500


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


@dataclass(frozen=True, slots=True)
class Registration:
    """What a client is registered with.

    Attributes:
        name: For people, 1 to 200 characters.
        scopes: At least one, all of them allowed for the organisation's kind.
        auth_method: ``client_secret_basic``, or ``private_key_jwt`` with ``jwks`` or ``jwks_uri``.
        jwks: Public keys (RFC 7517); private members are refused.
        jwks_uri: Where the client publishes them instead.
        machine: It may ask tokens for itself (``client_credentials``).
        redirect_uris: With any, people may let it act for them (``authorization_code`` and ``refresh_token``).
        dpop_bound: Its tokens are bound to a key of its own (RFC 9449).
        shared: It may act for any organisation of the person; otherwise for its own alone.
        token_endpoint_audience: Its assertions may name the token endpoint instead of the issuer.
        secret_expires_at: When its first secret stops; ``None``: never.
    """

    name: str
    scopes: Sequence[str]
    auth_method: str = CLIENT_SECRET_BASIC
    jwks: dict[str, Any] | None = None
    jwks_uri: str | None = None
    machine: bool = True
    redirect_uris: Sequence[str] = ()
    dpop_bound: bool = False
    shared: bool = False
    token_endpoint_audience: bool = True
    secret_expires_at: datetime | None = None

    @property
    def grant_types(self) -> list[str]:
        people = ["authorization_code", "refresh_token"] if self.redirect_uris else []
        return [*(["client_credentials"] if self.machine else []), *people]


async def register_client(*, session: AsyncSession, organisation: uuid.UUID, registration: Registration) -> NewClient:
    """Register a client of ``organisation``. Needs a transaction as ``Role.AUTH``.

    Raises:
        OrganisationUnknown: There is none.
        ClientNameInvalid, ScopeNotAllowed, AuthMethodInvalid, KeySetInvalid, RedirectUriInvalid: The input is wrong.
    """
    owner = await organisations.organisation(session, organisation)
    if owner is None:
        raise OrganisationUnknown(field="organisation", value=str(organisation))
    name = " ".join(registration.name.split())
    if not 1 <= len(name) <= MAX_NAME:
        raise ClientNameInvalid(field="name", value=name)
    by_key = registration.jwks is not None or registration.jwks_uri is not None
    if registration.auth_method not in AUTH_METHODS or (registration.auth_method == PRIVATE_KEY_JWT) != by_key:
        raise AuthMethodInvalid(field="auth_method", value=registration.auth_method)
    client_id = f"client-{secrets.token_hex(8)}"
    await repository.insert_client(
        session,
        {
            "client_id": client_id,
            "organisation_id": organisation,
            "name": name,
            "scopes": checked_scopes(registration.scopes, owner.kind, shared=registration.shared),
            "auth_method": registration.auth_method,
            "grant_types": registration.grant_types,
            "redirect_uris": checked_redirect_uris(registration.redirect_uris),
            "jwks": None if registration.jwks is None else public_key_set(registration.jwks),
            "jwks_uri": registration.jwks_uri,
            "dpop_bound": registration.dpop_bound,
            "shared": registration.shared,
            "token_endpoint_audience": registration.token_endpoint_audience,
            "status": "active",
        },
    )
    by_secret = registration.auth_method == CLIENT_SECRET_BASIC
    secret = (await _add_secret(session, client_id, registration.secret_expires_at)).secret if by_secret else None
    await audit.record(
        session,
        organisation=organisation,
        action="identity:client:created",
        subject=client_id,
        detail={
            "auth_method": registration.auth_method,
            "grant_types": registration.grant_types,
            "scopes": sorted(set(registration.scopes)),
        },
    )
    return NewClient(client_id, secret)


async def create_client(
    *,
    session: AsyncSession,
    organisation: uuid.UUID,
    name: str,
    scopes: Sequence[str],
    auth_method: str = CLIENT_SECRET_BASIC,
    jwks: dict[str, Any] | None = None,
) -> NewClient:
    """Register a client that asks tokens for itself; see :func:`register_client`."""
    registration = Registration(name, scopes, auth_method, jwks)
    return await register_client(session=session, organisation=organisation, registration=registration)


def checked_redirect_uris(given: Sequence[str]) -> list[str]:
    """Return redirect URIs that a code may be sent to.

    Raises:
        RedirectUriInvalid: Not absolute, with a fragment or a user, or in clear over a network.
    """
    for uri in given:
        parts = urlsplit(uri)
        loopback = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"}
        plain = uri.isascii() and uri.isprintable() and " " not in uri and len(uri) <= MAX_URI
        if (
            not plain
            or not parts.hostname
            or parts.fragment
            or "#" in uri
            or "@" in parts.netloc
            or not (parts.scheme == "https" or loopback)
        ):
            raise RedirectUriInvalid(field="redirect_uris", value=uri)
    if len(given) > MAX_REDIRECT_URIS:
        raise RedirectUriInvalid(field="redirect_uris", value=len(given))
    return sorted(set(given))


def checked_scopes(scopes: Sequence[str], kind: str, *, shared: bool) -> list[str]:
    """Return scopes that a client of an organisation of ``kind`` may have.

    Raises:
        ScopeNotAllowed: One is more than that, or there is none.
    """
    allowed = sorted(Scope) if shared else sorted(allowed_for(kind))
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
        KeySetInvalid: Private, symmetric or weak keys, none, more than fifty, a ``kid`` absent, repeated, longer than a
            hundred characters or not of printable text.
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
    kept = [{name: value for name, value in key.as_dict(private=False).items() if name in _KEY_MEMBERS} for key in keys]
    printable = all(isinstance(text, str) and text.isprintable() for key in kept for text in _texts(key))
    if not printable or max(map(len, kids)) > MAX_KID:
        raise KeySetInvalid(field="jwks")
    return {"keys": kept}


def _texts(key: dict[str, Any]) -> Iterator[Any]:
    for value in key.values():
        yield from value if isinstance(value, list) else [value]


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
        SecretExpiryInvalid: It would have stopped already.
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
    if expires_at is not None and expires_at <= now():
        raise SecretExpiryInvalid(field="expires_at", value=expires_at.isoformat())
    secret = NewSecret(new_id(), SECRET_PREFIX + secrets.token_urlsafe(32))
    await repository.insert_secret(session, secret.id, client_id, secret_digest(secret.secret), expires_at)
    return secret


async def revoke_secret(*, session: AsyncSession, client_id: str, secret_id: uuid.UUID) -> None:
    """Stop one secret now, and the tokens that it obtained within ``token_cache_s``.

    Raises:
        ClientUnknown, SecretUnknown: There is no such client or secret, or the secret is revoked.
    """
    client = await repository.client(session, client_id)
    if client is None:
        raise ClientUnknown(field="client", value=client_id)
    if not await repository.revoke_secret(session, client_id, secret_id):
        raise SecretUnknown(field="secret", value=str(secret_id))
    await repository.revoke_tokens_of_credential(session, client_id, str(secret_id))
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
