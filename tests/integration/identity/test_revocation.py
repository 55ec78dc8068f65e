"""Tokens that are taken back, and what a client is told of the worth of its own."""

import asyncio
from typing import Any

import httpx
import pytest

from registry.identity.service import account, suspend_organisation
from registry.platform.database import Database, Role
from tests.support.code_flow import BOTH, WAIT_S, allow_client, lose, refresh, tokens, works
from tests.support.identity import Member
from tests.support.people import App, Browser, Person


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
    await lose(loses, database, application, person, member)
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
