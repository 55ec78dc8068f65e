"""Record what was done, in the transaction that does it; read, verify and export one's own chain."""

import csv
import io
import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.audit import repository
from registry.audit.schemas import AuditFilter
from registry.kernel.clock import now
from registry.kernel.spreadsheets import harmless
from registry.platform.database import Database

SERVICE: Final = uuid.UUID(int=0)
"""Whose chain tells what the service does for itself, for no organisation: changes of its own keys."""
STEP: Final = 10_000
"""Events that one statement recomputes."""
MOST_VERIFIED: Final = 100_000
"""Events that one request verifies; the next one goes on."""
EXPORTED: Final = 5_000
"""Events of a piece of an export."""
NEWEST: Final = 9_223_372_036_854_775_807
"""Beyond every number of an event."""
COLUMNS: Final = (
    "sequence", "happened_at", "actor", "user_id", "action", "subject", "detail", "previous_hash", "hash",
)  # fmt: skip
"""The columns of the export as CSV."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What recomputing a part of a chain found.

    Attributes:
        broken_at: The first event that does not fit the one before it.
        head: Number, hash in hexadecimal and moment of the chain's last event.
        complete: The part reached the end of the chain, or the event that does not fit.
    """

    first: int | None
    last: int | None
    count: int
    broken_at: int | None
    head: Mapping[str, Any] | None
    verified_at: datetime
    complete: bool


async def record(
    session: AsyncSession,
    *,
    organisation: uuid.UUID,
    action: str,
    subject: str,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append an event to the organisation's chain. Call it last: it holds the chain until the commit.

    Args:
        organisation: Whose chain; :data:`SERVICE` for the service's own.
        action: ``noun:object:verb`` in the past tense, ``stock:home:published`` for instance.
        subject: The object's id or the owner's own reference; never a person.
        detail: Codes, counts, digests. No personal data: the chain is never erased.
    """
    await repository.append(session, organisation, action, subject, detail or {})


async def verify(session: AsyncSession, *, organisation: uuid.UUID) -> tuple[int, int | None]:
    """Recompute the organisation's chain, for an operator.

    Returns:
        The number of events, and the sequence of the first one that does not fit, or ``None`` when all do.
    """
    count, after, broken = 0, 0, None
    while True:
        part = await repository.verify(session, organisation, after=after, most=STEP)
        count, broken = count + part.looked_at, broken or part.broken_at
        if part.last is None or part.looked_at < STEP:
            return count, broken
        after = part.last


async def verify_own(*, session: AsyncSession, principal: Principal, after: int = 0) -> Verification:
    """Recompute up to :data:`MOST_VERIFIED` events of one's own chain after the one numbered ``after``.

    A chain from which the last events were cut off fits still: only a head that was kept elsewhere tells.
    """
    organisation = own_organisation(principal)
    count, first, last, broken, complete = 0, None, None, None, False
    while count < MOST_VERIFIED and broken is None and not complete:
        asked = min(STEP, MOST_VERIFIED - count)
        part = await repository.verify(session, organisation, after=after if last is None else last, most=asked)
        first, last = part.first if first is None else first, part.last or last
        count, broken, complete = count + part.looked_at, part.broken_at, part.looked_at < asked
    head = await repository.head(session, organisation)
    complete = complete or broken is not None or (head is not None and last == head["sequence"])
    return Verification(first, last, count, broken, head, now(), complete)


async def list_events(
    *, database: Database, principal: Principal, before: int, limit: int, asked: AuditFilter
) -> list[bytes]:
    """Return events of one's own chain before the one numbered ``before``, the latest first, as JSON text each."""
    return await repository.page(
        database, own_organisation(principal), bound=principal, after=before, limit=limit, latest_first=True,
        filters=_filters(asked),
    )  # fmt: skip


def _filters(asked: AuditFilter) -> dict[str, Any]:
    return {name: value for name in AuditFilter.model_fields if (value := getattr(asked, name)) is not None}


async def as_ndjson(*, database: Database, principal: Principal, asked: AuditFilter) -> AsyncIterator[bytes]:
    """Yield events of one's own chain, the first first, one JSON object a line, piece by piece."""
    yield b""
    async for events in _pieces(database, principal, asked):
        yield b"".join(event + b"\n" for event in events)


async def as_csv(*, database: Database, principal: Principal, asked: AuditFilter) -> AsyncIterator[bytes]:
    """Yield events of one's own chain as CSV (RFC 4180, UTF-8) with a header; ``detail`` is JSON."""
    text = io.StringIO(newline="")
    csv.writer(text).writerow(COLUMNS)
    yield text.getvalue().encode()
    async for events in _pieces(database, principal, asked):
        text = io.StringIO(newline="")
        csv.writer(text).writerows(_cells(orjson.loads(event)) for event in events)
        yield text.getvalue().encode()


def _cells(event: dict[str, Any]) -> list[Any]:
    event["detail"] = orjson.dumps(event["detail"]).decode()
    return [harmless(event[name]) for name in COLUMNS]


async def _pieces(database: Database, principal: Principal, asked: AuditFilter) -> AsyncIterator[list[bytes]]:
    organisation, filters, after = own_organisation(principal), _filters(asked), 0
    while True:
        events = await repository.page(
            database, organisation, bound=principal, after=after, limit=EXPORTED, latest_first=False, filters=filters
        )
        if events:
            yield events
        if len(events) < EXPORTED:
            return
        after = orjson.loads(events[-1])["sequence"]
