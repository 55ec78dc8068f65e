"""The plan of every listing query, as the product's role gets it, on 200,000 listings; half a million in full.

No clock: a plan is right when the index answers place, features and order together, and few pages are touched.
"""

import os
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import psycopg
import pytest

from registry.access.principal import OwnOrganisation, Principal
from registry.kernel import cursor
from registry.kernel.geo import LonLat
from registry.listings import tags
from registry.listings.filters import ListingQuery, ListingSearch, TileQuery
from registry.listings.reach import mask
from registry.listings.repository import facets, projection, residences, tiles, zones
from registry.listings.repository.search import _READ, planner_settings, statement
from registry.listings.repository.tiles import ADD_CHANGES, COUNTED_ZOOM
from registry.listings.service.search import Search, _context
from registry.listings.service.tiles import layers_of
from registry.stock.repository import homes
from registry.transfers.matching.asked import Case, asked_of
from registry.transfers.need import NeedProfile
from registry.transfers.protections.law import figures_of, in_force
from registry.transfers.repository import matches
from registry.vocabulary.facts import FEATURES
from registry.vocabulary.matching import MatchingWeights
from registry.vocabulary.services import Family
from tests.support.database import Server, fresh_name
from tests.support.mvt import containing
from tests.support.plans import Explainer, Node, buffers, in_marks, nodes

LISTINGS: Final = 500_000 if os.environ.get("REGISTRY_TEST_SCALE") == "full" else 200_000
IN_ONE_CELL: Final = 20_000
BUFFERS_OF_A_PAGE: Final = 500
COMMUNES: Final = 400
SMALL, OF_EACH = 20, 500
"""Small territories beside the large one, and the listings of each."""
OWNER, SEARCHER, COORDINATOR = (uuid.UUID(f"00000000-0000-4000-8000-00000000000{n}") for n in (1, 2, 3))
TOWN, CROWDED = (2.0, 46.0), (6.0, 44.0)
COMMON: Final = {"step_free_entrance": 0.7, "zero_step_shower": 0.4, "grab_bars": 0.5, "lift": 0.5, "raised_wc": 0.3}
RARE: Final = {"adapted_parking": 0.05, "video_intercom": 0.004, "motorised_shutters": 0.003}
PROVEN: Final = COMMON | RARE

