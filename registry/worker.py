"""The job worker: it wires, nothing else.

Jobs live in PostgreSQL (procrastinate). Any number of workers may run; a periodic job is deferred once.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.jobs import Status

from registry import wiring
from registry.access import idempotency
from registry.assessment import tasks as assessment
from registry.assessment.service import PREVIEW
from registry.census import tasks as census
from registry.changes import tasks as changes
from registry.charter import tasks as charter
from registry.identity import tasks as identity
from registry.identity.service.mail import DELIVER
from registry.identity.service.remote_keys import fetch_remote_keys
from registry.listings import tasks as listings
from registry.listings.service.place import place_requested
from registry.obligations import tasks as obligations
from registry.offboarding import tasks as offboarding
from registry.platform import row_security, schema_version
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role, create_engine
from registry.platform.mail import transport
from registry.platform.operator import GRACE_S, settings_of_process
from registry.platform.outbound import Outbound
from registry.platform.settings import Settings
from registry.reports import tasks as reports
from registry.reports.service.publishing import COUNT
from registry.stock.service import duplicates, outages, statuses
from registry.stock.service.geocode import geocode_waiting
from registry.surroundings.service import RECOMPUTE, Grounds, recompute
from registry.sync.service import spools
from registry.sync.service.drops import DROPS, Drops
from registry.sync.service.imports import receive
from registry.sync.service.notices import Notices
from registry.sync.service.pulls import Pulls
from registry.sync.service.pulls_login import Logins
from registry.sync.service.run import Runner
from registry.sync.service.run_notices import RunNotices
from registry.sync.service.schedule import PULL
from registry.sync.tasks import runs as imports
from registry.sync.tasks import schedule as sync
from registry.territories.service import geocoder_of
from registry.transfers import tasks as transfers
from registry.webhooks import tasks as webhooks

CONCURRENCY: Final = 4
"""Jobs that run at the same time: one that takes minutes must not hold up those that are due every minute."""
PULL_IDLE_S: Final = 60.0
"""How long a landlord's server may say nothing while it is asked for a file."""
STALLED_S: Final = 60.0
"""A worker that gave no sign of life for so long is dead: its jobs are begun again."""
PROMPTLY: Final = "* * * * * */20"
"""Every twenty seconds: what people wait for who are to be told within a minute, in two jobs one after the other."""
FIRST: Final = 1
"""The priority of those: where all are busy, they are begun before what is due at the same time."""
EVERY_MINUTE: Final = "* * * * *"
EVERY_HOUR: Final = "6 * * * *"
EVERY_NIGHT: Final = "17 3 * * *"
EVERY_MORNING: Final = "30 5 * * *"
"""UTC: before people in France begin to work."""
log = structlog.get_logger()


def create_worker(settings: Settings) -> tuple[App, Database]:
    """Return procrastinate's application with the periodic jobs, and the database it works on."""
    if settings.worker_database_url is None:
        raise SystemExit("REGISTRY_WORKER_DATABASE_URL is not set; 'registry doctor' explains what a process needs.")
    wiring.wire()
    url = settings.worker_database_url.get_secret_value()
    database = Database(create_engine(url, pool_size=2 * CONCURRENCY + 1))  # a pull holds one, to be alone
    app = App(
        connector=PsycopgConnector(
            conninfo=url, kwargs={"options": f"-c role={Role.JOB.value} -c search_path=registry,public,pg_temp"}
        )
    )

    _keep_listings(app, database)
    _keep_previews(app, database)
    _keep_charters(app, database, settings)
    _keep_stock(app, database, settings)
    _keep_surroundings(app, database)
    _keep_identity(app, database, settings)
    _keep_sources(app, database, settings)
    _keep_imports(app, database, settings)
    _keep_transfers(app, database, settings)
    _keep_webhooks(app, database, settings)
    return app, database


def _every(app: App, cron: str, name: str, job: Callable[..., Awaitable[object]], *given: object, **how: Any) -> None:
    """Have a job done again and again, and never twice at the same time; ``how`` is procrastinate's."""

    @app.periodic(cron=cron)
    @app.task(queueing_lock=name, name=name, **how)
    async def run(timestamp: int) -> None:
        del timestamp
        await job(*given)


