"""Tell a landlord's people, and its systems, of sources that fail or say nothing any more."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.roles import UserRole
from registry.charter import service as charter
from registry.identity.service import notices as people
from registry.identity.service.mail import Kind
from registry.kernel.clock import now
from registry.kernel.text import Language, moment_said
from registry.platform.crypto import Keyring
from registry.stock.service import sources as stock
from registry.sync.models import SyncSource
from registry.sync.repository import schedule as repository
from registry.sync.service.sources import fresh_since
from registry.vocabulary.webhooks import WebhookEvent
from registry.webhooks import service as webhooks

Notify = Callable[[AsyncSession, uuid.UUID, WebhookEvent, dict[str, Any]], Awaitable[None]]
"""Post an event to an organisation's webhooks: its kind, and what it says."""

ROLES: Final = (UserRole.LANDLORD_ADMIN, UserRole.LANDLORD_PUBLISHER)
"""Who is written to: those who may do something about it."""
EVERY: Final = timedelta(days=7)
"""How long after a warning of staleness the next one comes."""
log: Final = structlog.get_logger()


async def post(session: AsyncSession, organisation: uuid.UUID, kind: WebhookEvent, data: dict[str, Any]) -> None:
    """Have an event posted to the organisation's webhooks."""
    await webhooks.notify(session=session, organisation=organisation, kind=kind, data=data)


@dataclass(frozen=True, slots=True)
class Notices:
    """Tells people by mail, and systems by webhook; all within the transaction that has the reason."""

    keys: Keyring
    base_url: str
    notify: Notify = post

    async def source_failed(
        self,
        *,
        session: AsyncSession,
        source: SyncSource,
        failure: dict[str, Any],
        failures: int,
        again: datetime | None,
    ) -> None:
        """Tell that a source fails. Needs ``Role.JOB``.

        Args:
            failure: As it is noted with the source: code, and what happened in both languages.
            again: When it is tried again; ``None``: when somebody asks for it.
        """
        count = await people.notify_people(
            session=session, keys=self.keys, organisation=source.organisation_id, roles=ROLES, kind=Kind.SOURCE_FAILS,
            values=lambda language: {"source": source.name, "reason": failure[language], "code": failure["code"],
                                     "tries": failures, "again": _when(again, language), "link": self._page()},
        )  # fmt: skip
        data = {
            "source": source.name, "source_id": str(source.id), "code": failure["code"],
            "failures": failures, "next_run_at": again.isoformat() if again else None,
        }  # fmt: skip
        await self.notify(session, source.organisation_id, WebhookEvent.SOURCE_FAILED, data)
        log.warning("source_failed", source=str(source.id), code=failure["code"], failures=failures, mails=count)

    async def warn_of_stale(self, *, session: AsyncSession) -> int:
        """Warn of every source that is older than its landlord's charters allow, once a week; return how many.

        Needs ``Role.JOB``.
        """
        sources = await repository.every(session)
        confirmed = await stock.confirmed_at(session=session, sources=[source.id for source in sources])
        allowed: dict[uuid.UUID, int] = {}
        warned = 0
        for source in sources:
            own = source.organisation_id
            if own not in allowed:
                allowed[own] = (await charter.obligations_of(session=session, organisation=own)).freshness_days
            since = fresh_since(source, confirmed.get(source.id))
            late = now() - since > timedelta(days=allowed[own])
            if late and _is_time(source.stale_warned_at, since) and await repository.is_active(session, own):
                await self._stale(session, source, since, allowed[own])
                warned += 1
        return warned

    async def _stale(self, session: AsyncSession, source: SyncSource, since: datetime, days: int) -> None:
        age = (now() - since).days
        count = await people.notify_people(
            session=session, keys=self.keys, organisation=source.organisation_id, roles=ROLES, kind=Kind.SOURCE_STALE,
            values=lambda language: {"source": source.name, "age": age, "allowed": days,
                                     "since": _when(since, language), "link": self._page()},
        )  # fmt: skip
        data = {
            "source": source.name, "source_id": str(source.id), "confirmed_at": since.isoformat(),
            "freshness_days": days,
        }  # fmt: skip
        await self.notify(session, source.organisation_id, WebhookEvent.SOURCE_STALE, data)
        await repository.note(session, source.id, {"stale_warned_at": now()})
        log.warning("source_stale", source=str(source.id), days=age, allowed=days, mails=count)

    def _page(self) -> str:
        return f"{self.base_url.rstrip('/')}/console/sources"


def _is_time(warned: datetime | None, since: datetime) -> bool:
    """Tell whether a stale source is to be warned of: not within a week of the last time, of this staleness."""
    return warned is None or warned < since or now() - warned >= EVERY


def _when(moment: datetime | None, language: Language) -> str:
    return moment_said(moment).in_language(language) if moment else "–"
