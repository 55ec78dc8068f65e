"""The jobs of the listings: each is idempotent and may run at any time."""

import uuid
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.audit import service as audit
from registry.kernel.clock import today
from registry.listings.repository import projection, tiles, usage
from registry.platform.database import Database, Role

RETENTION_DAYS: Final = 365
"""How long readings and searches are kept; their digests stay in the audit."""


NIL: Final = uuid.UUID(int=0)
CONFIRMED_AT_ONCE: Final = 2_000
CHAINED_AT_ONCE: Final = 50_000
"""Readings that one transaction takes."""


async def chain_readings(database: Database) -> int:
    """Take the readings of other organisations' listings into the readers' audit chains, all; return how many."""
    total = 0
    while True:
        async with database.transaction(Role.JOB, actor="listings.chain_readings") as session:
            count = await _chain(session)
        total += count
        if count < CHAINED_AT_ONCE:
            return total


async def _chain(session: AsyncSession) -> int:
    batches = await usage.take_unchained(session, CHAINED_AT_ONCE)
    for batch in batches:
        await audit.record(
            session,
            organisation=batch.organisation_id,
            action="listings:items:read",
            subject=f"{batch.first_id}-{batch.last_id}",
            detail={"count": batch.readings, "sha256": batch.digest},
        )
    return sum(batch.readings for batch in batches)


async def show_confirmed(database: Database) -> int:
    """Have listings show the week in which a full file confirmed their homes; return how many.

    The file itself writes nothing where nothing changed; this follows it, a chunk at a time.
    """
    total = 0
    while True:
        async with database.transaction(Role.JOB, actor="listings.show_confirmed") as session:
            homes = await projection.confirmed_since(session, CONFIRMED_AT_ONCE)
            await projection.project(session, homes)
        total += len(homes)
        if len(homes) < CONFIRMED_AT_ONCE:
            return total


async def show_ended(database: Database) -> int:
    """Have listings say no more what was stated until a day that is over; return how many homes were looked at."""
    total, after = 0, NIL
    while True:
        async with database.transaction(Role.JOB, actor="listings.show_ended") as session:
            found = await projection.ended_lately(session, after, CONFIRMED_AT_ONCE)
            await projection.project(session, [home for home, _ in found])
        total += len(found)
        if len(found) < CONFIRMED_AT_ONCE:
            return total
        after = found[-1][1]


async def add_to_cells(database: Database) -> None:
    """Add what has changed among the listings to the numbers of the low zooms, lest tiles add up ever more of it."""
    async with database.transaction(Role.JOB, actor="listings.add_to_cells") as session:
        await tiles.add_changes(session)


async def expire_usage(database: Database) -> None:
    """Delete seen homes of past days, and readings and searches past their retention."""
    async with database.transaction(Role.JOB, actor="listings.expire_usage") as session:
        await usage.expire(session, today=today(), days=RETENTION_DAYS)
