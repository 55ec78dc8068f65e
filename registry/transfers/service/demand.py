"""Unmet demand and homes set free: counted once a month for each territory, protected before anything is kept.

Readers of the tables are members, so what protects them reckons with each landlord's knowing its own cases and moves,
and with the coordinator's, who reads of each case that there is one (docs, "Unmet demand").
"""

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.kernel.clock import date_in_france, month_after, now
from registry.kernel.protection import Rule, protect
from registry.platform.database import Database, Role
from registry.territories.errors import TerritoryNotVisible
from registry.transfers.errors import DemandNotCounted
from registry.transfers.repository import demand as repository
from registry.transfers.repository.demand import FREED, MONTHS_KEPT, SEVERAL, TERRITORY, UNANSWERED, KeptZone, Month
from registry.vocabulary.demand import CASES, CLASSES, COMPLETED, PARTS
from registry.vocabulary.demand import FREED as FREED_CLASSES

__all__ = [
    "SEVERAL",
    "TERRITORY",
    "Demand",
    "KeptMonth",
    "Zone",
    "count_months",
    "kept_of_year",
    "own_freed",
    "protected_cases",
    "protected_freed",
    "read_demand",
]  # fmt: skip

RULE: Final = Rule(least=11, step=5)
ACTOR: Final = "transfers.count_months"
LANDLORD: Final = "landlord"
_PARIS: Final = ZoneInfo("Europe/Paris")
_CODES: Final = (*(each.code for each in CLASSES), *COMPLETED.values())
_FREED_SUMS: Final = (("moves", ("larger_freed", "none_freed")), ("larger_freed", ("large_freed", "small_freed")))
_FREED_CODES: Final = ("moves", "larger_freed", "none_freed", "large_freed", "small_freed")
_FREED_SHOWN: Final = ("moves", "larger_freed", "large_freed")
_COMPLEMENTS: Final = frozenset(COMPLETED.values())
Cell = tuple[str, str]
"""A zone and a code."""
log: Final = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Zone:
    """A row of the table of unmet demand.

    Attributes:
        zone: ``commune``, ``several`` (several communes, or any of the territory) or ``territory`` (all together).
        counts: By code; ``None``: not shown.
    """

    zone: str
    commune_code: str | None
    name: str | None
    counts: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class KeptMonth:
    """Unmet demand of a month, which begins on ``month``."""

    month: dt.date
    zones: Sequence[Zone]


@dataclass(frozen=True, slots=True)
class Demand:
    """What a month left of a territory's cases and moves.

    Attributes:
        month: Its first day; ``months``: all that are counted, the last one first.
        freed: What the moves of the twelve months that end with it set free, by code; ``None``: not shown.
    """

    territory: str
    month: dt.date
    months: Sequence[dt.date]
    counted_at: dt.datetime
    zones: Sequence[Zone]
    freed: Mapping[str, int | None]


async def read_demand(
    *, session: AsyncSession, principal: Principal, territory: str, month: dt.date | None = None
) -> Demand:
    """Return the tables of a month, of the last one that is counted where none is named; for members and coordinator.

    Raises:
        TerritoryNotVisible: There is none in which the caller's charter is in force.
        DemandNotCounted: No month is counted yet, or not this one.
    """
    place = principal.territories.get(territory)
    if place is None:
        raise TerritoryNotVisible
    kept = await repository.read(session, place, month and month.replace(day=1))
    if not kept:
        raise DemandNotCounted
    return _stated(territory, kept)


def _stated(territory: str, kept: Sequence[KeptZone]) -> Demand:
    told = next((row.counts for row in kept if row.topic == FREED), {})
    freed = {each.code: told.get(each.code) for each in FREED_CLASSES}
    return Demand(territory, kept[0].month, kept[0].months, kept[0].counted_at, _zones(kept), freed)


def _zones(kept: Iterable[KeptZone]) -> list[Zone]:
    zones = []
    for row in kept:
        if row.topic != UNANSWERED:
            continue
        counts = {each.code: row.counts.get(each.code) for each in CLASSES}
        if row.zone in {TERRITORY, SEVERAL}:
            zones.append(Zone(row.zone, None, None, counts))
        else:
            zones.append(Zone("commune", row.zone, row.name or row.zone, counts))
    return zones


async def kept_of_year(*, session: AsyncSession, territory: int, year: int) -> KeptMonth | None:
    """Return unmet demand of the last month of a year that is counted; ``None``: none is. As the job."""
    month = await repository.last_month(session, territory, dt.date(year, 12, 31))
    if month is None or month.year != year:
        return None
    return KeptMonth(month, _zones(await repository.read(session, territory, month)))


