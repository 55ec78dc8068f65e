"""Several write at once, some withdraw and suspend, the job places: who follows ends with what is there.

Small in every run; ``REGISTRY_TEST_SCALE=full`` writes for minutes. The order is drawn from a fixed seed, but what runs
beside what is the machine's: each run is another one.
"""

import asyncio
import json
import os
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError

from registry.charter import service as charter
from registry.listings.service.place import place_requested
from registry.platform.database import Database, Role
from tests.conftest import Register
from tests.support.following import Follower
from tests.support.market import Market, market
from tests.support.members import Member
from tests.support.stock import home, publish, residence

FULL: Final = os.environ.get("REGISTRY_TEST_SCALE") == "full"
ROUNDS: Final = 1_500 if FULL else 60
WRITERS: Final = 6 if FULL else 4
REFS: Final = 200 if FULL else 25


class Writer:
    """One of the landlord's systems: single homes, batches, deletions, residences; it counts what it did."""

    def __init__(self, place: Market, seed: int) -> None:
        self.client, self.member, self.place = place.client, place.owner, place
        self.draw = random.Random(seed)

    async def run(self) -> None:
        acts: list[Callable[[], Awaitable[httpx.Response]]] = [self.put, self.put, self.batch, self.delete, self.rename]
        for _ in range(ROUNDS):
            answer = await self.draw.choice(acts)()
            # 503: two that cross; one of them is told to try again, and nothing of it is done.
            assert answer.status_code in {200, 201, 204, 404, 503}, answer.text

    def line(self) -> dict[str, Any]:
        status = self.draw.choice(["vacant", "vacant", "occupied", "withdrawn"])
        return {
            "ref": f"H{self.draw.randrange(REFS)}",
            **home(f"R{self.draw.randrange(3)}", rent_cents=self.draw.randrange(90_000), status=status),
        }

    async def put(self) -> httpx.Response:
        line = self.line()
        return await self.client.put(f"/v1/homes/{line.pop('ref')}", json=line, headers=self.member.headers)

    async def batch(self) -> httpx.Response:
        lines = {line["ref"]: line for line in (self.line() for _ in range(self.draw.randrange(1, 12)))}
        return await self.client.post(
            "/v1/homes:batch", content="\n".join(map(json.dumps, lines.values())),
            headers={**self.member.headers, "Content-Type": "application/x-ndjson"},
        )  # fmt: skip

    async def delete(self) -> httpx.Response:
        return await self.client.delete(f"/v1/homes/H{self.draw.randrange(REFS)}", headers=self.member.headers)

    async def rename(self) -> httpx.Response:
        given = residence(
            self.place.territory.communes[0], self.place.territory.point(self.draw.randrange(900)),
            name=f"Les Tilleuls {self.draw.randrange(100)}",
        )  # fmt: skip
        return await self.client.put(
            f"/v1/residences/R{self.draw.randrange(3)}", json=given, headers=self.member.headers
        )


async def suspending(place: Market, done: asyncio.Event) -> None:
    """Suspend the landlord and lift that, again and again; at the end it is lifted."""
    given: dict[str, Any] = {"organisation": place.owner.id, "territory_id": place.territory.id}
    while not done.is_set():
        for change in (charter.suspend, charter.reinstate):
            changed = False
            while not changed:
                with suppress(OperationalError):  # crossed with an owner that writes: nothing of it is done
                    async with place.database.transaction(
                        Role.COORDINATOR, organisation=place.territory.coordinator.id, actor="tests"
                    ) as session:
                        await change(session=session, **given)
                    changed = True
            await asyncio.sleep(0)


async def placing(jobs: Database, done: asyncio.Event) -> None:
    while not done.is_set():
        await place_requested(jobs)
        await asyncio.sleep(0)


async def following(follower: Follower, done: asyncio.Event) -> None:
    while not done.is_set():
        await follower.page()
    await follower.catch_up()


async def every(client: httpx.AsyncClient, address: str, member: Member) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    following: str | None = address
    while following:
        body = (await client.get(following, headers=member.headers)).json()
        found += body["items"]
        following = body["next"]
    return found


def stated(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as a follower must hold it: when it was confirmed last is no change."""
    moment = datetime.fromisoformat(row["updated_at"])
    return {**{name: value for name, value in row.items() if name != "confirmed_at"}, "updated_at": moment}


@pytest.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    made = await market(database, job_database, client, register)
    given = residence(made.territory.communes[0], made.territory.point())
    lines = [{"ref": f"H{n}", **home(f"R{n % 3}")} for n in range(REFS)]
    await publish(client, made.owner, {f"R{n}": given for n in range(3)}, lines)
    return made


async def test_followers_end_equal_to_the_source_whatever_was_written_at_once(
    app: FastAPI, place: Market, job_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.state.settings, "feed_daily_items", 10_000_000)
    client, slug = place.client, place.territory.slug
    own = [Follower(client, place.owner, f"/v1/changes?limit={limit}") for limit in (3, 50)]
    listed = [
        Follower(client, place.searcher, f"/v1/territories/{slug}/changes?limit=4"),
        Follower(client, place.territory.coordinator, f"/v1/territories/{slug}/changes"),
    ]
    done = asyncio.Event()
    async with asyncio.TaskGroup() as reading:
        for follower in (*own, *listed):
            reading.create_task(following(follower, done))
        async with asyncio.TaskGroup() as beside:
            beside.create_task(suspending(place, done))
            beside.create_task(placing(job_database, done))
            async with asyncio.TaskGroup() as writing:
                for seed in range(WRITERS):
                    writing.create_task(Writer(place, seed).run())
            done.set()
        await place_requested(job_database)
    for follower in (*own, *listed):
        await follower.catch_up()
    homes = {("home", row["ref"]): stated(row) for row in await every(client, "/v1/homes", place.owner)}
    residences = {("residence", row["ref"]): stated(row) for row in await every(client, "/v1/residences", place.owner)}
    for follower in own:
        assert {key: stated(row) for key, row in follower.held.items()} == homes | residences
        assert any(item["change"] == "deleted" for item in follower.given)
    asked = f"/v1/listings?territory={slug}&availability=any&limit=50"
    listings = {("listing", row["id"]): row for row in await every(client, asked, place.searcher)}
    assert listings
    for follower in listed:
        assert follower.held == listings
        assert any(item["change"] == "deleted" for item in follower.given)