_TAGS: Final = " || ".join(
    f"CASE WHEN random() < {PROVEN.get(fact.code, 0)} THEN ARRAY[{2 * fact.feature}, {2 * fact.feature + 1}]"
    f" WHEN random() < 0.3 THEN ARRAY[{2 * fact.feature + 1}] ELSE '{{}}' END"
    for fact in FEATURES
)
# By the rent, which is random: a grade for two in a hundred, a pharmacy for a wheelchair for three, for a stick for
# twenty, a shop on foot for all.
_GRADED, _WHEELCHAIR, _STICK = "rent %% 50 = 0", "rent %% 33 = 0", "rent %% 5 = 0"
_SHOWN_TAGS: Final = (
    f"CASE WHEN {_GRADED} THEN ARRAY{tags.grades_up_to('A')} ELSE ARRAY[{tags.UNGRADED}] END"
    f" || CASE WHEN {_WHEELCHAIR} THEN ARRAY[{tags.REACHED[Family.PHARMACY, 'wheelchair']}] ELSE '{{}}' END"
    f" || ARRAY[{tags.SERVICE_NEAR}]"
)
_SERVICES: Final = (
    f"{mask([(Family.FOOD, 300, 'walking')])}::bigint"
    f" | CASE WHEN {_WHEELCHAIR} THEN {mask([(Family.PHARMACY, 300, 'wheelchair')])} ELSE 0 END"
    f" | CASE WHEN {_STICK} THEN {mask([(Family.PHARMACY, 300, 'senior')])} ELSE 0 END"
)
_RENT: Final = "20000 + (random() * 60000)::integer"
_LISTING: Final = f"""
    INSERT INTO listings (id, organisation_id, territory_id, rent_order, available_month, fresh_week, area_low,
        floor_top, bookable, commune_code, quarter_codes, point, tags, residence_grade, services, document)
    SELECT gen_random_uuid(), CASE WHEN random() < 0.1 THEN %(searcher)s ELSE %(owner)s END::uuid, 1,
        rent, CASE WHEN bookable THEN date '2026-03-01' END,
        date '2026-03-02' - 7 * (random() * 20)::integer, 20 + 10 * (random() * 6)::integer, (random() * 4)::integer,
        bookable, commune, CASE WHEN random() < 0.5 THEN ARRAY['qpv:Q1'] ELSE '{{}}' END,
        ST_Transform(ST_SetSRID(ST_Point(lon, lat), 4326), 3857),
        {_TAGS} || ARRAY[{tags.LISTED}, {tags.ROOMS_BASE} + 1 + (random() * 4)::integer,
            CASE WHEN NOT bookable THEN {tags.OCCUPIED} WHEN random() < 0.5 THEN {tags.AVAILABLE_NOW}
                ELSE {tags.AVAILABLE_SOON} END,
            {tags.RENT_BASE} + least((rent + 9999) / 10000, {tags.MAX_RENT_BAND})] || {_SHOWN_TAGS},
        CASE WHEN {_GRADED} THEN 'A' END, {_SERVICES},
        '{{"id": "' || repeat('x', 700) || '"}}'
"""
# Towns are dense in the middle; the first, at TOWN, is the largest.
_COUNTRY: Final = f"""
    {_LISTING}
    FROM (SELECT lpad((1 + floor({COMMUNES} * power(random(), 2)))::text, 5, '0') AS commune,
            random() < 0.045 AS bookable,
            {_RENT} AS rent, sqrt(-2 * ln(1 - random())) AS r, 2 * pi() * random() AS angle
        FROM generate_series(1, %(count)s)) i
    JOIN communes c ON c.code = i.commune
    CROSS JOIN LATERAL (SELECT
        ST_X(c.centre) + 0.03 * r * cos(angle) AS lon, ST_Y(c.centre) + 0.02 * r * sin(angle) AS lat) p
"""
_ONE_CELL: Final = f"""
    {_LISTING}
    FROM (SELECT '99999' AS commune, random() < 0.045 AS bookable, {_RENT} AS rent,
        {CROWDED[0]} + random() * 0.006 AS lon,
        {CROWDED[1]} + random() * 0.0045 AS lat FROM generate_series(1, {IN_ONE_CELL})) i
"""
# Small territories beside the large one, whose listings are of homes that exist: what the job moves and withdraws.
_SMALL: Final = """
    UPDATE listings l SET id = h.listing_id, territory_id = 2 + h.n %% %(small)s
    FROM (SELECT listing_id, row_number() OVER (ORDER BY listing_id) AS n FROM homes) h
    JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM listings WHERE commune_code BETWEEN '00200' AND '90000')
        taken ON taken.n = h.n
    WHERE l.id = taken.id AND h.n <= %(small)s * %(of_each)s
"""
_GROUND: Final = (
    """
    INSERT INTO organisations (id, name, kind, status) VALUES
        (%(owner)s, 'owner', 'landlord', 'active'), (%(searcher)s, 'searcher', 'landlord', 'active'),
        (%(coordinator)s, 'coordinator', 'coordinator', 'active')
    """,
    f"""
    INSERT INTO communes (code, name, epci_code, departement, population, centre, contour, vintage)
    SELECT lpad(i::text, 5, '0'), 'Commune ' || i, lpad((i / 20)::text, 9, '2'), '33', 1000, ST_SetSRID(place, 4326),
        ST_Multi(ST_Expand(ST_SetSRID(place, 4326), 0.05)), 2026
    FROM generate_series(1, {COMMUNES}) AS i
    CROSS JOIN LATERAL (SELECT ST_Point({TOWN[0]} + 0.1 * ((i - 1) % 20), {TOWN[1]} + 0.1 * ((i - 1) / 20)) AS place) p
    """,
    f"""
    INSERT INTO communes (code, name, epci_code, departement, population, centre, vintage)
    VALUES ('99999', 'Crowded', '299999999', '13', 1000, ST_SetSRID(ST_Point({CROWDED[0]}, {CROWDED[1]}), 4326), 2026)
    """,
    "INSERT INTO former_communes (code, name, kind, current_code) VALUES ('88888', 'Former', 'merged', '00001')",
    f"""
    INSERT INTO quarters (layer, code, name, commune_code, vintage, shape)
    VALUES ('qpv', 'Q1', 'Quarter', NULL, 2026,
        ST_Multi(ST_Expand(ST_SetSRID(ST_Point({TOWN[0]}, {TOWN[1]}), 4326), 0.02)))
    """,
    """
    INSERT INTO territories (slug, name, coordinator_id, srid)
    SELECT CASE i WHEN 0 THEN 'pays' ELSE 'small-' || i END, 'Pays', %(coordinator)s, 2154
    FROM generate_series(0, %(small)s) AS i ORDER BY i
    """,
    """
    INSERT INTO charters (id, territory_id, version, status, terms, in_force_from)
    SELECT gen_random_uuid(), id, 1, 'in_force', '{"location_precision": "cell"}', now() FROM territories
    """,
    """
    INSERT INTO adhesions (territory_id, organisation_id, charter_version, status, signed_at, signed_by)
    SELECT t.id, o.id, 1, 'in_force', now(), 'tests' FROM territories t JOIN organisations o ON o.kind = 'landlord'
    WHERE t.id = 1 OR o.id = %(owner)s
    """,
    """
    INSERT INTO residences (id, organisation_id, ref, commune_code)
    SELECT gen_random_uuid(), %(owner)s, 'R' || i, '00001' FROM generate_series(1, 2000) AS i
    """,
    """
    INSERT INTO homes (id, organisation_id, residence_id, ref, typology, rooms, status)
    SELECT gen_random_uuid(), organisation_id, id, ref || '-' || n, 'T2', 2, 'occupied'
    FROM residences, generate_series(1, 10) AS n
    """,
)


