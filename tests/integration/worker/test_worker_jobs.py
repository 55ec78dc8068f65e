"""The worker against PostgreSQL: it works, forgets what went well, and keeps what did not."""

import asyncio
import uuid

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import text

from registry import worker
from registry.listings import tasks as listings
from registry.listings.repository import usage
from registry.listings.service.place import place_requested, place_territory
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.conftest import Register
from tests.support import members
from tests.support import territory as territories
from tests.support.database import Server
from tests.support.members import Member
from tests.support.stock import home, publish, residence
from tests.support.territory import Territory


async def test_job_that_succeeded_is_deleted_and_one_that_failed_stays(
    settings: Settings, job_database: Database
) -> None:
    app, own = worker.create_worker(settings)
    async with app.open_async():
        done = await app.tasks["access.expire_keys"].defer_async(timestamp=0)
        failed = await app.configure_task("no.such.task", allow_unknown=True).defer_async()
    await own.dispose()

    await worker.run(settings, wait=False, listen_notify=False, install_signal_handlers=False)

    async with job_database.transaction(Role.JOB, actor="tests") as session:
        rows = await session.execute(
            text("SELECT id, status::text FROM procrastinate_jobs WHERE id = ANY(:ids)"), {"ids": [done, failed]}
        )
        assert [tuple(row) for row in rows] == [(failed, "failed")]


async def test_job_of_a_dead_worker_is_begun_again_or_where_the_next_one_waits_ended(
    settings: Settings, job_database: Database
) -> None:
    name = uuid.uuid4().hex
    app, own = worker.create_worker(settings)
    async with app.open_async():
        asked = app.configure_task(name, allow_unknown=True, lock=f"asked {name}")
        due = app.configure_task(name, allow_unknown=True, lock=f"due {name}", queueing_lock=name)
        dead = [await asked.defer_async(), await due.defer_async()]
        async with job_database.transaction(Role.JOB, actor="tests") as session:
            await session.execute(
                text("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = ANY(:ids)"), {"ids": dead}
            )
        following = await due.defer_async()
        assert await worker.revive(app) == 2
        async with job_database.transaction(Role.JOB, actor="tests") as session:
            left = text("DELETE FROM procrastinate_jobs WHERE task_name = :name RETURNING id, status::text")
            rows = [tuple(row) for row in await session.execute(left, {"name": name})]
            assert sorted(rows) == [(dead[0], "todo"), (following, "todo")]
    await own.dispose()


Place = tuple[Territory, Member, Member]


@pytest_asyncio.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Place:
    """A territory in which one landlord shows three homes and another has read them."""
    made = await territories.create(database, job_database, client)
    owner, reader = await register(), await register()
    await territories.sign(database, made, [owner, reader])
    for member in (owner, reader):
        await members.renew(member, client)
    given = {"R1": residence(made.communes[0], made.point())}
    await publish(client, owner, given, [{"ref": f"H{n}", **home()} for n in range(3)])
    return made, owner, reader


async def read_all(client: httpx.AsyncClient, app: FastAPI, reader: Member) -> None:
    for item in (await client.get("/v1/listings?limit=3", headers=reader.headers)).json()["items"]:
        answer = await client.get(f"/v1/listings/{item['id']}", headers=reader.headers)
        assert answer.status_code == 200
    await app.state.meter.flush()


async def chained_of(jobs: Database, reader: Member) -> list[int]:
    """Return how many readings each event of a reader's chain took."""
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        rows = await session.execute(
            text(
                "SELECT CAST(detail->>'count' AS integer) FROM audit_events"
                " WHERE organisation_id = :reader AND action = 'listings:items:read' ORDER BY sequence"
            ),
            {"reader": reader.id},
        )
        return list(rows.scalars())


async def requests_of(jobs: Database, place: Territory) -> int:
    return len(await asked_for(jobs, place))


async def asked_for(jobs: Database, place: Territory) -> set[int]:
    """Return the requests that wait, by number."""
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        asked = text("SELECT id FROM zoning_requests WHERE territory_id = :territory")
        return set((await session.execute(asked, {"territory": place.id})).scalars())


async def test_job_that_waits_holds_up_no_other(
    settings: Settings,
    server: Server,
    database_name: str,
    job_database: Database,
    client: httpx.AsyncClient,
    app: FastAPI,
    place: Place,
) -> None:
    made, _, reader = place
    await read_all(client, app, reader)
    asked = await asked_for(job_database, made)
    assert asked
    jobs, own = worker.create_worker(settings)
    async with jobs.open_async():
        await jobs.tasks["listings.place"].defer_async(timestamp=0)
        await jobs.tasks["listings.chain_readings"].defer_async(timestamp=0)
    await own.dispose()
    with server.connect(database_name) as admin, admin.transaction():
        admin.execute("LOCK TABLE registry.zonings IN ACCESS EXCLUSIVE MODE")  # what placing a territory writes
        async with asyncio.timeout(30):
            working = asyncio.create_task(
                worker.run(settings, wait=False, listen_notify=False, install_signal_handlers=False)
            )
            while await chained_of(job_database, reader) != [3]:
                assert not working.done()
                await asyncio.sleep(0)
    await working
    assert not asked & await asked_for(job_database, made), "what another job of the worker asks for since may wait"


async def test_territory_that_is_being_placed_is_left_for_the_next_time(job_database: Database, place: Place) -> None:
    made, _, _ = place
    asked = await requests_of(job_database, made)
    async with asyncio.timeout(30), job_database.transaction(Role.JOB, actor="tests") as session:
        await place_territory(session=session, territory=made.id)
        await place_requested(job_database)
        assert await requests_of(job_database, made) == asked, "not committed, and not taken by the other"
    assert await requests_of(job_database, made) == 0


async def test_readings_are_chained_until_none_is_left(
    job_database: Database, client: httpx.AsyncClient, app: FastAPI, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, reader = place
    await listings.chain_readings(job_database)
    await read_all(client, app, reader)
    monkeypatch.setattr(listings, "CHAINED_AT_ONCE", 2)
    assert await listings.chain_readings(job_database) == 3
    assert await chained_of(job_database, reader) == [2, 1]


async def test_readings_that_another_job_is_chaining_are_not_chained_twice(
    job_database: Database, client: httpx.AsyncClient, app: FastAPI, place: Place
) -> None:
    _, _, reader = place
    await read_all(client, app, reader)
    async with asyncio.timeout(30), job_database.transaction(Role.JOB, actor="tests") as session:
        assert await usage.take_unchained(session, 1_000_000)
        assert await listings.chain_readings(job_database) == 0
