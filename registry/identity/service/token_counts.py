"""Tokens issued and refused, as counts in the audit chain of the organisation: by client and hour.

Counting is in memory, so that a refusal costs the same whether its client exists or not, and is flushed every
:data:`FLUSH_S` seconds and at the end: a process that is killed loses at most that much. What names no client of ours
belongs to nobody and is in the metrics only.
"""

import asyncio
import uuid
from collections import Counter
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from registry.audit import service as audit
from registry.identity.repository import token_counts as repository
from registry.identity.repository.token_counts import CountKey
from registry.kernel.clock import now
from registry.platform.database import Database, Role

FLUSH_S: Final = 2.0
SETTLED: Final = timedelta(minutes=5)
"""How long after its end an hour is taken into the chain: every process has flushed it by then."""
ISSUED: Final = "issued"
log: Final = structlog.get_logger()


class TokenCounts:
    """The counts of one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counts: Counter[CountKey] = Counter()

    def count(self, organisation: uuid.UUID, client_id: str, outcome: str) -> None:
        """Count an answer; ``outcome`` is :data:`ISSUED` or the code of the error."""
        hour = now().replace(minute=0, second=0, microsecond=0)
        self._counts[CountKey(organisation, client_id, hour, outcome)] += 1

    async def flush(self) -> None:
        """Write the counts; where that fails or is cancelled keep them for the next time."""
        counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            async with self._database.transaction(Role.AUTH, actor="identity.token_counts") as session:
                await repository.add(session, counts)
        except BaseException:  # cancelled too: the process that ends flushes once more
            self._counts.update(counts)
            raise

    async def run(self) -> None:
        """Flush until cancelled, then once more."""
        try:
            while True:
                await asyncio.sleep(FLUSH_S)
                try:
                    await self.flush()
                except Exception:
                    log.exception("token_counts_flush_failed")
        finally:
            await self.flush()


async def chain_counts(*, session: AsyncSession) -> int:
    """Take the hours that are over into the organisations' chains, an event a client and hour. Needs ``Role.JOB``.

    Counts that come late make a second event of the same hour: the sum of both is the count.
    """
    this_hour = (now() - SETTLED).replace(minute=0, second=0, microsecond=0)
    taken = await repository.take(session, before=this_hour)
    for row in taken:
        refused = {outcome: answers for outcome, answers in row.answers.items() if outcome != ISSUED}
        await audit.record(
            session,
            organisation=row.organisation_id,
            action="identity:tokens:counted",
            subject=row.client_id,
            detail={"hour": row.hour.isoformat(), "issued": row.answers.get(ISSUED, 0), "refused": refused},
        )
    return len(taken)
