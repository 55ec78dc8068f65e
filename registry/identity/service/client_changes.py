"""Change clients: their name, scopes and addresses, the keys by which they authenticate."""

import uuid
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.audit import service as audit
from registry.identity.errors import (
    AuthMethodInvalid,
    ClientNameInvalid,
    ClientRevoked,
    ClientUnknown,
    JwksUriInvalid,
    KeyAlreadyPresent,
    KeySetInvalid,
    KeysPublishedElsewhere,
    KeyUnknown,
    LastKey,
    OrganisationUnknown,
)
from registry.identity.models import OAuthClient
from registry.identity.repository import clients as repository
from registry.identity.repository import organisations, own
from registry.identity.service.clients import (
    MAX_NAME,
    MAX_URI,
    PRIVATE_KEY_JWT,
    Registration,
    checked_redirect_uris,
    checked_scopes,
    public_key_set,
)
from registry.kernel.text import Text
from registry.platform.outbound import Outbound, TargetRefused

CHANGEABLE: Final = frozenset({"name", "scopes", "redirect_uris", "jwks_uri", "dpop_bound", "token_endpoint_audience"})


async def active_client(session: AsyncSession, client_id: str, *, organisation: uuid.UUID | None = None) -> OAuthClient:
    """Return a client that may be changed, and hold it until the commit; of ``organisation`` where one is given.

    Raises:
        ClientUnknown, ClientRevoked: There is no such client, or no longer.
    """
    client = await repository.client(session, client_id, organisation=organisation, lock=True)
    if client is None:
        raise ClientUnknown(field="client_id", value=client_id)
    if client.status != "active":
        raise ClientRevoked(field="client_id", value=client_id)
    return client


def check_jwks_uri(uri: str | None, outbound: Outbound | None) -> None:
    """Refuse an address that could never be asked, before it is kept; without ``outbound`` none can be.

    Raises:
        JwksUriInvalid: It says what is wrong.
    """
    if uri is None:
        return
    try:
        if outbound is None or len(uri) > MAX_URI:
            raise TargetRefused("no address may be asked")
        outbound.check(uri)
    except ValueError as refused:
        raise JwksUriInvalid(
            Text(f"L'adresse n'est pas admise : {refused}.", f"The address is not accepted: {refused}."),
            field="jwks_uri", value=uri,
        ) from None  # fmt: skip


async def change_client(
    *, session: AsyncSession, client: OAuthClient, changes: dict[str, Any], outbound: Outbound | None = None
) -> None:
    """Change some of :data:`CHANGEABLE`; what stays as it is, is not recorded. Needs ``Role.AUTH``.

    Args:
        session: The transaction in which ``client`` is held.
        client: As :func:`active_client` returned it.
        changes: New values by name.
        outbound: What tells whether a ``jwks_uri`` may be asked.

    Raises:
        ClientNameInvalid, ScopeNotAllowed, RedirectUriInvalid, JwksUriInvalid, AuthMethodInvalid: The input is wrong.
        KeySetInvalid: Without its ``jwks_uri`` the client would have no key: none was fetched yet.
    """
    assert changes.keys() <= CHANGEABLE
    values = {**changes}
    if "name" in values:
        values["name"] = " ".join(values["name"].split())
        if not 1 <= len(values["name"]) <= MAX_NAME:
            raise ClientNameInvalid(field="name", value=changes["name"])
    if "scopes" in values:
        owner = await organisations.organisation(session, client.organisation_id)
        if owner is None:
            raise OrganisationUnknown
        values["scopes"] = checked_scopes(values["scopes"], owner.kind, shared=client.shared)
    if "redirect_uris" in values:
        values["redirect_uris"] = checked_redirect_uris(values["redirect_uris"])
    changed = {name: value for name, value in values.items() if getattr(client, name) != value}
    if "jwks_uri" in changed:
        _check_new_source(client, changed["jwks_uri"], outbound)
        changed |= {"jwks_fetched_at": None, "jwks_error": None}
    if "redirect_uris" in changed:
        machine = "client_credentials" in client.grant_types
        changed["grant_types"] = Registration(
            client.name, (), machine=machine, redirect_uris=changed["redirect_uris"]
        ).grant_types
    if not changed:
        return
    await own.change_client(session, client.client_id, changed)
    await audit.record(
        session,
        organisation=client.organisation_id,
        action="identity:client:changed",
        subject=client.client_id,
        detail={"fields": sorted(changed.keys() & CHANGEABLE)}
        | ({"scopes": changed["scopes"]} if "scopes" in changed else {}),
    )


def _check_new_source(client: OAuthClient, uri: str | None, outbound: Outbound | None) -> None:
    if client.auth_method != PRIVATE_KEY_JWT:
        raise AuthMethodInvalid(field="jwks_uri", value=uri)
    if uri is None and not client.jwks:
        raise KeySetInvalid(field="jwks_uri", value=None)
    check_jwks_uri(uri, outbound)


async def add_key(*, session: AsyncSession, client: OAuthClient, key: dict[str, Any]) -> str:
    """Give a client one more public key, beside those it has; return its ``kid``. The same key again changes nothing.

    Raises:
        AuthMethodInvalid: The client authenticates by secret.
        KeysPublishedElsewhere: Its keys are fetched from its ``jwks_uri``.
        KeySetInvalid: Not a public key that may authenticate a client, or one too many.
        KeyAlreadyPresent: It has another key of the same ``kid``.
    """
    held = _own_keys(client)
    (added,) = public_key_set({"keys": [key]})["keys"]
    for present in held:
        if present["kid"] == added["kid"]:
            if present != added:
                raise KeyAlreadyPresent(field="kid", value=added["kid"])
            return str(added["kid"])
    await _keep_keys(session, client, [*held, added], "identity:key:added", added["kid"])
    return str(added["kid"])


async def retire_key(*, session: AsyncSession, client: OAuthClient, kid: str) -> None:
    """Take a public key from a client: assertions signed with it are refused now, its tokens within ``token_cache_s``.

    Raises:
        AuthMethodInvalid, KeysPublishedElsewhere: As :func:`add_key`.
        KeyUnknown: It has no such key.
        LastKey: It would have none left.
    """
    held = _own_keys(client)
    left = [key for key in held if key["kid"] != kid]
    if len(left) == len(held):
        raise KeyUnknown(field="kid", value=kid)
    if not left:
        raise LastKey(field="kid", value=kid)
    await repository.revoke_tokens_of_credential(session, client.client_id, kid)
    await _keep_keys(session, client, left, "identity:key:retired", kid)
    await repository.forget_key(session, client.client_id, kid)


def _own_keys(client: OAuthClient) -> list[dict[str, Any]]:
    if client.auth_method != PRIVATE_KEY_JWT:
        raise AuthMethodInvalid(field="client_id", value=client.client_id)
    if client.jwks_uri is not None:
        raise KeysPublishedElsewhere(field="client_id", value=client.client_id)
    return list((client.jwks or {}).get("keys", []))


async def _keep_keys(
    session: AsyncSession, client: OAuthClient, keys: list[dict[str, Any]], action: str, kid: str
) -> None:
    jwks = public_key_set({"keys": keys})
    await own.change_client(session, client.client_id, {"jwks": jwks})
    await audit.record(
        session, organisation=client.organisation_id, action=action, subject=client.client_id, detail={"kid": kid}
    )
