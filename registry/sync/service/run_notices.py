"""Tell a landlord how its files fared: its people where one of them has to do something, its systems always.

In a transaction of its own, which notes that it was done: neither a worker that dies between the two nor two workers
at a time make anybody hear of a run twice, or never.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from registry.access.roles import UserRole
from registry.identity.service import notices as people
from registry.identity.service.mail import Kind
from registry.kernel.text import Language, Text
from registry.platform.crypto import Keyring
from registry.platform.database import Database, Role
from registry.sync.models import SyncRun
from registry.sync.repository import runs
from registry.sync.service.notices import Notify, post
from registry.vocabulary.webhooks import WebhookEvent

TELL: Final = "sync.tell_of_runs"
ROLES: Final = (UserRole.LANDLORD_ADMIN, UserRole.LANDLORD_PUBLISHER)
EVENTS: Final = {
    "applied": WebhookEvent.IMPORT_APPLIED, "waiting": WebhookEvent.IMPORT_WAITING,
    "refused": WebhookEvent.IMPORT_REFUSED, "failed": WebhookEvent.IMPORT_FAILED,
}  # fmt: skip
"""What is posted of which end; a dry run and one that a newer file superseded concern nobody."""
_BY_MAIL: Final[dict[str, Text]] = {
    "waiting": Text("attend votre confirmation", "waits for your confirmation"),
    "refused": Text("est refusé", "is refused"),
    "failed": Text("a échoué sans que le fichier soit en cause", "failed through no fault of the file"),
}


@dataclass(frozen=True, slots=True)
class RunNotices:
    """Tells of runs that have ended, or wait for somebody."""

    database: Database
    keys: Keyring
    base_url: str
    notify: Notify = post

    async def tell(self) -> int:
        """Tell of every run of which nobody was told; return how many."""
        async with self.database.transaction(Role.JOB, actor=TELL) as session:
            found = await runs.untold(session)
            for run, source in found:
                if run.status in _BY_MAIL and not run.dry_run:
                    await people.notify_people(
                        session=session, keys=self.keys, organisation=run.organisation_id, roles=ROLES,
                        kind=Kind.IMPORT_STANDS, values=partial(_said, run, source, self.base_url),
                    )  # fmt: skip
                if run.status in EVENTS and not run.dry_run:
                    await self.notify(session, run.organisation_id, EVENTS[run.status], _data(run, source))
                await runs.told(session, run.id)
        return len(found)


def _said(run: SyncRun, source: str, base_url: str, language: Language) -> dict[str, Any]:
    return {
        "source": source, "import": str(run.id), "what": _BY_MAIL[run.status].in_language(language),
        "reason": _reason(run).in_language(language), "link": f"{base_url.rstrip('/')}/console/imports/{run.id}",
    }  # fmt: skip


def _reason(run: SyncRun) -> Text:
    if run.status == "waiting":
        guard = run.guard or {}
        values = {name: guard.get(name, 0) for name in ("changed", "held", "limit_percent")}
        return Text(
            "{changed} logements sur {held} changeraient ; la charte laisse passer {limit_percent} %.",
            "{changed} homes of {held} would change; the charter lets {limit_percent} % pass.",
        ).format(**values)
    error = run.error or {"message": {"fr": "", "en": ""}}
    return Text(error["message"]["fr"], error["message"]["en"])


def _data(run: SyncRun, source: str) -> dict[str, Any]:
    counted = ("rows", "created", "updated", "unchanged", "rejected", "withdrawn")
    return {
        "import_id": str(run.id), "source": source, "source_id": str(run.source_id),
        "counts": {name: run.counts[name] for name in counted} if run.counts else None,
        "code": run.error["code"] if run.error else None,
    }  # fmt: skip
