"""requests-oauthlib and Authlib's own client against the running service."""

import asyncio
import secrets
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import jwt
import pytest
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from oauthlib.oauth2 import BackendApplicationClient, InvalidGrantError, InvalidScopeError
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from tests.contract.oauth.browser import Visitor
from tests.contract.oauth.conftest import CALLBACK, Client, Enrol, Service

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """oauthlib wants https; what is served here is served on loopback."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


async def apart(call: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """Run a call that waits for the network in a thread."""
    return await asyncio.to_thread(partial(call, *given, **named))


def signed(service: Service, client: Client) -> str:
    """An assertion (RFC 7523) as PyJWT makes it."""
    assert client.key
    now = int(time.time())
    claims = {
        "iss": client.client_id, "sub": client.client_id, "aud": service.issuer, "iat": now, "exp": now + 60,
        "jti": secrets.token_hex(8),
    }  # fmt: skip
    return jwt.encode(claims, client.key.as_pem(private=True).decode(), "ES256", headers={"kid": client.key.kid})


# requests-oauthlib


async def test_requests_oauthlib_machine_with_a_secret(service: Service, machine: Client) -> None:
    session = OAuth2Session(client=BackendApplicationClient(machine.client_id, scope=["stock:read"]))
    issued = await apart(session.fetch_token, service.token_endpoint, auth=HTTPBasicAuth(*machine.basic))
    assert issued["expires_in"] == 600
    answer = await apart(session.get, f"{service.api}/homes")
    assert answer.status_code == 200
    assert answer.json() == {"items": [], "next": None}


async def test_requests_oauthlib_machine_with_an_assertion(service: Service, by_key: Client) -> None:
    session = OAuth2Session(client=BackendApplicationClient(by_key.client_id))
    await apart(
        session.fetch_token, service.token_endpoint, include_client_id=True,
        client_assertion_type=ASSERTION_TYPE, client_assertion=signed(service, by_key),
    )  # fmt: skip
    assert (await apart(session.get, f"{service.api}/homes")).status_code == 200


async def test_requests_oauthlib_is_told_which_scope_is_not_to_be_had(service: Service, machine: Client) -> None:
    session = OAuth2Session(client=BackendApplicationClient(machine.client_id, scope=["stock:read", "stock:write"]))
    with pytest.raises(InvalidScopeError):
        await apart(session.fetch_token, service.token_endpoint, auth=HTTPBasicAuth(*machine.basic))


async def test_requests_oauthlib_person_and_refresh(service: Service, application: Client, visitor: Visitor) -> None:
    session = OAuth2Session(application.client_id, redirect_uri=CALLBACK, scope=["stock:read"], pkce="S256")
    address, _ = session.authorization_url(f"{service.issuer}/oauth/authorize")
    basic = HTTPBasicAuth(*application.basic)
    location = await visitor.browse(address)
    first = dict(await apart(session.fetch_token, service.token_endpoint, authorization_response=location, auth=basic))
    assert (await apart(session.get, f"{service.api}/homes")).status_code == 200
    second = await apart(session.refresh_token, service.token_endpoint, auth=basic)
    assert second["refresh_token"] != first["refresh_token"]
    assert (await apart(session.get, f"{service.api}/homes")).status_code == 200
    for token in (first["refresh_token"], second["refresh_token"]):
        with pytest.raises(InvalidGrantError):
            await apart(session.refresh_token, service.token_endpoint, refresh_token=token, auth=basic)


# Authlib


async def discovered(service: Service) -> dict[str, Any]:
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"{service.issuer}/.well-known/oauth-authorization-server")
    found: dict[str, Any] = answer.json()
    return found


def authlib(client: Client, metadata: dict[str, Any], **given: Any) -> AsyncOAuth2Client:
    """Authlib's client as its documentation sets it up, with what discovery says."""
    kind = "client_secret_basic" if client.key is None else "private_key_jwt"
    made = AsyncOAuth2Client(
        client.client_id, client.key or client.secret, token_endpoint_auth_method=kind,
        revocation_endpoint_auth_method=kind, token_endpoint=metadata["token_endpoint"], **given,
    )  # fmt: skip
    if client.key is not None:
        # It names the token endpoint as audience, as many libraries do.
        made.register_client_auth_method(PrivateKeyJWT(metadata["token_endpoint"], alg="ES256"))
    return made


@pytest.mark.parametrize("by_key", [False, True], ids=["client_secret_basic", "private_key_jwt"])
async def test_authlib_machine_gets_uses_describes_and_revokes_a_token(
    by_key: bool, service: Service, enrol: Enrol
) -> None:
    metadata = await discovered(service)
    async with authlib(await enrol(by_key=by_key), metadata, scope="stock:read") as client:
        issued = await client.fetch_token(grant_type="client_credentials")
        assert issued["scope"] == "stock:read"
        assert (await client.get(f"{service.api}/homes")).status_code == 200
        endpoints = metadata["introspection_endpoint"], metadata["revocation_endpoint"]
        described = await client.introspect_token(endpoints[0], issued["access_token"])
        assert described.json()["active"] is True
        assert (await client.revoke_token(endpoints[1], issued["access_token"])).status_code == 200
        described = await client.introspect_token(endpoints[0], issued["access_token"])
        assert described.json() == {"active": False}
        for _ in range(50):  # within five seconds on every process
            if (await client.get(f"{service.api}/homes")).status_code == 401:
                return
            await asyncio.sleep(0.1)
        raise AssertionError("the token still works five seconds after its revocation")


async def test_authlib_renews_a_token_by_itself(service: Service, application: Client, visitor: Visitor) -> None:
    metadata = await discovered(service)
    told: list[str] = []

    async def update_token(token: dict[str, Any], **_: Any) -> None:
        told.append(token["refresh_token"])

    given = {"redirect_uri": CALLBACK, "scope": "stock:read", "code_challenge_method": "S256"}
    async with authlib(application, metadata, update_token=update_token, **given) as client:
        verifier = secrets.token_urlsafe(48)
        address, state = client.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier)
        location = await visitor.browse(address)
        with pytest.raises(OAuthError) as refused:
            await client.fetch_token(authorization_response=location, state=state, code_verifier=verifier[:-1] + "~")
        assert refused.value.error == "invalid_grant"
        first = dict(await client.fetch_token(authorization_response=location, state=state, code_verifier=verifier))
        client.token["expires_at"] = 1
        assert (await client.get(f"{service.api}/homes")).status_code == 200
        assert told == [client.token["refresh_token"]]
        assert told != [first["refresh_token"]]
        with pytest.raises(OAuthError) as refused:
            await client.refresh_token(refresh_token=first["refresh_token"])
        assert refused.value.error == "invalid_grant"
        with pytest.raises(OAuthError) as refused:
            await client.refresh_token(refresh_token=told[0])
        assert refused.value.error == "invalid_grant", "the replay ended the family"
