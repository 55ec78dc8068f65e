"""Homes that come free, told to the landlords of the open cases that they may suit: an open case is a saved search.

Mails and events name the month from which a home is free, never more; nothing is told twice.
"""

import datetime as dt
import itertools
import uuid
from functools import partial
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.identity.service import notices as people
from registry.identity.service.mail import Kind
from registry.kernel.text import Language, Text
from registry.platform import events
from registry.platform.crypto import Keyring
from registry.platform.database import Database, Role
from registry.transfers.events import CaseMatched
from registry.transfers.repository import alerts as repository
from registry.transfers.repository.alerts import Alert, Told
from registry.transfers.service.cases import LANDLORD
from registry.transfers.service.retention import ROLES

__all__ = ["Alert", "list_alerts", "match", "waiting"]

ACTOR: Final = "transfers.match"
CHUNK: Final = 500
"""Cases, and alerts, of one transaction."""
WAITING_DAYS: Final = 14
"""For how long the console's first page tells of a home that came free."""
NOW: Final = Text("dès maintenant", "now")


async def match(database: Database, keys: Keyring, base_url: str) -> None:
    """Compare what changed with the open cases, and tell their landlords. As the job."""
    async with database.transaction(Role.JOB, actor=ACTOR) as session:
        territories = await repository.territories(session)
    for territory in territories:
        while await _match(database, territory):
            pass
    while await _tell(database, keys, base_url):
        pass


async def _match(database: Database, territory: int) -> bool:
    # What changed first: a home that came free after a case was opened is news to it, whichever is looked at first.
    async with database.transaction(Role.JOB, actor=ACTOR) as session:
        if not await repository.take(session, territory):
            return False
        await repository.match_changed(session, territory)
        return await repository.meet_fresh(session, territory, CHUNK) == CHUNK


async def _tell(database: Database, keys: Keyring, base_url: str) -> bool:
    async with database.transaction(Role.JOB, actor=ACTOR) as session:
        found = await repository.tell(session, CHUNK)
        for organisation, told in itertools.groupby(found, lambda each: each.organisation_id):
            alerts = list(told)
            await people.notify_people(
                session=session, keys=keys, organisation=organisation, roles=ROLES, kind=Kind.CASES_MATCHED,
                values=partial(_mail, alerts, base_url),
            )  # fmt: skip
            await _publish(session, organisation, alerts)
    return len(found) == CHUNK


async def _publish(session: AsyncSession, organisation: uuid.UUID, alerts: list[Told]) -> None:
    for case, homes in itertools.groupby(alerts, lambda each: each.case_id):
        told = [(home.listing_id, home.month) for home in homes]
        await events.publish(session, CaseMatched(organisation, case, told))


def _mail(alerts: list[Told], base_url: str, language: Language) -> dict[str, Any]:
    months = sorted({alert.month or dt.date.min for alert in alerts})
    named = [NOW.in_language(language) if month == dt.date.min else f"{month:%m/%Y}" for month in months]
    cases = len({alert.case_id for alert in alerts})
    return {"count": cases, "months": ", ".join(named), "link": f"{base_url.rstrip('/')}/console/cases?alerts=true"}


async def list_alerts(
    *, session: AsyncSession, principal: Principal, before: tuple[dt.datetime, uuid.UUID], limit: int,
    case: uuid.UUID | None = None,
) -> list[Alert]:  # fmt: skip
    """Return the homes that came free for the landlord's cases, or for one, the latest first; none of a coordinator."""
    if principal.kind != LANDLORD:
        return []
    return await repository.page(session, own_organisation(principal), before=before, limit=limit, case=case)


async def waiting(*, session: AsyncSession, principal: Principal) -> int:
    """Return for how many open cases a home came free within the last days, and still is."""
    return await repository.waiting(session, own_organisation(principal), WAITING_DAYS)
