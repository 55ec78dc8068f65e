"""PyJWT as somebody else's resource server: our tokens verify with what we publish, and with nothing less."""

import asyncio
import uuid
from typing import Any

import httpx
import jwt
import pytest

from tests.contract.oauth.conftest import Client, Service

REQUIRED = ["iss", "aud", "exp", "iat", "sub", "jti", "client_id", "org", "scope"]


async def token_of(wire: httpx.AsyncClient, client: Client) -> str:
    answer = await wire.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=client.basic)
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["access_token"]
    return token


async def key_for(service: Service, token: str) -> jwt.PyJWK:
    """Find the key as PyJWT does: by discovery's address and the token's ``kid``."""

    def find() -> jwt.PyJWK:
        described = httpx.get(f"{service.issuer}/.well-known/oauth-authorization-server").json()
        return jwt.PyJWKClient(described["jwks_uri"]).get_signing_key_from_jwt(token)

    return await asyncio.to_thread(find)


def verified(service: Service, token: str, key: Any, **changes: Any) -> dict[str, Any]:
    expected = {"audience": service.api, "issuer": service.issuer, "algorithms": ["ES256"], **changes}
    claims: dict[str, Any] = jwt.decode(token, key, options={"require": REQUIRED}, **expected)
    return claims


async def test_token_verifies_and_says_who_acts_for_whom(
    service: Service, machine: Client, wire: httpx.AsyncClient
) -> None:
    token = await token_of(wire, machine)
    key = await key_for(service, token)
    header, claims = jwt.get_unverified_header(token), verified(service, token, key)
    assert header == {"alg": "ES256", "typ": "at+jwt", "kid": key.key_id}
    assert key.algorithm_name == "ES256"
    assert key.public_key_use == "sig"
    assert claims["org"] == str(machine.organisation)
    assert claims["sub"] == claims["client_id"] == machine.client_id
    assert claims["scope"] == "listings:read stock:read"
    assert claims["exp"] - claims["iat"] == 600
    assert uuid.UUID(claims["jti"]).version == 4


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"audience": "https://elsewhere.example/v1"}, jwt.InvalidAudienceError),
        ({"issuer": "https://elsewhere.example"}, jwt.InvalidIssuerError),
        ({"algorithms": ["RS256", "HS256"]}, jwt.InvalidAlgorithmError),
    ],
    ids=["audience", "issuer", "algorithm"],
)
async def test_token_is_for_one_audience_of_one_issuer_by_one_algorithm(
    service: Service, machine: Client, wire: httpx.AsyncClient, changes: dict[str, Any], error: type[Exception]
) -> None:
    token = await token_of(wire, machine)
    with pytest.raises(error):
        verified(service, token, await key_for(service, token), **changes)


async def test_token_that_was_changed_verifies_with_none_of_our_keys(
    service: Service, machine: Client, wire: httpx.AsyncClient
) -> None:
    token = await token_of(wire, machine)
    published = (await wire.get("/oauth/jwks")).json()["keys"]
    assert len(published) >= 2, "the next key is published before it signs"
    assert all(set(key) >= {"kid", "alg", "use", "x", "y"} and "d" not in key for key in published)
    head, body, signature = token.split(".")
    other = await token_of(wire, machine)
    for forged in (f"{head}.{other.split('.')[1]}.{signature}", f"{head}.{body}.{other.split('.')[2]}"):
        for key in published:
            with pytest.raises(jwt.InvalidSignatureError):
                verified(service, forged, jwt.PyJWK(key))
