"""What no request can talk the authorization server into, beyond what the other files ask of it."""

import asyncio
import base64
import hashlib
import json
import secrets
import time
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from joserfc import jws
from joserfc.jwk import ECKey

from registry.identity.service import account, dpop, suspend_organisation
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.support.code_flow import WAIT_S
from tests.support.database import BASE_URL
from tests.support.identity import Ask, Enrol, Member, Sign
from tests.support.people import CALLBACK, App, Browser, join, register_app


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return claims


async def granted(client: httpx.AsyncClient, browser: Browser, app: App, **changes: Any) -> dict[str, Any]:
    """Go through consent and exchange the code."""
    await browser.allow(app, **changes)
    form = {
        "grant_type": "authorization_code", "code": browser.answer["code"], "redirect_uri": CALLBACK,
        "code_verifier": app.verifier,
    }  # fmt: skip
    answer = await client.post("/oauth/token", data=form, auth=app.basic)
    assert answer.status_code == 200, answer.text
    issued: dict[str, Any] = answer.json()
    return issued


async def status_of(client: httpx.AsyncClient, token: str, path: str = "/v1/homes") -> int:
    return (await client.get(path, headers={"Authorization": f"Bearer {token}"})).status_code


@pytest.mark.parametrize("name", ["org", "organisation", "organisation_id", "sub", "tenant"])
async def test_organisation_of_a_token_is_the_clients_whatever_the_request_says(
    ask: Ask, enrol: Enrol, member: Member, name: str
) -> None:
    other = await enrol()
    answer = await ask(member.basic, **{name: str(other.id)})
    assert claims_of(answer.json()["access_token"])["org"] == str(member.id)
    assert claims_of(answer.json()["access_token"])["sub"] == member.client_id


async def test_assertion_for_the_token_endpoint_can_be_ruled_out(
    ask: Ask, key_member: Member, assertion: Sign, database: Database, settings: Settings
) -> None:
    jwks = {"keys": [key_member.key.as_dict(private=False)]}
    app = await register_app(
        database, key_member.id, auth_method="private_key_jwt", jwks=jwks, redirect_uris=(),
        token_endpoint_audience=False,
    )  # fmt: skip
    strict = Member(key_member.id, app.client_id, "", key_member.key)
    assert (await ask(**assertion(strict, aud=settings.base_url))).status_code == 200
    refused = await ask(**assertion(strict, aud=f"{settings.base_url}/oauth/token"))
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


async def test_client_of_a_suspended_vendor_acts_for_nobody(
    client: httpx.AsyncClient, app: FastAPI, settings: Settings, enrol: Enrol, member: Member, database: Database,
    job_database: Database,
) -> None:  # fmt: skip
    vendor = await enrol(kind="partner", scopes=("territories:read",))
    shared = await register_app(database, vendor.id, shared=True, scopes=("stock:read",), machine=False)
    browser = Browser(app, settings)
    await browser.sign_in(await join(database, settings, member.id, "landlord_admin"))
    token = (await granted(client, browser, shared))["access_token"]
    assert await status_of(client, token) == 200
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        await suspend_organisation(session=session, organisation=vendor.id)
    await asyncio.sleep(WAIT_S)
    assert await status_of(client, token) == 401


async def test_token_follows_the_roles_of_its_person(
    client: httpx.AsyncClient, app: FastAPI, settings: Settings, member: Member, database: Database
) -> None:
    person = await join(database, settings, member.id, "landlord_searcher")
    async with database.transaction(Role.AUTH, actor="tests") as session:
        await account.give_role(session=session, organisation=member.id, user=person.id, role="landlord_publisher")
    application = await register_app(database, member.id, scopes=("stock:write", "stock:read"))
    browser = Browser(app, settings)
    await browser.sign_in(person)
    token = (await granted(client, browser, application, scope="stock:write"))["access_token"]
    written = {"residence_ref": "none", "typology": "T2", "rooms": 2, "status": "vacant"}
    headers = {"Authorization": f"Bearer {token}"}
    assert (await client.put("/v1/homes/X", json=written, headers=headers)).json()["code"] == "residence-unknown"
    async with database.transaction(Role.AUTH, actor="tests") as session:
        await account.remove_member(session=session, organisation=member.id, user=person.id, role="landlord_publisher")
    await asyncio.sleep(WAIT_S)
    assert (await client.put("/v1/homes/X", json=written, headers=headers)).json()["code"] == "scope-missing"


