"""What doors answered of quarters before is not known where the present home's quarter was not."""

import uuid

from alembic import command

from tests.migrations.test_history import REVISIONS
from tests.support.database import Server

UNPLACED = "20261127_4340"
CASES = {"known": ["iris:1"], "unknown": []}
ANSWERS = "SELECT c.ref, n.{} FROM case_nearness n JOIN transfer_cases c ON c.id = n.case_id ORDER BY 1, 2"


def test_answers_of_before_are_unknown_beside_a_home_without_a_quarter(server: Server, prepared: str) -> None:
    config, before = server.alembic(prepared), REVISIONS[REVISIONS.index(UNPLACED) - 1]
    command.upgrade(config, before)
    owner, case = uuid.uuid4(), {ref: uuid.uuid4() for ref in CASES}
    with server.connect(prepared) as admin:
        admin.execute("SET search_path = registry, public")
        admin.execute("INSERT INTO organisations (id, name, kind) VALUES (%s, 'Owner', 'landlord')", (owner,))
        place = admin.execute(
            "INSERT INTO territories (slug, name, coordinator_id, srid) VALUES ('here', 'Here', %s, 2154) RETURNING id",
            (owner,),
        ).fetchone()
        assert place is not None
        for ref, quarters in CASES.items():
            admin.execute(
                "INSERT INTO transfer_cases (organisation_id, territory_id, id, ref, kind, need, consent_basis,"
                " consent_version, consent_until, rooms_least, rooms_most)"
                " VALUES (%s, %s, %s, %s, 'first_entry', '{}', 'explicit_consent', '1', current_date, 1, 2)",
                (owner, *place, case[ref], ref),
            )
            admin.execute(
                "INSERT INTO case_doors (organisation_id, case_id, territory_id, home_ref, state, place, quarter_codes)"
                " VALUES (%s, %s, %s, 'H', 'open', ST_SetSRID(ST_Point(0, 45), 4326), %s)",
                (owner, case[ref], *place, quarters),
            )
            for same in (False, True) if quarters else (False,):
                admin.execute(
                    "INSERT INTO case_nearness (organisation_id, case_id, listing_id, same_quarter)"
                    " VALUES (%s, %s, gen_random_uuid(), %s)",
                    (owner, case[ref], same),
                )
    command.upgrade(config, "head")
    with server.connect(prepared) as admin:
        admin.execute("SET search_path = registry, public")
        known = admin.execute(ANSWERS.format("quarter_known").encode()).fetchall()
        assert known == [("known", True), ("known", True), ("unknown", False)]
        doors = "SELECT c.ref, d.quarters_known FROM case_doors d JOIN transfer_cases c ON c.id = d.case_id ORDER BY 1"
        assert admin.execute(doors).fetchall() == [("known", True), ("unknown", False)]
    command.downgrade(config, before)
    with server.connect(prepared) as admin:
        admin.execute("SET search_path = registry, public")
        answers = admin.execute(ANSWERS.format("same_quarter").encode()).fetchall()
        assert answers == [("known", False), ("known", True), ("unknown", False)]
