"""The SQL of the services: swap a source's rows, mark what two sources have, read by place."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.geo import Box
from registry.platform.database import raw_driver_connection
from registry.surroundings.entrances import Wheelchair
from registry.surroundings.places import Places

SAME_WITHIN_M: Final = 30
LINKED_WITHIN_M: Final = 300
"""A stated identity counts no further: beyond it, the record or the object was moved."""
_MARGIN_DEGREES: Final = 0.006
"""More than :data:`LINKED_WITHIN_M` at every latitude of France."""


class StagedService(NamedTuple):
    """A row as it is staged; WGS84. ``facts``: JSON."""

    ref: str
    family: int
    name: str | None
    lon: float
    lat: float
    wheelchair: str
    reasons: list[str]
    steps: int | None
    door_width_cm: int | None
    facts: str
    checked_on: date | None
    acceslibre_id: str | None
    content: bytes


class Change(NamedTuple):
    """How many rows, and the box in WGS84 degrees of where they are and were; ``None`` for none."""

    rows: int
    box: Box | None


class Pair(NamedTuple):
    """Two rows of different sources that may be one place. ``linked``: one names the other."""

    id: int
    other: int
    source: int
    other_source: int
    name: str | None
    other_name: str | None
    metres: float
    linked: bool


_SOURCE: Final = text(
    """
    INSERT INTO service_sources (name, kind, licence, attribution, data_date, version, counts)
    VALUES (:name, :kind, :licence, :attribution, :data_date, 1, '{}')
    ON CONFLICT (name) DO UPDATE SET licence = excluded.licence, attribution = excluded.attribution,
        data_date = excluded.data_date, version = service_sources.version + 1, imported_at = now()
    RETURNING id, version, kind
    """
)
_COUNTS: Final = text("UPDATE service_sources SET counts = CAST(:counts AS jsonb) WHERE id = :source")
_SOURCES: Final = text(
    """
    SELECT s.name, s.kind, s.licence, s.attribution, s.data_date, s.version, s.imported_at, s.counts,
        count(v.id) AS rows, count(v.same_as) AS duplicates
    FROM service_sources s LEFT JOIN services v ON v.source_id = s.id GROUP BY s.id ORDER BY s.name
    """
)
_STAGE: Final = (
    'CREATE TEMPORARY TABLE service_stage (ref text COLLATE "C", family smallint, name text, lon float8, lat float8,'
    " wheelchair text, reasons text[], steps smallint, door_width_cm smallint, facts jsonb, checked_on date,"
    " acceslibre_id text, content bytea) ON COMMIT DROP"
)
_EXTENT: Final = "count(*), ST_XMin({0}), ST_YMin({0}), ST_XMax({0}), ST_YMax({0})".format("ST_Extent(position)")
_REMOVE: Final = text(
    f"""
    WITH gone AS (DELETE FROM services s WHERE s.source_id = :source
        AND NOT EXISTS (SELECT FROM service_stage g WHERE g.ref = s.ref) RETURNING s.position)
    SELECT {_EXTENT} FROM gone
    """
)
_CHANGE: Final = text(
    f"""
    WITH old AS MATERIALIZED (SELECT s.id, s.position FROM services s JOIN service_stage g ON g.ref = s.ref
        WHERE s.source_id = :source AND s.content <> g.content),
    now AS (UPDATE services s SET version = :version, family = g.family, name = g.name, wheelchair = g.wheelchair,
            reasons = g.reasons, steps = g.steps, door_width_cm = g.door_width_cm, facts = g.facts,
            checked_on = g.checked_on, acceslibre_id = g.acceslibre_id, content = g.content,
            position = ST_SetSRID(ST_Point(g.lon, g.lat), 4326)
        FROM service_stage g, old WHERE s.id = old.id AND g.ref = s.ref RETURNING s.position)
    SELECT count(*) / 2, {_EXTENT.partition(", ")[2]}
    FROM (SELECT position FROM old UNION ALL SELECT position FROM now) places
    """
)
_ADD: Final = text(
    f"""
    WITH new AS (INSERT INTO services (source_id, version, ref, family, name, wheelchair, reasons, steps, door_width_cm,
            facts, checked_on, acceslibre_id, content, position)
        SELECT :source, :version, g.ref, g.family, g.name, g.wheelchair, g.reasons, g.steps, g.door_width_cm, g.facts,
            g.checked_on, g.acceslibre_id, g.content, ST_SetSRID(ST_Point(g.lon, g.lat), 4326)
        FROM service_stage g
        WHERE NOT EXISTS (SELECT FROM services s WHERE s.source_id = :source AND s.ref = g.ref)
        ORDER BY g.lon, g.lat
        RETURNING position)
    SELECT {_EXTENT} FROM new
    """
)
# "&&" alone would be the leak-proof one in the schema registry, which an index of PostGIS's own class does not answer.
# The box of degrees lets the index find the neighbours; the metres decide. OFFSET keeps the planner from joining by
# family first: right after a large import it has no statistics, and every pair of a family would be compared.
_PAIRS: Final = text(
    f"""
    WITH near AS MATERIALIZED (SELECT * FROM services
        WHERE position OPERATOR(public.&&)
            ST_Expand(ST_MakeEnvelope(:west, :south, :east, :north, 4326), {2 * _MARGIN_DEGREES}))
    SELECT a.id, b.id, a.source_id, b.source_id, a.name, b.name, ST_DistanceSphere(a.position, b.position), false
    FROM near a CROSS JOIN LATERAL (
        SELECT * FROM services WHERE position OPERATOR(public.&&) ST_Expand(a.position, 0.0006) OFFSET 0) b
    WHERE b.source_id > a.source_id AND b.family = a.family
        AND ST_DistanceSphere(a.position, b.position) < {SAME_WITHIN_M}
    UNION ALL
    SELECT a.id, b.id, a.source_id, b.source_id, a.name, b.name, ST_DistanceSphere(a.position, b.position), true
    FROM near a CROSS JOIN LATERAL (SELECT * FROM services WHERE acceslibre_id = a.acceslibre_id OFFSET 0) b
    WHERE a.acceslibre_id IS NOT NULL AND b.source_id > a.source_id
        AND ST_DistanceSphere(a.position, b.position) < {LINKED_WITHIN_M}
    """
)
_WORTH: Final = text(
    """
    SELECT id, wheelchair <> 'unknown', (SELECT count(*) FROM jsonb_object_keys(facts)),
        coalesce(checked_on - CAST('1900-01-01' AS date), 0)
    FROM services WHERE id = ANY(:ids)
    """
)
_MARK: Final = text(
    f"""
    WITH said AS MATERIALIZED (
        SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:others AS bigint[])) AS p (id, other)),
    marked AS (UPDATE services s SET same_as = now.other
        FROM (SELECT v.id, said.other FROM services v LEFT JOIN said ON said.id = v.id
            WHERE v.position OPERATOR(public.&&)
                ST_Expand(ST_MakeEnvelope(:west, :south, :east, :north, 4326), {_MARGIN_DEGREES})) now
        WHERE s.id = now.id AND s.same_as IS DISTINCT FROM now.other RETURNING s.position)
    SELECT {_EXTENT} FROM marked
    """
)
_LOAD: Final = text(
    """
    SELECT s.id, s.family, ST_X(place.at), ST_Y(place.at), s.wheelchair, coalesce(s.steps, -1),
        coalesce(s.door_width_cm, -1)
    FROM services s CROSS JOIN LATERAL (SELECT ST_Transform(s.position, CAST(:srid AS integer)) AS at) place
    WHERE s.same_as IS NULL
        AND s.position OPERATOR(public.&&) ST_Transform(ST_Segmentize(ST_MakeEnvelope(:west, :south, :east, :north,
            CAST(:srid AS integer)), 10000), 4326)
        AND ST_X(place.at) BETWEEN :west AND :east AND ST_Y(place.at) BETWEEN :south AND :north
    ORDER BY s.id
    """
)
_SHOWN: Final = """
    s.id, s.ref, s.family, s.name, ST_X(s.position) AS lon, ST_Y(s.position) AS lat, s.wheelchair, s.reasons, s.steps,
    s.door_width_cm, s.facts, s.checked_on, o.name AS source, o.kind, o.licence, o.attribution, o.data_date
