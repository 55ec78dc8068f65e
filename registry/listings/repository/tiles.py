"""The SQL of the vector tiles: PostgreSQL makes the bytes, one statement a tile.

Listings are counted in the cells of a grid of each zoom, :data:`SIDE` cells to the side of a tile. Where nothing is
filtered below zoom :data:`COUNTED_ZOOM` the numbers are there: ``listing_cells`` has them by zoom, and
``listing_cell_changes`` what has changed since (ADR 0021). Elsewhere the listings of the tile are counted; from
:data:`POINTS_ZOOM` on each is shown by itself.

A tile's coordinates run from its north-western corner, in parts of its side (``extent``), as in the Mapbox Vector Tile
Specification 2.1 (2016). The statements repeat the territories of the caller (the first wall); row-level security
holds the second.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, LiteralString, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal
from registry.kernel.geo import HALF_WORLD_M, TileAddress
from registry.listings import tags
from registry.listings.repository.search import Conditions, conditions_in
from registry.platform.database import Database

SIDE: Final = 16
COUNTED_ZOOM: Final = 11
"""The last zoom whose cells are counted beforehand."""
POINTS_ZOOM: Final = 14
"""The first zoom that shows listings by themselves."""
COMMUNES_ZOOM: Final = 8
QUARTERS_ZOOM: Final = 11
NETWORK_ZOOM: Final = 15
"""The first zoom that shows paths: of 0.7 km² at most in France, some thousand edges of a dense town."""
EXTENT: Final = 4_096
POINTS_EXTENT: Final = 2_048
"""Of a tile of zoom 14, and half of it at each further one: a point is shown to 1.2 Mercator metres at any zoom, as
the list shows five decimals of a degree."""
_BITS: Final = 4
_FINEST: Final = COUNTED_ZOOM + _BITS
_HALF_PIXEL: Final = 1 / 1_024
"""Of a tile's side: what is not seen of an outline where a tile is drawn on 512 pixels."""


@dataclass(frozen=True, slots=True)
class Layers:
    """What a tile has: numbers that were ``counted`` beforehand, or the listings ``homes`` says; outlines, paths."""

    counted: bool
    communes: bool
    quarters: bool
    network: bool = False
    homes: Conditions | None = None


class Tile(NamedTuple):
    """The bytes, none where nothing is there; the ids of the other organisations' listings that it shows."""

    body: bytes
    foreign: Sequence[Any]


_ENVELOPE: Final = "ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 3857)"
_NUMBERS: Final = ("homes", "available_now", "class_3", "class_3_now", "class_5", "class_5_now")
_ADDED: Final = ", ".join(f"sum({name})::integer AS {name}" for name in _NUMBERS)
_NOW: Final = f"{tags.AVAILABLE_NOW} = ANY (tags)"
_CLASS_3: Final = f"{tags.at_least(3, possible=False)} = ANY (tags)"
_CLASS_5: Final = f"{tags.at_least(5, possible=False)} = ANY (tags)"
_OF_LISTINGS: Final = f"""
    count(*)::integer AS homes, (count(*) FILTER (WHERE {_NOW}))::integer AS available_now,
    (count(*) FILTER (WHERE {_CLASS_3}))::integer AS class_3,
    (count(*) FILTER (WHERE {_CLASS_3} AND {_NOW}))::integer AS class_3_now,
    (count(*) FILTER (WHERE {_CLASS_5}))::integer AS class_5,
    (count(*) FILTER (WHERE {_CLASS_5} AND {_NOW}))::integer AS class_5_now
"""
_EAST: Final = f"(ST_X(point) + {HALF_WORLD_M!r}) / {2 * HALF_WORLD_M!r}"
_SOUTH: Final = f"({HALF_WORLD_M!r} - ST_Y(point)) / {2 * HALF_WORLD_M!r}"
"""Where a listing stands in the world's square, in parts of its side from the north-western corner."""
_MIDDLE: Final = f"""ST_Point((cell & {SIDE - 1}) * {EXTENT // SIDE} + {EXTENT // SIDE // 2},
    (cell >> {_BITS}) * {EXTENT // SIDE} + {EXTENT // SIDE // 2}) AS shape"""
_LAYER_OF_NUMBERS: Final = f"ST_AsMVT(layer, 'clusters', {EXTENT}, 'shape')"
_NOBODY: Final = "'{}'::uuid[]"