@dataclass
class Country:
    """A database of its own with a connection as the product's role, and the searches that are explained on it."""

    explainer: Explainer
    admin: psycopg.Connection
    search: Search = field(default_factory=lambda: Search.__new__(Search))

    def __post_init__(self) -> None:
        self.search._cursor_key = bytes(32)
        self.principal = Principal(SEARCHER, "landlord", "tests", frozenset(), {"pays": 1})

    def asked(self, *, geojson: bool = False, after: list[Any] | None = None, **given: Any) -> Any:
        """Return what the product makes of a query: the conditions that :func:`statement` takes."""
        model = ListingSearch if "area" in given else ListingQuery
        parsed = model.model_validate(given)
        context = _context(self.principal, parsed)
        sealed = cursor.seal(after, key=bytes(32), context=context) if after else None
        return self.search._conditions(self.principal, parsed, after=sealed, context=context, geojson=geojson)

    @contextmanager
    def seen_by_the_coordinator(self) -> Iterator["Country"]:
        """The same country, as the coordinator of its territories searches it."""
        explainer = Explainer(self.explainer.url, "registry_coordinator", COORDINATOR)
        seen = Country(explainer, self.admin)
        seen.principal = Principal(COORDINATOR, "coordinator", "tests", frozenset(), self.principal.territories)
        yield seen
        explainer.close()

    def explain(self, asked: Any, change: Callable[[str], str] = lambda query: query) -> Node:
        query, values = statement(asked)
        return self.explainer.explain(change(query), values, planned=planner_settings(asked))


def fill(admin: psycopg.Connection) -> None:
    """Fill the tables past the policies, the listings' indexes made afterwards as a restore does."""
    values: dict[str, Any] = {
        "owner": OWNER, "searcher": SEARCHER, "coordinator": COORDINATOR, "count": LISTINGS, "small": SMALL,
        "of_each": OF_EACH,
    }  # fmt: skip
    admin.execute("SET search_path = registry, public")
    admin.execute("SET synchronous_commit = off")
    admin.execute("SET maintenance_work_mem = '512MB'")
    admin.execute("SELECT setseed(0.42)")

    def run(query: str) -> None:
        admin.execute(query.encode(), {name: values[name] for name in re.findall(r"%\((\w+)\)s", query)} or None)

    for query in _GROUND:
        run(query)
    definitions = admin.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'registry' AND tablename = 'listings'"
        " AND indexname NOT LIKE 'pk_%'"
    ).fetchall()
    for name, _ in definitions:
        admin.execute(f"DROP INDEX {name}")
    for query in (_COUNTRY, _ONE_CELL, _SMALL):
        run(query)
    for _, definition in definitions:
        admin.execute(definition)
    for table in (
        "listings",
        "communes",
        "quarters",
        "adhesions",
        "organisations",
        "residences",
        "homes",
        "territories",
    ):
        admin.execute(f"VACUUM (ANALYZE) {table}")


@pytest.fixture(scope="module")
def country(server: Server) -> Iterator[Country]:
    name = fresh_name()
    server.clone(name)
    with server.connect(name) as admin:
        fill(admin)
        made = Country(Explainer(server.url(name, "registry_web"), "registry_landlord", SEARCHER), admin)
        yield made
        made.explainer.close()
    server.drop(name)


# What a plan must be.


def scans(explained: Node) -> list[tuple[Node, tuple[Node, ...]]]:
    """Return the nodes that read listings, with those above them."""
    found = [(node, above) for node, above in nodes(explained["Plan"]) if node.get("Relation Name") == "listings"]
    bitmaps = [(node, above) for node, above in nodes(explained["Plan"]) if node["Node Type"] == "Bitmap Index Scan"]
    return found + bitmaps


def require_indexes(explained: Node) -> None:
    read = scans(explained)
    assert read, "the plan reads no listing"
    for node, _ in read:
        assert node["Node Type"] != "Seq Scan", f"reads every listing: {node.get('Filter')}"


