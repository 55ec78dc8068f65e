"""The indexes of all residences, kept up to date: computed where something that they read was changed."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from registry.assessment.events import ResidencesAssessed
from registry.assessment.index import assess
from registry.assessment.repository import indexes, inputs, requests
from registry.assessment.repository.counts import Counts, counts
from registry.assessment.repository.inputs import Charter, Found, Key
from registry.assessment.service.inputs import DEFAULT, Governing, governing, residence_of, row_of
from registry.kernel.clock import today
from registry.platform import events
from registry.platform.database import Database, Role

COMPUTE: Final = "assessment.compute"
STEP: Final = 1_000
"""Residences that are read, assessed and written in one transaction."""
log = structlog.get_logger()


async def compute_requested(
    database: Database, *, everything: bool = False, progress: Callable[[int], None] | None = None
) -> tuple[int, int]:
    """Assess what was asked for, step by step; return how many residences, and how many of them changed.

    Idempotent; each step is a transaction of its own. A step that fails leaves its requests for the next time.

    Args:
        database: As the job.
        everything: Every residence, asked for or not.
        progress: Told how many residences each step assessed.
    """
    async with database.transaction(Role.JOB, actor=COMPUTE) as session:
        await requests.spread(session, everything=everything)
    assessed = differing = 0
    while True:
        async with database.transaction(Role.JOB, actor=COMPUTE) as session:
            keys = await requests.take(session, STEP)
            if not keys:
                break
            differing += await compute(session=session, keys=keys)
        assessed += len(keys)
        if progress:
            progress(len(keys))
    if assessed:
        log.info("residences_assessed", residences=assessed, changed=differing)
    return assessed, differing


async def compute(*, session: AsyncSession, keys: Sequence[Key]) -> int:
    """Assess these residences and keep their indexes; return how many changed. As the job."""
    found = await inputs.many(session, keys, profile=DEFAULT.profile)
    grids = await governing(session, found)
    counted = await _counted(session, found, grids)
    on, rows = today(), []
    for each in found:
        grid = grids[each.charter]
        residence = residence_of(each, counted.get(each.key, Counts(0, 0)), grid.compiled.grid)
        rows.append(row_of(each, assess(grid.compiled, residence, on=on), grid))
    differing = await indexes.save(session, rows)
    await events.publish(session, ResidencesAssessed(keys))
    return differing


async def _counted(
    session: AsyncSession, found: Sequence[Found], grids: dict[Charter | None, Governing]
) -> dict[Key, Counts]:
    """Return the adapted homes of each residence, by the class that its grid asks for."""
    by_class: dict[int, list[Key]] = defaultdict(list)
    for each in found:
        by_class[grids[each.charter].compiled.grid.adapted_class].append(each.key)
    counted: dict[Key, Counts] = {}
    for least, keys in by_class.items():
        counted |= await counts(session, keys, least=least)
    return counted


async def expire(*, session: AsyncSession) -> int:
    """Forget history that is too old; return how many rows. As the job."""
    return await indexes.expire(session)