_COUNTED: Final[LiteralString] = f"""
    SELECT {_LAYER_OF_NUMBERS} AS body, {_NOBODY} AS seen FROM (
        SELECT {_MIDDLE}, {_ADDED} FROM (
            SELECT cell, {", ".join(_NUMBERS)} FROM listing_cells
            WHERE territory_id = ANY(%(territories)s::integer[]) AND zoom = %(z)s::smallint
                AND tile_x = %(tile_x)s::integer AND tile_y = %(tile_y)s::integer
            UNION ALL
            SELECT (y >> {COUNTED_ZOOM} - %(z)s::integer & {SIDE - 1}) << {_BITS}
                | (x >> {COUNTED_ZOOM} - %(z)s::integer & {SIDE - 1}), {", ".join(_NUMBERS)}
            FROM listing_cell_changes
            WHERE territory_id = ANY(%(territories)s::integer[])
                AND x >> {_FINEST} - %(z)s::integer = %(tile_x)s::integer
                AND y >> {_FINEST} - %(z)s::integer = %(tile_y)s::integer) each
        GROUP BY cell HAVING sum(homes) > 0 ORDER BY cell) layer
"""


def _counting(condition: LiteralString) -> LiteralString:
    """Return the query that counts the listings of a tile."""
    return f"""
    SELECT {_LAYER_OF_NUMBERS} AS body, {_NOBODY} AS seen FROM (
        SELECT {_MIDDLE}, {", ".join(_NUMBERS)} FROM (
            SELECT (y - %(tile_y)s::integer * {SIDE}) << {_BITS} | (x - %(tile_x)s::integer * {SIDE}) AS cell,
                {_OF_LISTINGS}
            FROM (SELECT tags,
                    floor({_EAST} * %(cells)s::integer)::integer AS x,
                    floor({_SOUTH} * %(cells)s::integer)::integer AS y
                FROM listings WHERE {condition}) standing
            WHERE x >> {_BITS} = %(tile_x)s::integer AND y >> {_BITS} = %(tile_y)s::integer
            GROUP BY 1) counted
        ORDER BY cell) layer
    """


def _showing(condition: LiteralString) -> LiteralString:
    """Return the query that shows the listings of a tile by themselves; each stands in one tile of a zoom."""
    return f"""
    WITH shown AS MATERIALIZED (SELECT id, organisation_id, point, bookable, document FROM listings
        WHERE {condition} AND floor({_EAST} * %(tiles)s::integer) = %(tile_x)s::integer
            AND floor({_SOUTH} * %(tiles)s::integer) = %(tile_y)s::integer)
    SELECT (
        SELECT ST_AsMVT(layer, 'listings', %(extent)s::integer, 'shape') FROM (
            SELECT ST_AsMVTGeom(point, {_ENVELOPE}, %(extent)s::integer, 0, false) AS shape, shown.id::text AS id,
                (said.home_class->>'proven')::integer AS class_proven, said.rooms, said.rent_cents,
                said.availability, bookable
            FROM shown CROSS JOIN LATERAL json_to_record(document::json)
                AS said (home_class json, rooms integer, rent_cents integer, availability text)
            ORDER BY shown.id) layer) AS body,
        ARRAY(SELECT id FROM shown WHERE organisation_id <> %(own)s::uuid) AS seen
    """


def _outlines(
    table: LiteralString, columns: LiteralString, shape: LiteralString, where: LiteralString
) -> LiteralString:
    """Return the query for a layer of outlines; a neighbour's shape begins where one ends, to half a pixel."""
    return f"""
    SELECT ST_AsMVT(layer, '{table}', {EXTENT}, 'shape') AS body FROM (
        SELECT {columns}, ST_AsMVTGeom(ST_Simplify(ST_Transform({shape}, 3857), %(hidden_m)s::float8, true),
            {_ENVELOPE}, {EXTENT}, {EXTENT // 64}, true) AS shape
        FROM {table} WHERE {shape} && ST_Transform({_ENVELOPE}, 4326) AND {where} ORDER BY 1) layer
    WHERE shape IS NOT NULL
    """


_OF_TERRITORIES: Final = (
    "SELECT commune_code FROM territory_communes WHERE territory_id = ANY(%(territories)s::integer[])"
)
_COMMUNES: Final = _outlines("communes", "code, name", "contour", f"code = ANY(ARRAY({_OF_TERRITORIES}))")
# Outside a commune, or without one, a quarter belongs where it lies.
_QUARTERS: Final = _outlines(
    "quarters", "layer || ':' || code AS code, name", "shape",
    f"""vintage = (SELECT max(latest.vintage) FROM quarters latest WHERE latest.layer = quarters.layer)
        AND (commune_code = ANY(ARRAY({_OF_TERRITORIES})) OR commune_code IS NULL AND EXISTS (
            SELECT FROM communes c WHERE ST_Intersects(c.contour, quarters.shape)
                AND c.code = ANY(ARRAY({_OF_TERRITORIES}))))""",
)  # fmt: skip


