"""When a source is fetched: a weekly slot in Paris, a minute of its own within it, and what follows a failure."""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from registry.sync.schemas.sources import Slot

PARIS: Final = ZoneInfo("Europe/Paris")
JITTER_S: Final = 3_600
"""Over which the sources of one slot are spread: most landlords choose the same night."""
BACK_OFF: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
"""How long after each failure the next try begins."""
MAX_TRIES: Final = len(BACK_OFF) + 1
LONGEST_WAIT: Final = timedelta(days=1)
"""However long a server asks to be left alone, it is asked again after so long."""

State = Literal["ready", "retrying", "stopped", "paused"]


def jitter(source: uuid.UUID) -> timedelta:
    """Return how long into its slot a source is fetched: always the same for the same source, whole seconds."""
    digest = hashlib.sha256(source.bytes).digest()
    return timedelta(seconds=int.from_bytes(digest[:8], "big") % JITTER_S)


def next_slot(slot: Slot, source: uuid.UUID, after: datetime) -> datetime:
    """Return the first moment of the source's slot that is later than ``after``, in UTC.

    An hour that the clocks skip in March is the one after it; of one that they repeat in October the first counts.
    """
    local = after.astimezone(PARIS)
    day = local.date() - timedelta(days=7 + local.isoweekday() - slot.weekday)
    while True:
        begins = datetime(day.year, day.month, day.day, slot.hour, tzinfo=PARIS)
        found = begins.astimezone(UTC) + jitter(source)
        if found > after:
            return found
        day += timedelta(days=7)


def after_failure(
    slot: Slot | None, source: uuid.UUID, *, failures: int, at: datetime, retry_after: timedelta | None = None
) -> datetime | None:
    """Return when a source that failed ``failures`` times in a row is tried again.

    After the last try that is its next slot, and ``None`` for one without: a person must ask for it.
    """
    if failures >= MAX_TRIES:
        return next_slot(slot, source, at) if slot else None
    wait = max(BACK_OFF[failures - 1], min(retry_after or timedelta(0), LONGEST_WAIT))
    return at + wait


def state_of(*, paused: bool, failures: int) -> State:
    """Return how a source is doing; ``stopped``: every try failed, and somebody must look at it."""
    if paused:
        return "paused"
    if failures >= MAX_TRIES:
        return "stopped"
    return "retrying" if failures else "ready"
