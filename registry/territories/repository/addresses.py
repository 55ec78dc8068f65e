"""The SQL of streets and houses: load them, find the ones that resemble an address."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.platform.database import raw_driver_connection
from registry.territories.geocoding import Address, Near
from registry.territories.spelling import HouseNumber

STREETS: Final = 4
"""Streets that are considered for one address."""
CONTOUR_TOLERANCE_M: Final = 200
"""How far outside a commune's contour a place may lie: contours are simplified."""
FROM_CENTRE_M: Final = 20_000
"""How far from its centre where a commune has no contour: all but a few large ones end within (Arles: 25 km)."""

# As it is written, if the commune has it so; otherwise the most alike, by the index, in their order ("%": at least 0.3,
# pg_trgm's default, so that the search ends where nothing resembles it). In a commune that took in others a name may
# stand for several streets: the postcode and the number tell them apart. "BETWEEN" for "=": the index of trigrams
# answers "=" too, and was chosen for it, at forty times the cost.
_NEAR: Final = text(
    f"""
    WITH asked AS MATERIALIZED (
        SELECT * FROM unnest(CAST(:communes AS text[]), CAST(:plains AS text[]), CAST(:numbers AS integer[]),
            CAST(:repetitions AS text[])) WITH ORDINALITY AS a (commune_code, plain, number, repetition, n)),
    same AS MATERIALIZED (
        SELECT a.n, s.id, s.name, s.postcode, 1.0::real AS likeness
        FROM asked a CROSS JOIN LATERAL (
            SELECT id, name, postcode FROM streets
            WHERE commune_code = a.commune_code AND plain BETWEEN a.plain AND a.plain LIMIT {STREETS}) s),
    alike AS MATERIALIZED (
        SELECT a.n, s.id, s.name, s.postcode, similarity(s.plain, a.plain) AS likeness
        FROM asked a CROSS JOIN LATERAL (
            SELECT id, name, postcode, plain FROM streets WHERE commune_code = a.commune_code AND plain % a.plain
            ORDER BY plain <-> a.plain LIMIT {STREETS}) s
        WHERE NOT EXISTS (SELECT FROM same WHERE same.n = a.n))
    SELECT a.n, a.commune_code, s.name, s.postcode, s.likeness, h.number, h.repetition, ST_X(h.position),
        ST_Y(h.position), h.ban_id
    FROM (SELECT * FROM same UNION ALL SELECT * FROM alike) s
    JOIN asked a ON a.n = s.n
    CROSS JOIN LATERAL (
        SELECT number, repetition, position, ban_id FROM addresses WHERE street_id = s.id
        ORDER BY abs(number - coalesce(a.number,
                (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY number) FROM addresses WHERE street_id = s.id))),
            repetition <> a.repetition, repetition
        LIMIT 1) h
    """
)
_WITHIN: Final = text(
    f"""
    SELECT p.n, CASE
        WHEN c.contour IS NOT NULL THEN ST_Covers(c.contour, place.point)
            OR ST_DWithin(c.contour::geography, place.point::geography, {CONTOUR_TOLERANCE_M})
        WHEN c.centre IS NOT NULL THEN ST_DWithin(c.centre::geography, place.point::geography, {FROM_CENTRE_M}) END
    FROM unnest(CAST(:codes AS text[]), CAST(:lons AS float8[]), CAST(:lats AS float8[]))
        WITH ORDINALITY AS p (code, lon, lat, n)
    CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_Point(p.lon, p.lat), 4326) AS point) place
    JOIN communes c ON c.code = p.code
    """
)

_STAGE: Final = (
    "CREATE TEMPORARY TABLE stage (commune_code text, postcode text, name text, plain text, number integer,"
    " repetition text, lon float8, lat float8, ban_id text) ON COMMIT DROP"
)
# A retired code (of a commune that was merged, an arrondissement) is that of the commune it is part of now.
_RESOLVE: Final = """
    UPDATE stage SET commune_code = present.code
    FROM current_communes(ARRAY(SELECT DISTINCT commune_code FROM stage)) present
    WHERE stage.commune_code = present.asked AND present.code <> present.asked
"""
_REPLACE: Final = "DELETE FROM streets WHERE commune_code IN (SELECT commune_code FROM stage)"
_STREETS: Final = """
    INSERT INTO streets (commune_code, postcode, name, plain)
    SELECT commune_code, postcode, min(name), plain FROM stage GROUP BY commune_code, postcode, plain
"""
_HOUSES: Final = """
    INSERT INTO addresses (street_id, number, repetition, position, ban_id)
    SELECT s.id, g.number, g.repetition, ST_SetSRID(ST_Point(g.lon, g.lat), 4326), g.ban_id
    FROM stage g JOIN streets s ON s.commune_code = g.commune_code AND s.plain = g.plain
        AND s.postcode IS NOT DISTINCT FROM g.postcode
    ORDER BY s.id, g.number
"""
_COMMUNES: Final = "SELECT DISTINCT commune_code FROM stage ORDER BY commune_code"


class HouseRow(NamedTuple):
    """A row of a file of addresses, as it is staged; WGS84."""

    commune_code: str
    postcode: str | None
    name: str
    plain: str
    number: int
    repetition: str
    lon: float
    lat: float
    ban_id: str | None


async def near(session: AsyncSession, addresses: Sequence[Address]) -> list[list[Near]]:
    """Return for each address, its number separated, the houses nearest to it in the streets most like its own."""
    numbers = [address.house_number for address in addresses]
    rows = await session.execute(
        _NEAR,
        {
            "communes": [address.commune_code for address in addresses],
            "plains": [address.plain_street for address in addresses],
            "numbers": [number.number if number else None for number in numbers],
            "repetitions": [number.repetition if number else "" for number in numbers],
        },
    )
    found: list[list[Near]] = [[] for _ in addresses]
    for n, commune, street, postcode, likeness, number, repetition, lon, lat, ban_id in rows:
        house = HouseNumber(number, repetition)
        found[n - 1].append(Near(commune, street, postcode, likeness, house, lon, lat, ban_id))
    return found


async def within_communes(session: AsyncSession, places: Sequence[tuple[str, float, float]]) -> list[bool | None]:
    """Return whether each lon, lat (WGS84) lies in the present commune of its code; ``None`` where nobody knows."""
    if not places:
        return []
    codes, lons, lats = zip(*places, strict=True)
    rows = await session.execute(
        _WITHIN, {"codes": list(codes), "lons": [*map(float, lons)], "lats": [*map(float, lats)]}
    )
    known: dict[int, bool | None] = dict(rows.all())
    return [known.get(n) for n in range(1, len(places) + 1)]


async def replace(session: AsyncSession, rows: Iterable[HouseRow]) -> list[str]:
    """Make ``rows`` the houses of the communes that they name, and return those communes' codes."""
    await session.execute(text(_STAGE))
    connection = raw_driver_connection(await (await session.connection()).get_raw_connection())
    async with connection.cursor() as cursor, cursor.copy("COPY stage FROM STDIN") as copy:
        for row in rows:
            await copy.write_row(row)
    for statement in (_RESOLVE, _REPLACE, _STREETS, _HOUSES):
        await session.execute(text(statement))
    communes = list((await session.execute(text(_COMMUNES))).scalars())
    await session.execute(text("DROP TABLE stage"))
    return communes
