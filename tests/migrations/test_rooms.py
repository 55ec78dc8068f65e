"""What cases ask for at the least is compiled anew as the service compiles it, and again on the way back."""

import itertools
import json

import psycopg
from alembic import command

from registry.transfers.need import NeedProfile
from tests.migrations.test_history import REVISIONS
from tests.support.database import Server

ROOMS = "20261127_4010"
NEEDS = [
    NeedProfile(residents=residents, visiting_children=visiting, carer_room=carer, rooms_min=least, rooms_max=most)
    for residents, visiting, carer, (least, most) in itertools.product(
        (1, 2, 3, 6, 15), (0, 2), (False, True), ((None, None), (None, 3), (2, None))
    )
]


def before(need: NeedProfile) -> int:
    return need.rooms_min or (2 if need.carer_room or need.visiting_children else 1)


def most(need: NeedProfile) -> int:
    return need.rooms_max or min(9, need.residents + need.visiting_children + need.carer_room + 1)


def bounds(admin: psycopg.Connection) -> list[tuple[object, ...]]:
    return admin.execute("SELECT rooms_least, rooms_most FROM transfer_cases ORDER BY ref").fetchall()


def test_rooms_of_cases_of_before_are_those_that_the_service_would_compile(server: Server, prepared: str) -> None:
    config = server.alembic(prepared)
    command.upgrade(config, REVISIONS[REVISIONS.index(ROOMS) - 1])
    with server.connect(prepared) as admin:
        admin.execute("SET search_path = registry, public")
        owner = admin.execute(
            "INSERT INTO organisations (id, name, kind) VALUES (gen_random_uuid(), 'Owner', 'landlord') RETURNING id"
        ).fetchone()
        assert owner is not None
        place = admin.execute(
            "INSERT INTO territories (slug, name, coordinator_id, srid) VALUES ('here', 'Here', %s, 2154) RETURNING id",
            owner,
        ).fetchone()
        assert place is not None
        for n, need in enumerate(NEEDS):
            admin.execute(
                "INSERT INTO transfer_cases (organisation_id, territory_id, ref, kind, need, consent_basis,"
                " consent_version, consent_until, rooms_least, rooms_most)"
                " VALUES (%s, %s, %s, 'first_entry', %s, 'explicit_consent', '1', current_date, %s, %s)",
                (*owner, *place, f"{n:03}", json.dumps(need.model_dump(mode="json")), before(need), most(need)),
            )
    command.upgrade(config, "head")
    with server.connect(prepared) as admin:
        admin.execute("SET search_path = registry, public")
        assert bounds(admin) == [(need.rooms_needed, max(most(need), need.rooms_needed)) for need in NEEDS]
    command.downgrade(config, REVISIONS[REVISIONS.index(ROOMS) - 1])
    with server.connect(prepared) as admin:
        admin.execute("SET search_path = registry, public")
        assert [least for least, _ in bounds(admin)] == [before(need) for need in NEEDS]
