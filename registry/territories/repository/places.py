"""The SQL of the places by which people search: names and codes, no shapes."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


class NamedTerritory(NamedTuple):
    """``communes``: as many as it has."""

    id: int
    slug: str
    name: str
    communes: int


class NamedCommune(NamedTuple):
    """``lon``, ``lat``: of its centre, WGS84 degrees, where it is known."""

    code: str
    name: str
    lon: float | None
    lat: float | None


class NamedQuarter(NamedTuple):
    """``code``: ``layer:code``."""

    code: str
    name: str
    commune_code: str


_TERRITORIES: Final = text(
    "SELECT id, slug, name, (SELECT count(*) FROM territory_communes c WHERE c.territory_id = t.id)"
    " FROM territories t WHERE id = ANY(:territories) ORDER BY name, slug"
)
_COMMUNE: Final = "SELECT code, name, ST_X(centre), ST_Y(centre) FROM communes WHERE code"
_OF_TERRITORIES: Final = "IN (SELECT commune_code FROM territory_communes WHERE territory_id = ANY(:territories))"
_COMMUNES: Final = text(f"{_COMMUNE} {_OF_TERRITORIES} ORDER BY name, code")
_COMMUNES_BY_CODE: Final = text(f"{_COMMUNE} = ANY(:codes) AND code {_OF_TERRITORIES} ORDER BY name, code")
_LARGEST: Final = text(f"{_COMMUNE} {_OF_TERRITORIES} ORDER BY population DESC NULLS LAST, code LIMIT :most")
_QUARTERS: Final = text(
    "SELECT q.layer || ':' || q.code, q.name, q.commune_code FROM quarters q WHERE q.commune_code IN"
    " (SELECT commune_code FROM territory_communes WHERE territory_id = ANY(:territories))"
    " AND q.vintage = (SELECT max(latest.vintage) FROM quarters latest WHERE latest.layer = q.layer)"
    " ORDER BY q.name, q.layer, q.code"
)


async def territories(session: AsyncSession, ids: Sequence[int]) -> list[NamedTerritory]:
    return [NamedTerritory(*row) for row in await session.execute(_TERRITORIES, {"territories": list(ids)})]


async def communes(session: AsyncSession, ids: Sequence[int]) -> list[NamedCommune]:
    return list(map(NamedCommune._make, (await session.execute(_COMMUNES, {"territories": list(ids)})).all()))


async def communes_by_code(session: AsyncSession, ids: Sequence[int], codes: Sequence[str]) -> list[NamedCommune]:
    rows = await session.execute(_COMMUNES_BY_CODE, {"territories": list(ids), "codes": list(codes)})
    return list(map(NamedCommune._make, rows.all()))


async def largest(session: AsyncSession, ids: Sequence[int], most: int) -> list[NamedCommune]:
    rows = await session.execute(_LARGEST, {"territories": list(ids), "most": most})
    return list(map(NamedCommune._make, rows.all()))


async def quarters(session: AsyncSession, ids: Sequence[int]) -> list[NamedQuarter]:
    return list(map(NamedQuarter._make, (await session.execute(_QUARTERS, {"territories": list(ids)})).all()))