def require_order(explained: Node) -> Node:
    """Require that the page comes out of the index in order: nothing sorts between the scan and its limit."""
    for node, above in scans(explained):
        limits = [n for n, outer in enumerate(above) if outer["Node Type"] == "Limit"]
        if not limits or node["Node Type"] != "Index Scan":
            continue
        inside = above[limits[-1] :]
        sorting = [outer["Node Type"] for outer in inside if "Sort" in outer["Node Type"]]
        assert not sorting, f"{sorting} below the limit"
        return node
    raise AssertionError("no index scan feeds a limit")


def require_place_order_and_features(explained: Node) -> None:
    """Require the two-column index: KNN order, box and tags all of it."""
    require_indexes(explained)
    node = require_order(explained)
    assert node["Index Name"].startswith("ix_listings_place"), node["Index Name"]
    assert "<->" in node.get("Order By", ""), "not in order of distance"
    for condition in ("&&", "@@"):
        assert condition in node.get("Index Cond", ""), f"{condition} is no index condition: {node.get('Index Cond')}"


def require_few_pages(explained: Node) -> None:
    touched = buffers(explained)
    assert touched < BUFFERS_OF_A_PAGE, f"{touched} pages for 20 homes"


def rows(explained: Node) -> int:
    """Return how many listings the scan of the page gave."""
    return int(require_order(explained)["Actual Rows"])


SHOWER: Final[dict[str, Any]] = {"shower": "zero_step"}
WALKER: Final[dict[str, Any]] = {**SHOWER, "aid_indoors": "walker", "steps_passable": 0, "ground_floor_or_lift": True}


@pytest.mark.parametrize("need", [SHOWER, WALKER])
@pytest.mark.parametrize("rent", [None, 45_000])
def test_homes_for_a_case_are_found_by_the_codes_of_what_is_free(
    country: Country, need: dict[str, Any], rent: int | None
) -> None:
    case = Case(
        id=uuid.uuid4(), territory_id=1, need=NeedProfile.model_validate(need), ground=None, deadline=None,
        rent_limit_cents=rent, rooms_least=1, rooms_most=2, communes=(), freshness_days=35, weights=MatchingWeights(),
        figures=figures_of(in_force((), date(2026, 3, 1))), today=date(2026, 3, 1),
    )  # fmt: skip
    asked = asked_of(case)
    query = in_marks(matches.statement(asked, "walking", limit=20, beyond=True))
    explained = country.explainer.explain(query, matches.values_of(asked, OwnOrganisation(SEARCHER)))
    require_indexes(explained)
    index = [node for node, _ in nodes(explained["Plan"]) if node.get("Index Name") == "ix_listings_place_bookable"]
    assert [("@@" in node.get("Index Cond", "")) for node in index] == [True]
    assert buffers(explained) < LISTINGS / 10, "the pages of what is free and may fit, not of all"


NEAR: Final[dict[str, Any]] = {"near": f"{TOWN[0]},{TOWN[1]}", "within_m": 10_000}
AROUND: Final[dict[str, dict[str, Any]]] = {
    "near": {},
    "far": {"within_m": 30_000},
    "features": {"feature": ["zero_step_shower", "grab_bars", "step_free_entrance"]},
    "rare features": {"feature": ["video_intercom", "motorised_shutters"], "within_m": 20_000},
    "possible features": {"feature": ["video_intercom", "adapted_parking"], "possible": True},
    "lift and step-free": {"lift": True, "step_free": True},
    "rooms": {"rooms_min": 2, "rooms_max": 3},
    "now": {"availability": "now"},
    "soon": {"availability": "soon"},
    "before a month": {"available_before": "2026-06"},
    "everything": {
        "feature": ["zero_step_shower"], "rooms_min": 2, "availability": "soon", "rent_max": 60_000, "area_min": 30,
        "floor_max": 2, "landlord": [str(OWNER)], "fresh_days": 3650, "territory": "pays",
    },
    "grade": {"index_min": "A"},
    "grade or unknown": {"index_min": "A", "possible": True},
    "service for a wheelchair": {"service": ["pharmacy:300:wheelchair"]},
    "service for a stick": {"service": ["pharmacy:300:senior", "food:600:walking"]},
    "service that nobody has": {"service": ["transport_stop:300:wheelchair"]},
    "service or unknown": {"service": ["pharmacy:300:wheelchair"], "possible": True},
    "rent": {"rent_max": 60_000},
    "rent that nobody asks": {"rent_max": 15_000},
    "quarter": {"quarter": "qpv:Q1"},
    "commune": {"commune": ["00001", "88888"]},
    "epci": {"epci": "222222220"},
}  # fmt: skip
FORMS: Final = pytest.mark.parametrize("geojson", [False, True], ids=["json", "geojson"])


