"""A cursor is good on one line of history, and as long as what was deleted is remembered."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest_asyncio

from registry.changes import tasks
from registry.platform.database import Database
from tests.support import members, territory
from tests.support.application import serving
from tests.support.database import Server, fresh_name
from tests.support.following import Follower
from tests.support.stock import home, publish, residence


class Scene:
    def __init__(self, server: Server, name: str) -> None:
        self.server, self.name = server, name

    async def fill(self, client: httpx.AsyncClient, web: Database, jobs: Database) -> Follower:
        """Make a landlord of three homes, and somebody who has followed its stock."""
        place = await territory.create(web, jobs, client)
        owner = await members.register(web, client)
        lines = [{"ref": f"H{n}", **home("R1")} for n in range(3)]
        await publish(client, owner, {"R1": residence(place.communes[0])}, lines)
        follower = Follower(client, owner, "/v1/changes")
        await follower.catch_up()
        return follower

    def admin(self) -> psycopg.Connection:
        return self.server.connect(self.name)


@pytest_asyncio.fixture
async def scene(server: Server) -> AsyncIterator[Scene]:
    name = fresh_name()
    server.clone(name)
    yield Scene(server, name)
    server.drop(name)


async def refusal(follower: Follower) -> tuple[int, Any]:
    answer = await follower.client.get(follower.address, headers=follower.member.headers)
    return answer.status_code, answer.json().get("code")


async def age(scene: Scene, days: int) -> None:
    with scene.admin() as admin:
        admin.execute("UPDATE registry.stock_tombstones SET deleted_at = now() - %s", (timedelta(days=days),))


async def test_reader_who_stayed_away_longer_than_deletions_are_remembered_begins_anew(scene: Scene) -> None:
    async with serving(scene.server, scene.name) as (_, _, client, web, jobs):
        follower = await scene.fill(client, web, jobs)
        address = follower.address
        await client.delete("/v1/homes/H0", headers=follower.member.headers)
        await age(scene, days=91)
        await tasks.forget(jobs)
        assert await refusal(follower) == (410, "changes-forgotten")
        anew = Follower(client, follower.member, "/v1/changes?limit=1")
        await anew.catch_up()
        assert ("home", "H0") not in anew.held
        assert len(anew.held) == 3
        assert follower.address == address


async def test_reader_who_kept_asking_loses_nothing_when_deletions_are_forgotten(scene: Scene) -> None:
    async with serving(scene.server, scene.name) as (_, _, client, web, jobs):
        follower = await scene.fill(client, web, jobs)
        slow = Follower(client, follower.member, "/v1/changes?limit=1")
        await slow.page()
        await client.delete("/v1/homes/H0", headers=follower.member.headers)
        await follower.catch_up()
        await age(scene, days=91)
        await tasks.forget(jobs)
        await client.delete("/v1/homes/H1", headers=follower.member.headers)
        await follower.catch_up()
        assert sorted(ref for kind, ref in follower.held if kind == "home") == ["H2"]
        assert await refusal(slow) == (410, "changes-forgotten"), "it holds perhaps what was deleted meanwhile"


async def test_deletions_of_the_last_ninety_days_are_kept(scene: Scene) -> None:
    async with serving(scene.server, scene.name) as (_, _, client, web, jobs):
        follower = await scene.fill(client, web, jobs)
        await client.delete("/v1/homes/H0", headers=follower.member.headers)
        await age(scene, days=89)
        await tasks.forget(jobs)
        assert [item["change"] for item in await follower.catch_up()] == ["deleted"]


async def test_cursor_from_before_a_restore_is_refused_and_rows_with_numbers_to_come_are_given(scene: Scene) -> None:
    """As a dump that is restored into a younger cluster: its rows name transactions that are far ahead there."""
    async with serving(scene.server, scene.name) as (_, _, client, web, jobs):
        follower = await scene.fill(client, web, jobs)
        await client.delete("/v1/homes/H0", headers=follower.member.headers)
    with scene.admin() as admin:
        admin.execute("UPDATE registry.change_feeds SET history = 'another cluster', forgotten = '900000000000'")
        for table in ("homes", "residences", "stock_tombstones"):
            admin.execute(f"UPDATE registry.{table} SET changed_in = '900000000000'".encode())
    restored = fresh_name()
    scene.server.clone(restored, template=scene.name)
    try:
        async with serving(scene.server, restored) as (_, _, client, _, jobs):
            follower.client = client
            await members.renew(follower.member, client)
            assert await refusal(follower) == (410, "changes-forgotten")
            early = Follower(client, follower.member, "/v1/changes")
            await early.page()
            assert early.held == {}
            assert await tasks.keep_history(jobs)
            assert not await tasks.keep_history(jobs)
            assert await refusal(follower) == (410, "changes-forgotten")
            await early.catch_up()
            anew = Follower(client, follower.member, "/v1/changes")
            await anew.catch_up()
            expected = [("home", "H1"), ("home", "H2"), ("residence", "R1")]
            assert sorted(anew.held) == sorted(early.held) == expected
            assert all(item["change"] == "upserted" for item in anew.given)
    finally:
        scene.server.drop(restored)


async def test_history_of_a_database_is_the_same_as_long_as_nothing_is_restored(scene: Scene) -> None:
    with scene.admin() as first, scene.admin() as second, scene.server.connect() as elsewhere:
        said = [each.execute("SELECT registry.history_of_database()").fetchone() for each in (first, second)]
        assert said[0] == said[1]
        (identifier,) = elsewhere.execute("SELECT system_identifier FROM pg_control_system()").fetchone() or (None,)
        assert said[0]
        assert said[0][0].startswith(f"{identifier}-00000001-")
