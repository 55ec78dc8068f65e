"""Compute the zones of the territories that changed, and move the listings that stand elsewhere now."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Final

import structlog
from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from registry.charter import service as charter
from registry.charter.errors import CharterNotInForce
from registry.kernel.clock import now
from registry.listings.repository import projection, residences, zones
from registry.listings.service.show import show
from registry.listings.zoning import Rule, Zone, ZoneKey, may_show_quarters, parent, standing
from registry.listings.zoning import zones as divide
from registry.platform.database import Database, Role

NARROWING_INTERVAL: Final = timedelta(days=30)
CHUNK: Final = 5_000
PAUSES_S: Final = (0.1, 0.2, 0.5, 1, 2, 4, 8)
log = structlog.get_logger()


async def place_requested(database: Database) -> int:
    """Place every territory that was asked for, each in a transaction of its own; return how many.

    One that is being placed at this moment is left for the next time: its request stays. So jobs that follow each other
    every minute do not queue up behind one that takes longer.

    Raises:
        Exception: What went wrong in one of them, once the others are placed.
    """
    async with database.transaction(Role.JOB, actor="listings.place") as session:
        requests = await zones.requested(session)
    placed, failed = 0, None
    for request in requests:
        try:
            placed += await _place(database, request)
        except Exception as error:
            log.exception("territory_not_placed", territory=request.territory_id)
            failed = error
    if failed:
        raise failed
    return placed


async def _place(database: Database, request: zones.Request) -> bool:
    """Place a territory; tell whether that was to do: another process may be at it. Give way to owners.

    An owner that changes several homes may hold one listing that is to move and need another that was taken already:
    this transaction lets go before the database has to end one of the two, and begins anew.
    """
    for pause in (*PAUSES_S, None):
        try:
            async with database.transaction(Role.JOB, actor="listings.place") as session:
                if not await zones.try_hold(session, request.territory_id):
                    return False
                with suppress(CharterNotInForce):  # nothing is shown there: the request is taken, and that is all
                    await place_territory(
                        session=session, territory=request.territory_id, everything=request.everything
                    )
        except OperationalError as error:
            if pause is None or not isinstance(error.orig, LockNotAvailable | DeadlockDetected):
                raise
            log.info("territory_gave_way", territory=request.territory_id, again_in_s=pause)
            await asyncio.sleep(pause)
        else:
            break
    return True


async def place_territory(*, session: AsyncSession, territory: int, everything: bool = False) -> int:
    """Compute the territory's zones; return how many listings were written anew.

    Zones widen at once and narrow at most every 30 days, so that nobody learns from a zone that shrinks what was
    registered between two looks. The first division of a commune is no narrowing: nobody has seen it undivided.
    Where every member signed that homes are shown where they are, there is no need of zones.
    """
    everything = await zones.take(session, territory) or everything
    await zones.wait_briefly(session)
    terms = await charter.zoning_terms(session=session, territory_id=territory)
    homes = await zones.unentitled(session, territory)
    if terms.needed:
        rule = Rule(terms.k, terms.k_residences)
        found, showing, touched = await _divide(session, territory, rule)
        await show(session, territory, found, showing, rule)
        homes += await zones.moving(session, territory, touched)
    else:
        await show(session, territory)
    homes += await residences.otherwise(session, territory)
    if everything:
        homes = await zones.everything(session, territory)
    for start in range(0, len(homes), CHUNK):
        await projection.project(session, homes[start : start + CHUNK])
    log.info("territory_placed", territory=territory, listings=len(homes))
    return len(homes)


async def _divide(session: AsyncSession, territory: int, rule: Rule) -> tuple[list[Zone], set[ZoneKey], list[int]]:
    """Divide the territory anew.

    Returns:
        The zones; those in which quarters are shown; the ids of those in which homes are shown otherwise than before.
    """
    last, before = await zones.state(session, territory), await zones.present(session, territory)
    narrowed_at = last.narrowed_at if last else None
    may_narrow = narrowed_at is None or now() - narrowed_at >= NARROWING_INTERVAL
    stood = standing(before)
    # In a thread: for a large territory it takes a while, in which the other jobs go on.
    found = await asyncio.to_thread(
        divide,
        await zones.dwellings(session, territory),
        rule,
        land=await zones.land(session, territory),
        may_stand=None if may_narrow else stood,
    )
    touched = await zones.save(session, territory, found)
    parts = await zones.quarter_parts(session, territory)
    showing = {
        zone.key
        for zone in found
        if may_show_quarters(zone, rule, parts.get(zone.key))
        and _may_begin_to_show(zone, before, stood, may_narrow=may_narrow)
    }
    touched += await zones.show_quarters(session, territory, showing)
    narrowed = _narrower(found, showing, before, stood)
    await zones.computed(session, territory, now=now(), narrowed=now() if narrowed else narrowed_at)
    log.info("territory_divided", territory=territory, zones=len(found), narrowed=narrowed)
    return found, showing, touched


def _may_begin_to_show(zone: Zone, before: Mapping[ZoneKey, bool], stood: set[ZoneKey], *, may_narrow: bool) -> bool:
    """Tell whether quarters may be shown in ``zone`` now, given that its homes are where they were.

    Showing a quarter narrows. So it begins only when narrowing is allowed; never in a zone that has just taken in
    another: who remembers the smaller zone would know which part of it is in the quarter.
    """
    if any(square not in zone.taken for square in stood if parent(square) == zone.key and square != zone.key):
        return False
    new_commune = all(key.commune != zone.key.commune for key in before)
    return may_narrow or new_commune or before.get(zone.key, False)


def _narrower(found: list[Zone], showing: set[ZoneKey], before: Mapping[ZoneKey, bool], stood: set[ZoneKey]) -> bool:
    """Tell whether any home's place is known better than before; the first zones of a commune do not count."""
    known = {key.commune for key in before}
    narrower = standing(zone.key for zone in found if zone.key.commune in known) - stood
    return bool(narrower) or any(not before.get(key, key.commune not in known) for key in showing)