def _keep_listings(app: App, database: Database) -> None:
    _every(app, EVERY_MINUTE, "listings.place", place_requested, database)
    _every(app, EVERY_MINUTE, "listings.add_to_cells", listings.add_to_cells, database)
    _every(app, EVERY_MINUTE, "listings.chain_readings", listings.chain_readings, database)
    _every(app, EVERY_HOUR, "listings.show_confirmed", listings.show_confirmed, database)
    _every(app, EVERY_NIGHT, "listings.show_ended", listings.show_ended, database)
    _every(app, EVERY_NIGHT, "listings.expire_usage", listings.expire_usage, database)
    _every(app, EVERY_NIGHT, "access.expire_keys", idempotency.expire, database)
    _every(app, EVERY_MINUTE, "assessment.compute", assessment.compute, database)
    _every(app, EVERY_NIGHT, "assessment.compute_all", assessment.compute_all, database)
    _every(app, EVERY_NIGHT, "census.count", census.count, database)
    _keep_reports(app, database)


def _keep_reports(app: App, database: Database) -> None:
    @app.task(name=COUNT, lock=COUNT)
    async def count_soon() -> None:
        await reports.count(database)

    _every(app, EVERY_MINUTE, "reports.count", reports.count, database, lock=COUNT)
    _every(app, EVERY_NIGHT, "reports.forget_drafts", reports.forget_drafts, database)


def _keep_previews(app: App, database: Database) -> None:
    @app.task(name=PREVIEW)
    async def preview() -> None:
        await assessment.preview(database)

    _every(app, EVERY_MINUTE, "assessment.preview_waiting", assessment.preview, database)


def _keep_charters(app: App, database: Database, settings: Settings) -> None:
    keys = keyring(settings)
    _every(app, EVERY_MINUTE, "charter.tell_members", charter.tell_members, database, keys, settings.base_url)
    _every(app, EVERY_MINUTE, "charter.write_invitations", charter.write_invitations, database, keys, settings.base_url)
    _every(app, EVERY_NIGHT, "charter.forget_invitations", charter.forget_invitations, database)
    _every(app, EVERY_HOUR, "charter.suspend_unsigned", charter.suspend_unsigned, database)
    _every(app, EVERY_MINUTE, "obligations.measure_changed", obligations.measure_changed, database, keyring(settings))
    _every(app, EVERY_NIGHT, "obligations.measure", obligations.measure, database, keyring(settings))


def _keep_stock(app: App, database: Database, settings: Settings) -> None:
    geocoder = geocoder_of(settings, database)
    # One at a time, however many workers: together they would be too fast for the service that is asked.
    _every(app, EVERY_MINUTE, "stock.locate", geocode_waiting, database, geocoder, lock="stock.locate")
    _every(app, EVERY_NIGHT, duplicates.FLAG, duplicates.flag_duplicates, database)
    _every(app, EVERY_NIGHT, outages.EXPIRE, outages.expire, database)
    _every(app, EVERY_NIGHT, statuses.FORGET, statuses.forget_statuses, database)
    _every(app, EVERY_MINUTE, "changes.keep_history", changes.keep_history, database)
    _every(app, EVERY_NIGHT, "changes.forget", changes.forget, database)


def _keep_surroundings(app: App, database: Database) -> None:
    # One at a time: two would write the same residences.
    _every(app, EVERY_HOUR, RECOMPUTE, recompute, database, lock=RECOMPUTE)


def _keep_identity(app: App, database: Database, settings: Settings) -> None:
    keys, mail = keyring(settings), transport(settings)
    outbound = Outbound(frozenset(settings.jwks_hosts), private=settings.outbound_private)

    @app.task(name=DELIVER)
    async def deliver_mail(mail_id: str) -> None:
        await identity.deliver_mail(database, keys, mail, uuid.UUID(mail_id))

    _every(app, EVERY_MINUTE, "identity.deliver_waiting", identity.deliver_waiting, database, keys, mail)
    _every(app, EVERY_MINUTE, "identity.fetch_keys", fetch_remote_keys, database, outbound)
    _every(app, EVERY_HOUR, "identity.chain_token_counts", identity.chain_token_counts, database)
    _every(app, EVERY_HOUR, "identity.warn", identity.warn_of_expiring_secrets, database, keys)
    _every(app, EVERY_NIGHT, "identity.expire", identity.expire, database)
    days = settings.offboarding_retention_days
    _every(app, EVERY_HOUR, "offboarding.leave", offboarding.leave, database, days)
    # One at a time: it lasts as long as there is much to delete.
    _every(app, EVERY_NIGHT, "offboarding.purge", offboarding.purge, database, lock="offboarding.purge")


