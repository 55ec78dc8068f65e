"""A person lets a client act for an organisation: codes, refresh, revocation, and what must not be possible."""

import asyncio
import base64
import hashlib
import json
import secrets
import time
import uuid
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI
from joserfc import jws
from joserfc.jwk import ECKey
from sqlalchemy import text

from registry.identity.service import account, active_client, change_client, suspend_organisation
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.support.database import BASE_URL
from tests.support.identity import Enrol, Member
from tests.support.people import CALLBACK, App, Browser, Person, join, register_app

WAIT_S = 2.1
"""A verified token is believed for two seconds at most."""


@pytest.fixture
async def person(database: Database, settings: Settings, member: Member) -> Person:
    return await join(database, settings, member.id, "landlord_admin")


@pytest.fixture
async def application(database: Database, member: Member) -> App:
    return await register_app(database, member.id)


@pytest.fixture
async def browser(app: FastAPI, settings: Settings, person: Person) -> Browser:
    made = Browser(app, settings)
    await made.sign_in(person)
    return made


async def exchange(client: httpx.AsyncClient, app: App, granted: str, **changes: Any) -> httpx.Response:
    form = {
        "grant_type": "authorization_code", "code": granted, "redirect_uri": CALLBACK, "code_verifier": app.verifier,
        **changes,
    }  # fmt: skip
    given = {name: value for name, value in form.items() if value is not None}
    return await client.post("/oauth/token", data=given, auth=app.basic)


async def tokens(client: httpx.AsyncClient, browser: Browser, app: App, **changes: Any) -> dict[str, Any]:
    await browser.allow(app, **changes)
    answer = await exchange(client, app, browser.answer["code"])
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def refresh(client: httpx.AsyncClient, app: App, token: str, **form: str) -> httpx.Response:
    given = {"grant_type": "refresh_token", "refresh_token": token, **form}
    return await client.post("/oauth/token", data=given, auth=app.basic)


async def works(client: httpx.AsyncClient, token: str) -> int:
    return (await client.get("/v1/homes?limit=1", headers={"Authorization": f"Bearer {token}"})).status_code


async def test_client_acts_for_the_person_within_the_scopes_that_were_granted(
    client: httpx.AsyncClient, browser: Browser, application: App
) -> None:
    assert (await browser.allow(application)).startswith(CALLBACK)
    assert browser.answer["state"] == "the-state"
    assert browser.answer["iss"] == BASE_URL
    answer = await exchange(client, application, browser.answer["code"])
    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["scope"] == "stock:read"
    assert answer.headers["cache-control"] == "no-store"
    assert await works(client, answer.json()["access_token"]) == 200
    searching = await client.get("/v1/listings", headers={"Authorization": f"Bearer {answer.json()['access_token']}"})
    assert searching.json()["code"] == "scope-missing"


async def test_code_used_twice_ends_everything_that_came_of_it(
    client: httpx.AsyncClient, browser: Browser, application: App
) -> None:
    await browser.allow(application)
    code = browser.answer["code"]
    first = (await exchange(client, application, code)).json()
    assert (await exchange(client, application, code)).json()["error"] == "invalid_grant"
    await asyncio.sleep(WAIT_S)
    assert await works(client, first["access_token"]) == 401
    assert (await refresh(client, application, first["refresh_token"])).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": CALLBACK + "/"},
        {"redirect_uri": None},
        {"code_verifier": None},
        {"code_verifier": "another-verifier-of-the-right-form-and-length-0"},
        {"code_verifier": "short"},
        {"code": "nonsense"},
        {"code": None},
        {"resource": "https://elsewhere.example"},
    ],
    ids=str,
)
async def test_code_without_what_it_is_bound_to_is_refused(
    client: httpx.AsyncClient, browser: Browser, application: App, changes: dict[str, Any]
) -> None:
    await browser.allow(application)
    answer = await exchange(client, application, browser.answer["code"], **changes)
    assert answer.status_code == 400
    assert answer.json()["error"] in {"invalid_grant", "invalid_request", "invalid_target"}
    assert "access_token" not in answer.text


