"""Who sees what: the daily quota over processes and restarts, readings in the audit, counted searches."""

import asyncio
import hashlib
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError

from registry.asgi import at_the_edge, create_application
from registry.audit import service as audit
from registry.listings.tasks import RETENTION_DAYS, chain_readings, expire_usage
from registry.platform.database import Database, Role, create_engine
from tests.conftest import Register
from tests.support.database import BASE_URL, Server
from tests.support.market import Market, market
from tests.support.members import Member
from tests.support.stock import home

DAILY: Final = 3
Query = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
async def here(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    """A market with one home more than a client may see a day, and two."""
    made = await market(database, job_database, client, register)
    await made.publish([{"ref": f"H{n}", **home(rent_cents=30_000 + n)} for n in range(DAILY + 2)])
    return made


@pytest.fixture
def rows(server: Server, database_name: str) -> Query:
    def asked(query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(server.url(database_name), options="-c search_path=registry,public") as admin:
            done = admin.execute(query, values)
            return done.fetchall() if done.description else []

    return asked


@dataclass
class Process:
    """One web process with a quota of :data:`DAILY` homes."""

    app: FastAPI
    client: httpx.AsyncClient

    async def search(self, member: Member, **asked: Any) -> httpx.Response:
        return await self.client.get("/v1/listings", params=asked, headers=member.headers)

    async def read(self, member: Member, listing: str) -> httpx.Response:
        return await self.client.get(f"/v1/listings/{listing}", headers=member.headers)

    async def flush(self) -> None:
        await self.app.state.meter.flush()

    async def flush_until_it_fails(self) -> None:
        """Flush again and again: the process may be writing the counts itself; it fails, and they are back."""
        while True:
            await self.flush()
            await asyncio.sleep(0.05)


Start = Callable[..., AbstractAsyncContextManager[Process]]


@pytest.fixture
def start(server: Server, database_name: str) -> Start:
    settings = server.settings(database_name, listing_daily_homes=DAILY)

    @asynccontextmanager
    async def started(statement_timeout_ms: int = 10_000) -> AsyncIterator[Process]:
        assert settings.web_database_url
        url = settings.web_database_url.get_secret_value()
        app = create_application(settings, Database(create_engine(url, statement_timeout_ms=statement_timeout_ms)))
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(at_the_edge(app, settings), raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
                yield Process(app, client)

    return started


@pytest.fixture
async def listings(here: Market) -> list[str]:
    """The ids of the homes, in the order of a search by rent."""
    by_ref = {ref: listing for listing, ref in (await here.refs()).items()}
    return [by_ref[f"H{n}"] for n in range(DAILY + 2)]


def assert_used_up(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.json()["code"]) == (429, "daily-homes-used-up"), answer.text


async def test_quota_is_named_with_when_to_come_back_and_what_was_seen_stays_open(
    here: Market, start: Start, listings: list[str]
) -> None:
    async with start() as process:
        assert (await process.search(here.searcher, territory=here.territory.slug, limit=DAILY)).status_code == 200

        refused = await process.search(here.searcher, territory=here.territory.slug, limit=DAILY + 1)

        assert_used_up(refused)
        now = datetime.now(UTC)
        midnight = datetime.combine(now.date() + timedelta(days=1), time.min, UTC)
        assert abs(int(refused.headers["Retry-After"]) - (midnight - now).total_seconds()) <= 5
        problem = refused.json()
        assert "homes" in problem["title"]
        assert "tomorrow" in problem["remedy"]
        assert_used_up(await process.read(here.searcher, listings[DAILY]))
        assert (await process.read(here.searcher, listings[0])).status_code == 200, "seen before"
        assert (await process.search(here.owner, territory=here.territory.slug)).status_code == 200, "its own homes"


async def test_second_process_counts_what_the_first_one_showed(here: Market, start: Start, listings: list[str]) -> None:
    async with start() as first, start() as second:
        assert (await first.search(here.searcher, territory=here.territory.slug, limit=DAILY - 1)).status_code == 200
        await first.flush()

        assert (await second.read(here.searcher, listings[DAILY - 1])).status_code == 200
        assert_used_up(await second.read(here.searcher, listings[DAILY]))
        assert (await second.read(here.searcher, listings[0])).status_code == 200, "seen at the first one"


async def test_processes_that_count_at_the_same_time_learn_of_each_other_when_they_write(
    here: Market, start: Start, listings: list[str]
) -> None:
    async with start() as first, start() as second:
        assert (await second.read(here.searcher, listings[0])).status_code == 200
        assert (await first.search(here.searcher, territory=here.territory.slug, limit=DAILY - 1)).status_code == 200
        await first.flush()
        assert (await second.read(here.searcher, listings[DAILY - 1])).status_code == 200
        await second.flush()

        assert_used_up(await second.read(here.searcher, listings[DAILY]))


async def test_process_that_is_started_anew_counts_what_was_seen_before(
    here: Market, start: Start, listings: list[str]
) -> None:
    async with start() as process:
        assert (await process.search(here.searcher, territory=here.territory.slug, limit=DAILY)).status_code == 200

    async with start() as process:
        assert_used_up(await process.read(here.searcher, listings[DAILY]))
        assert (await process.read(here.searcher, listings[DAILY - 1])).status_code == 200


@dataclass
class Lock:
    """A table of the meter that can be held, so that whoever writes the counts waits."""

    url: str

    @contextmanager
    def held(self) -> Iterator[None]:
        with psycopg.connect(self.url) as admin:
            admin.execute("LOCK TABLE registry.listing_searches IN ACCESS EXCLUSIVE MODE")
            yield

    async def waiter(self, other_than: object = None) -> object:
        """Return what waits for the table, once something does."""
        query = (
            "SELECT a.pid, a.query_start FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
            " WHERE NOT l.granted AND l.relation = 'registry.listing_searches'::regclass"
        )
        with psycopg.connect(self.url, autocommit=True) as admin:
            for _ in range(2_000):
                found = admin.execute(query).fetchall()
                if found and found[0] != other_than:
                    return found[0]
                await asyncio.sleep(0.01)
        raise AssertionError("nothing waits for the table")


@pytest.fixture
def lock(server: Server, database_name: str) -> Lock:
    return Lock(server.url(database_name))


def seen(rows: Query, member: Member) -> int:
    ((count,),) = rows("SELECT count(*) FROM listings_seen WHERE client_id = %s", member.client_id)
    return int(count)


def readings(rows: Query, member: Member) -> list[str]:
    found = rows("SELECT listing_id FROM listing_reads WHERE client_id = %s ORDER BY id", member.client_id)
    return [str(listing) for (listing,) in found]


def searches(rows: Query, member: Member) -> dict[str, int]:
    found = rows(
        "SELECT shape, sum(searches) FROM listing_searches WHERE client_id = %s GROUP BY shape", member.client_id
    )
    return {shape: int(count) for shape, count in found}


async def test_counts_that_could_not_be_written_are_written_by_the_next_flush(
    here: Market, start: Start, listings: list[str], rows: Query, lock: Lock
) -> None:
    async with start(statement_timeout_ms=500) as process:
        with lock.held():
            await process.read(here.searcher, listings[0])
            await process.search(here.searcher, territory=here.territory.slug, limit=DAILY)
            with pytest.raises(DBAPIError):
                await process.flush_until_it_fails()
            assert (seen(rows, here.searcher), readings(rows, here.searcher)) == (0, [])
        await process.read(here.searcher, listings[1])

        await process.flush()

        assert_used_up(await process.read(here.searcher, listings[DAILY]))
    assert seen(rows, here.searcher) == DAILY
    assert sorted(readings(rows, here.searcher)) == sorted(listings[:2])
    assert searches(rows, here.searcher) == {"territory": 1}


async def test_process_that_ends_while_it_writes_its_counts_loses_none(
    here: Market, start: Start, listings: list[str], rows: Query, lock: Lock
) -> None:
    stack = AsyncExitStack()
    process = await stack.enter_async_context(start())
    with lock.held():
        await process.read(here.searcher, listings[0])
        await process.search(here.searcher, territory=here.territory.slug, limit=DAILY)
        writing = await lock.waiter()
        ending = asyncio.create_task(stack.aclose())
        await lock.waiter(other_than=writing)

    await ending

    assert seen(rows, here.searcher) == DAILY
    assert readings(rows, here.searcher) == [listings[0]]
    assert searches(rows, here.searcher) == {"territory": 1}


async def test_searches_are_counted_by_the_names_of_their_filters(here: Market, start: Start, rows: Query) -> None:
    async with start() as process:
        for rooms in (1, 2):
            await process.search(here.searcher, territory=here.territory.slug, rooms_min=rooms, limit=1)
        await process.search(here.searcher, **{**here.near, "lift": "true", "limit": 1})
        await process.flush()
        await process.search(here.searcher, territory=here.territory.slug, rooms_min=3)
        await process.flush()

    assert searches(rows, here.searcher) == {"rooms_min,territory": 3, "lift,near,within_m": 1}
    assert searches(rows, here.owner) == {}


async def test_readings_of_others_homes_go_into_the_readers_chain_once(
    here: Market, start: Start, listings: list[str], rows: Query, job_database: Database
) -> None:
    async with start() as process:
        for listing in (listings[0], listings[1], listings[0]):
            assert (await process.read(here.searcher, listing)).status_code == 200
        assert (await process.read(here.owner, listings[0])).status_code == 200
    assert readings(rows, here.searcher) == [listings[0], listings[1], listings[0]]
    assert readings(rows, here.owner) == [], "its own"

    assert await chain_readings(job_database) >= 3

    (event,) = chained(rows, here.searcher)
    subject, detail = event
    logged = rows(
        "SELECT id, client_id, listing_id, extract(epoch FROM read_at) FROM listing_reads WHERE client_id = %s"
        " ORDER BY id", here.searcher.client_id,
    )  # fmt: skip
    lines = "\n".join(f"{id_} {client} {listing} {epoch}" for id_, client, listing, epoch in logged)
    assert subject == f"{logged[0][0]}-{logged[-1][0]}"
    assert detail == {"count": 3, "sha256": hashlib.sha256(lines.encode()).hexdigest()}
    assert chained(rows, here.owner) == []
    await chain_readings(job_database)
    assert chained(rows, here.searcher) == [event], "once"
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        count, broken = await audit.verify(session=session, organisation=here.searcher.id)
    assert (count > 0, broken) == (True, None)


def chained(rows: Query, member: Member) -> list[tuple[str, dict[str, Any]]]:
    query = (
        "SELECT subject, detail FROM audit_events WHERE organisation_id = %s AND action = 'listings:items:read'"
        " ORDER BY sequence"
    )
    return [(subject, detail) for subject, detail in rows(query, member.id)]


async def test_usage_is_deleted_when_it_is_due_and_not_before(
    here: Market, rows: Query, job_database: Database
) -> None:
    client, organisation = here.searcher.client_id, here.searcher.id
    for ago in (0, 1, 2, 3):
        rows(
            "INSERT INTO listings_seen (client_id, day, listing_id, organisation_id)"
            " VALUES (%s, (now() AT TIME ZONE 'UTC')::date - %s::integer, %s, %s)",
            client, ago, uuid.uuid4(), organisation,
        )  # fmt: skip
    for ago in (RETENTION_DAYS - 1, RETENTION_DAYS + 2):
        rows(
            "INSERT INTO listing_searches (minute, client_id, organisation_id, shape, searches)"
            " VALUES (now() - make_interval(days => %s), %s, %s, %s, 1)", ago, client, organisation, f"{ago}",
        )  # fmt: skip
        for chained_ in (False, True):
            rows(
                "INSERT INTO listing_reads (read_at, organisation_id, client_id, listing_id, chained)"
                " VALUES (now() - make_interval(days => %s), %s, %s, %s, %s)",
                ago, organisation, client, uuid.uuid4(), chained_,
            )  # fmt: skip

    await expire_usage(job_database)

    days = rows(
        "SELECT (now() AT TIME ZONE 'UTC')::date - day FROM listings_seen WHERE client_id = %s ORDER BY 1", client
    )
    assert days == [(0,), (1,)]
    assert searches(rows, here.searcher) == {f"{RETENTION_DAYS - 1}": 1}
    left = rows(
        "SELECT chained, read_at < now() - make_interval(days => %s) FROM listing_reads WHERE client_id = %s"
        " ORDER BY 1, 2", RETENTION_DAYS, client,
    )  # fmt: skip
    assert left == [(False, False), (False, True), (True, False)], "what is not chained yet stays"
