"""The door: how near other landlords' homes are to the present home of a case, in bands, never where they are.

The comparison is of true places, in the database and in this job; what leaves it is, for each listing, whether it is in
the same quarter and in which band of :data:`BAND_M` the middle of its square is (ADR 0029).
"""

import itertools
import math
import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from registry.audit import service as audit
from registry.charter import service as charter
from registry.charter.errors import CharterNotInForce
from registry.kernel.clock import today
from registry.kernel.geo import LonLat
from registry.platform.database import Database, Role
from registry.surroundings.service import Costs, Goals, Grounds, costs_between
from registry.transfers.matching.shares import BAND_M, BANDS
from registry.transfers.repository import nearness as repository
from registry.transfers.repository.nearness import SQUARE_M, Door, Listed

COMPARE: Final = "transfers.compare"
_HALF_DIAGONAL_M: Final = SQUARE_M / math.sqrt(2)
_REACH_M: Final = BANDS * BAND_M + 2 * _HALF_DIAGONAL_M
"""Straight metres beyond which no band is possible: an accessible way is never shorter than a straight one."""
_DEGREE_M: Final = 111_000
PROFILES: Final = ("walking", "senior", "wheelchair")
"""The columns of the answers."""
FARTHER: Final = 0
"""The band of what is farther than the last one, or out of reach."""
_TOLD: Final = 200
"""Cases that one event of the audit counts."""


async def compare(database: Database, grounds: Grounds, *, everything: bool = False) -> int:
    """Give new cases the door and compare what changed among the listings; return how many doors were looked through.

    Idempotent; each door is a transaction of its own.

    Args:
        database: As the job.
        grounds: Of the process.
        everything: Compare all listings again: places and networks change without a listing's change.
    """
    await _open_doors(database)
    async with database.transaction(Role.JOB, actor=COMPARE) as session:
        doors = await repository.doors(session)
    looked = 0
    for territory, of_territory in itertools.groupby(doors, lambda door: door.territory_id):
        looked += await _compare_territory(database, grounds, territory, list(of_territory), everything=everything)
    if everything:
        async with database.transaction(Role.JOB, actor=COMPARE) as session:
            await repository.forget(session, today())
    return looked


async def _open_doors(database: Database) -> None:
    """Open the doors of the cases that wait, at most so many a landlord and day as the charter in force says."""
    allowed: dict[int, int] = {}
    async with database.transaction(Role.JOB, actor=COMPARE) as session:
        waiting = await repository.waiting(session)
        opened = defaultdict(int, await repository.opened_on(session, today()))
        for territory in {case.territory_id for case in waiting}:
            try:
                terms = await charter.terms_in_force(session=session, territory_id=territory)
            except CharterNotInForce:
                continue
            allowed[territory] = terms.comparisons_daily
        told = []
        for case in waiting:
            key = (case.organisation_id, case.territory_id)
            opens = case.state == "open"
            if case.territory_id not in allowed or (opens and opened[key] >= allowed[case.territory_id]):
                continue
            await repository.open_door(session, case, today())
            if opens:
                opened[key] += 1
                told.append((case, opened[key]))
        for case, number in sorted(told, key=lambda each: (each[0].organisation_id, each[1])):
            await audit.record(
                session, organisation=case.organisation_id, action="transfers:door:opened", subject=str(case.case_id),
                detail={"today": number},
            )  # fmt: skip