async def test_code_of_one_client_is_nothing_to_another(
    client: httpx.AsyncClient, browser: Browser, application: App, database: Database, member: Member
) -> None:
    other = await register_app(database, member.id)
    other.verifier = application.verifier
    await browser.allow(application)
    code = browser.answer["code"]
    assert (await exchange(client, other, code)).json()["error"] == "invalid_grant"
    assert (await exchange(client, application, code)).status_code == 200, "a stranger's try ends nothing"


async def test_code_is_good_for_a_minute(
    client: httpx.AsyncClient, browser: Browser, application: App, database: Database
) -> None:
    await browser.allow(application)
    digest = hashlib.sha256(browser.answer["code"].encode()).digest()
    async with database.transaction(Role.AUTH, actor="tests") as session:
        left = await session.scalar(
            text("SELECT extract(epoch FROM expires_at - now()) FROM authorization_codes WHERE digest = :d"),
            {"d": digest},
        )
        assert left <= 60
        await session.execute(
            text("UPDATE authorization_codes SET expires_at = now() - interval '1 second' WHERE digest = :d"),
            {"d": digest},
        )
    assert (await exchange(client, application, browser.answer["code"])).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "x" * 44}, "invalid_request"),
        ({"scope": "stock:write"}, "invalid_scope"),
        ({"scope": "stock:read invented"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"resource": "https://elsewhere.example/v1"}, "invalid_target"),
        ({"dpop_jkt": "\0"}, "invalid_request"),
        ({"dpop_jkt": "x" * 42 + "\0"}, "invalid_request"),
        ({"dpop_jkt": "x" * 42 + "="}, "invalid_request"),
        ({"dpop_jkt": "x" * 42}, "invalid_request"),
        ({"dpop_jkt": "x" * 44}, "invalid_request"),
        ({"dpop_jkt": "x" * 43 + "\n"}, "invalid_request"),
    ],
    ids=str,
)
async def test_request_that_cannot_be_granted_is_answered_at_the_redirect_uri(
    browser: Browser, application: App, changes: dict[str, Any], error: str
) -> None:
    assert (await browser.allow(application, **changes)).startswith(CALLBACK)
    assert browser.answer["error"] == error
    assert browser.answer["state"] == "the-state"
    assert browser.answer["iss"] == BASE_URL
    assert "code" not in browser.answer


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": CALLBACK + "/deeper"},
        {"redirect_uri": CALLBACK + "?x=1"},
        {"redirect_uri": "https://app.example/"},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": None},
        {"client_id": "client-0000000000000000"},
        {"client_id": None},
    ],
    ids=str,
)
async def test_browser_is_sent_nowhere_that_the_client_did_not_register(
    browser: Browser, application: App, changes: dict[str, Any]
) -> None:
    assert await browser.allow(application, **changes) == ""
    assert browser.page.status_code == 400
    assert browser.page.headers["content-type"].startswith("text/html")


async def test_parameter_sent_twice_is_refused(browser: Browser, application: App) -> None:
    doubled = [*application.asks().items(), ("scope", "listings:read")]
    browser.page = await browser.client.get(
        "/oauth/authorize", params="&".join(f"{name}={quote(value)}" for name, value in doubled)
    )
    assert browser.page.status_code == 400


async def test_person_may_refuse(browser: Browser, application: App) -> None:
    await browser.allow(application, answer="deny")
    assert browser.answer["error"] == "access_denied"


async def test_consent_cannot_be_given_by_another_site(browser: Browser, application: App) -> None:
    await browser.open("/oauth/authorize", **application.asks())
    query, organisation = browser.hidden("query"), browser.hidden("organisation")
    answer = await browser.client.post(
        "/oauth/authorize",
        data={"query": query, "organisation": organisation, "answer": "allow", "form_token": "f" * 64},
    )
    assert answer.status_code == 403
    assert "location" not in answer.headers


async def test_client_acts_for_its_own_organisation_only(
    client: httpx.AsyncClient, browser: Browser, application: App, person: Person, enrol: Enrol, database: Database,
    settings: Settings,
) -> None:  # fmt: skip
    other = await enrol()
    await join(database, settings, other.id, "landlord_admin", email=person.email)
    await browser.allow(application, organisation=other.id)
    assert browser.answer["error"] == "access_denied"