async def test_refresh_token_that_was_used_is_not_active(
    client: httpx.AsyncClient, app: FastAPI, settings: Settings, member: Member, database: Database
) -> None:
    application = await register_app(database, member.id)
    browser = Browser(app, settings)
    await browser.sign_in(await join(database, settings, member.id, "landlord_admin"))
    first = (await granted(client, browser, application))["refresh_token"]

    async def described(token: str) -> dict[str, Any]:
        answer = await client.post("/oauth/introspect", data={"token": token}, auth=application.basic)
        found: dict[str, Any] = answer.json()
        return found

    assert (await described(first))["active"] is True
    form = {"grant_type": "refresh_token", "refresh_token": first}
    second = (await client.post("/oauth/token", data=form, auth=application.basic)).json()["refresh_token"]
    assert await described(first) == {"active": False}
    assert (await described(second))["active"] is True, "to ask is not to use"


def proof(key: ECKey, path: str, **claims: Any) -> str:
    body = {"htm": "POST", "htu": f"{BASE_URL}{path}", "iat": int(time.time()), "jti": secrets.token_hex(8), **claims}
    return proof_of(key, json.dumps(body))


def proof_of(key: ECKey, payload: str) -> str:
    """Return a proof whose signature is right, whatever it says."""
    public = {name: value for name, value in key.as_dict(private=False).items() if name in {"kty", "crv", "x", "y"}}
    header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": public}
    return jws.serialize_compact(header, payload, key, algorithms=["ES256"])


def beyond_reckoning(method: str, url: str) -> dict[str, str]:
    """Return payloads that are well signed, and that a reader may choke on."""
    claims = f'"htm":"{method}","htu":"{url}","jti":"j"'
    return {
        "nested": '{"a":' + "[" * 1200 + "]" * 1200 + "}",
        "iat past any float": f'{{{claims},"iat":1{"0" * 400}}}',
        "iat past any date": f'{{{claims},"iat":1{"0" * 30}}}',
        "iat without end": f'{{{claims},"iat":1e999}}',
        "iat no number": f'{{{claims},"iat":NaN}}',
        "half a character": f'{{{claims},"iat":{int(time.time())},"x":"\\ud800"}}',
        "a list": "[1]",
    }


@pytest.fixture
async def bound(database: Database, member: Member) -> App:
    """A client whose tokens are bound to a key."""
    return await register_app(database, member.id, redirect_uris=(), dpop_bound=True)


