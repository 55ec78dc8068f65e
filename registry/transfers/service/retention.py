"""What ends in time: consents, after a reminder; closed cases, after the charter's months; tombstones, after 24."""

import datetime as dt
from functools import partial
from typing import Any, Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.roles import UserRole
from registry.audit import service as audit
from registry.identity.service import notices as people
from registry.identity.service.mail import Kind
from registry.kernel.clock import date_in_france, now
from registry.kernel.text import Language, day_said
from registry.platform.crypto import Keyring
from registry.platform.database import Database, Role
from registry.transfers.repository import retention as repository
from registry.transfers.repository.retention import Due, Ended

ROLES: Final = (UserRole.LANDLORD_ADMIN, UserRole.LANDLORD_SEARCHER)
"""Who is written to: those who hold cases."""
REMINDED: Final = dt.timedelta(days=30)
"""How long before the end of a consent its landlord is reminded."""
CHUNK: Final = 500
"""Cases of one transaction, which holds the audit chains of their landlords."""
ACTOR: Final = "transfers.keep_time"
log: Final = structlog.get_logger()


async def keep_time(database: Database, keys: Keyring, base_url: str, *, at: dt.datetime | None = None) -> None:
    """Remind of consents that end, close cases without one, delete what was closed long enough ago. As the job."""
    moment = at or now()
    day = date_in_france(moment)
    async with database.transaction(Role.JOB, actor=ACTOR) as session:
        for due in await repository.remind(session, day + REMINDED + dt.timedelta(days=1)):
            await people.notify_people(
                session=session, keys=keys, organisation=due.organisation_id, roles=ROLES,
                kind=Kind.CONSENTS_END, values=partial(_reminder, due, base_url),
            )  # fmt: skip
    while await _end(database, moment, day):
        pass
    while await _delete(database, moment):
        pass
    async with database.transaction(Role.JOB, actor=ACTOR) as session:
        await repository.forget_tombstones(session, moment)


def _reminder(due: Due, base_url: str, language: Language) -> dict[str, Any]:
    return {
        "count": due.cases, "first": day_said(due.first).in_language(language),
        "link": f"{base_url.rstrip('/')}/console/cases",
    }  # fmt: skip


async def _end(database: Database, moment: dt.datetime, day: dt.date) -> bool:
    async with database.transaction(Role.JOB, actor=ACTOR) as session:
        ended = await repository.end_consents(session, moment, day, CHUNK)
        await _note(session, ended, "closed", {"reason": "consent_ended"})
    return len(ended) == CHUNK


async def _delete(database: Database, moment: dt.datetime) -> bool:
    async with database.transaction(Role.JOB, actor=ACTOR) as session:
        deleted = await repository.delete_closed(session, moment, CHUNK)
        await _note(session, deleted, "deleted", {})
    return len(deleted) == CHUNK


async def _note(session: AsyncSession, cases: list[Ended], verb: str, detail: dict[str, Any]) -> None:
    for case in cases:
        await audit.record(
            session, organisation=case.organisation_id, action=f"transfers:case:{verb}", subject=str(case.id),
            detail=detail,
        )  # fmt: skip
    if cases:
        log.info("transfer_cases_ended", what=verb, cases=len(cases))
