"""Look up the addresses of residences without a position: a job that is idempotent and may run at any time."""

import uuid
from collections import Counter
from collections.abc import AsyncIterator

import structlog

from registry.access.principal import Principal
from registry.platform.database import Database, Role
from registry.stock.service import positions
from registry.territories.errors import GeocoderUnavailable
from registry.territories.service import Geocoder

log = structlog.get_logger()
_ACTOR = "stock.locate"


async def geocode_waiting(database: Database, geocoder: Geocoder) -> Counter[str]:
    """Look up the addresses that wait, landlord by landlord; return how many finds of each verdict were kept.

    No transaction is open while a geocoder is asked. One that cannot be asked now leaves the rest for the next time.

    Raises:
        Exception: What went wrong for one landlord, once the others are done.
    """
    async with database.transaction(Role.JOB, actor=_ACTOR) as session:
        landlords = await positions.landlords_waiting(session=session)
    counts: Counter[str] = Counter()
    failed = None
    for landlord in landlords:
        try:
            async for kept in _geocode(database, geocoder, landlord):
                counts += kept
        except GeocoderUnavailable:
            log.warning("geocoding_postponed", landlords=len(landlords))
            break
        except Exception as error:
            log.exception("landlord_not_geocoded", organisation=str(landlord))
            failed = error
    if failed:
        raise failed
    if counts:
        log.info("addresses_located", **counts)
    return counts


async def _geocode(database: Database, geocoder: Geocoder, landlord: uuid.UUID) -> AsyncIterator[Counter[str]]:
    """Look up a landlord's addresses, some at a time; yield what was kept of them, once it is."""
    principal = Principal(landlord, "landlord", _ACTOR, frozenset())
    while True:
        async with database.transaction(Role.LANDLORD, organisation=landlord, actor=_ACTOR) as session:
            asked = await positions.waiting(session=session, principal=principal)
        if not asked:
            return
        found = await geocoder.locate([positions.address_of(residence) for residence in asked])
        async with database.transaction(Role.LANDLORD, organisation=landlord, actor=_ACTOR) as session:
            kept = await positions.keep_finds(session=session, principal=principal, asked=asked, found=found)
        yield kept
        if not kept:  # all were written by others meanwhile: the next run finds what they left
            return
