"""The worker itself fetches what is due, and takes up what another worker left when it died."""

import httpx
import pytest
from procrastinate import App
from sqlalchemy import text

from registry import worker
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.support.database import Server
from tests.support.members import Member
from tests.support.sources import CSV, Desk


@pytest.fixture
async def source(client: httpx.AsyncClient, landlord: Member, server: Server, database_name: str) -> str:
    """A source that is due, of a server that nobody reaches."""
    desk = Desk(client, landlord)
    made = await desk.put("erp", {"kind": "pull", "format": CSV, "pull": {"url": "https://exports.example/"}}, 201)
    with server.connect(database_name) as admin:
        admin.execute("SET search_path = registry")
        admin.execute("UPDATE sync_sources SET next_run_at = NULL")
        admin.execute("DELETE FROM procrastinate_jobs WHERE task_name LIKE 'sync.%'")
        admin.execute("UPDATE sync_sources SET next_run_at = now() - interval '9 days' WHERE id = %s", (made["id"],))
    return str(made["id"])


async def jobs_of(jobs: Database, source: str) -> list[str]:
    async with jobs.transaction(Role.JOB) as session:
        asked = text(
            "SELECT status::text FROM procrastinate_jobs WHERE task_name = 'sync.pull' AND args->>'source' = :s"
        )
        return list((await session.execute(asked, {"s": source})).scalars())


async def do(settings: Settings, task: str) -> None:
    """Have a worker do a periodic task, and what follows from it."""
    app, own = worker.create_worker(settings)
    async with app.open_async():
        await app.tasks[task].defer_async(timestamp=0)
    await own.dispose()
    for _ in range(2):  # without waiting, it ends before what its jobs defer
        await worker.run(settings, wait=False, listen_notify=False, install_signal_handlers=False)


async def test_source_that_is_due_is_fetched_and_its_failure_noted(
    settings: Settings, job_database: Database, client: httpx.AsyncClient, landlord: Member, source: str
) -> None:
    await do(settings.model_copy(update={"pull_hosts": ()}), "sync.due")  # no host may be asked
    found = await Desk(client, landlord).get("sources/erp")
    assert found["failures"] == 1
    assert found["last_failure"]["code"] == "source-refuses"
    assert await jobs_of(job_database, source) == [], "done"


async def test_job_of_a_worker_that_died_is_begun_again(
    settings: Settings, job_database: Database, client: httpx.AsyncClient, landlord: Member, source: str,
    server: Server, database_name: str,
) -> None:  # fmt: skip
    settings = settings.model_copy(update={"pull_hosts": ()})
    app, own = worker.create_worker(settings)
    await own.dispose()
    async with app.open_async():
        await worker.revive(app)  # what other tests of this database left behind
        dead = await fetched_by_a_worker_that_dies(app, source, str(landlord.id))
        assert await worker.revive(app) == 0, "it was alive a moment ago"
        with server.connect(database_name) as admin:
            admin.execute(
                "UPDATE registry.procrastinate_workers SET last_heartbeat = now() - interval '2 minutes' WHERE id = %s",
                (dead,),
            )
        assert await worker.revive(app) == 1
    await do(settings, "sync.due")
    assert (await Desk(client, landlord).get("sources/erp"))["failures"] == 1
    assert await jobs_of(job_database, source) == []


async def fetched_by_a_worker_that_dies(app: App, source: str, organisation: str) -> int:
    """Return the worker's id."""
    task = app.configure_task(
        "sync.pull", queue=source, lock=f"sync:{organisation}", queueing_lock=f"sync.pull:{source}"
    )
    await task.defer_async(source=source)
    dead = await app.job_manager.register_worker()
    job = await app.job_manager.fetch_job(queues=[source], worker_id=dead)
    assert job is not None
    assert job.task_name == "sync.pull"
    return dead
