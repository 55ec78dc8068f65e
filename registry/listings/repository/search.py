"""How listings are found: one statement a search, its text made only of the conditions that were asked for.

PostgreSQL builds the JSON; the handler passes the bytes through. Two families (ADR 0004):

* *around*: a point, a box or a polygon. The index on (point, tags) answers place, features and order together: a
  KNN scan, bounded by the box, that stops after the page. Order by distance alone inside (WITH TIES), by distance
  and id outside: PostgreSQL 15 uses the KNN scan only where distance is the whole sort key. Sorting by rent or
  freshness works over the :data:`CANDIDATES` listings nearest the centre.
* *within*: communes, what stands for communes (EPCI, quarter), or whole territories. The B-tree (place, order, id)
  gives the first page of each; the pages are merged. Exact at any size.

The statement repeats the territories of the caller (the first wall); row-level security holds the second.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, LiteralString, NamedTuple

from registry.kernel.geo import Box, LonLat, box_to_mercator, mercator_scale, to_mercator
from registry.listings.bands import area_low_possible, floor_top_possible
from registry.platform.database import Database, Role

CANDIDATES: Final = 1_000
COUNT_CAP: Final = 1_000


class Found(NamedTuple):
    """One page: its items as JSON text, the ids among them that are other organisations', where the next one starts."""

    items: str
    foreign: list[uuid.UUID]
    last: list[Any] | None
    total: int | None


