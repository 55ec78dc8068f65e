"""What is due is fetched; what failed is tried again, and told to somebody once it will not mend by itself."""

import uuid
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.clock import now
from registry.kernel.errors import RegistryError
from registry.platform import jobs
from registry.sync import schedules
from registry.sync.models import SyncSource
from registry.sync.repository import schedule as repository
from registry.sync.repository.schedule import PULL
from registry.sync.schemas.sources import Slot
from registry.sync.service.notices import Notices
from registry.sync.service.pulls_fetch import Known
from registry.sync.source_errors import PullFailed, SourceNotFound, SourceNotPulled

__all__ = ["PULL", "SyncSource", "ask_for", "every_source", "failed", "fetch_due", "find", "lock_of", "succeeded"]

AT_ONCE: Final = 2
"""Sources that one worker fetches at the same time: the other places are for jobs that are due every minute."""
_MOST_FAILURES: Final = 1_000  # more are not counted


def lock_of(organisation: uuid.UUID) -> str:
    """Return the lock of all jobs that bring a landlord's files in: they run one after another."""
    return f"sync:{organisation}"


async def fetch_due(*, session: AsyncSession) -> int:
    """Have the sources fetched whose time has come, however long ago; return how many. Needs ``Role.JOB``.

    A source stays due until its outcome is noted: neither a worker that dies nor one that was stopped for a week loses
    its slot.
    """
    found = await repository.due(session, now=now(), each=AT_ONCE)
    for due in found:
        await jobs.defer(
            session, PULL, lock=lock_of(due.organisation_id), queueing_lock=f"{PULL}:{due.id}", source=due.id
        )
    return len(found)


async def succeeded(*, session: AsyncSession, source: uuid.UUID, known: Known) -> None:
    """Note that a source gave its file, or said that it is as it was. Needs ``Role.JOB``."""
    held = await repository.source(session, source, lock=True)
    if held is None:
        return
    slot = _slot(held)
    await repository.note(
        session, source,
        {"failures": 0, "last_failure": None, "etag": known.etag, "last_modified": known.last_modified,
         "next_run_at": schedules.next_slot(slot, source, now()) if slot and not held.paused else None},
    )  # fmt: skip


async def failed(*, session: AsyncSession, source: uuid.UUID, failure: RegistryError, notices: Notices) -> None:
    """Note that a source failed, and when it is tried again. Needs ``Role.JOB``.

    People are told once in a row of failures: at once where time does not mend it, else when the tries are used up.
    """
    held = await repository.source(session, source, lock=True)
    if held is None:
        return
    failures = min(held.failures + 1, _MOST_FAILURES)
    lasting = failure.lasting if isinstance(failure, PullFailed) else True
    told_before = bool(held.failures and (held.last_failure or {}).get("told"))
    tell = not told_before and (lasting or failures >= schedules.MAX_TRIES)
    noted = _described(failure) | {"told": told_before or tell}
    again = None
    if held.kind == "pull" and not held.paused:
        again = schedules.after_failure(
            _slot(held), source, failures=failures, at=now(),
            retry_after=failure.retry_after if isinstance(failure, PullFailed) else None,
        )  # fmt: skip
    await repository.note(session, source, {"failures": failures, "last_failure": noted, "next_run_at": again})
    if tell:
        await notices.source_failed(session=session, source=held, failure=noted, failures=failures, again=again)


def _described(failure: RegistryError) -> dict[str, Any]:
    said, more = failure.title, failure.detail
    return {
        "at": now().isoformat(), "code": failure.code,
        "fr": f"{said.fr}. {more.fr}" if more else f"{said.fr}.",
        "en": f"{said.en}. {more.en}" if more else f"{said.en}.",
    }  # fmt: skip


async def ask_for(*, session: AsyncSession, source: uuid.UUID, forget_failures: bool = False) -> None:
    """Have a source fetched within a minute, whatever its schedule. Needs ``Role.JOB``.

    Args:
        forget_failures: Begin a new row of tries.

    Raises:
        SourceNotFound, SourceNotPulled: As they say.
    """
    held = await repository.source(session, source, lock=True)
    if held is None:
        raise SourceNotFound
    if held.kind != "pull" or held.paused:
        raise SourceNotPulled(field="source", value=held.name)
    values: dict[str, Any] = {"next_run_at": now()}
    await repository.note(session, source, values | ({"failures": 0} if forget_failures else {}))


async def every_source(*, session: AsyncSession, organisation: uuid.UUID | None = None) -> Sequence[SyncSource]:
    """Return all sources, or one landlord's. Needs ``Role.JOB``."""
    return await repository.every(session, organisation=organisation)


async def find(*, session: AsyncSession, named: str) -> SyncSource:
    """Return the source of an id, or of a name that only one landlord has given. Needs ``Role.JOB``.

    Raises:
        SourceNotFound: There is none, or the name is several landlords'.
    """
    found = [one for one in await repository.every(session) if named in {str(one.id), one.name}]
    if len(found) != 1:
        raise SourceNotFound(field="source", value=named)
    return found[0]


def _slot(source: SyncSource) -> Slot | None:
    return Slot.model_validate(source.schedule) if source.schedule else None
