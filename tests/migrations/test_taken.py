"""Open cases of before whose figures are those of their present home count as filled from it."""

import json
import uuid
from typing import Any

from alembic import command

from registry.transfers.need import NeedProfile
from tests.migrations.test_history import REVISIONS
from tests.support.database import Server

TAKEN = "20261127_4350"
HOME: dict[str, Any] = {
    "current_rent_cents": 61_000, "current_charges_cents": 9_000, "current_rooms": 4, "communes": ("33063",),
}  # fmt: skip
NEEDS = [
    (NeedProfile(**HOME), "H1", sorted(HOME)),
    (NeedProfile(**HOME | {"current_rent_cents": 60_000}), "H1", sorted(set(HOME) - {"current_rent_cents"})),
    (NeedProfile(**HOME | {"communes": ("33063", "33281")}), "H1", sorted(set(HOME) - {"communes"})),
    (NeedProfile(), "H1", []),
    (NeedProfile(**HOME), None, []),
]


def test_cases_of_before_took_what_equals_the_figures_of_their_home(server: Server, prepared: str) -> None:
    config = server.alembic(prepared)
    command.upgrade(config, REVISIONS[REVISIONS.index(TAKEN) - 1])
    own, residence = uuid.UUID(int=1), uuid.UUID(int=2)
    with server.connect(prepared) as admin:
        admin.execute("SET search_path = registry, public")
        admin.execute("INSERT INTO organisations (id, name, kind) VALUES (%s, 'Owner', 'landlord')", (own,))
        admin.execute("INSERT INTO communes (code, name, departement, vintage) VALUES ('33063', 'X', '33', 2026)")
        place = admin.execute(
            "INSERT INTO territories (slug, name, coordinator_id, srid) VALUES ('here', 'Here', %s, 2154) RETURNING id",
            (own,),
        ).fetchone()
        assert place is not None
        admin.execute(
            "INSERT INTO residences (id, organisation_id, ref, commune_code) VALUES (%s, %s, 'R1', '33063')",
            (residence, own),
        )
        admin.execute(
            "INSERT INTO homes (id, organisation_id, residence_id, ref, typology, rooms, status, rent_cents,"
            " charges_cents) VALUES (gen_random_uuid(), %s, %s, 'H1', 'T4', 4, 'occupied', 61000, 9000)",
            (own, residence),
        )
        for n, (need, home, _) in enumerate(NEEDS):
            admin.execute(
                "INSERT INTO transfer_cases (organisation_id, territory_id, ref, kind, home_ref, need, consent_basis,"
                " consent_version, consent_until, rooms_least, rooms_most)"
                " VALUES (%s, %s, %s, 'transfer', %s, %s, 'explicit_consent', '1', current_date, 1, 2)",
                (own, *place, f"{n:03}", home, json.dumps(need.model_dump(mode="json"))),
            )
    command.upgrade(config, TAKEN)
    with server.connect(prepared) as admin:
        found = admin.execute("SELECT filled FROM registry.transfer_cases ORDER BY ref").fetchall()
        assert [sorted(row[0]) for row in found] == [expected for _, _, expected in NEEDS]
        held = admin.execute(
            "SELECT bool_and(relforcerowsecurity) FROM pg_class WHERE relname IN ('transfer_cases', 'homes',"
            " 'residences')"
        ).fetchone()
        assert held == (True,), "policies hold the owner again"