@FORMS
@pytest.mark.parametrize("given", AROUND.values(), ids=AROUND)
def test_search_around_a_point_reads_one_index_in_order(country: Country, given: dict[str, Any], geojson: bool) -> None:
    explained = country.explain(country.asked(**{**NEAR, **given}, geojson=geojson))
    require_place_order_and_features(explained)
    require_few_pages(explained)


@pytest.mark.parametrize("given", AROUND.values(), ids=AROUND)
def test_next_page_around_a_point_reads_the_same_index(country: Country, given: dict[str, Any]) -> None:
    last = [2_000.0, str(uuid.UUID(int=0))]
    require_place_order_and_features(country.explain(country.asked(**{**NEAR, **given}, after=last)))


@pytest.mark.parametrize("sort", ["rent", "freshness"])
@pytest.mark.parametrize("given", AROUND.values(), ids=AROUND)
def test_search_sorted_otherwise_sorts_the_nearest_candidates_only(
    country: Country, given: dict[str, Any], sort: str
) -> None:
    explained = country.explain(country.asked(**{**NEAR, **given}, sort=sort))
    require_place_order_and_features(explained)
    assert rows(explained) <= 1_001, "more than the candidates were read"


def test_search_among_twenty_thousand_listings_in_one_cell_stays_small(country: Country) -> None:
    near: dict[str, Any] = {"near": f"{CROWDED[0] + 0.003},{CROWDED[1] + 0.002}", "within_m": 1_000}
    filters: list[dict[str, Any]] = [
        {}, {"feature": ["zero_step_shower", "grab_bars"]}, {"feature": list(RARE)[1:]}, {"availability": "now"},
    ]  # fmt: skip
    for given in filters:
        explained = country.explain(country.asked(**near, **given))
        require_place_order_and_features(explained)
        require_few_pages(explained)


SQUARE: Final = {
    "type": "Polygon",
    "coordinates": [[[1.95, 45.95], [2.05, 45.95], [2.06, 46.05], [1.95, 46.05], [1.95, 45.95]]],
}
SHAPES: Final[dict[str, dict[str, Any]]] = {
    "bbox": {"bbox": "1.95,45.95,2.05,46.05"},
    "bbox with features": {"bbox": "1.95,45.95,2.05,46.05", "feature": ["zero_step_shower", "video_intercom"]},
    "bbox by freshness": {"bbox": "1.95,45.95,2.05,46.05", "sort": "freshness"},
    "bookable bbox": {"bbox": "1.95,45.95,2.05,46.05", "availability": "soon"},
    "polygon": {"area": SQUARE},
    "polygon with features": {"area": SQUARE, "feature": ["grab_bars"], "availability": "now", "sort": "freshness"},
}


@FORMS
@pytest.mark.parametrize("given", SHAPES.values(), ids=SHAPES)
def test_search_in_a_shape_reads_one_index_in_order(country: Country, given: dict[str, Any], geojson: bool) -> None:
    for after in (None, [30_000, str(uuid.UUID(int=0))]):
        require_place_order_and_features(country.explain(country.asked(**given, geojson=geojson, after=after)))


WITHIN: Final[dict[str, dict[str, Any]]] = {
    "commune": {"commune": ["00001"]},
    "communes": {"commune": ["00001", "00002", "88888"]},
    "epci": {"epci": "222222220"},
    "quarter": {"quarter": "qpv:Q1"},
    "territory": {"territory": "pays"},
    "everywhere": {},
    "commune with services": {"commune": ["00001"], "service": ["pharmacy:600:senior"], "index_min": "A"},
    "commune with features": {"commune": ["00001"], "feature": ["zero_step_shower", "grab_bars"]},
    "bookable commune": {"commune": ["00002"], "availability": "soon", "rent_max": 60_000},
    "territory with features": {"territory": "pays", "feature": ["zero_step_shower", "raised_wc"]},
}


@FORMS
@pytest.mark.parametrize("sort", ["rent", "freshness"])
@pytest.mark.parametrize("given", WITHIN.values(), ids=WITHIN)
def test_search_within_places_walks_an_index_in_order(
    country: Country, given: dict[str, Any], sort: str, geojson: bool
) -> None:
    for after in (None, [30_000 if sort == "rent" else -9_500, str(uuid.UUID(int=0))]):
        explained = country.explain(country.asked(**given, sort=sort, geojson=geojson, after=after))
        require_indexes(explained)
        node = require_order(explained)
        place = "commune" if set(given) & {"commune", "epci", "quarter"} else "territory"
        assert node["Index Name"] == f"ix_listings_{place}_{sort}"
        assert re.search(r"(commune_code|territory_id) = (?!ANY)", node["Index Cond"]), node["Index Cond"]