@dataclass(frozen=True, slots=True)
class Around:
    """A centre (EPSG:3857), the box that bounds it, and the exact shape: a disc or a polygon ring, or the box alone."""

    centre: tuple[float, float]
    box: Box
    radius: float | None = None
    scale: float = 1.0
    ring_wkt: str | None = None

    @classmethod
    def disc(cls, place: LonLat, radius_m: float) -> "Around":
        """A disc of ``radius_m`` metres on the ground (within 0.6 % of the geodesic one up to 50 km)."""
        x, y = to_mercator(place)
        scale = mercator_scale(place.lat)
        radius = radius_m / scale
        return cls((x, y), Box(x - radius, y - radius, x + radius, y + radius), radius, scale)

    @classmethod
    def rectangle(cls, box: Box) -> "Around":
        flat = box_to_mercator(box)
        return cls(flat.centre, flat)

    @classmethod
    def polygon(cls, ring: Sequence[LonLat], bounds: Box) -> "Around":
        flat = box_to_mercator(bounds)
        corners = ", ".join(f"{x!r} {y!r}" for x, y in map(to_mercator, [*ring, ring[0]]))
        return cls(flat.centre, flat, ring_wkt=f"POLYGON(({corners}))")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a search asks, in the terms of the table.

    Attributes:
        own: The caller's organisation: its own listings do not count as seen.
        territories: The first wall: where the caller may search.
        tags: ``query_int`` text for the place-independent codes.
        order: ``distance`` (around a disc only), ``rent`` or ``freshness``.
        around: A place; without it, the communes that ``communes``, ``epci``, ``quarter`` or the territories name.
        after: Sort key and id of the last item of the page before.
        services: Bits that a listing must have (``listings.reach``); ``services_not_further``: lower bits that must
            not stand without their upper one.
    """

    own: uuid.UUID
    territories: Sequence[int]
    tags: str
    order: str
    limit: int
    around: Around | None = None
    communes: Sequence[str] = ()
    epci: str | None = None
    quarter: str | None = None
    bookable: bool = False
    area_min: int | None = None
    rent_max: int | None = None
    floor_max: int | None = None
    admit_unknown: bool = False
    soon_until: date | None = None
    available_before: date | None = None
    landlords: Sequence[str] = ()
    fresh_from: date | None = None
    after: Sequence[Any] | None = None
    counted: bool = False
    geojson: bool = False
    services: int = 0
    services_not_further: int = 0


Where = list[LiteralString]
Values = dict[str, Any]

_BY_INDEX: Final = "tags OPERATOR(registry.@@) %(tags)s::query_int"
_BY_FILTER: Final = "boolop(tags, %(tags)s::query_int)"
_POINT: Final = "ST_Point(%(x)s, %(y)s, 3857)"
_OPTIONAL: Final[dict[str, tuple[LiteralString, LiteralString, Callable[[int], int]]]] = {
    "area_min": ("area_low >= %(area_min)s", "(area_low >= %(area_min)s OR area_low IS NULL)", area_low_possible),
    "rent_max": ("rent_order <= %(rent_max)s", "(rent_order <= %(rent_max)s OR rent_order = 2147483647)", int),
    "floor_max": (
        "floor_top <= %(floor_max)s",
        "(floor_top <= %(floor_max)s OR floor_top IS NULL)",
        floor_top_possible,
    ),
}
"""Conditions on what may be unknown: as proven, and with what may hold admitted; then, the bound to compare with."""
_FURTHER: Final[dict[str, LiteralString]] = {
    "soon_until": "(available_month <= %(soon_until)s OR available_month IS NULL)",
    "available_before": "(available_month < %(available_before)s OR tags @> ARRAY[80])",
    "landlords": "organisation_id = ANY(%(landlords)s::uuid[])",
    "fresh_from": "fresh_week >= %(fresh_from)s",
    "services": "services & %(services)s::bigint = %(services)s::bigint",
    "services_not_further": "services & ~(services >> 1) & %(services_not_further)s::bigint = 0",
    "quarter": "quarter_codes @> ARRAY[%(quarter)s::text]",
}
"""Conditions on what was given. Of services the index knows some by their tags; this is what holds."""
_KEY: Final[dict[str, LiteralString]] = {
    "distance": "d",
    "rent": "rent_order",
    "freshness": "(date '2000-01-01' - fresh_week)",
}
"""What a page is sorted by, before the id; the cursor carries its last value."""
_BOUND: Final[dict[str, LiteralString]] = {"distance": "float8", "rent": "integer", "freshness": "integer"}


def _conditions(asked: Conditions) -> tuple[Where, Values]:
    """Return the conditions on a listing that do not depend on the family."""
    where: Where = [
        "territory_id = ANY(%(territories)s::integer[])",
        _BY_INDEX,
    ]
    values: Values = {"territories": list(asked.territories), "tags": asked.tags}
    if asked.bookable:
        where.append("bookable")
    for name, (proven, admitted, possible) in _OPTIONAL.items():
        if (bound := getattr(asked, name)) is not None:
            where.append(admitted if asked.admit_unknown else proven)
            values[name] = possible(bound) if asked.admit_unknown else bound
    for name, condition in _FURTHER.items():
        if given := getattr(asked, name):
            where.append(condition)
            values[name] = given
    return where, values


def _communes(asked: Conditions, values: Values) -> LiteralString | None:
    """Return a query for the codes that the administrative filters leave, or ``None`` where there are none."""
    queries: list[LiteralString] = []
    if asked.communes:
        values["communes"] = list(asked.communes)
        queries.append("SELECT code FROM current_communes(%(communes)s::text[])")
    if asked.epci:
        values["epci"] = asked.epci
        queries.append("SELECT code FROM communes WHERE epci_code = %(epci)s::text")
    if asked.quarter:
        queries.append(
            "SELECT c.code FROM quarters q JOIN communes c ON c.code = q.commune_code"
            " OR (q.commune_code IS NULL AND ST_Intersects(c.contour, q.shape))"
            " WHERE q.layer = split_part(%(quarter)s::text, ':', 1)"
            " AND q.code = substr(%(quarter)s::text, strpos(%(quarter)s::text, ':') + 1)"
        )
    return " INTERSECT ".join(queries) if queries else None


def conditions_in(asked: Conditions, box: Box) -> tuple[Where, Values]:
    """Return the conditions on a listing in a box (EPSG:3857), and their values; the index answers box and codes."""
    where, values = _conditions(asked)
    values |= box._asdict()
    where.append("point OPERATOR(registry.&&) ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 3857)")
    if codes := _communes(asked, values):
        where.append(f"commune_code = ANY(ARRAY({codes}))")
    return where, values


def _around(asked: Conditions, around: Around) -> tuple[LiteralString, LiteralString, Values]:
    """Return the query for the page, the condition of the count, and their values, for a search around a place."""
    where, values = conditions_in(asked, around.box)
    values |= {"x": around.centre[0], "y": around.centre[1]}
    if around.radius is not None:
        where.append(f"ST_DWithin(point, {_POINT}, %(radius)s)")
        values |= {"radius": around.radius, "scale": around.scale}
    if around.ring_wkt is not None:
        where.append("ST_Intersects(point, ST_GeomFromText(%(ring)s, 3857))")
        values["ring"] = around.ring_wkt
    condition = " AND ".join(where)
    taken = asked.limit + 1 if asked.order == "distance" else CANDIDATES
    further = _further(asked, values, f"point <-> {_POINT}")
    page = (
        f"SELECT *, {_KEY[asked.order]} AS key FROM (SELECT *, point <-> {_POINT} AS d FROM listings"
        f" WHERE {condition}{further if asked.order == 'distance' else ''}"
        f" ORDER BY point <-> {_POINT} FETCH FIRST {taken} ROWS WITH TIES) nearest"
    )
    if asked.order != "distance" and further:
        page += f" WHERE TRUE{further}"
    return page, condition, values


def _within(asked: Conditions) -> tuple[LiteralString, LiteralString, Values]:
    """Return the same for a search within communes, or within whole territories where no commune is named."""
    where, values = _conditions(asked)
    # As a function the codes are a filter and nothing else: a bitmap of everything that has them would be built first.
    where[1] = _BY_FILTER
    codes = _communes(asked, values)
    column = "commune_code" if codes else "territory_id"
    places = codes or "SELECT unnest(%(territories)s::integer[])"
    condition = " AND ".join(where)
    order = "rent_order, id" if asked.order == "rent" else "fresh_week DESC, id"
    page = (
        f"SELECT first.*, {_KEY[asked.order]} AS key"
        f" FROM (SELECT DISTINCT place FROM ({places}) AS given (place)) places"
        f" CROSS JOIN LATERAL (SELECT * FROM listings WHERE {column} = places.place AND {condition}"
        f"{_further(asked, values)} ORDER BY {order} LIMIT {asked.limit + 1}) first"
    )
    return page, f"{column} = ANY(ARRAY({places})) AND {condition}", values


def _further(asked: Conditions, values: Values, distance: LiteralString = "") -> LiteralString:
    """Return the condition that a listing comes after the page before."""
    if not asked.after:
        return ""
    values |= {"after": asked.after[0], "after_id": asked.after[1]}
    if asked.order == "freshness":
        last = "date '2000-01-01' - %(after)s::integer"
        return f" AND (fresh_week < {last} OR fresh_week = {last} AND id > %(after_id)s::uuid)"
    key = distance if asked.order == "distance" else "rent_order"
    return f" AND ({key}, id) > (%(after)s::{_BOUND[asked.order]}, %(after_id)s::uuid)"


def _item(*, geojson: bool, with_distance: bool) -> LiteralString:
    """Return the expression for one item's JSON: the document as it was made, with what only this search knows."""
    # Distances are shown in hundreds of metres: the point is a random one of its cell.
    document: LiteralString = (
        """left(document, -1) || ', "distance_m":' || (round(d * %(scale)s / 100) * 100)::integer || '}'"""
        if with_distance
        else "document"
    )
    if not geojson:
        return document
    return (
        """'{"type":"Feature","id":"' || id || '","geometry":' || ST_AsGeoJSON(ST_Transform(point, 4326), 5)"""
        f""" || ',"properties":' || {document} || '}}'"""
    )