async def _compare_territory(
    database: Database, grounds: Grounds, territory: int, doors: Sequence[Door], *, everything: bool
) -> int:
    async with database.transaction(Role.JOB, actor=COMPARE) as session:
        horizon = await repository.horizon(session)
        since = 0 if everything else min(door.compared_in or 0 for door in doors)
        listed = await repository.listed(session, territory, since)
    counts: dict[uuid.UUID, dict[str, int]] = defaultdict(dict)
    looked = 0
    for door in doors:
        begin = 0 if everything else door.compared_in or 0
        changed = [each for each in listed if each.changed_in >= begin]
        if changed or door.compared_in is None:
            await _compare_door(database, grounds, door, changed, horizon)
            foreign = sum(each.organisation_id != door.organisation_id for each in changed)
            counts[door.organisation_id][str(door.case_id)] = foreign
            looked += 1
    async with database.transaction(Role.JOB, actor=COMPARE) as session:
        await repository.nothing_new(session, territory, horizon)
        for organisation in sorted(counts):
            told = iter(counts[organisation].items())
            while part := dict(itertools.islice(told, _TOLD)):
                await audit.record(
                    session, organisation=organisation, action="transfers:door:compared", subject=str(territory),
                    detail={"listings": part},
                )  # fmt: skip
    return looked


async def _compare_door(
    database: Database, grounds: Grounds, door: Door, listed: Sequence[Listed], horizon: int
) -> None:
    """Answer of each listing; nothing is kept of what is beyond the bands, and in no quarter that needs to be told."""
    near = [each for each in listed if _may_reach(door, each)]
    own = [each for each in near if each.organisation_id == door.organisation_id]
    others = [each for each in near if each.organisation_id != door.organisation_id]
    goals = Goals(
        [LonLat(each.lon, each.lat) for each in own if each.lon is not None and each.lat is not None],
        [LonLat(each.square_lon, each.square_lat) for each in others
         if each.square_lon is not None and each.square_lat is not None],
        _HALF_DIAGONAL_M,
    )  # fmt: skip
    async with database.transaction(Role.JOB, actor=COMPARE) as session:
        costs = await costs_between(session=session, grounds=grounds, door=LonLat(door.lon, door.lat), goals=goals)
        bands = _by_listing(own, others, costs)
        quarters = frozenset(door.quarters)
        answers = [
            {
                "listings": each.id, "same_quarter": not quarters.isdisjoint(each.quarters),
                "quarter_known": bool(quarters and each.quarters), **_of(bands, each),
            }
            for each in listed
        ]  # fmt: skip
        kept = [
            each for each in answers
            if each["same_quarter"] or each["quarter_known"] != bool(quarters)
            or any(each[name] != FARTHER for name in PROFILES)
        ]  # fmt: skip
        await repository.answer(
            session, door, {each.id for each in listed}, kept, network=costs is not None, horizon=horizon
        )


Bands = dict[uuid.UUID, dict[str, int | None]]


def _by_listing(own: Sequence[Listed], others: Sequence[Listed], costs: Costs | None) -> Bands:
    """Return the bands by listing and profile, of those that may be within them."""
    bands: Bands = defaultdict(dict)
    for found, homes in ((costs.points, own), (costs.middles, others)) if costs else ():
        for profile, values in found.items():
            for each, cost in zip(homes, values, strict=True):
                bands[each.id][profile.name.lower()] = _band(cost)
    return bands


def _of(bands: Bands, listed: Listed) -> dict[str, int | None]:
    """Return the bands of a listing: what is too far even in a straight line is farther, what has no place unknown."""
    given = None if listed.square_lon is None else FARTHER
    return {name: bands[listed.id][name] if listed.id in bands else given for name in PROFILES}


def _may_reach(door: Door, listed: Listed) -> bool:
    """Tell whether a home with a place may be within the bands, by the straight distance of its square."""
    if listed.square_lon is None or listed.square_lat is None:
        return False
    east = (listed.square_lon - door.lon) * _DEGREE_M * math.cos(math.radians(door.lat))
    north = (listed.square_lat - door.lat) * _DEGREE_M
    return math.hypot(east, north) <= _REACH_M


def _band(cost: float) -> int | None:
    """Return the band of metre-equivalents, from 1 on; 0: farther, or out of reach; ``None``: not known."""
    if math.isnan(cost):
        return None
    return max(1, math.ceil(cost / BAND_M)) if cost <= BANDS * BAND_M else FARTHER
