"""Exactly once: whoever is killed, at whatever moment, every change of a file is applied once and told of once.

Small in every run; ``REGISTRY_TEST_SCALE=full`` (``make stress-sync``) kills a hundred workers and twenty PostgreSQLs.
The moments are drawn from a seed that is said when a test fails; what is under way then is the machine's own.
"""

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest
import pytest_asyncio
import structlog

from registry.asgi import at_the_edge, create_application
from registry.platform.database import Database, create_engine
from tests.integration.sync.killed import ENDPOINTS, Sender, Week
from tests.support import members
from tests.support import territory as territories
from tests.support.database import BASE_URL
from tests.support.proxy import proxy
from tests.support.served import serve
from tests.support.site import Site, site

FULL: Final = os.environ.get("REGISTRY_TEST_SCALE") == "full"
WORKERS: Final = 105 if FULL else 6
POSTGRESQLS: Final = 21 if FULL else 2
CUTS: Final = 20 if FULL else 2
HOMES: Final = 4_000 if FULL else 1_500
SEED: Final = int(os.environ.get("REGISTRY_TEST_SEED", time.time_ns() % 1_000_000))
AGAIN: Final = 0.15
"""How often the one that takes over is killed too."""
log: Final = structlog.get_logger()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("site"), listing_daily_homes=1_000_000) as running:
        yield running