def statement(asked: Conditions) -> tuple[LiteralString, Values]:
    """Return the search as one SELECT and its values: what is run, explained in tests, and timed in benchmarks."""
    page, condition, values = _around(asked, asked.around) if asked.around else _within(asked)
    values["own"] = asked.own
    item = _item(geojson=asked.geojson, with_distance=asked.around is not None and asked.around.radius is not None)
    count = f"(SELECT count(*) FROM (SELECT FROM listings WHERE {condition} LIMIT {COUNT_CAP + 1}) counted)"
    limit = asked.limit
    query = (
        f"WITH page AS ({page}),"
        f" numbered AS (SELECT *, row_number() OVER (ORDER BY key, id) AS n"
        f" FROM page ORDER BY key, id LIMIT {limit + 1})"
        f" SELECT coalesce(string_agg({item}, ',' ORDER BY n) FILTER (WHERE n <= {limit}), ''),"
        f" coalesce(array_agg(id) FILTER (WHERE n <= {limit} AND organisation_id <> %(own)s), '{{}}'),"
        f" count(*) > {limit}, min(key) FILTER (WHERE n = {limit}), (array_agg(id) FILTER (WHERE n = {limit}))[1],"
        f" {count if asked.counted else 'NULL::bigint'}"
        f" FROM numbered"
    )
    return query, values


def matching(asked: Conditions) -> tuple[LiteralString, Values]:
    """Return the condition that the listings of all pages of a search satisfy, and its values.

    The codes are asked of the index wherever the search is: whoever needs all that a search finds gains by it.
    """
    whole = replace(asked, after=None)
    _, condition, values = _around(whole, whole.around) if whole.around else _within(whole)
    return condition.replace(_BY_FILTER, _BY_INDEX), values


def planner_settings(asked: Conditions) -> tuple[LiteralString, ...]:
    """Return what the planner is told for a search.

    A generic plan cannot know that a commune holds thousands of listings and would sort them all; without sorting it
    walks the index in order and stops after the page.
    """
    return () if asked.around else ("SET LOCAL enable_sort = off",)


async def search(database: Database, asked: Conditions, *, actor: str, role: Role) -> Found:
    """Run the search in a transaction of its own: role, binding and query go in one round trip."""
    query, values = statement(asked)
    answer = await database.alone(
        query, values, role=role, organisation=asked.own, actor=actor, planned=planner_settings(asked)
    )
    row = answer.first()
    assert row is not None
    items, foreign, more, key, last, count = row
    return Found(items, foreign, [key, str(last)] if more else None, count)


async def read(
    database: Database,
    listing: uuid.UUID,
    *,
    own: uuid.UUID,
    territories: Sequence[int],
    geojson: bool,
    actor: str,
    role: Role,
) -> tuple[str, bool] | None:
    """Return one listing as JSON text, and whether it is another organisation's; ``None`` where it is not visible."""
    values = {"listing": listing, "own": own, "territories": list(territories)}
    row = (await database.alone(_READ[geojson], values, role=role, organisation=own, actor=actor)).first()
    return (row[0], row[1]) if row else None


_VISIBLE: Final = (
    " FROM listings WHERE id = %(listing)s"
    " AND (territory_id = ANY(%(territories)s::integer[]) OR organisation_id = %(own)s)"
)
_READ: Final[dict[bool, LiteralString]] = {
    geojson: f"SELECT {_item(geojson=geojson, with_distance=False)}, organisation_id <> %(own)s{_VISIBLE}"
    for geojson in (False, True)
}
