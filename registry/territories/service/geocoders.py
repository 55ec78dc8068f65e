"""The geocoders behind one interface, and what holds for all: no position outside the commune that is stated."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from registry.territories.errors import GeocoderUnavailable
from registry.territories.geocoding import (
    NOWHERE,
    POSTPONED,
    Address,
    Geocoder,
    Located,
    Method,
    Verdict,
    candidate_of,
    decide,
)
from registry.territories.repository import addresses as repository
from registry.territories.service.geoplateforme import Geoplateforme

CHUNK: Final = 1_000
"""Addresses in one statement."""
_ACTOR: Final = "territories.geocoder"
_WORTH: Final = {Verdict.NONE: 0, Verdict.DOUBTFUL: 1, Verdict.POSTPONED: 2, Verdict.EXACT: 3}


async def locate(*, session: AsyncSession, addresses: Sequence[Address]) -> list[Located]:
    """Return the best find for each address among the imported streets and houses; nothing leaves the service.

    Args:
        session: A transaction of ``Role.JOB`` or ``Role.LANDLORD``.
        addresses: With codes of present communes. One whose street is empty is found nowhere.
    """
    separated = [address.separated for address in addresses]
    found: list[Located] = []
    for start in range(0, len(separated), CHUNK):
        chunk = separated[start : start + CHUNK]
        for address, houses in zip(chunk, await repository.near(session, chunk), strict=True):
            found.append(decide(address, [candidate_of(address, house) for house in houses], Method.BAN))
    return await _held_to_commune(session, addresses, found)


async def _held_to_commune(
    session: AsyncSession, addresses: Sequence[Address], found: Sequence[Located]
) -> list[Located]:
    """Drop what lies outside the stated commune; doubt what nobody can tell of: a commune of unknown place."""
    kept = list(found)
    placed = [(n, point) for n, one in enumerate(found) if (point := one.point)]
    within = await repository.within_communes(
        session, [(addresses[n].commune_code, lon, lat) for n, (lon, lat) in placed]
    )
    for (n, _), inside in zip(placed, within, strict=True):
        if inside is None:
            kept[n] = found[n].doubted()
        elif not inside:
            kept[n] = NOWHERE
    return kept


async def in_communes(*, session: AsyncSession, places: Sequence[tuple[str, float, float]]) -> list[bool | None]:
    """Tell of each commune code, lon, lat (WGS84) what :func:`in_commune` tells of one."""
    return await repository.within_communes(session, places)


async def in_commune(*, session: AsyncSession, code: str, lon: float, lat: float) -> bool | None:
    """Return whether lon, lat (WGS84) lies in the present commune ``code``, give or take what contours leave out.

    ``None`` where nobody knows: neither contour nor centre of the commune are loaded.
    """
    return (await repository.within_communes(session, [(code, lon, lat)]))[0]


@dataclass(frozen=True)
class LocalGeocoder:
    """Asks the imported Base Adresse Nationale."""

    database: Database

    async def locate(self, addresses: Sequence[Address]) -> list[Located]:
        async with self.database.transaction(Role.JOB, actor=_ACTOR) as session:
            return await locate(session=session, addresses=addresses)


@dataclass(frozen=True)
class HeldToCommune:
    """Asks another geocoder, and drops what it finds outside the stated commune."""

    database: Database
    geocoder: Geocoder

    async def locate(self, addresses: Sequence[Address]) -> list[Located]:
        found = await self.geocoder.locate(addresses)
        async with self.database.transaction(Role.JOB, actor=_ACTOR) as session:
            return await _held_to_commune(session, addresses, found)


@dataclass(frozen=True)
class InTurn:
    """Asks one geocoder after another, each what none before it was sure of; the first of the best finds counts.

    One that cannot be asked holds up only what it would have been asked: that is postponed, unless it is everything.
    """

    geocoders: Sequence[Geocoder]

    async def locate(self, addresses: Sequence[Address]) -> list[Located]:
        best = [NOWHERE] * len(addresses)
        for geocoder in self.geocoders:
            open_ = [n for n, one in enumerate(best) if one.verdict is not Verdict.EXACT]
            if not open_:
                break
            try:
                found = await geocoder.locate([addresses[n] for n in open_])
            except GeocoderUnavailable:
                if len(open_) == len(addresses):
                    raise
                found = [POSTPONED] * len(open_)
            for n, one in zip(open_, found, strict=True):
                if _WORTH[one.verdict] > _WORTH[best[n].verdict]:
                    best[n] = one
        return best


def geocoder_of(settings: Settings, database: Database) -> Geocoder:
    """Return the geocoder of this service: the imported addresses and, where it is set, the Géoplateforme after them.

    Args:
        settings: Of the process.
        database: Of the worker's login.
    """
    asked: list[Geocoder] = [LocalGeocoder(database)]
    if settings.geocoding_url is not None:
        asked.append(HeldToCommune(database, Geoplateforme(settings.geocoding_url)))
    return InTurn(asked)
