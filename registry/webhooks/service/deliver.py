"""Post what is due, again and again until it is taken, and give up in the end."""

import asyncio
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import orjson
import structlog
from httpx import HTTPError
from sqlalchemy.ext.asyncio import AsyncSession

from registry.identity.service import administrators
from registry.identity.service.mail import Kind
from registry.kernel.clock import now
from registry.platform.crypto import Keyring, SealBroken
from registry.platform.database import Database, Role
from registry.platform.outbound import Outbound, TargetRefused
from registry.webhooks import repository
from registry.webhooks.repository import Due
from registry.webhooks.service.endpoints import seal_of
from registry.webhooks.service.signing import headers

BACKOFF: Final = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 5 * 60, 10 * 60, 14 * 60, 20 * 60, 24 * 60)
)
"""Waits between attempts, as Standard Webhooks proposes: three days in all."""
LEASE: Final = timedelta(minutes=5)
AT_ONCE: Final = 8
BATCH: Final = 200
RETENTION: Final = timedelta(days=30)
ACTOR: Final = "webhooks.deliver"
log: Final = structlog.get_logger()


async def deliver_due(database: Database, keys: Keyring, outbound: Outbound) -> int:
    """Post everything that is due; return how much of it was taken."""
    taken = 0
    while True:
        async with database.transaction(Role.JOB, actor=ACTOR) as session:
            due = await repository.claim(session, most=BATCH, lease=LEASE)
        gate = asyncio.Semaphore(AT_ONCE)
        taken += sum(await asyncio.gather(*(_deliver(database, keys, outbound, each, gate) for each in due)))
        if len(due) < BATCH:
            return taken


async def _deliver(database: Database, keys: Keyring, outbound: Outbound, due: Due, gate: asyncio.Semaphore) -> bool:
    async with gate:
        error = await _post(keys, outbound, due)
    async with database.transaction(Role.JOB, actor=ACTOR) as session:
        if error is None:
            await repository.taken(session, due)
        else:
            await _failed(session, keys, due, error)
    return error is None


async def _post(keys: Keyring, outbound: Outbound, due: Due) -> TargetRefused | None:
    body = orjson.dumps({"type": due.kind, "timestamp": due.created_at.isoformat(), "data": due.data})
    sealed = [bytes(each) for each in (due.secret, due.previous_secret) if each is not None]
    try:
        secrets = [keys.decrypt(each, place=seal_of(due.organisation_id)).decode() for each in sealed]
        await outbound.post(due.url, body, headers(secrets, str(due.id), int(now().timestamp()), body))
    except TargetRefused as refused:
        return refused
    except SealBroken:
        return TargetRefused("its secret cannot be opened: ask for another")
    except (HTTPError, OSError, TimeoutError) as error:
        return TargetRefused(f"it cannot be reached: {type(error).__name__}")
    return None


async def _failed(session: AsyncSession, keys: Keyring, due: Due, error: TargetRefused) -> None:
    gone = error.status == HTTPStatus.GONE
    wait = None if gone or due.attempts > len(BACKOFF) else BACKOFF[due.attempts - 1]
    await repository.failed(session, due, str(error), wait)
    if wait is None and await repository.disable(session, due, at_once=gone):
        log.warning("webhook_disabled", organisation=str(due.organisation_id), webhook=due.name)
        await administrators.write(
            session=session, keys=keys, organisation=due.organisation_id, kind=Kind.WEBHOOK_DISABLED,
            webhook=due.name, host=urlsplit(due.url).hostname, error=str(error),
        )  # fmt: skip


async def expire(database: Database) -> None:
    """Forget what was posted more than thirty days ago."""
    async with database.transaction(Role.JOB, actor="webhooks.expire") as session:
        await repository.expire(session, before=now() - RETENTION)
