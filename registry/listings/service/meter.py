"""Count who sees what: the daily quota of distinct homes, the log of readings, the searches by minute.

Counting is in memory, so that a search writes nothing; it is flushed every :data:`FLUSH_S` seconds and at the end.
So a client may overshoot its quota by what each process answers it within that time, and a killed process loses at
most that much of the log. Both are stated in docs/operations.md.
"""

import asyncio
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import structlog

from registry.access.principal import Principal
from registry.kernel.clock import now
from registry.listings.errors import DailyHomesUsedUp
from registry.listings.repository import usage
from registry.platform.database import Database, Role

FLUSH_S: Final = 2.0
log = structlog.get_logger()


@dataclass(slots=True)
class _Client:
    """What one client has seen on a day."""

    day: date
    quota: int
    seen: set[uuid.UUID]


class Meter:
    """The counters of one process."""

    def __init__(self, database: Database, *, daily_homes: int) -> None:
        self._database = database
        self._daily_homes = daily_homes
        self._clients: dict[str, _Client] = {}
        self._new: list[usage.Seen] = []
        self._readings: list[usage.Reading] = []
        self._searches: Counter[usage.SearchKey] = Counter()

    async def see(self, principal: Principal, listings: Iterable[uuid.UUID]) -> None:
        """Count other organisations' listings as seen by the client today.

        Raises:
            DailyHomesUsedUp: These would be more distinct homes than the quota allows; none of them is counted.
        """
        moment = now()
        client = self._clients.get(principal.client_id)
        if client is None or client.day != moment.date():
            client = await self._load(principal, moment.date())
        fresh = [listing for listing in listings if listing not in client.seen]
        if len(client.seen) + len(fresh) > client.quota:
            midnight = datetime.combine(client.day + timedelta(days=1), time.min, UTC)
            raise DailyHomesUsedUp(headers={"Retry-After": str(int((midnight - moment).total_seconds()) + 1)})
        client.seen.update(fresh)
        self._new += [
            usage.Seen(principal.client_id, client.day, listing, principal.organisation_id) for listing in fresh
        ]

    def read(self, principal: Principal, listing: uuid.UUID) -> None:
        """Log that another organisation's listing was read."""
        self._readings.append(usage.Reading(now(), principal.organisation_id, principal.client_id, listing))

    def searched(self, principal: Principal, shape: str) -> None:
        """Count a search by the names of its filters."""
        minute = now().replace(second=0, microsecond=0)
        self._searches[usage.SearchKey(minute, principal.client_id, principal.organisation_id, shape)] += 1

    async def _load(self, principal: Principal, day: date) -> _Client:
        async with self._database.transaction(
            principal.role, organisation=principal.organisation_id, actor=principal.client_id
        ) as session:
            seen = await usage.seen_today(session, principal.client_id, day)
            quota = await usage.charter_quota(session, principal.territories.values())
        held = self._clients.get(principal.client_id)
        if held is None or held.day != day:  # another request of this client may have loaded it meanwhile
            held = self._clients[principal.client_id] = _Client(day, quota or self._daily_homes, seen)
        return held

    async def flush(self) -> None:
        """Write the counts; where that fails or is cancelled keep them for the next time.

        Learn what other processes have counted.
        """
        new, self._new = self._new, []
        readings, self._readings = self._readings, []
        searches, self._searches = self._searches, Counter()
        if not (new or readings or searches):
            return
        try:
            async with self._database.transaction(Role.AUTH, actor="listings.meter") as session:
                await usage.record(session, new, readings, searches)
                for client_id in {row.client_id for row in new}:
                    client = self._clients[client_id]
                    client.seen |= await usage.seen_today(session, client_id, client.day)
        except BaseException:  # cancelled too: the process that ends flushes once more
            self._new, self._readings, self._searches = (
                new + self._new,
                readings + self._readings,
                searches + self._searches,
            )
            raise

    async def run(self) -> None:
        """Flush until cancelled, then once more."""
        try:
            while True:
                await asyncio.sleep(FLUSH_S)
                try:
                    await self.flush()
                except Exception:
                    log.exception("meter_flush_failed")
        finally:
            await self.flush()