FACETS: Final[dict[str, dict[str, Any]]] = {
    "near": NEAR,
    "near with features": {**NEAR, "feature": ["zero_step_shower", "grab_bars"]},
    "polygon": {"area": SQUARE},
    "commune": {"commune": ["00001"]},
    "quarter": {"quarter": "qpv:Q1"},
    "rare features": {"territory": "pays", "feature": ["video_intercom", "motorised_shutters"]},
    "now": {"territory": "pays", "availability": "now"},
}
"""What somebody has asked for: the numbers beside it come from an index. Without any of it they are of the first that
are met, :data:`registry.listings.repository.facets.MOST`."""


@pytest.mark.parametrize("given", FACETS.values(), ids=FACETS)
def test_numbers_beside_a_search_are_counted_from_an_index(country: Country, given: dict[str, Any]) -> None:
    query, values = facets.statement(country.asked(**given))
    explained = country.explainer.explain(query, values)
    require_indexes(explained)


@pytest.mark.parametrize("given", [{}, {"feature": ["zero_step_shower"]}], ids=["everything", "frequent feature"])
def test_numbers_beside_a_search_for_nearly_everything_stop(country: Country, given: dict[str, Any]) -> None:
    query, values = facets.statement(country.asked(territory="pays", **given))
    explained = country.explainer.explain(query, values)
    (limit,) = [node for node, _ in nodes(explained["Plan"]) if node["Node Type"] == "Limit"]
    assert limit["Actual Rows"] == facets.MOST + 1


@pytest.mark.parametrize("given", [*({**NEAR, **given} for given in AROUND.values()), *SHAPES.values()])
def test_count_around_a_place_reads_the_two_column_index(country: Country, given: dict[str, Any]) -> None:
    explained = country.explain(country.asked(**given, count=True))
    require_indexes(explained)
    counted = [
        node for node, above in scans(explained)
        if any(outer.get("Parent Relationship") == "InitPlan" for outer in above)
        and node.get("Index Name", "").startswith("ix_listings")
    ]  # fmt: skip
    assert counted, "nothing is counted from an index"
    for node in counted:
        assert "&&" in node["Index Cond"]
        assert "@@" in node["Index Cond"]
        assert node["Actual Rows"] <= 1_001


@pytest.mark.parametrize("given", WITHIN.values(), ids=WITHIN)
def test_count_within_places_reads_an_index(country: Country, given: dict[str, Any]) -> None:
    require_indexes(country.explain(country.asked(**given, count=True)))


@FORMS
def test_one_listing_is_read_by_its_key(country: Country, geojson: bool) -> None:
    (listing,) = country.admin.execute("SELECT id FROM listings LIMIT 1").fetchone() or ()
    values = {"listing": listing, "own": SEARCHER, "territories": [1]}
    explained = country.explainer.explain(_READ[geojson], values)
    require_indexes(explained)
    ((node, _),) = scans(explained)
    assert node["Index Name"] == "pk_listings"
    assert buffers(explained) < 30


# Tiles: the listings of one by place and features together, the numbers of a low zoom without any listing.


def tile(country: Country, z: int, **given: Any) -> Node:
    address = containing(z, LonLat(*TOWN))
    layers = layers_of(country.principal, address, TileQuery.model_validate(given))
    query, values = tiles.statement(layers, address, own=SEARCHER, territories=[1])
    return country.explainer.explain(query, values)


OF_TILES: Final = [given for name, given in AROUND.items() if name != "far"]


@pytest.mark.parametrize("z", [10, 12, 13, 14, 16, 18])
def test_tile_of_listings_reads_place_and_features_from_one_index(country: Country, z: int) -> None:
    for asked in OF_TILES:
        given = {name: value for name, value in asked.items() if name != "within_m"}
        if not given and z <= COUNTED_ZOOM:
            continue
        explained = tile(country, z, **given)
        require_indexes(explained)
        read = [node for node, _ in scans(explained) if "_listings" in node.get("Index Name", "")]
        assert read, given
        for node in read:
            assert node["Index Name"].startswith("ix_listings_place"), (given, node["Index Name"])
            assert "&&" in node["Index Cond"], given
            assert "@@" in node["Index Cond"], given


def test_tile_of_a_low_zoom_reads_its_cells_by_their_key_and_no_listing(country: Country) -> None:
    country.admin.execute(str(ADD_CHANGES).encode())
    country.admin.execute("VACUUM (ANALYZE) listing_cells, listing_cell_changes")
    for z in range(COUNTED_ZOOM + 1):
        explained = tile(country, z)
        assert scans(explained) == []
        (read,) = [node for node, _ in nodes(explained["Plan"]) if "pk_listing_cells" in node.get("Index Name", "")]
        assert all(name in read["Index Cond"] for name in ("territory_id", "zoom", "tile_x", "tile_y"))
        assert 0 < read["Actual Rows"] <= 256
        assert buffers(explained) < BUFFERS_OF_A_PAGE


