"""Measure the obligations: each night everybody's, within a minute whose homes changed."""

import itertools
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.clock import date_in_france, now
from registry.listings.service.figures import count_listings
from registry.obligations.repository import figures
from registry.obligations.repository import measure as repository
from registry.obligations.service import notices
from registry.platform.crypto import Keyring
from registry.platform.database import Database, Role

RETENTION_DAYS: Final = 3 * 365
"""How long scores and figures are kept."""
FIGURES_EVERY: Final = timedelta(hours=1)
"""How often a territory's figures are counted at most while its homes change: all its listings are."""
ACTOR: Final = "obligations.measure"


async def measure_all(database: Database, keys: Keyring, *, at: datetime | None = None) -> int:
    """Measure every member of every territory, warn and remind; forget what is too old; return how many territories.

    The one moment in which a warning begins, or ends in a suspension of the right to search: a file that comes in
    several parts is not warned of in between. One transaction a territory.
    """
    moment = at or now()
    async with database.transaction(Role.JOB, actor=ACTOR) as session:
        found = await repository.territories(session)
    for territory in found:
        async with database.transaction(Role.JOB, actor=ACTOR) as session:
            if await repository.take(session, territory):
                await _measure(session, keys, territory, None, moment, warning=True)
    async with database.transaction(Role.JOB, actor=ACTOR) as session:
        await repository.forget(session, date_in_france(moment) - timedelta(days=RETENTION_DAYS))
    return len(found)


async def measure_changed(database: Database, keys: Keyring, *, at: datetime | None = None) -> int:
    """Measure the members whose homes, sources or charter changed since; return how many.

    A suspension, and a warning, ends here once its cause is mended; none begins.
    """
    moment, measured = at or now(), 0
    async with database.transaction(Role.JOB, actor=ACTOR) as session:
        due = await repository.due(session)
    for territory, members in itertools.groupby(due, lambda member: member.territory_id):
        organisations = [member.organisation_id for member in members]
        async with database.transaction(Role.JOB, actor=ACTOR) as session:
            if await repository.take(session, territory):
                await _measure(session, keys, territory, organisations, moment, warning=False)
                measured += len(organisations)
    return measured


async def _measure(
    session: AsyncSession, keys: Keyring, territory: int, organisations: Sequence[uuid.UUID] | None,
    moment: datetime, *, warning: bool,
) -> None:  # fmt: skip
    day = date_in_france(moment)
    await repository.measure(session, territory, organisations, day=day, now=moment, warning=warning)
    turns = await notices.tell(session=session, keys=keys, territory_id=territory, day=day, at=moment)
    if warning:
        await notices.remind(session=session, keys=keys, territory_id=territory, day=day, at=moment)
    counted_at = await figures.counted_at(session, territory)
    if warning or counted_at is None or moment - counted_at >= FIGURES_EVERY:
        counted = await count_listings(session=session, territory_id=territory)
        await figures.write(session, territory, day=day, now=moment, counted=counted._asdict())
    await notices.note(session=session, territory_id=territory, turns=turns)