def _keep_sources(app: App, database: Database, settings: Settings) -> None:
    keys = keyring(settings)
    notices = Notices(keys, settings.base_url)
    outbound = Outbound(frozenset(settings.pull_hosts), private=settings.outbound_private, timeout_s=PULL_IDLE_S)
    pulls = Pulls(database, keys, outbound, Logins(outbound), notices, receive)

    async def due() -> None:
        await revive(app)
        await sync.fetch_due(database)

    @app.task(name=PULL)
    async def pull(source: str) -> None:
        await pulls.pull(uuid.UUID(source))
        await sync.fetch_due(database)  # the next one need not wait for the minute

    async def drops() -> None:
        if settings.drop_directory is not None:
            await Drops(settings.drop_directory, database, notices, receive).take()

    _every(app, EVERY_MINUTE, sync.DUE, due)
    _every(app, EVERY_MINUTE, DROPS, drops)
    _every(app, EVERY_HOUR, sync.STALE, sync.warn_of_stale, database, notices)


def _keep_imports(app: App, database: Database, settings: Settings) -> None:
    runner, notices = Runner(database), RunNotices(database, keyring(settings), settings.base_url)

    @app.task(name=imports.RUN)
    async def run(organisation: str) -> None:
        await imports.run_waiting(runner, notices, uuid.UUID(organisation))

    _every(app, EVERY_MINUTE, imports.RUN_WAITING, imports.run_waiting, runner, notices)
    _every(app, EVERY_NIGHT, imports.EXPIRE, imports.expire, database)


def _keep_transfers(app: App, database: Database, settings: Settings) -> None:
    keys = keyring(settings)
    _every(app, PROMPTLY, "transfers.match", transfers.match, database, keys, settings.base_url, priority=FIRST)
    # One at a time: two would wait for each other's proposals.
    follow = transfers.follow_proposals, database, keys, settings.base_url
    _every(app, PROMPTLY, "transfers.follow_proposals", *follow, lock="transfers.follow_proposals", priority=FIRST)
    _every(app, EVERY_HOUR, "transfers.remind_of_proposals", transfers.remind_of_proposals, database, keys,
           settings.base_url)  # fmt: skip
    _every(app, PROMPTLY, "transfers.announce_vacated", transfers.announce_vacated, database, priority=FIRST)
    _every(app, EVERY_MORNING, "transfers.digest_vacated", transfers.digest_vacated, database, keys, settings.base_url)
    _every(app, EVERY_NIGHT, "transfers.count_months", transfers.count_months, database)
    _every(app, EVERY_NIGHT, "transfers.keep_vacated", transfers.keep_vacated, database)
    _every(app, EVERY_NIGHT, "transfers.forget_proposals", transfers.forget_proposals, database)
    _every(app, EVERY_NIGHT, "transfers.keep_time", transfers.keep_time, database, keys, settings.base_url)
    # One at a time: who opens the doors counts what a landlord is allowed a day.
    grounds, alone = Grounds(), {"lock": "transfers.compare"}
    _every(app, EVERY_MINUTE, "transfers.compare", transfers.compare, database, grounds, **alone)
    _every(app, EVERY_NIGHT, "transfers.compare_all", transfers.compare_all, database, grounds, **alone)


def _keep_webhooks(app: App, database: Database, settings: Settings) -> None:
    keys = keyring(settings)
    outbound = Outbound(frozenset(settings.webhook_hosts), private=settings.outbound_private)

    _every(app, EVERY_MINUTE, "webhooks.announce", webhooks.announce, database)
    _every(app, PROMPTLY, "webhooks.deliver", webhooks.deliver_due, database, keys, outbound, priority=FIRST)
    _every(app, EVERY_NIGHT, "webhooks.expire", webhooks.expire, database)


async def revive(app: App) -> int:
    """Have the jobs begun again whose worker died; return how many.

    Until then they would hold their locks: none of a landlord's files would come in any more, nothing would be located.
    One that the clock defers is ended instead: the next one waits already, and only one may.
    """
    stalled = [
        job for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_S)
        if job.lock or job.queueing_lock
    ]  # fmt: skip
    for job in stalled:
        if job.queueing_lock:
            await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
        else:
            await app.job_manager.retry_job(job)
        log.warning("job_revived", task=job.task_name, job=job.id)
    return len(stalled)


async def run(settings: Settings, **options: Any) -> None:
    """Work until stopped; ``options`` are procrastinate's.

    Jobs that succeeded are deleted: two a minute would be a million rows a year. Failed ones stay, to be looked at.
    """
    app, database = create_worker(settings)
    try:
        await row_security.require_held_back(database)
        await schema_version.require_current(database)
        await asyncio.to_thread(spools.clear)
        async with app.open_async():
            log.info("worker_started")
            await app.run_worker_async(**{"concurrency": CONCURRENCY, "delete_jobs": "successful", **options})
    finally:
        await database.dispose()


def work() -> None:
    """Run the jobs until stopped; any number of workers may run."""
    settings = settings_of_process("worker")
    asyncio.run(run(settings, shutdown_graceful_timeout=GRACE_S))