@pytest_asyncio.fixture(scope="module")
async def web(made: Site) -> AsyncIterator[httpx.AsyncClient]:
    assert made.settings.web_database_url
    database = Database(create_engine(made.settings.web_database_url.get_secret_value()))
    app = create_application(made.settings, database)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(at_the_edge(app, made.settings), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
            yield client


@pytest_asyncio.fixture
async def sender(made: Site, web: httpx.AsyncClient) -> AsyncIterator[Sender]:
    """A landlord whose first file has come in."""
    assert made.settings.web_database_url
    assert made.settings.worker_database_url
    database = Database(create_engine(made.settings.web_database_url.get_secret_value()))
    jobs = Database(create_engine(made.settings.worker_database_url.get_secret_value()))
    place = await territories.create(database, jobs, web)
    owner = await members.register(database, web)
    await territories.sign(database, place, [owner])
    await members.renew(owner, web)
    await database.dispose()
    await jobs.dispose()
    for name in ENDPOINTS:
        given = {"url": f"https://hooks.example/{name}", "events": ["import.applied"]}
        answer = await web.put(f"/v1/organisation/webhooks/{name}", json=given, headers=owner.headers)
        assert answer.status_code == 200, answer.text
    ready = Sender(made, web, owner, place, random.Random(SEED), HOMES)
    await once(ready)
    yield ready
    made.kill_worker()


async def once(sender: Sender) -> float:
    """Have one file come in with nobody killed; return how long the run took, in seconds."""
    week = sender.week()
    run = await sender.send(week)
    await sender.site.until_ended(run)
    await sender.check_once(run, week)
    ((seconds,),) = sender.site.rows(
        "SELECT extract(epoch FROM finished_at - started_at)::float FROM sync_runs WHERE id = %s", run
    )
    return float(seconds)


async def until_begun(sender: Sender, run: str) -> None:
    async with asyncio.timeout(60):
        while sender.site.rows("SELECT attempts FROM sync_runs WHERE id = %s", run) == [(0,)]:
            sender.site.start_worker()
            # In a thread: it may wait for a lock whose holder speaks through a proxy of this loop.
            await asyncio.to_thread(sender.site.let_a_minute_pass, "sync.run_waiting")
            await asyncio.sleep(0.01)


async def killed(sender: Sender, kill: Callable[[], None], count: int) -> Counter[str]:
    """Kill at moments spread over the whole run; return in which stage how many were hit."""
    seconds = await once(sender)
    hit: Counter[str] = Counter()
    done = 0
    # From before the worker has heard of the file until after it has told of it, evenly.
    moments = [((n + sender.draw.random()) / count * 1.3 - 0.1) * seconds for n in range(count)]
    sender.draw.shuffle(moments)
    while done < count:
        week = sender.week()
        run = await sender.send(week)
        again = True
        while again and done < count:
            if moments[done] > 0:
                await until_begun(sender, run)
                await asyncio.sleep(moments[done])
            kill()
            done += 1
            ((status, stage),) = sender.site.rows("SELECT status, stage FROM sync_runs WHERE id = %s", run)
            hit[stage if status == "running" else status] += 1
            log.info("killed", seed=SEED, run_s=round(seconds, 2), count=done, in_stage=dict(hit))
            sender.check_whole(week)
            again = sender.draw.random() < AGAIN and status == "running"
            sender.site.start_worker()
        await sender.site.until_ended(run)
        await sender.check_once(run, week)
    await once(sender)
    assert sender.site.spooled() == [], "left by those that were killed"
    sender.site.kill_worker()
    await sender.check_listings()
    assert hit.keys() & {"received", "read", "compare", "apply"}, "nobody was killed at work"
    return hit


async def test_worker_killed_at_any_instant_leaves_every_change_applied_once(sender: Sender) -> None:
    await killed(sender, sender.site.kill_worker, WORKERS)


async def test_postgresql_killed_at_any_instant_leaves_every_change_applied_once(sender: Sender) -> None:
    def kill() -> None:
        sender.site.kill_postgresql()
        sender.site.start_postgresql()

    await killed(sender, kill, POSTGRESQLS)


async def test_file_over_a_network_that_cuts_slows_and_repeats_is_one_import(sender: Sender, tmp_path: Path) -> None:
    with serve(sender.site.settings, tmp_path) as served:
        for n in range(CUTS):
            week = sender.week()
            run = await sent_through(sender, served.port, week, f"week-{n}")
            sender.sent += 1
            await sender.site.until_ended(run)
            await sender.check_once(run, week)


async def sent_through(sender: Sender, port: int, week: Week, key: str) -> str:
    """Send a file through every fault of the network, always under one key; return the run."""
    async with proxy(port) as between:

        async def post() -> httpx.Response:
            url = f"http://127.0.0.1:{between.port}"
            async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as client:
                return await sender.post(client, week, key)

        between.cut_after = sender.draw.randrange(1, len(week.body))
        with pytest.raises(httpx.TransportError):
            await post()
        between.cut_after, between.answering = None, False
        with pytest.raises(httpx.TransportError):
            await post()
        between.answering, between.wait_s = True, 0.002
        slow = await post()
        between.wait_s, between.twice = 0.0, True
        answers = [slow, await post()]
        await between.settled()
        assert (between.cuts, between.repeated) == (2, 1)
    runs = {answer.json()["id"] for answer in answers}
    assert ([answer.status_code for answer in answers], len(runs)) == ([202, 202], 1)
    return str(runs.pop())


async def test_worker_whose_connections_are_cut_at_any_instant_applies_every_change_once(sender: Sender) -> None:
    seconds = await once(sender)
    sender.site.kill_worker()
    direct = sender.site.settings
    assert direct.worker_database_url is not None
    address = direct.worker_database_url.get_secret_value()
    port = httpx.URL(address).port
    assert port is not None
    async with proxy(port) as between:
        through = address.replace(f":{port}/", f":{between.port}/")
        sender.site.variables = {"REGISTRY_WORKER_DATABASE_URL": through}
        try:
            for _ in range(CUTS * 2):
                week = sender.week()
                run = await sender.send(week)
                await until_begun(sender, run)
                await asyncio.sleep(sender.draw.random() * seconds)
                between.cut()
                sender.check_whole(week)
                await sender.site.until_ended(run)
                await sender.check_once(run, week)
            assert between.cuts >= CUTS
        finally:
            sender.site.variables = {}
            sender.site.kill_worker()
    await sender.check_listings()
