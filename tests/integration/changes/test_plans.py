"""A page of a feed is read from the indexes, wherever in a large stock it begins: as the product's roles get it."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import psycopg
import pytest

from registry.access.feeds import Position
from registry.access.principal import OwnOrganisation, Principal, own_organisation
from registry.listings.repository import changes as listings
from registry.stock.repository import changes as stock
from tests.support.database import Server, fresh_name
from tests.support.plans import Explainer, Node, buffers, nodes

HOMES: Final = 60_000
LIMIT: Final = 50
OWNER, OTHER, COORDINATOR = (uuid.UUID(f"00000000-0000-4000-8000-00000000000{n}") for n in (1, 2, 3))
# Two landlords' homes by turns, by transactions that are past in the youngest of clusters; a
# twentieth deleted.
_FILL: Final = (
    """
    INSERT INTO organisations (id, name, kind, status) VALUES
        (%(owner)s, 'owner', 'landlord', 'active'), (%(other)s, 'other', 'landlord', 'active'),
        (%(coordinator)s, 'coordinator', 'coordinator', 'active')
    """,
    """
    INSERT INTO communes (code, name, epci_code, departement, population, centre, vintage)
    VALUES ('00001', 'Commune', '222222222', '33', 1000, ST_SetSRID(ST_Point(2, 46), 4326), 2026)
    """,
    """
    INSERT INTO territories (slug, name, coordinator_id, srid)
    SELECT 't' || i, 'T', %(coordinator)s, 2154 FROM generate_series(1, 2) AS i ORDER BY i
    """,
    """
    INSERT INTO charters (id, territory_id, version, status, terms, in_force_from)
    SELECT gen_random_uuid(), id, 1, 'in_force', '{}', now() FROM territories
    """,
    """
    INSERT INTO adhesions (territory_id, organisation_id, charter_version, status, signed_at, signed_by)
    SELECT 1, id, 1, 'in_force', now(), 'tests' FROM organisations WHERE kind = 'landlord'
    """,
    """
    INSERT INTO residences (id, organisation_id, ref, commune_code, changed_in)
    SELECT gen_random_uuid(), CASE i %% 2 WHEN 0 THEN %(owner)s ELSE %(other)s END::uuid, 'R' || i, '00001',
        (3 + i %% 600)::text::xid8 FROM generate_series(1, %(homes)s / 20) AS i
    """,
    """
    INSERT INTO homes (id, organisation_id, residence_id, ref, typology, rooms, status, changed_in)
    SELECT gen_random_uuid(), r.organisation_id, r.id, r.ref || '-' || n, 'T2', 2, 'occupied',
        (3 + (random() * 600)::integer)::text::xid8
    FROM residences r, generate_series(1, 20) AS n
    """,
    """
    INSERT INTO listings (id, organisation_id, territory_id, rent_order, fresh_week, bookable, commune_code,
        quarter_codes, point, tags, document, changed_in)
    SELECT listing_id, organisation_id, 1 + (random() * 0.6)::integer, 1, '2026-03-02', false, '00001', '{}',
        ST_Transform(ST_SetSRID(ST_Point(2 + random(), 46), 4326), 3857), '{1}', '{"id": "x"}', changed_in FROM homes
    """,
    "DELETE FROM listings WHERE id IN (SELECT listing_id FROM homes WHERE ref LIKE '%%-1')",
    "DELETE FROM homes WHERE ref LIKE '%%-1'",
    """
    UPDATE stock_tombstones SET changed_in = (3 + (random() * 600)::integer)::text::xid8
    """,
    """
    UPDATE listing_tombstones SET changed_in = (3 + (random() * 600)::integer)::text::xid8
    """,
)
TABLES: Final = frozenset({"homes", "residences", "listings", "stock_tombstones", "listing_tombstones"})


@dataclass
class Place:
    server: Server
    name: str

    def explain(self, role: Any, organisation: uuid.UUID, statement: str, values: dict[str, Any]) -> Node:
        explainer = Explainer(self.server.url(self.name, "registry_web"), role, organisation)
        try:
            return explainer.explain(statement, values)
        finally:
            explainer.close()


@pytest.fixture(scope="module")
def place(server: Server) -> Iterator[Place]:
    name = fresh_name()
    server.clone(name)
    values = {"owner": OWNER, "other": OTHER, "coordinator": COORDINATOR, "homes": HOMES}
    with server.connect(name) as admin:
        _fill(admin, values)
    yield Place(server, name)
    server.drop(name)


def _fill(admin: psycopg.Connection, values: dict[str, Any]) -> None:
    admin.execute("SET search_path = registry, public")
    admin.execute("SET synchronous_commit = off")
    for statement in _FILL:
        named = {name: value for name, value in values.items() if f"%({name})s" in statement}
        admin.execute(statement.encode(), named) if named else admin.execute(statement.replace("%%", "%").encode())
    for table in TABLES:
        admin.execute(f"VACUUM (ANALYZE) {table}".encode())


def scoped(organisation: uuid.UUID) -> OwnOrganisation:
    return own_organisation(Principal(organisation, "landlord", "tests", frozenset()))


def require_few_pages(explained: Node, *, full: bool) -> None:
    assert explained["Plan"]["Actual Rows"] == (LIMIT + 1 if full else 1)
    for node, _ in nodes(explained["Plan"]):
        if node.get("Relation Name") in TABLES:
            assert node["Node Type"] in {"Index Scan", "Index Only Scan"}, node
            assert "changed_in" not in node.get("Filter", ""), node["Filter"]
        assert node.get("Rows Removed by Filter", 0) < LIMIT, node
    assert buffers(explained) < 1_500, f"{buffers(explained)} pages for {LIMIT} changes"


POSITIONS: Final = {
    "beginning": None,
    "reading from the beginning": Position("x", 400, 100, 2, str(OWNER)),
    "among the deletions": Position("x", 10, 200, 0, str(OWNER)),
    "at the end": Position("x", 10, 603, 9, "ffffffff-ffff-ffff-ffff-ffffffffffff"),
}


@pytest.mark.parametrize("name", POSITIONS)
def test_page_of_the_own_stock_is_read_from_the_indexes(place: Place, name: str) -> None:
    values = stock.values_of(scoped(OWNER), POSITIONS[name], LIMIT)
    require_few_pages(place.explain("registry_landlord", OWNER, stock.PAGE, values), full=name != "at the end")


@pytest.mark.parametrize(
    ("role", "organisation"), [("registry_landlord", OWNER), ("registry_coordinator", COORDINATOR)]
)
@pytest.mark.parametrize("name", POSITIONS)
def test_page_of_a_territory_is_read_from_the_indexes(
    place: Place, name: str, role: str, organisation: uuid.UUID
) -> None:
    values = listings.values_of(1, organisation, POSITIONS[name], LIMIT)
    require_few_pages(place.explain(role, organisation, listings.PAGE, values), full=name != "at the end")