def test_outlines_of_a_tile_are_found_by_place(country: Country) -> None:
    explained = tile(country, 12, layer=["communes", "quarters"])
    found = {node["Index Name"] for node, _ in nodes(explained["Plan"]) if "&&" in node.get("Index Cond", "")}
    assert found >= {"ix_communes_contour"}


def test_paths_of_a_tile_are_found_by_place(country: Country) -> None:
    country.admin.execute(
        "WITH made AS (INSERT INTO networks (name, active, srid, west, south, east, north, nodes, edges, sources)"
        " VALUES ('plans', true, 2154, 0, 6000000, 1300000, 7200000, 0, 0, '[]') RETURNING version)"
        " INSERT INTO network_edges SELECT version, n, 0, 0, 1, 1, 'NaN', 'NaN', 'NaN', 'NaN', 3, 0, 0, -1, -1, -1, 0,"
        " ST_SetSRID(ST_MakeLine(ST_Point(x, y), ST_Point(x + 9, y)), 2154) FROM made, generate_series(1, 20000) n,"
        " LATERAL (SELECT 100000 + 50 * n AS x, 6100000 + 50 * n AS y) at"
    )
    country.admin.execute("VACUUM (ANALYZE) network_edges, networks")
    explained = tile(country, 15, layer=["network"])
    found = [node for node, _ in nodes(explained["Plan"]) if node.get("Index Name") == "ix_network_edges_line"]
    assert found
    assert all("&&" in node["Index Cond"] and "version" in node["Index Cond"] for node in found)


# The coordinator has policies of its own: it searches the territories that it coordinates, by the same indexes.


def test_coordinator_searches_by_the_same_indexes_as_a_landlord(country: Country) -> None:
    with country.seen_by_the_coordinator() as seen:
        for given in (*({**NEAR, **given} for given in AROUND.values()), *SHAPES.values()):
            require_place_order_and_features(seen.explain(seen.asked(**given)))
            require_indexes(seen.explain(seen.asked(**given, count=True)))
        for given in WITHIN.values():
            for sort in ("rent", "freshness"):
                explained = seen.explain(seen.asked(**given, sort=sort, count=True))
                require_indexes(explained)
                require_order(explained)
        few = seen.explain(seen.asked(**NEAR))
        require_few_pages(few)
        assert rows(few) >= 20, "it sees what it coordinates"


def test_coordinator_reads_one_listing_by_its_key(country: Country) -> None:
    (listing,) = country.admin.execute("SELECT id FROM listings WHERE territory_id = 1 LIMIT 1").fetchone() or ()
    with country.seen_by_the_coordinator() as seen:
        explained = seen.explainer.explain(_READ[False], {"listing": listing, "own": COORDINATOR, "territories": [1]})
    ((node, _),) = scans(explained)
    assert (node["Index Name"], node["Actual Rows"]) == ("pk_listings", 1)
    assert buffers(explained) < 30


# What the job asks of the listings is bounded by the territory that it places.


JOBS: Final = {"moving": zones._MOVING, "otherwise": residences._OTHERWISE, "unentitled": zones._UNENTITLED}


@pytest.mark.parametrize("query", JOBS.values(), ids=JOBS)
def test_job_reads_the_listings_of_its_territory_alone(country: Country, server: Server, query: Any) -> None:
    job = Explainer(country.explainer.url.replace("registry_web", "registry_worker"), "registry_job", None)
    explained = job.explain(in_marks(query, touched="::integer[]"), {"territory": 2, "touched": []})
    job.close()
    require_indexes(explained)
    read = [node for node, _ in scans(explained) if node.get("Relation Name") == "listings"]
    assert [node["Actual Rows"] for node in read] == [OF_EACH]
    assert all(node.get("Rows Removed by Filter", 0) == 0 for node in read)


# What a plan must not be: each of these was a mistake that somebody could make.


def unranked(query: str) -> str:
    """Order by distance and id, which PostgreSQL 15 does not read from the index."""
    changed = re.sub(r"FETCH FIRST (\d+) ROWS WITH TIES", r", id LIMIT \1", query)
    assert changed != query
    return changed


def of_postgis(query: str) -> str:
    return query.replace("OPERATOR(registry.&&)", "OPERATOR(public.&&)")


def of_intarray(query: str) -> str:
    return query.replace("OPERATOR(registry.@@)", "OPERATOR(public.@@)")


