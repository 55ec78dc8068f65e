"""Tokens bound to a key (RFC 9449), at both ends."""

import base64
import hashlib
import json
import secrets
import time
from typing import Any

import httpx
import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from registry.platform.database import Database
from tests.support.database import BASE_URL
from tests.support.identity import Member
from tests.support.people import CALLBACK, App, Browser, register_app


def proof(
    key: ECKey, method: str, url: str, *, token: str | None = None, header: dict[str, Any] | None = None, **claims: Any
) -> str:
    body = {"htm": method, "htu": url, "iat": int(time.time()), "jti": secrets.token_hex(8)}
    if token is not None:
        body["ath"] = base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
    body |= claims
    head = {"alg": "ES256", "typ": "dpop+jwt", "jwk": key.as_dict(private=False), **(header or {})}
    head["jwk"] = {name: head["jwk"][name] for name in head["jwk"] if name in {"kty", "crv", "x", "y", "d"}}
    return jws.serialize_compact(head, json.dumps(body), key, algorithms=["ES256"])


TOKEN_URL = f"{BASE_URL}/oauth/token"

HOMES_URL = f"{BASE_URL}/v1/homes"


@pytest.fixture
async def bound(database: Database, member: Member) -> App:
    """A client whose tokens are bound to a key."""
    return await register_app(database, member.id, redirect_uris=(), dpop_bound=True)


@pytest.fixture
def key() -> ECKey:
    return ECKey.generate_key("P-256")


async def bound_token(client: httpx.AsyncClient, app: App, key: ECKey) -> str:
    answer = await client.post(
        "/oauth/token", data={"grant_type": "client_credentials"}, auth=app.basic,
        headers={"DPoP": proof(key, "POST", TOKEN_URL)},
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    assert answer.json()["token_type"] == "DPoP"
    token: str = answer.json()["access_token"]
    return token


async def homes(client: httpx.AsyncClient, authorization: str, *proofs: str) -> int:
    headers = [("Authorization", authorization), *(("DPoP", one) for one in proofs)]
    return (await client.get("/v1/homes", headers=headers)).status_code


async def test_bound_token_works_with_fresh_proofs_of_its_key_only(
    client: httpx.AsyncClient, bound: App, key: ECKey
) -> None:
    token = await bound_token(client, bound, key)
    good = proof(key, "GET", HOMES_URL, token=token)
    assert await homes(client, f"DPoP {token}", good) == 200
    assert await homes(client, f"DPoP {token}", good) == 401, "a proof serves once"
    for bad in (
        proof(ECKey.generate_key("P-256"), "GET", HOMES_URL, token=token),
        proof(key, "POST", HOMES_URL, token=token),
        proof(key, "GET", f"{BASE_URL}/v1/residences", token=token),
        proof(key, "GET", HOMES_URL),
        proof(key, "GET", HOMES_URL, token="another"),
        proof(key, "GET", HOMES_URL, token=token, iat=int(time.time()) - 120),
        proof(key, "GET", HOMES_URL, token=token, iat=int(time.time()) + 120),
        proof(key, "GET", HOMES_URL, token=token, jti=""),
        proof(key, "GET", HOMES_URL, token=token, header={"typ": "JWT"}),
        proof(key, "GET", HOMES_URL, token=token, header={"jwk": key.as_dict(private=True)}),
        "nonsense",
    ):
        assert await homes(client, f"DPoP {token}", bad) == 401
    fresh = [proof(key, "GET", HOMES_URL, token=token) for _ in range(2)]
    assert await homes(client, f"DPoP {token}", *fresh) == 401, "one proof a request"
    assert await homes(client, f"DPoP {token}") == 401
    assert await homes(client, f"Bearer {token}") == 401, "stolen, it is worth nothing"


async def test_bound_client_gets_no_token_without_a_proof(client: httpx.AsyncClient, bound: App) -> None:
    answer = await client.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=bound.basic)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_dpop_proof"


async def test_plain_token_is_not_taken_as_a_bound_one(client: httpx.AsyncClient, member: Member, key: ECKey) -> None:
    issued = await client.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=member.basic)
    token = issued.json()["access_token"]
    assert await homes(client, f"DPoP {token}", proof(key, "GET", HOMES_URL, token=token)) == 401


async def test_bound_token_writes_with_one_proof(
    client: httpx.AsyncClient, database: Database, member: Member, key: ECKey
) -> None:
    app = await register_app(
        database, member.id, redirect_uris=(), dpop_bound=True, scopes=("stock:read", "stock:write")
    )
    token = await bound_token(client, app, key)
    url = f"{BASE_URL}/v1/homes/X"
    answer = await client.put(
        "/v1/homes/X", json={"residence_ref": "none", "typology": "T2", "rooms": 2, "status": "vacant"},
        headers={"Authorization": f"DPoP {token}", "DPoP": proof(key, "PUT", url, token=token)},
    )  # fmt: skip
    assert answer.json()["code"] == "residence-unknown", "the body is read once the proof is taken, and no second time"


async def test_code_that_was_asked_for_with_a_key_is_exchanged_with_its_proof_alone(
    client: httpx.AsyncClient, browser: Browser, application: App, key: ECKey
) -> None:
    """RFC 9449 §10: ``dpop_jkt`` binds the code, whether or not the client is held to proofs."""
    thief = ECKey.generate_key("P-256")
    await browser.allow(application, dpop_jkt=key.thumbprint())
    given = {"grant_type": "authorization_code", "code": browser.answer["code"], "redirect_uri": CALLBACK,
             "code_verifier": application.verifier}  # fmt: skip
    for headers in ({}, {"DPoP": proof(thief, "POST", TOKEN_URL)}):
        refused = await client.post("/oauth/token", data=given, auth=application.basic, headers=headers)
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    answer = await client.post(
        "/oauth/token", data=given, auth=application.basic, headers={"DPoP": proof(key, "POST", TOKEN_URL)}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["token_type"] == "DPoP"
    claims = json.loads(base64.urlsafe_b64decode(answer.json()["access_token"].split(".")[1] + "=="))
    assert claims["cnf"] == {"jkt": key.thumbprint()}


async def test_refresh_of_a_bound_family_needs_the_same_key(
    client: httpx.AsyncClient, browser: Browser, database: Database, member: Member, key: ECKey
) -> None:
    app = await register_app(database, member.id, dpop_bound=True)
    await browser.allow(app)
    given = {"grant_type": "authorization_code", "code": browser.answer["code"], "redirect_uri": CALLBACK,
             "code_verifier": app.verifier}  # fmt: skip
    issued = (
        await client.post("/oauth/token", data=given, auth=app.basic, headers={"DPoP": proof(key, "POST", TOKEN_URL)})
    ).json()
    again = {"grant_type": "refresh_token", "refresh_token": issued["refresh_token"]}
    thief = await client.post(
        "/oauth/token", data=again, auth=app.basic,
        headers={"DPoP": proof(ECKey.generate_key("P-256"), "POST", TOKEN_URL)},
    )  # fmt: skip
    assert thief.json()["error"] == "invalid_grant"
    good = await client.post(
        "/oauth/token", data=again, auth=app.basic, headers={"DPoP": proof(key, "POST", TOKEN_URL)}
    )
    assert good.status_code == 200
