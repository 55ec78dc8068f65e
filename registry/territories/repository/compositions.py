"""The SQL of what territories are made of, and of the communes that come of it."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


class MemberRow(NamedTuple):
    """A commune that a territory is resolved to; ``vintage``: the year of its source."""

    code: str
    name: str
    departement: str
    vintage: int


class DefinitionRow(NamedTuple):
    """A territory and what it is made of. ``outline``: GeoJSON text; ``communes``: how many it has."""

    territory_id: int
    slug: str
    name: str
    coordinator_id: uuid.UUID
    made_of: dict[str, list[str]]
    outline: str | None
    communes: int
    vintage: int | None
    srid: int
    revision: int


_DEFINITION: Final = """
    SELECT t.id, t.slug, t.name, t.coordinator_id, t.made_of, ST_AsGeoJSON(t.outline, 7),
        (SELECT count(*) FROM territory_communes tc WHERE tc.territory_id = t.id), t.vintage, t.srid, t.revision
    FROM territories t
"""
_ONE: Final = text(f"{_DEFINITION} WHERE t.id = :territory")
_ONE_HELD: Final = text(f"{_DEFINITION} WHERE t.id = :territory FOR UPDATE OF t")
_ALL_HELD: Final = text(
    f"{_DEFINITION} WHERE t.made_of <> '{{}}' OR t.outline IS NOT NULL ORDER BY t.id FOR UPDATE OF t"
)
# By area where the contour is known: a commune that is cut belongs to the side that has more of it.
_RESOLVED: Final = text(
    """
    WITH drawn AS MATERIALIZED (SELECT ST_GeomFromGeoJSON(CAST(:outline AS text)) AS shape)
    SELECT c.code, c.name, c.departement, c.vintage FROM communes c
    WHERE c.code = ANY(ARRAY(SELECT code FROM current_communes(CAST(:communes AS text[]))))
        OR c.epci_code = ANY(CAST(:epcis AS text[])) OR c.departement = ANY(CAST(:departements AS text[]))
    UNION
    SELECT c.code, c.name, c.departement, c.vintage FROM drawn d JOIN communes c ON c.contour && d.shape
    WHERE ST_Intersects(c.contour, d.shape)
        AND ST_Area(ST_Intersection(c.contour, d.shape)) > 0.5 * ST_Area(c.contour)
    UNION
    SELECT c.code, c.name, c.departement, c.vintage FROM drawn d JOIN communes c ON c.contour IS NULL
    WHERE ST_Intersects(c.centre, d.shape)
    ORDER BY code
    """
)
_FAULT: Final = text(
    """
    SELECT CASE WHEN NOT ST_IsValid(shape) THEN ST_IsValidReason(shape) WHEN ST_Area(shape) = 0 THEN 'no area' END
    FROM (SELECT ST_Force2D(ST_GeomFromGeoJSON(CAST(:outline AS text))) AS shape) given
    """
)
_UNKNOWN: Final = {
    "communes": text(
        "SELECT g.code FROM unnest(CAST(:codes AS text[])) WITH ORDINALITY AS g (code, n)"
        " WHERE NOT EXISTS (SELECT FROM current_communes(ARRAY[g.code])) ORDER BY g.n LIMIT 1"
    ),
    "epcis": text(
        "SELECT g.code FROM unnest(CAST(:codes AS text[])) WITH ORDINALITY AS g (code, n)"
        " WHERE NOT EXISTS (SELECT FROM communes c WHERE c.epci_code = g.code) ORDER BY g.n LIMIT 1"
    ),
    "departements": text(
        "SELECT g.code FROM unnest(CAST(:codes AS text[])) WITH ORDINALITY AS g (code, n)"
        " WHERE NOT EXISTS (SELECT FROM communes c WHERE c.departement = g.code) ORDER BY g.n LIMIT 1"
    ),
}
_CREATE: Final = text(
    """
    INSERT INTO territories (slug, name, coordinator_id, srid, made_of, outline, vintage)
    VALUES (:slug, :name, :coordinator, :srid, CAST(:made_of AS jsonb),
        ST_Multi(ST_Force2D(ST_GeomFromGeoJSON(CAST(:outline AS text)))), :vintage)
    ON CONFLICT (slug) DO NOTHING RETURNING id
    """
)
_CHANGE: Final = text(
    """
    UPDATE territories SET name = :name, made_of = CAST(:made_of AS jsonb),
        outline = ST_Multi(ST_Force2D(ST_GeomFromGeoJSON(CAST(:outline AS text)))), vintage = :vintage,
        revision = revision + 1
    WHERE id = :territory
    """
)
_FOLLOW: Final = text("UPDATE territories SET vintage = :vintage, revision = revision + 1 WHERE id = :territory")
_PRESENT: Final = text(
    "SELECT c.code, c.name, c.departement, c.vintage FROM territory_communes tc"
    " JOIN communes c ON c.code = tc.commune_code WHERE tc.territory_id = :territory ORDER BY c.code"
)
_JOIN: Final = text(
    "INSERT INTO territory_communes (territory_id, commune_code)"
    " SELECT :territory, unnest(CAST(:codes AS text[])) ON CONFLICT DO NOTHING"
)
_LEAVE: Final = text(
    "DELETE FROM territory_communes WHERE territory_id = :territory AND commune_code = ANY(CAST(:codes AS text[]))"
)


async def definition(session: AsyncSession, territory: int, *, held: bool = False) -> DefinitionRow | None:
    """Return what a territory is made of; ``held``: nobody else changes it until the commit."""
    row = (await session.execute(_ONE_HELD if held else _ONE, {"territory": territory})).one_or_none()
    return DefinitionRow(*row) if row else None


async def definitions(session: AsyncSession) -> list[DefinitionRow]:
    """Return all territories that are made of something, held until the commit. As the job."""
    return [DefinitionRow(*row) for row in await session.execute(_ALL_HELD)]


async def resolved(session: AsyncSession, made_of: Mapping[str, Sequence[str]], outline: str | None) -> list[MemberRow]:
    """Return the present communes of a composition by code; what nothing is known of adds none."""
    values = {name: list(made_of.get(name, ())) for name in _UNKNOWN}
    return [MemberRow(*row) for row in await session.execute(_RESOLVED, {**values, "outline": outline})]


async def outline_fault(session: AsyncSession, outline: str) -> str | None:
    """Return what is wrong with an outline in GeoJSON; ``None`` where it bounds an area."""
    found: str | None = (await session.execute(_FAULT, {"outline": outline})).scalar_one()
    return found


async def first_unknown(session: AsyncSession, part: str, codes: Sequence[str]) -> str | None:
    """Return the first code of which nothing is loaded; ``part``: communes, epcis or departements."""
    if not codes:
        return None
    found: str | None = (await session.execute(_UNKNOWN[part], {"codes": list(codes)})).scalar_one_or_none()
    return found


async def create(session: AsyncSession, values: Mapping[str, Any], communes: Iterable[str]) -> int | None:
    """Return the new territory's id, or ``None`` where the slug is taken."""
    given = {**values, "made_of": orjson.dumps(values["made_of"]).decode()}
    made: int | None = (await session.execute(_CREATE, given)).scalar_one_or_none()
    if made is not None:
        await session.execute(_JOIN, {"territory": made, "codes": list(communes)})
    return made


async def change(session: AsyncSession, territory: int, values: Mapping[str, Any]) -> None:
    given = {**values, "made_of": orjson.dumps(values["made_of"]).decode(), "territory": territory}
    await session.execute(_CHANGE, given)


async def follow_vintage(session: AsyncSession, territory: int, vintage: int) -> None:
    await session.execute(_FOLLOW, {"territory": territory, "vintage": vintage})


async def present(session: AsyncSession, territory: int) -> list[MemberRow]:
    """Return the communes that a territory has, by code."""
    return [MemberRow(*row) for row in await session.execute(_PRESENT, {"territory": territory})]


async def move(session: AsyncSession, territory: int, *, joining: Sequence[str], leaving: Sequence[str]) -> None:
    for statement, codes in ((_LEAVE, leaving), (_JOIN, joining)):
        if codes:
            await session.execute(statement, {"territory": territory, "codes": list(codes)})