async def test_shared_client_acts_for_the_organisation_that_was_chosen_and_no_other(
    client: httpx.AsyncClient, browser: Browser, person: Person, enrol: Enrol, database: Database, settings: Settings,
    member: Member,
) -> None:  # fmt: skip
    vendor, other = await enrol(kind="partner", scopes=("territories:read",)), await enrol()
    await join(database, settings, other.id, "landlord_reader", email=person.email)
    app = await register_app(database, vendor.id, shared=True, scopes=("stock:read", "stock:write"), machine=False)
    await browser.allow(app, organisation=other.id)
    issued = (await exchange(client, app, browser.answer["code"])).json()
    claims = json.loads(base64.urlsafe_b64decode(issued["access_token"].split(".")[1] + "=="))
    assert claims["org"] == str(other.id)
    assert claims["sub"] == str(person.id)
    await browser.allow(app, organisation=other.id, scope="stock:write")
    assert browser.answer["error"] == "invalid_scope", "a reader grants no writing"
    await browser.allow(app, organisation=member.id, scope="stock:write")
    assert "code" in browser.answer, "an administrator does, there"
    machine = await client.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=app.basic)
    assert machine.json()["error"] == "unauthorized_client"


async def test_refresh_token_turns_over_and_its_second_use_ends_the_family(
    client: httpx.AsyncClient, browser: Browser, application: App
) -> None:
    first = await tokens(client, browser, application)
    second = (await refresh(client, application, first["refresh_token"])).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert await works(client, second["access_token"]) == 200
    assert (await refresh(client, application, first["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await refresh(client, application, second["refresh_token"])).json()["error"] == "invalid_grant"
    await asyncio.sleep(WAIT_S)
    assert await works(client, second["access_token"]) == 401


async def test_refresh_in_parallel_gives_one_token_at_most(
    client: httpx.AsyncClient, browser: Browser, application: App
) -> None:
    async def at_once(token: str) -> list[int]:
        return [
            answer.status_code
            for answer in await asyncio.gather(*(refresh(client, application, token) for _ in range(10)))
        ]

    await at_once("nonsense")  # opens the connections: otherwise the first is done before the others begin
    for _ in range(3):
        first = await tokens(client, browser, application)
        assert (await at_once(first["refresh_token"])).count(200) == 1


async def test_refresh_never_widens_the_scopes(client: httpx.AsyncClient, browser: Browser, application: App) -> None:
    first = await tokens(client, browser, application)
    wider = await refresh(client, application, first["refresh_token"], scope="stock:read listings:read")
    assert wider.json()["error"] == "invalid_scope"


async def allow_client(database: Database, app: App, *scopes: str) -> None:
    """Let a client do these things from now on, and nothing else."""
    async with database.transaction(Role.AUTH, actor="tests") as session:
        row = await active_client(session, app.client_id)
        await change_client(session=session, client=row, changes={"scopes": list(scopes)})


async def become(database: Database, person: Person, member: Member, role: str, instead_of: str) -> None:
    async with database.transaction(Role.AUTH, actor="tests") as session:
        await account.give_role(session=session, organisation=member.id, user=person.id, role=role)
        await account.remove_member(session=session, organisation=member.id, user=person.id, role=instead_of)


BOTH = "listings:read stock:read"


@pytest.mark.parametrize("loses", ["client", "role"])
async def test_refresh_gives_what_client_and_role_still_allow(
    client: httpx.AsyncClient, browser: Browser, application: App, person: Person, member: Member, database: Database,
    loses: str,
) -> None:  # fmt: skip
    first = await tokens(client, browser, application, scope=BOTH)
    assert first["scope"] == BOTH
    if loses == "client":
        await allow_client(database, application, "listings:read")
    else:
        await become(database, person, member, "landlord_searcher", "landlord_admin")
    named = await refresh(client, application, first["refresh_token"], scope="stock:read")
    assert (named.status_code, named.json()["error"]) == (400, "invalid_scope")
    second = (await refresh(client, application, first["refresh_token"])).json()
    assert second["scope"] == "listings:read"
    claims = json.loads(base64.urlsafe_b64decode(second["access_token"].split(".")[1] + "=="))
    assert claims["scope"] == "listings:read"

    await allow_client(database, application, "stock:read", "listings:read")
    await become(database, person, member, "landlord_admin", "landlord_searcher") if loses == "role" else None
    third = (await refresh(client, application, second["refresh_token"], scope="stock:read")).json()
    assert third["scope"] == "stock:read", "what was granted comes back with the right to it"


async def test_refresh_gives_nothing_where_nothing_is_left(
    client: httpx.AsyncClient, browser: Browser, application: App, person: Person, member: Member, database: Database
) -> None:
    first = await tokens(client, browser, application, scope="stock:read")
    await become(database, person, member, "landlord_searcher", "landlord_admin")
    for form in ({}, {"scope": "stock:read"}, {"scope": "listings:read"}):
        refused = await refresh(client, application, first["refresh_token"], **form)
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")


async def test_code_is_exchanged_for_what_the_role_still_allows(
    client: httpx.AsyncClient, browser: Browser, application: App, person: Person, member: Member, database: Database
) -> None:
    await browser.allow(application, scope=BOTH)
    await become(database, person, member, "landlord_searcher", "landlord_admin")
    assert (await exchange(client, application, browser.answer["code"])).json()["scope"] == "listings:read"


async def test_refresh_token_of_one_client_is_nothing_to_another(
    client: httpx.AsyncClient, browser: Browser, application: App, database: Database, member: Member
) -> None:
    other = await register_app(database, member.id)
    first = await tokens(client, browser, application)
    assert (await refresh(client, other, first["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await refresh(client, application, first["refresh_token"])).status_code == 200


async def test_revoked_access_token_stops_and_no_other_does(
    client: httpx.AsyncClient, browser: Browser, application: App, member: Member
) -> None:
    one, other = await tokens(client, browser, application), await tokens(client, browser, application)
    assert await works(client, one["access_token"]) == 200
    answer = await client.post("/oauth/revoke", data={"token": one["access_token"]}, auth=application.basic)
    assert answer.status_code == 200
    await asyncio.sleep(WAIT_S)
    assert await works(client, one["access_token"]) == 401
    assert await works(client, other["access_token"]) == 200
    assert (await refresh(client, application, one["refresh_token"])).status_code == 200


async def test_revoked_refresh_token_ends_its_family(
    client: httpx.AsyncClient, browser: Browser, application: App
) -> None:
    issued = await tokens(client, browser, application)
    for _ in range(2):
        answer = await client.post("/oauth/revoke", data={"token": issued["refresh_token"]}, auth=application.basic)
        assert answer.status_code == 200
    await asyncio.sleep(WAIT_S)
    assert await works(client, issued["access_token"]) == 401
    assert (await refresh(client, application, issued["refresh_token"])).json()["error"] == "invalid_grant"


async def test_token_of_another_client_is_neither_revoked_nor_described(
    client: httpx.AsyncClient, browser: Browser, application: App, member: Member
) -> None:
    issued = await tokens(client, browser, application)
    for token in (issued["access_token"], issued["refresh_token"], "nonsense", "a.b.c"):
        assert (await client.post("/oauth/revoke", data={"token": token}, auth=member.basic)).status_code == 200
        described = await client.post("/oauth/introspect", data={"token": token}, auth=member.basic)
        assert described.json() == {"active": False}
    await asyncio.sleep(WAIT_S)
    assert await works(client, issued["access_token"]) == 200


async def test_introspection_says_what_a_token_is_worth_now(
    client: httpx.AsyncClient, browser: Browser, application: App, person: Person, member: Member
) -> None:
    issued = await tokens(client, browser, application)
    described = (
        await client.post("/oauth/introspect", data={"token": issued["access_token"]}, auth=application.basic)
    ).json()
    assert described["active"] is True
    assert described["sub"] == str(person.id)
    assert described["org"] == str(member.id)
    assert described["scope"] == "stock:read"
    await client.post("/oauth/revoke", data={"token": issued["access_token"]}, auth=application.basic)
    stopped = await client.post("/oauth/introspect", data={"token": issued["access_token"]}, auth=application.basic)
    assert stopped.json() == {"active": False}


@pytest.mark.parametrize("loses", ["client", "role"])
async def test_introspection_tells_the_scopes_that_are_left(
    client: httpx.AsyncClient, browser: Browser, application: App, person: Person, member: Member, database: Database,
    loses: str,
) -> None:  # fmt: skip
    issued = await tokens(client, browser, application, scope=BOTH)

    async def described(token: str) -> dict[str, Any]:
        answer = await client.post("/oauth/introspect", data={"token": token}, auth=application.basic)
        found: dict[str, Any] = answer.json()
        return found

    held = [issued["access_token"], issued["refresh_token"]]
    assert [(await described(token))["scope"] for token in held] == [BOTH, BOTH]
    if loses == "client":
        await allow_client(database, application, "listings:read")
    else:
        await become(database, person, member, "landlord_searcher", "landlord_admin")
    assert [(await described(token))["scope"] for token in held] == ["listings:read", "listings:read"]
    async with database.transaction(Role.AUTH, actor="tests") as session:
        await account.remove_member(session=session, organisation=member.id, user=person.id)
    assert [await described(token) for token in held] == [{"active": False}, {"active": False}]


async def test_introspection_of_a_machines_token_tells_the_scopes_that_are_left(
    client: httpx.AsyncClient, application: App, database: Database
) -> None:
    issued = await client.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=application.basic)
    await allow_client(database, application, "listings:read")
    described = await client.post(
        "/oauth/introspect", data={"token": issued.json()["access_token"]}, auth=application.basic
    )
    assert described.json()["scope"] == "listings:read"


@pytest.mark.parametrize("address", ["/oauth/revoke", "/oauth/introspect"])
async def test_nobody_revokes_or_asks_without_credentials(client: httpx.AsyncClient, address: str) -> None:
    answer = await client.post(address, data={"token": "x"})
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"


async def test_tokens_of_a_person_who_leaves_are_worth_nothing(
    client: httpx.AsyncClient, browser: Browser, application: App, person: Person, member: Member, database: Database
) -> None:
    issued = await tokens(client, browser, application)
    assert await works(client, issued["access_token"]) == 200
    async with database.transaction(Role.AUTH, actor="tests") as session:
        await account.remove_member(session=session, organisation=member.id, user=person.id)
    await asyncio.sleep(WAIT_S)
    assert await works(client, issued["access_token"]) == 401
    assert (await refresh(client, application, issued["refresh_token"])).json()["error"] == "invalid_grant"


async def test_tokens_of_a_suspended_organisation_are_worth_nothing(
    client: httpx.AsyncClient, browser: Browser, application: App, member: Member, job_database: Database
) -> None:
    issued = await tokens(client, browser, application)
    assert await works(client, issued["access_token"]) == 200
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        await suspend_organisation(session=session, organisation=member.id)
    await asyncio.sleep(WAIT_S)
    assert await works(client, issued["access_token"]) == 401
    assert (await refresh(client, application, issued["refresh_token"])).status_code == 401


# DPoP


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


# Brute force


async def test_eleventh_wrong_secret_is_told_to_wait_and_the_right_one_still_works(
    client: httpx.AsyncClient, member: Member
) -> None:
    statuses = [
        (
            await client.post(
                "/oauth/token", data={"grant_type": "client_credentials"}, auth=(member.client_id, "areg_wrong")
            )
        ).status_code
        for _ in range(11)
    ]
    assert statuses == [401] * 10 + [429]
    right = await client.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=member.basic)
    assert right.status_code == 200, "the honest client is never locked out"


@pytest.mark.parametrize(("ago_s", "status"), [(30, 429), (59, 429), (66, 401)])
async def test_wrong_secrets_of_the_last_sixty_seconds_count_whatever_the_clock_shows(
    client: httpx.AsyncClient, member: Member, database: Database, ago_s: int, status: int
) -> None:
    async def wrong() -> int:
        answer = await client.post(
            "/oauth/token", data={"grant_type": "client_credentials"}, auth=(member.client_id, "areg_wrong")
        )
        return answer.status_code

    assert {await wrong() for _ in range(10)} == {401}
    async with database.transaction(Role.AUTH, actor="tests") as session:
        moved = await session.execute(
            text(
                "UPDATE failed_attempts SET since = since - make_interval(secs => :ago)"
                " WHERE kind = 'client' AND subject = sha256(CAST(:client AS bytea)) RETURNING failures"
            ),
            {"ago": ago_s, "client": member.client_id.encode()},
        )
        assert sum(moved.scalars()) == 10
    assert await wrong() == status


async def test_failures_of_one_client_do_not_count_for_another(
    client: httpx.AsyncClient, member: Member, enrol: Enrol
) -> None:
    other = await enrol()
    for _ in range(12):
        await client.post(
            "/oauth/token", data={"grant_type": "client_credentials"}, auth=(member.client_id, "areg_wrong")
        )
    answer = await client.post(
        "/oauth/token", data={"grant_type": "client_credentials"}, auth=(other.client_id, "areg_wrong")
    )
    assert answer.status_code == 401


async def test_challenge_points_to_the_metadata_of_the_resource(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/homes")
    pointer = f'resource_metadata="{BASE_URL}/.well-known/oauth-protected-resource/v1"'
    assert pointer in answer.headers["www-authenticate"]
    described = (await client.get("/.well-known/oauth-protected-resource/v1")).json()
    assert described["resource"] == f"{BASE_URL}/v1"
    assert described["authorization_servers"] == [BASE_URL]


async def test_access_token_is_noted_and_nothing_of_it_is_kept(
    client: httpx.AsyncClient, browser: Browser, application: App, database: Database
) -> None:
    issued = await tokens(client, browser, application)
    jti = json.loads(base64.urlsafe_b64decode(issued["access_token"].split(".")[1] + "=="))["jti"]
    async with database.transaction(Role.AUTH, actor="tests") as session:
        row = (
            await session.execute(text("SELECT * FROM access_tokens WHERE jti = :jti"), {"jti": uuid.UUID(jti)})
        ).mappings().one()  # fmt: skip
        kept = await session.scalar(
            text("SELECT count(*) FROM refresh_tokens WHERE digest = :d"),
            {"d": hashlib.sha256(issued["refresh_token"].encode()).digest()},
        )
    assert kept == 1
    assert issued["access_token"] not in str(dict(row))


NAME = "Logiciel, of"


async def test_person_withdraws_what_they_allowed_and_nobody_else_can(
    client: httpx.AsyncClient, browser: Browser, person: Person, application: App, database: Database,
    app: FastAPI, settings: Settings, member: Member,
) -> None:  # fmt: skip
    granted = await tokens(client, browser, application)
    headers = {"Authorization": f"Bearer {granted['access_token']}"}
    assert (await client.get("/v1/whoami", headers=headers)).status_code == 200
    page = (await browser.open("/account/security")).text
    assert NAME in page
    consent = browser.hidden("consent")

    other = Browser(app, settings)
    await other.sign_in(await join(database, settings, member.id, "landlord_admin"))
    assert NAME not in (await other.open("/account/security")).text
    for named in (consent, str(uuid.uuid4()), "none", ""):
        await other.open("/account/security")
        await other.send("/account/security/consents", consent=named)
        assert other.location == "/account/security"
    assert (await client.get("/v1/whoami", headers=headers)).status_code == 200

    await browser.send("/account/security/consents", consent=consent)
    assert browser.location == "/account/security?done=consent"
    page = (await browser.open(browser.location)).text
    assert 'role="status"' in page
    assert NAME not in page
    await asyncio.sleep(WAIT_S)
    assert (await client.get("/v1/whoami", headers=headers)).status_code == 401
    form = {"grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
    assert (await client.post("/oauth/token", data=form, auth=application.basic)).json()["error"] == "invalid_grant"
    async with database.transaction(Role.LANDLORD, organisation=member.id, actor="tests") as session:
        recorded = await session.execute(
            text("SELECT subject, detail FROM audit_events WHERE organisation_id = :own AND action = :action"),
            {"own": member.id, "action": "identity:consent:withdrawn"},
        )
        assert recorded.all() == [(application.client_id, {"user": str(person.id)})]
