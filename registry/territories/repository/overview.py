"""The SQL of what people look reference data up by: what is loaded, codes by name, a picture of a territory."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.territories.repository.reference import NAMED, PLAIN, Asked

PICTURED: Final = 1_000
"""Communes of which a picture is made; of more, it would say less and take long."""


class LayerRow(NamedTuple):
    """What is loaded of one layer in one vintage. ``quarters``: a layer of quarters, by its own name."""

    name: str
    vintage: int | None
    features: int
    quarters: bool


class CodeRow(NamedTuple):
    """Something that a territory can be made of; ``kind``: epci, departement or commune."""

    kind: str
    code: str
    name: str
    departement: str | None


class PictureRow(NamedTuple):
    """Outlines as an SVG path; ``box`` is its viewBox."""

    path: str
    box: str


_LAYERS: Final = text(
    """
    SELECT * FROM (
        SELECT 'communes' AS name, vintage::integer, count(*), false AS quarters FROM communes GROUP BY vintage
        UNION ALL SELECT 'epcis', vintage::integer, count(*), false FROM epcis GROUP BY vintage
        UNION ALL SELECT 'departements', vintage::integer, count(*), false FROM departements GROUP BY vintage
        UNION ALL SELECT 'former_communes', NULL, count(*), false FROM former_communes HAVING count(*) > 0
        UNION ALL SELECT layer, vintage::integer, count(*), true FROM quarters GROUP BY layer, vintage) loaded
    ORDER BY quarters, name, vintage DESC NULLS LAST
    """
)


def _codes(kind: str, table: str, departement: str) -> str:
    named = NAMED.format(plain=PLAIN.format(name="name"))
    return (
        f"(SELECT '{kind}' AS kind, code, name, {departement} AS departement FROM {table}"
        f" WHERE {named} OR starts_with(code, upper(:asked)) ORDER BY name, code LIMIT :limit)"
    )


_CODES: Final = text(
    " UNION ALL ".join(
        (
            _codes("epci", "epcis", "NULL"),
            _codes("departement", "departements", "NULL"),
            _codes("commune", "communes", "departement"),
        )
    )
)
_BY_CODE: Final = text(
    """
    SELECT 'epci', g.code, coalesce(e.name, g.code), NULL FROM unnest(CAST(:epcis AS text[])) AS g (code)
    LEFT JOIN epcis e ON e.code = g.code
    UNION ALL
    SELECT 'departement', g.code, coalesce(d.name, g.code), NULL FROM unnest(CAST(:departements AS text[])) AS g (code)
    LEFT JOIN departements d ON d.code = g.code
    ORDER BY 1 DESC, 3
    """
)
# In the legal projection, so that the shapes are those of a map; coarse, a pixel or two.
_PICTURE: Final = text(
    """
    WITH shape AS (
        SELECT ST_Transform(c.contour, t.srid) AS contour FROM territories t
        JOIN territory_communes tc ON tc.territory_id = t.id
        JOIN communes c ON c.code = tc.commune_code AND c.contour IS NOT NULL
        WHERE t.id = :territory LIMIT :most),
    box AS (SELECT ST_Extent(contour) AS box, count(*) AS communes FROM shape),
    measured AS (
        SELECT ST_XMin(box) AS west, ST_YMax(box) AS north, ST_XMax(box) - ST_XMin(box) AS width,
            ST_YMax(box) - ST_YMin(box) AS height FROM box WHERE communes BETWEEN 1 AND :most - 1)
    SELECT ST_AsSVG(ST_Collect(ST_SimplifyPreserveTopology(s.contour, greatest(m.width, m.height) / 400)), 1, 0),
        concat_ws(' ', round(m.west), round(-m.north), ceil(m.width) + 1, ceil(m.height) + 1)
    FROM shape s CROSS JOIN measured m GROUP BY m.west, m.north, m.width, m.height
    """
)


async def layers(session: AsyncSession) -> list[LayerRow]:
    """Return what is loaded, communes, EPCI and départements first, then quarters; vintages from the latest on."""
    return [LayerRow(*row) for row in await session.execute(_LAYERS)]


async def codes(session: AsyncSession, asked: Asked, limit: int) -> list[CodeRow]:
    """Return up to ``limit`` of each kind by name."""
    values: dict[str, Any] = {**asked._asdict(), "limit": limit}
    return [CodeRow(*row) for row in await session.execute(_CODES, values)]


async def named(session: AsyncSession, epcis: Sequence[str], departements: Sequence[str]) -> list[CodeRow]:
    """Return EPCI and départements by their codes; the name of one that is not loaded is its code."""
    return [CodeRow(*row) for row in await session.execute(_BY_CODE, {"epcis": epcis, "departements": departements})]


async def picture(session: AsyncSession, territory_id: int) -> PictureRow | None:
    """Return the outlines of a territory's communes; ``None`` where none are loaded, or there are too many."""
    row = (await session.execute(_PICTURE, {"territory": territory_id, "most": PICTURED + 1})).one_or_none()
    return PictureRow(*row) if row and row[0] else None
