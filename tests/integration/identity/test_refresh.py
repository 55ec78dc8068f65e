"""Refresh tokens: each is good once, and gives what client, organisation and role allow at that moment."""

import asyncio
import base64
import json

import httpx
import pytest

from registry.platform.database import Database
from tests.support.code_flow import BOTH, WAIT_S, allow_client, become, lose, refresh, tokens, works
from tests.support.identity import Member
from tests.support.people import App, Browser, Person, register_app


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


@pytest.mark.parametrize("loses", ["client", "role"])
async def test_refresh_gives_what_client_and_role_still_allow(
    client: httpx.AsyncClient, browser: Browser, application: App, person: Person, member: Member, database: Database,
    loses: str,
) -> None:  # fmt: skip
    first = await tokens(client, browser, application, scope=BOTH)
    assert first["scope"] == BOTH
    await lose(loses, database, application, person, member)
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


async def test_refresh_token_of_one_client_is_nothing_to_another(
    client: httpx.AsyncClient, browser: Browser, application: App, database: Database, member: Member
) -> None:
    other = await register_app(database, member.id)
    first = await tokens(client, browser, application)
    assert (await refresh(client, other, first["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await refresh(client, application, first["refresh_token"])).status_code == 200