# Public data, the same for everybody. A network is asked where it lies only: elsewhere its projection does not reach.
_NETWORK: Final = f"""
    SELECT ST_AsMVT(layer, 'network', {EXTENT}, 'shape') AS body FROM (
        SELECT stairs, ST_AsMVTGeom(ST_Collect(shape), {_ENVELOPE}, {EXTENT}, {EXTENT // 64}, true) AS shape
        FROM networks CROSS JOIN LATERAL (
            SELECT steps <> 0 AS stairs, ST_Simplify(ST_Transform(line, 3857), %(hidden_m)s::float8, true) AS shape
            FROM network_edges WHERE network_edges.version = networks.version
                AND line OPERATOR(public.&&) ST_Transform({_ENVELOPE}, networks.srid) OFFSET 0) drawn
        WHERE active AND ST_Transform(ST_MakeEnvelope(west, south, east, north, srid), 3857) && {_ENVELOPE}
        GROUP BY stairs ORDER BY stairs) layer
    WHERE shape IS NOT NULL
"""


def statement(
    layers: Layers, address: TileAddress, *, own: uuid.UUID, territories: Sequence[int]
) -> tuple[LiteralString, dict[str, Any]]:
    """Return the tile as one SELECT and its values: what is run, explained in tests, and timed in benchmarks."""
    values: dict[str, Any] = {
        "territories": list(territories), "own": own, "z": address.z, "tile_x": address.x, "tile_y": address.y,
        "tiles": 2**address.z, "cells": 2 ** (address.z + _BITS), "hidden_m": address.side_m * _HALF_PIXEL,
        "extent": POINTS_EXTENT >> max(0, address.z - POINTS_ZOOM), **address.box._asdict(),
    }  # fmt: skip
    parts: dict[LiteralString, LiteralString] = {}
    if layers.counted:
        parts["standing"] = _COUNTED
    elif layers.homes is not None:
        where, given = conditions_in(layers.homes, address.box)
        values |= given
        make = _counting if address.z < POINTS_ZOOM else _showing
        parts["standing"] = make(" AND ".join(where))
    if layers.communes:
        parts["communes"] = _COMMUNES
    if layers.quarters:
        parts["quarters"] = _QUARTERS
    if layers.network:
        parts["network"] = _NETWORK
    bodies = " || ".join(f"{name}.body" for name in parts)
    seen = "standing.seen" if "standing" in parts else _NOBODY
    return f"SELECT {bodies}, {seen} FROM {', '.join(f'({query}) {name}' for name, query in parts.items())}", values


async def tile(
    database: Database, layers: Layers, address: TileAddress, *, principal: Principal, territories: Sequence[int]
) -> Tile:
    """Make the tile in a transaction of its own, in one round trip."""
    query, values = statement(layers, address, own=principal.organisation_id, territories=territories)
    answer = await database.alone(
        query, values, role=principal.role, organisation=principal.organisation_id, actor=principal.client_id
    )
    row = answer.first()
    assert row is not None
    return Tile(bytes(row[0]), row[1])


_HOLD: Final = text("SELECT pg_try_advisory_xact_lock(7301956)")
ADD_CHANGES: Final = text(
    f"""
    WITH gone AS (DELETE FROM listing_cell_changes RETURNING *),
    added AS (
        SELECT territory_id, zoom, x >> {_FINEST} - zoom AS tile_x, y >> {_FINEST} - zoom AS tile_y,
            (y >> {COUNTED_ZOOM} - zoom & {SIDE - 1}) << {_BITS} | (x >> {COUNTED_ZOOM} - zoom & {SIDE - 1}) AS cell,
            {_ADDED}
        FROM gone CROSS JOIN generate_series(0, {COUNTED_ZOOM}) AS zoom GROUP BY 1, 2, 3, 4, 5)
    MERGE INTO listing_cells AS stand USING added ON stand.territory_id = added.territory_id
        AND stand.zoom = added.zoom AND stand.tile_x = added.tile_x AND stand.tile_y = added.tile_y
        AND stand.cell = added.cell
    WHEN MATCHED AND stand.homes + added.homes = 0 THEN DELETE
    WHEN MATCHED THEN UPDATE SET {", ".join(f"{name} = stand.{name} + added.{name}" for name in _NUMBERS)}
    WHEN NOT MATCHED AND added.homes <> 0 THEN INSERT VALUES (territory_id, zoom, tile_x, tile_y, cell,
        {", ".join(f"added.{name}" for name in _NUMBERS)})
    """
)


async def add_changes(session: AsyncSession) -> None:
    """Add what has changed to what was counted, unless another transaction is at it. As the job."""
    if (await session.execute(_HOLD)).scalar_one():
        await session.execute(ADD_CHANGES)
