"""Compute the zones of the territories that changed, and move the listings that stand elsewhere now."""

from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from registry.charter import service as charter
from registry.kernel.clock import now
from registry.listings.repository import projection, zones
from registry.listings.zoning import COMMUNE, Cell, Rule, Zone
from registry.listings.zoning import zones as divide
from registry.platform.database import Database, Role

NARROWING_INTERVAL: Final = timedelta(days=30)
CHUNK: Final = 5_000
log = structlog.get_logger()


async def place_requested(database: Database) -> int:
    """Place every territory that was asked for, each in a transaction of its own; return how many."""
    async with database.transaction(Role.JOB, actor="listings.place") as session:
        requests = await zones.requested(session)
    for request in requests:
        async with database.transaction(Role.JOB, actor="listings.place") as session:
            await place_territory(session=session, territory=request.territory_id, everything=request.everything)
    return len(requests)


async def place_territory(*, session: AsyncSession, territory: int, everything: bool = False) -> int:
    """Compute the territory's zones; return how many listings were written anew.

    Zones widen at once and narrow at most every 30 days, so that nobody learns from a zone that shrinks what was
    registered between two looks.
    """
    await zones.take(session, territory)
    terms = await charter.terms_in_force(session=session, territory_id=territory)
    rule = Rule(terms.k, terms.k_residences)
    last, held = await zones.state(session, territory), await zones.held(session, territory)
    may_narrow = last is None or now() - last.narrowed_at >= NARROWING_INTERVAL
    found = divide(await zones.dwellings(session, territory), rule, {} if may_narrow else held)
    touched = await zones.save(session, territory, found)
    homes = await (zones.everything(session, territory) if everything else zones.moving(session, territory, touched))
    for start in range(0, len(homes), CHUNK):
        await projection.project(session, homes[start : start + CHUNK])
    narrowed = may_narrow and (last is None or _narrower(found, held))
    await zones.computed(
        session, territory, now=now(), narrowed=now() if narrowed or last is None else last.narrowed_at
    )
    log.info("territory_placed", territory=territory, zones=len(found), listings=len(homes), narrowed=narrowed)
    return len(homes)


def _narrower(found: list[Zone], held: dict[Cell, int]) -> bool:
    def breadth(size_m: int) -> float:
        return float("inf") if size_m == COMMUNE else size_m

    return any(breadth(zone.key.size_m) < breadth(held[cell]) for zone in found for cell in zone.cells if cell in held)