"""
_DESCRIBE: Final = text(
    f"SELECT {_SHOWN} FROM services s JOIN service_sources o ON o.id = s.source_id WHERE s.id = ANY(:ids)"
)
# Distance in centimetres and id, padded: one text key whose order is the list's.
_NEAR: Final = text(
    f"""
    SELECT * FROM (
        SELECT {_SHOWN}, away.m AS distance_m,
            lpad(CAST(CAST(away.m * 100 AS bigint) AS text), 9, '0') || lpad(CAST(s.id AS text), 19, '0') AS key
        FROM services s JOIN service_sources o ON o.id = s.source_id
        CROSS JOIN LATERAL (SELECT ST_Distance(CAST(s.position AS geography),
            CAST(ST_SetSRID(ST_Point(:lon, :lat), 4326) AS geography)) AS m) away
        WHERE s.same_as IS NULL
            AND s.position OPERATOR(public.&&) ST_MakeEnvelope(:west, :south, :east, :north, 4326)
            AND away.m <= :within_m
            AND (CAST(:family AS smallint) IS NULL OR s.family = CAST(:family AS smallint))) near
    WHERE key COLLATE "C" > :after ORDER BY key COLLATE "C" LIMIT :limit
    """
)


async def begin(session: AsyncSession, **described: Any) -> tuple[int, int, str]:
    """Return the source of this name, made if it is new: its id, its next version, its kind."""
    row = (await session.execute(_SOURCE, described)).one()
    return row[0], row[1], row[2]


async def swap(
    session: AsyncSession, source: int, version: int, rows: Iterable[StagedService]
) -> tuple[Change, Change, Change]:
    """Make ``rows`` those of a source; return what was added, changed and removed. As the job."""
    await session.execute(text(_STAGE))
    connection = raw_driver_connection(await (await session.connection()).get_raw_connection())
    async with connection.cursor() as cursor, cursor.copy("COPY service_stage FROM STDIN") as copy:
        for row in rows:
            await copy.write_row(row)
    await session.execute(text("ANALYZE service_stage"))
    given = {"source": source, "version": version}
    removed = _change(await session.execute(_REMOVE, {"source": source}))
    changed = _change(await session.execute(_CHANGE, given))
    added = _change(await session.execute(_ADD, given))
    await session.execute(text("DROP TABLE service_stage"))
    return added, changed, removed


def _change(result: Any) -> Change:
    count, *corners = result.one()
    return Change(count, Box(*corners) if corners[0] is not None else None)


async def keep_counts(session: AsyncSession, source: int, counts: str) -> None:
    await session.execute(_COUNTS, {"source": source, "counts": counts})


async def pairs(session: AsyncSession, box: Box) -> list[Pair]:
    """Return what may be the same place in and around a box in WGS84 degrees."""
    return [Pair(*row) for row in await session.execute(_PAIRS, box._asdict())]


async def worths(session: AsyncSession, ids: Sequence[int]) -> dict[int, tuple[bool, int, int]]:
    """Return how much each row knows of its entrance: whether a wheelchair passes, how many facts, how fresh."""
    return {row[0]: (row[1], row[2], row[3]) for row in await session.execute(_WORTH, {"ids": list(ids)})}


async def mark(session: AsyncSession, box: Box, same_as: Mapping[int, int]) -> Change:
    """Set, around a box, which rows stand behind another; return where that changed. As the job."""
    given = {"ids": list(same_as), "others": list(same_as.values()), **box._asdict()}
    return _change(await session.execute(_MARK, given))


async def sources(session: AsyncSession) -> list[dict[str, Any]]:
    return [dict(row) for row in (await session.execute(_SOURCES)).mappings()]


async def load(session: AsyncSession, srid: int, box: Box) -> Places:
    """Return the services in a box, of each place one row.

    Args:
        srid: EPSG code of the legal projection, in metres, of ``box`` and of the answer.
    """
    rows = (await session.execute(_LOAD, {"srid": srid, **box._asdict()})).all()
    ids, families, xs, ys, wheelchair, steps, widths = zip(*rows, strict=True) if rows else ((),) * 7
    passable = [Wheelchair[code.upper()].value for code in wheelchair]
    return Places(
        srid,
        np.array(ids, np.int64),
        np.array(families, np.uint8),
        np.column_stack((np.array(xs, np.float64), np.array(ys, np.float64))),
        np.array(passable, np.int8),
        np.array(steps, np.int16),
        np.array(widths, np.int16),
    )


async def describe(session: AsyncSession, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return by id what an explanation says of services: name, entrance, source, licence, dates."""
    rows = await session.execute(_DESCRIBE, {"ids": list(ids)})
    return {row["id"]: dict(row) for row in rows.mappings()}


async def near(session: AsyncSession, *, box: Box, **asked: Any) -> list[dict[str, Any]]:
    """Return services around a point by distance; ``box``, in WGS84 degrees, holds the circle."""
    return [dict(row) for row in (await session.execute(_NEAR, {**asked, **box._asdict()})).mappings()]
