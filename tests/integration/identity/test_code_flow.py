"""A person lets a client act for an organisation: codes, what they are bound to, and what must not be possible."""

import asyncio
import base64
import hashlib
import json
import uuid
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.support.code_flow import BOTH, WAIT_S, become, exchange, refresh, tokens, works
from tests.support.database import BASE_URL
from tests.support.identity import Enrol, Member
from tests.support.people import CALLBACK, App, Browser, Person, join, register_app


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


async def test_code_is_exchanged_for_what_the_role_still_allows(
    client: httpx.AsyncClient, browser: Browser, application: App, person: Person, member: Member, database: Database
) -> None:
    await browser.allow(application, scope=BOTH)
    await become(database, person, member, "landlord_searcher", "landlord_admin")
    assert (await exchange(client, application, browser.answer["code"])).json()["scope"] == "listings:read"


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