def by_function(query: str) -> str:
    return query.replace("tags OPERATOR(registry.@@) %(tags)s::query_int", "boolop(tags, %(tags)s::query_int)")


@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        (unranked, "below the limit"),
        (of_postgis, "&& is no|no index scan feeds a limit"),
        (of_intarray, "@@ is no"),
        (by_function, "@@ is no"),
    ],
)
def test_mistake_in_the_search_is_caught(country: Country, mistake: Callable[[str], str], told: str) -> None:
    asked = country.asked(**NEAR, feature=["zero_step_shower"])
    with pytest.raises(AssertionError, match=told):
        require_place_order_and_features(country.explain(asked, mistake))


def test_search_that_sorts_its_disc_touches_too_many_pages(country: Country) -> None:
    with pytest.raises(AssertionError, match="pages for 20 homes"):
        require_few_pages(country.explain(country.asked(**NEAR), unranked))


def test_search_without_its_index_is_caught(country: Country) -> None:
    with country.admin.transaction(force_rollback=True):
        country.admin.execute(
            "DROP INDEX ix_listings_place, ix_listings_place_bookable, ix_listings_territory_rent,"
            " ix_listings_territory_freshness, ix_listings_territory_id_changed_in"
        )
        country.admin.execute("SET LOCAL search_path = registry, public")
        query, values = statement(country.asked(**NEAR))
        text = re.sub(r"%\((\w+)\)s", lambda found: f"%({found[1]})s", query)
        row = country.admin.execute(f"EXPLAIN (FORMAT JSON) {text}".encode(), values).fetchone()
        assert row is not None
        with pytest.raises(AssertionError, match="reads every listing"):
            require_indexes(row[0][0])


def by_id(query: str) -> str:
    return query.replace("ORDER BY rent_order, id", "ORDER BY id, zone_id")


def test_search_within_a_commune_that_sorts_is_caught(country: Country) -> None:
    with pytest.raises(AssertionError, match="below the limit"):
        require_order(country.explain(country.asked(commune=["00001"]), by_id))


# How a home is written, listed and read again: as many look-ups as homes, however many homes there are.


def indexes_of(explained: Node, relation: str) -> set[str]:
    """Return the indexes by which a table is read; an empty name where it is read as a whole."""
    return {
        node.get("Index Name", "") for node, _ in nodes(explained["Plan"])
        if node.get("Relation Name") == relation and node["Node Type"] != "ModifyTable"
    }  # fmt: skip


def test_projection_of_a_home_looks_its_rows_up(country: Country) -> None:
    query = in_marks(projection._PROJECT)
    explained = country.explainer.explain(query, {"homes": [str(uuid.uuid4())], "asking": True}, options="COSTS OFF")
    assert indexes_of(explained, "homes") == {"pk_homes"}
    assert indexes_of(explained, "residences") <= {"pk_residences", "uq_residences_organisation_id_id"}


def test_writing_a_home_looks_its_rows_up(country: Country) -> None:
    query = in_marks(homes._WRITE, organisation="::uuid")
    values = {"homes": "[]", "organisation": SEARCHER, "documents": True, "ranking": []}
    explained = country.explainer.explain(query, values, options="COSTS OFF")
    assert indexes_of(explained, "homes") == {"uq_homes_organisation_id_ref"}
    assert indexes_of(explained, "residences") == {"uq_residences_organisation_id_ref"}


def test_page_of_ones_own_homes_is_read_in_order(country: Country) -> None:
    """The first thousand, not the whole stock in order to sort it."""
    owner = Explainer(country.explainer.url, "registry_landlord", OWNER)
    asked: dict[str, Any] = {"organisation": OWNER, "after": "", "limit": 1_000}
    explained = owner.explain(homes.page_query(()), asked)
    owner.close()
    read = [node for node, _ in nodes(explained["Plan"]) if node.get("Relation Name") == "homes"]
    assert [(node.get("Index Name"), node["Actual Rows"]) for node in read] == [("uq_homes_organisation_id_ref", 1_000)]


@pytest.mark.parametrize("continued", [False, True], ids=["first", "next"])
def test_page_in_another_order_keeps_a_page_of_what_it_reads(country: Country, continued: bool) -> None:
    """There is no index for every order: all of one's own homes are read, and no more than a page is sorted."""
    asked: dict[str, Any] = {"organisation": OWNER, "limit": 1_000, "after_value": 40_000, "after": "H"}
    query = homes.page_query((), sort="-rent", continued=continued)
    owner = Explainer(country.explainer.url, "registry_landlord", OWNER)
    explained = owner.explain(query, asked)
    owner.close()
    assert "top-N heapsort" in {node.get("Sort Method") for node, _ in nodes(explained["Plan"])}
