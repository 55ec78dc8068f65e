"""The SQL of the territories."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.platform.database import raw_driver_connection


class CommuneRow(NamedTuple):
    code: str
    name: str
    epci_code: str | None
    departement: str


class TerritoryRow(NamedTuple):
    id: int
    slug: str
    name: str
    coordinator_id: uuid.UUID
    coordinator: str
    srid: int


class Asked(NamedTuple):
    """What a name or a code begins with, as it was written and without accents; ``None``: everything."""

    asked: str | None
    plain: str


_CURRENT: Final = text(
    "SELECT s.asked, c.code, c.name, c.epci_code, c.departement"
    " FROM current_communes(CAST(:codes AS text[])) s JOIN communes c ON c.code = s.code"
)
_PRESENT_CODES: Final = text(
    """
    SELECT asked, code
    FROM current_communes(ARRAY(SELECT code FROM communes UNION SELECT code FROM former_communes))
    """
)
_KNOWN_DEPARTEMENTS: Final = text(
    "SELECT code FROM unnest(CAST(:codes AS text[])) AS g (code)"
    " WHERE EXISTS (SELECT FROM communes c WHERE c.departement = g.code)"
)
_QUARTERS_AT: Final = text(
    """
    SELECT p.n, array_agg(q.layer || ':' || q.code ORDER BY q.layer, q.code)
    FROM unnest(CAST(:lons AS float8[]), CAST(:lats AS float8[])) WITH ORDINALITY AS p (lon, lat, n)
    JOIN quarters q ON ST_Covers(q.shape, ST_SetSRID(ST_Point(p.lon, p.lat), 4326))
        AND q.vintage = (SELECT max(latest.vintage) FROM quarters latest WHERE latest.layer = q.layer)
    GROUP BY p.n
    """
)
_TERRITORY: Final = (
    "SELECT t.id, t.slug, t.name, t.coordinator_id, o.name, t.srid FROM territories t"
    " JOIN organisations o ON o.id = t.coordinator_id"
)
_BY_SLUG: Final = text(f"{_TERRITORY} WHERE t.slug = :slug")
_ALL: Final = text(f"{_TERRITORY} ORDER BY t.slug")
_IS_COORDINATOR: Final = text(
    "SELECT EXISTS (SELECT FROM organisations WHERE id = :organisation AND kind = 'coordinator')"
)
# As spelling.plain writes a name: without accents, in lower case, words apart.
PLAIN: Final = (
    "regexp_replace(replace(replace(lower(regexp_replace(normalize({name}, NFKD), '[\\u0300-\\u036f]', '', 'g')),"
    " 'œ', 'oe'), 'æ', 'ae'), '[^a-z0-9]+', ' ', 'g')"
)
NAMED: Final = "CAST(:plain AS text) <> '' AND ' ' || {plain} LIKE '% ' || CAST(:plain AS text) || '%'"
_COMMUNES: Final = text(
    f"""
    SELECT c.code, c.name, c.epci_code, c.population, ST_X(c.centre) AS lon, ST_Y(c.centre) AS lat
    FROM territory_communes tc JOIN communes c ON c.code = tc.commune_code
    WHERE tc.territory_id = :territory AND c.code > :after AND (CAST(:asked AS text) IS NULL
        OR {NAMED.format(plain=PLAIN.format(name="c.name"))} OR starts_with(c.code, upper(:asked))
        OR c.code IN (SELECT code FROM current_communes(ARRAY[upper(:asked)])))
    ORDER BY c.code LIMIT :limit
    """
)
_QUARTERS: Final = text(
    f"""
    SELECT q.layer || ':' || q.code AS code, q.name, q.commune_code, q.vintage, ST_AsGeoJSON(q.shape, 5) AS shape
    FROM quarters q JOIN territory_communes tc ON tc.commune_code = q.commune_code AND tc.territory_id = :territory
    WHERE q.layer || ':' || q.code > :after
        AND q.vintage = (SELECT max(latest.vintage) FROM quarters latest WHERE latest.layer = q.layer)
        AND (CAST(:asked AS text) IS NULL OR {NAMED.format(plain=PLAIN.format(name="q.name"))}
            OR starts_with(lower(q.code), lower(:asked))
            OR starts_with(lower(q.layer || ':' || q.code), lower(:asked)))
    ORDER BY q.layer || ':' || q.code LIMIT :limit
    """
)

_RETIRED: Final = text(
    """
    SELECT c.code, s.code FROM communes c
    JOIN former_communes f ON f.code = c.code AND f.current_code <> c.code
    CROSS JOIN LATERAL current_communes(ARRAY[f.current_code]) now
    JOIN communes s ON s.code = now.code AND s.vintage > c.vintage
    """
)
_SUCCESSORS: Final = "unnest(CAST(:old AS text[]), CAST(:new AS text[])) AS s (old, new)"
_MOVE: Final = [
    text(f"UPDATE {table} t SET commune_code = s.new FROM {_SUCCESSORS} WHERE t.commune_code = s.old")
    for table in ("quarters", "streets")
]
_MOVE_TERRITORIES: Final = text(
    f"""
    WITH gone AS (
        DELETE FROM territory_communes tc USING {_SUCCESSORS} WHERE tc.commune_code = s.old
        RETURNING tc.territory_id, s.new),
    joined AS (
        INSERT INTO territory_communes (territory_id, commune_code) SELECT DISTINCT territory_id, new FROM gone
        ON CONFLICT DO NOTHING)
    SELECT territory_id, array_agg(DISTINCT new) FROM gone GROUP BY territory_id ORDER BY territory_id
    """
)
_TAKE_OUT: Final = text("DELETE FROM communes WHERE code = ANY(CAST(:old AS text[]))")
# A code that is a commune's no more stands for its successor; a quarter without one lies where its inner point does.
_PLACE_QUARTERS: Final = text(
    """
    UPDATE quarters q SET commune_code = found.code
    FROM (
        SELECT q.id, coalesce(
            (SELECT s.code FROM current_communes(ARRAY[q.commune_code]) s),
            CASE WHEN q.commune_code IS NULL THEN (SELECT c.code FROM communes c
                WHERE ST_Covers(c.contour, ST_PointOnSurface(q.shape)) ORDER BY c.code LIMIT 1) END) AS code
        FROM quarters q WHERE q.layer = :layer) found
    WHERE found.id = q.id AND found.code IS NOT NULL AND found.code IS DISTINCT FROM q.commune_code
    """
)

_STAGES: Final[dict[str, tuple[str, str]]] = {
    "communes": (
        """
        code text, name text, epci_code text, departement text, region text, population integer,
        lon float8, lat float8, contour text, vintage smallint
        """,
        """
        INSERT INTO communes (code, name, epci_code, departement, region, population, centre, contour, vintage)
        SELECT code, name, epci_code, departement, region, population,
            coalesce(ST_SetSRID(ST_Point(lon, lat), 4326), ST_PointOnSurface(shape.contour)), shape.contour, vintage
        FROM stage CROSS JOIN LATERAL (SELECT ST_Multi(ST_CollectionExtract(
            ST_MakeValid(ST_SetSRID(ST_GeomFromGeoJSON(stage.contour), 4326)), 3)) AS contour) shape
        ON CONFLICT (code) DO UPDATE SET name = excluded.name, departement = excluded.departement,
            epci_code = coalesce(excluded.epci_code, communes.epci_code),
            region = coalesce(excluded.region, communes.region),
            population = coalesce(excluded.population, communes.population),
            centre = coalesce(CASE WHEN communes.centre IS NULL OR excluded.contour IS NULL THEN excluded.centre END,
                communes.centre),
            contour = coalesce(excluded.contour, communes.contour), vintage = excluded.vintage
        WHERE communes.vintage <= excluded.vintage
        """,
    ),
    "former_communes": (
        "code text, name text, kind text, current_code text",
        """
        INSERT INTO former_communes SELECT DISTINCT ON (code) * FROM stage ORDER BY code, kind DESC
        ON CONFLICT (code) DO UPDATE SET name = excluded.name, kind = excluded.kind,
            current_code = excluded.current_code
        """,
    ),
    "epcis": (
        "code text, name text, kind text, vintage smallint",
        """
        INSERT INTO epcis (code, name, kind, vintage) SELECT code, name, kind, vintage FROM stage
        ON CONFLICT (code) DO UPDATE SET name = excluded.name, kind = coalesce(excluded.kind, epcis.kind),
            vintage = excluded.vintage
        WHERE coalesce(epcis.vintage, 0) <= excluded.vintage
        """,
    ),
    "departements": (
        "code text, name text, region text, vintage smallint",
        """
        INSERT INTO departements (code, name, region, vintage) SELECT code, name, region, vintage FROM stage
        ON CONFLICT (code) DO UPDATE SET name = excluded.name, vintage = excluded.vintage,
            region = coalesce(excluded.region, departements.region)
        WHERE departements.vintage <= excluded.vintage
        """,
    ),
    "quarters": (
        "layer text, code text, name text, commune_code text, vintage smallint, shape text",
        """
        INSERT INTO quarters (layer, code, name, commune_code, vintage, shape)
        SELECT layer, code, name, commune_code, vintage, ST_Multi(ST_CollectionExtract(
            ST_MakeValid(ST_SetSRID(ST_GeomFromGeoJSON(shape), 4326)), 3)) FROM stage
        ON CONFLICT (layer, code, vintage) DO UPDATE SET name = excluded.name,
            commune_code = excluded.commune_code, shape = excluded.shape
        """,
    ),
}


async def current_communes(session: AsyncSession, codes: Iterable[str]) -> dict[str, CommuneRow]:
    """Return the present commune of each code that is, or was, one."""
    rows = await session.execute(_CURRENT, {"codes": sorted(set(codes))})
    return {asked: CommuneRow(*commune) for asked, *commune in rows}


async def known_departements(session: AsyncSession, codes: Iterable[str]) -> set[str]:
    """Return those of the codes of which communes are loaded."""
    return set((await session.execute(_KNOWN_DEPARTEMENTS, {"codes": list(codes)})).scalars())


async def present_codes(session: AsyncSession) -> dict[str, str]:
    """Return what every code stands for now."""
    return dict((await session.execute(_PRESENT_CODES)).all())


async def quarters_of_points(session: AsyncSession, points: Sequence[tuple[float, float]]) -> list[list[str]]:
    """Return the quarter codes at each lon, lat, in the latest vintage of each layer."""
    given = {"lons": [lon for lon, _ in points], "lats": [lat for _, lat in points]}
    found: dict[int, list[str]] = dict((await session.execute(_QUARTERS_AT, given)).all())
    return [found.get(n, []) for n in range(1, len(points) + 1)]


async def territory(session: AsyncSession, slug: str) -> TerritoryRow | None:
    row = (await session.execute(_BY_SLUG, {"slug": slug})).one_or_none()
    return TerritoryRow(*row) if row else None


async def territories(session: AsyncSession) -> list[TerritoryRow]:
    return [TerritoryRow(*row) for row in await session.execute(_ALL)]


async def is_coordinator(session: AsyncSession, organisation: uuid.UUID) -> bool:
    found: bool = (await session.execute(_IS_COORDINATOR, {"organisation": organisation})).scalar_one()
    return found


async def territory_communes(
    session: AsyncSession, territory_id: int, after: str, limit: int, asked: Asked
) -> list[dict[str, Any]]:
    values = {"territory": territory_id, "after": after, "limit": limit, **asked._asdict()}
    return [dict(row) for row in (await session.execute(_COMMUNES, values)).mappings()]


async def territory_quarters(
    session: AsyncSession, territory_id: int, after: str, limit: int, asked: Asked
) -> list[dict[str, Any]]:
    values = {"territory": territory_id, "after": after, "limit": limit, **asked._asdict()}
    return [dict(row) for row in (await session.execute(_QUARTERS, values)).mappings()]


async def retired(session: AsyncSession) -> dict[str, str]:
    """Return the communes that are part of another one of a later vintage, with that one."""
    return {row[0]: row[1] for row in await session.execute(_RETIRED)}


async def take_out(session: AsyncSession, successors: Mapping[str, str]) -> list[tuple[int, list[str]]]:
    """Delete communes to whose successors everything else has moved; return the territories that had them."""
    values = {"old": list(successors), "new": list(successors.values())}
    for statement in _MOVE:
        await session.execute(statement, values)
    moved = [(territory, joining) for territory, joining in await session.execute(_MOVE_TERRITORIES, values)]
    await session.execute(_TAKE_OUT, {"old": values["old"]})
    return moved


async def place_quarters(session: AsyncSession, layer: str) -> None:
    """Give the quarters of a layer their present communes."""
    await session.execute(_PLACE_QUARTERS, {"layer": layer})


async def load(session: AsyncSession, table: str, rows: Iterable[Sequence[Any]]) -> int:
    """Bring ``rows`` (in the order of the stage's columns) into a reference table; return how many were given."""
    columns, insert = _STAGES[table]
    await session.execute(text(f"CREATE TEMPORARY TABLE stage ({columns}) ON COMMIT DROP"))
    connection = raw_driver_connection(await (await session.connection()).get_raw_connection())
    count = 0
    async with connection.cursor() as cursor, cursor.copy("COPY stage FROM STDIN") as copy:
        for row in rows:
            await copy.write_row(row)
            count += 1
    await session.execute(text(insert))
    await session.execute(text("DROP TABLE stage"))
    return count