async def test_proof_gets_one_token(client: httpx.AsyncClient, bound: App) -> None:
    form, headers = {"grant_type": "client_credentials"}, {"DPoP": proof(ECKey.generate_key("P-256"), "/oauth/token")}
    answers = await asyncio.gather(
        *(client.post("/oauth/token", data=form, auth=bound.basic, headers=headers) for _ in range(10))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 9
    assert {answer.json().get("error") for answer in answers} == {None, "invalid_dpop_proof"}


@pytest.mark.parametrize("path", ["/oauth/introspect", "/oauth/revoke"])
async def test_proof_is_for_the_endpoint_that_it_is_sent_to(client: httpx.AsyncClient, bound: App, path: str) -> None:
    """A client that proves itself everywhere names each endpoint by its own address (RFC 9449 §4.2)."""
    key, form = ECKey.generate_key("P-256"), {"token": "unknown"}
    own, other = ({"DPoP": proof(key, address)} for address in (path, "/oauth/token"))
    assert (await client.post(path, data=form, auth=bound.basic, headers=own)).status_code == 200
    refused = await client.post(path, data=form, auth=bound.basic, headers=other)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_dpop_proof")


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/introspect", "/oauth/revoke"])
async def test_proof_of_a_stranger_that_cannot_be_read_is_refused(client: httpx.AsyncClient, path: str) -> None:
    key, form = ECKey.generate_key("P-256"), {"grant_type": "client_credentials", "token": "x"}
    answers = {
        name: await client.post(path, data=form, headers={"DPoP": proof_of(key, payload)})
        for name, payload in beyond_reckoning("POST", f"{BASE_URL}{path}").items()
    }
    told = {name: (answer.status_code, answer.json()["error"]) for name, answer in answers.items()}
    assert told == dict.fromkeys(told, (400, "invalid_dpop_proof"))


async def test_proof_at_the_api_that_cannot_be_read_is_refused(client: httpx.AsyncClient, bound: App) -> None:
    key, form = ECKey.generate_key("P-256"), {"grant_type": "client_credentials"}
    headers = {"DPoP": proof(key, "/oauth/token")}
    token = (await client.post("/oauth/token", data=form, auth=bound.basic, headers=headers)).json()["access_token"]
    statuses = {}
    for name, payload in beyond_reckoning("GET", f"{BASE_URL}/v1/homes").items():
        headers = {"Authorization": f"DPoP {token}", "DPoP": proof_of(key, payload)}
        statuses[name] = (await client.get("/v1/homes", headers=headers)).status_code
    assert statuses == dict.fromkeys(statuses, 401)


@pytest.mark.parametrize("kid", ["\0", "a\0b", "", "x" * 43, "é" * 43, "k" * 2000])
@pytest.mark.parametrize("path", ["/oauth/introspect", "/oauth/revoke"])
async def test_token_that_names_no_key_of_ours_is_nothing(
    client: httpx.AsyncClient, member: Member, path: str, kid: str
) -> None:
    parts = ({"alg": "ES256", "typ": "at+jwt", "kid": kid}, {"client_id": member.client_id})
    token = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts)
    answer = await client.post(path, data={"token": f"{token}.c2ln"}, auth=member.basic)
    assert answer.status_code == 200
    assert answer.json() == ({"active": False} if path == "/oauth/introspect" else {})


@pytest.mark.parametrize(
    ("sent", "named", "status"),
    [
        ("/v1/homes/B%C3%A2t.%20A", "/v1/homes/B%C3%A2t.%20A", 404),
        ("/v1/homes/B%C3%A2t.%20A", "/v1/homes/B%c3%a2t%2E%20A", 404),
        ("/v1/homes/A%2F1", "/v1/homes/A%2F1", 404),
        ("/v1/homes/100%2525", "/v1/homes/100%2525", 404),
        ("/v1/homes/A%3Fb", "/v1/homes/A%3Fb", 404),
        ("/v1/homes/A", "/v1/homes/A?limit=1#x", 404),
        ("/v1/homes/A", "/v1/homes/B", 401),
        ("/v1/homes/100%2525", "/v1/homes/100%25", 401),
        ("/v1/homes/A%3Fb", "/v1/homes/A?b", 401),
        ("/v1/homes/A%3Fb", "/v1/homes/A", 401),
    ],
)
async def test_proof_names_the_address_however_it_is_encoded(
    client: httpx.AsyncClient, bound: App, sent: str, named: str, status: int
) -> None:
    key, form = ECKey.generate_key("P-256"), {"grant_type": "client_credentials"}
    headers = {"DPoP": proof(key, "/oauth/token")}
    token = (await client.post("/oauth/token", data=form, auth=bound.basic, headers=headers)).json()["access_token"]
    ath = base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
    headers = {"Authorization": f"DPoP {token}", "DPoP": proof(key, named, htm="GET", ath=ath)}
    assert (await client.get(sent, headers=headers)).status_code == status


@pytest.mark.parametrize("port", ["", ":443"])
@pytest.mark.parametrize("host", ["registre.example", "REGISTRE.example"])
def test_proof_may_state_the_port_that_https_has_anyway(host: str, port: str) -> None:
    key = ECKey.generate_key("P-256")
    made = proof(key, "", htu=f"HTTPS://{host}{port}/oauth/token")
    assert dpop.verified(made, method="POST", url="https://registre.example/oauth/token").thumbprint == key.thumbprint()
    with pytest.raises(dpop.ProofInvalid):
        dpop.verified(made, method="POST", url="https://registre.example:8443/oauth/token")
