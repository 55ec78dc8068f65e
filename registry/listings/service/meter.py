"""Count who sees what: the daily quota of distinct homes, the log of readings, the searches by minute.

The quota is an organisation's: it may have any number of clients. Counting is in memory, so that a search writes
nothing; it is flushed every :data:`FLUSH_S` seconds and at the end. So an organisation may overshoot its quota by what
each process answers it within that time, and a killed process loses at most that much of the log. Both are stated in
docs/operations.md. The charter's number is read again at a flush, and before anybody is refused.
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
class _Organisation:
    """What one organisation has seen on a day, by the charters of ``territories``."""

    day: date
    territories: tuple[int, ...]
    quota: int
    seen: set[uuid.UUID]

    def unseen(self, listings: Iterable[uuid.UUID]) -> tuple[list[uuid.UUID], bool]:
        """Return those that it has not seen, and whether they are more than its quota leaves."""
        fresh = [listing for listing in listings if listing not in self.seen]
        return fresh, len(self.seen) + len(fresh) > self.quota


class Meter:
    """The counters of one process."""

    def __init__(self, database: Database, *, daily_homes: int) -> None:
        self._database = database
        self._daily_homes = daily_homes
        self._organisations: dict[uuid.UUID, _Organisation] = {}
        self._new: list[usage.Seen] = []
        self._readings: list[usage.Reading] = []
        self._searches: Counter[usage.SearchKey] = Counter()

    async def see(self, principal: Principal, listings: Iterable[uuid.UUID]) -> None:
        """Count other organisations' listings as seen by the caller's today.

        Raises:
            DailyHomesUsedUp: These would be more distinct homes than the quota allows; none of them is counted.
        """
        moment = now()
        listings = tuple(listings)
        held = self._organisations.get(principal.organisation_id)
        if held is None or held.day != moment.date():
            held = await self._load(principal, moment.date())
        held.territories = tuple(principal.territories.values())
        fresh, too_many = held.unseen(listings)
        if too_many:
            await self._read_quota(principal, held)
            fresh, too_many = held.unseen(listings)
        if too_many:
            midnight = datetime.combine(held.day + timedelta(days=1), time.min, UTC)
            raise DailyHomesUsedUp(headers={"Retry-After": str(int((midnight - moment).total_seconds()) + 1)})
        held.seen.update(fresh)
        self._new += [
            usage.Seen(principal.client_id, held.day, listing, principal.organisation_id) for listing in fresh
        ]

    def read(self, principal: Principal, listing: uuid.UUID) -> None:
        """Log that another organisation's listing was read."""
        self._readings.append(usage.Reading(now(), principal.organisation_id, principal.client_id, listing))

    def searched(self, principal: Principal, shape: str) -> None:
        """Count a search by the names of its filters."""
        minute = now().replace(second=0, microsecond=0)
        self._searches[usage.SearchKey(minute, principal.client_id, principal.organisation_id, shape)] += 1

    async def _load(self, principal: Principal, day: date) -> _Organisation:
        territories = tuple(principal.territories.values())
        async with self._database.transaction(
            principal.role, organisation=principal.organisation_id, actor=principal.client_id
        ) as session:
            seen = await usage.seen_today(session, principal.organisation_id, day)
            quota = await usage.charter_quota(session, territories) or self._daily_homes
        held = self._organisations.get(principal.organisation_id)
        if held is None or held.day != day:  # another request of this organisation may have loaded it meanwhile
            held = self._organisations[principal.organisation_id] = _Organisation(day, territories, quota, seen)
        return held

    async def _read_quota(self, principal: Principal, held: _Organisation) -> None:
        async with self._database.transaction(
            principal.role, organisation=principal.organisation_id, actor=principal.client_id
        ) as session:
            held.quota = await usage.charter_quota(session, held.territories) or self._daily_homes

    async def flush(self) -> None:
        """Write the counts; where that fails or is cancelled keep them for the next time.

        Learn what other processes have counted, and what the charters say now.
        """
        new, self._new = self._new, []
        readings, self._readings = self._readings, []
        searches, self._searches = self._searches, Counter()
        if not (new or readings or searches):
            return
        try:
            async with self._database.transaction(Role.AUTH, actor="listings.meter") as session:
                await usage.record(session, new, readings, searches)
                for organisation in {row.organisation_id for row in new}:
                    held = self._organisations[organisation]
                    held.seen |= await usage.seen_today(session, organisation, held.day)
                    held.quota = await usage.charter_quota(session, held.territories) or self._daily_homes
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
