"""A group of landlords: the tree, what each child is bound to, and nothing else of anybody."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from typer.testing import Result

from registry.platform.settings import Settings
from tests.conftest import Register
from tests.support.commands import invoke
from tests.support.market import Market, market
from tests.support.members import Member
from tests.support.stock import home

Run = Callable[..., Awaitable[Result]]


@pytest.fixture
def run(settings: Settings) -> Run:
    async def typed(*arguments: object) -> Result:
        return await asyncio.to_thread(invoke, settings, "organisation", *map(str, arguments))

    return typed


@pytest.fixture
async def place(database: Any, job_database: Any, client: httpx.AsyncClient, register: Register) -> Market:
    return await market(database, job_database, client, register)


async def read(client: httpx.AsyncClient, who: Member) -> dict[str, Any]:
    answer = await client.get("/v1/organisation", headers=who.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def named(who: Member) -> dict[str, str]:
    return {"id": str(who.id), "name": who.name, "kind": who.kind}


async def test_parent_sees_the_tree_and_what_each_child_is_bound_to(
    place: Market, register: Register, run: Run
) -> None:
    group, child = await register(), place.owner
    await place.publish([{"ref": "H1", **home()}])
    assert (await run("set-parent", child.id, "--parent", group.id)).exit_code == 0

    seen = await read(place.client, group)

    assert seen == {
        **named(group), "siren": None, "parent": None, "successor_of": [],
        "children": [{**named(child), "status": "active", "adhesions": [
            {"territory": place.territory.slug, "status": "in_force", "charter_version": 1}
        ]}],
    }  # fmt: skip
    assert (await read(place.client, child))["parent"] == named(group), "who sees it, it sees"
    for path in ("/v1/homes", "/v1/residences", "/v1/imports", "/v1/organisation/members"):
        assert (await place.client.get(path, headers=group.headers)).json()["items"] == []
    assert (await place.client.get("/v1/homes/H1", headers=group.headers)).status_code == 404
    assert (await place.client.get("/v1/listings", headers=group.headers)).status_code == 403, "it signed nothing"
    outsider = await read(place.client, place.searcher)
    assert (outsider["parent"], outsider["children"]) == (None, [])
    shown = await run("show", group.id)
    assert str(child.id) in shown.stdout
    assert str(group.id) in (await run("list")).stdout


async def test_parent_is_taken_away_again(place: Market, register: Register, run: Run) -> None:
    group = await register()
    await run("set-parent", place.owner.id, "--parent", group.id)
    assert (await run("set-parent", place.owner.id)).exit_code == 0
    assert (await read(place.client, group))["children"] == []


async def test_group_is_a_tree_and_no_coordinator_heads_it(place: Market, register: Register, run: Run) -> None:
    top, middle = await register(), await register()
    assert (await run("set-parent", middle.id, "--parent", top.id)).exit_code == 0
    assert (await run("set-parent", place.owner.id, "--parent", middle.id)).exit_code == 0
    assert [each["id"] for each in (await read(place.client, top))["children"]] == [str(middle.id)], "not below"
    for child, parent in (
        (top, top), (top, middle), (top, place.owner), (place.searcher, place.territory.coordinator),
    ):  # fmt: skip
        assert (await run("set-parent", child.id, "--parent", parent.id)).exit_code == 1
    unknown = "0badc0de-0bad-4bad-8bad-0badc0de0bad"
    assert (await run("set-parent", top.id, "--parent", unknown)).exit_code == 1
    assert (await run("set-parent", unknown)).exit_code == 1
