"""Vacancies of before that ended as their home left the stock are told from those that ended by a new lease."""

from alembic import command

from tests.migrations.test_history import REVISIONS
from tests.support.database import Server

GONE = "20261127_4310"
_BEFORE = """
    SET search_path = registry, public;
    INSERT INTO organisations (id, name, kind) VALUES (gen_random_uuid(), 'Owner', 'landlord');
    INSERT INTO territories (slug, name, coordinator_id, srid) SELECT 'here', 'Here', id, 2154 FROM organisations;
    INSERT INTO communes (code, name, epci_code, departement, population, centre, contour, vintage)
        VALUES ('00001', 'Here', '1', '33', 1000, ST_SetSRID(ST_Point(0, 45), 4326),
            ST_Multi(ST_MakeEnvelope(-0.1, 44.9, 0.1, 45.1, 4326)), 2026);
    INSERT INTO residences (id, organisation_id, ref, commune_code)
        SELECT gen_random_uuid(), id, 'R1', '00001' FROM organisations;
    INSERT INTO homes (id, organisation_id, residence_id, ref, typology, rooms, status)
        SELECT gen_random_uuid(), organisation_id, id, home, 'T2', 2, 'vacant'
        FROM residences, unnest(ARRAY['withdrawn', 'let and withdrawn', 'deleted', 'let and deleted', 'let']) home;
    INSERT INTO vacated_homes (organisation_id, territory_id, home_ref, listing_id, rooms, home_class, opened_on,
        relet_on)
        SELECT h.organisation_id, t.id, h.ref, h.listing_id, 2, 4, current_date - 90,
            (now() AT TIME ZONE 'Europe/Paris')::date - CASE WHEN h.ref LIKE 'let %' THEN 30 ELSE 0 END
        FROM homes h CROSS JOIN territories t;
    UPDATE homes SET status = CASE WHEN ref = 'let' THEN 'occupied' ELSE 'withdrawn' END;
    UPDATE homes SET available_on = current_date WHERE ref = 'withdrawn';
    DELETE FROM homes WHERE ref LIKE '%deleted';
"""


def test_vacancies_that_ended_on_the_day_on_which_the_home_went_are_of_homes_that_are_gone(
    server: Server, prepared: str
) -> None:
    config = server.alembic(prepared)
    command.upgrade(config, REVISIONS[REVISIONS.index(GONE) - 1])
    with server.connect(prepared) as admin:
        admin.execute(_BEFORE)
    command.upgrade(config, GONE)
    with server.connect(prepared) as admin:
        rows = admin.execute("SELECT home_ref FROM registry.vacated_homes WHERE gone ORDER BY home_ref").fetchall()
    assert rows == [("deleted",), ("withdrawn",)]