async def own_freed(*, session: AsyncSession, principal: Principal) -> list[tuple[int, dict[str, int]]]:
    """Return what the moves of a landlord's own cases set free, this calendar year and the one before; to others none.

    They are the landlord's own figures, and exact.
    """
    if principal.kind != LANDLORD:
        return []
    year = date_in_france(now()).year
    first, last = dt.date(year - 1, 1, 1), dt.date(year, 12, 31)
    found = await repository.own_freed(session, own_organisation(principal), first, last)
    return [
        (each, {one.code: int(found[each][one.code]) if each in found else 0 for one in FREED_CLASSES})
        for each in (year, year - 1)
    ]


async def count_months(database: Database, *, at: dt.datetime | None = None) -> int:
    """Count the month that is over for each territory of which it is not counted; return of how many it was.

    A month is counted once, by the rows that are there then: a case that was erased before is in no count, and none
    changes by what is erased later. As the job, each night.
    """
    month = _month_before(date_in_france(at or now()))
    async with database.transaction(Role.JOB, actor=ACTOR) as session:
        territories = await repository.due(session, month)
        await repository.forget(session, month_after(month.first, 1 - MONTHS_KEPT))
    counted = 0
    for territory in territories:
        try:
            await _count(database, territory, month)
        except Exception:  # the next one is counted all the same; this one is tried again in the next night
            log.exception("transfer_month_failed", month=f"{month.first:%Y-%m}", territory=territory)
        else:
            counted += 1
    if counted:
        log.info("transfer_months_counted", month=f"{month.first:%Y-%m}", territories=counted)
    return counted


async def _count(database: Database, territory: int, month: Month) -> None:
    async with database.transaction(Role.JOB, actor=ACTOR) as session:
        cases = await repository.cases(session, territory, month)
        freed = await repository.freed(session, territory, month_after(month.first, -11), month.last)
    shown = await asyncio.to_thread(_shown, cases, freed)
    async with database.transaction(Role.JOB, actor=ACTOR) as session:
        await repository.keep(session, territory, month, shown)


def _shown(cases: Sequence[RowMapping], freed: Sequence[RowMapping]) -> list[tuple[str, str, str, int | None]]:
    return [
        *((UNANSWERED, zone, code, count) for (zone, code), count in protected_cases(cases).items()),
        *((FREED, TERRITORY, code, count) for code, count in protected_freed(freed).items()),
    ]


def protected_cases(rows: Iterable[RowMapping]) -> dict[Cell, int | None]:
    """Return what is shown of unanswered cases, counted by ``organisation_id`` and ``zone`` (privacy rule 7).

    A column that is shown gives its complement away, so that is protected with it as if it were shown too.
    """
    own: dict[Any, dict[Cell, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        for code in _CODES:
            for zone in (row["zone"], TERRITORY):
                own[row["organisation_id"]][zone, code] += row[code]
    parts = sorted({zone for cells in own.values() for zone, _ in cells} - {TERRITORY})
    counts = _added(own.values(), [(zone, code) for zone in (*parts, TERRITORY) for code in _CODES])
    sums: list[tuple[Cell, list[Cell]]] = [
        ((zone, CASES), [(zone, code) for code in codes]) for zone in (*parts, TERRITORY) for codes in PARTS
    ]
    if parts:
        sums += [((TERRITORY, code), [(zone, code) for zone in parts]) for code in _CODES]
    shown = protect(counts, sums, RULE, known=[(TERRITORY, CASES)], insiders=own.values())
    return {(zone, code): count for (zone, code), count in shown.items() if code not in _COMPLEMENTS}


def protected_freed(rows: Iterable[RowMapping]) -> dict[str, int | None]:
    """Return what is shown of moves, counted by ``organisation_id``; the rooms where the homes they are of are."""
    found = list(rows)
    own = [{code: int(row[code]) for code in _FREED_CODES} for row in found]
    counts = _added(own, _FREED_CODES)
    shown = protect(counts, _FREED_SUMS, RULE, known=["moves"], insiders=own)
    rooms = None if shown["larger_freed"] is None else RULE.rounded(sum(int(row["rooms_freed"]) for row in found))
    return {**{code: shown[code] for code in _FREED_SHOWN}, "rooms_freed": rooms}


def _added(own: Iterable[Mapping[Any, int]], cells: Sequence[Any]) -> dict[Any, int]:
    parts = list(own)
    return {cell: sum(each.get(cell, 0) for each in parts) for cell in cells}


def _month_before(day: dt.date) -> Month:
    last = day.replace(day=1) - dt.timedelta(days=1)
    first = last.replace(day=1)
    begin, end = (dt.datetime.combine(each, dt.time(), tzinfo=_PARIS) for each in (first, last + dt.timedelta(days=1)))
    return Month(first, last, begin, end)
