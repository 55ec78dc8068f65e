"""The worker against PostgreSQL: it works, forgets what went well, and keeps what did not."""

from sqlalchemy import text

from registry import worker
from registry.platform.database import Database, Role
from registry.platform.settings import Settings


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
