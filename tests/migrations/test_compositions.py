"""A territory of before is made of the communes that it has, in the latest vintage of theirs."""

import uuid

from alembic import command

from tests.migrations.test_history import REVISIONS
from tests.support.database import Server

COMPOSITIONS = "20261126_1500"


def test_territory_of_before_is_made_of_its_communes(server: Server, prepared: str) -> None:
    config = server.alembic(prepared)
    command.upgrade(config, REVISIONS[REVISIONS.index(COMPOSITIONS) - 1])
    coordinator = uuid.UUID(int=1)
    with server.connect(prepared) as admin:
        admin.execute("SET search_path = registry, public")
        admin.execute("INSERT INTO organisations (id, name, kind) VALUES (%s, 'C', 'coordinator')", (coordinator,))
        for code, vintage in (("33063", 2025), ("33281", 2026)):
            admin.execute(
                "INSERT INTO communes (code, name, departement, vintage) VALUES (%s, 'X', '33', %s)", (code, vintage)
            )
        for slug in ("empty", "whole"):
            admin.execute(
                "INSERT INTO territories (slug, name, coordinator_id, srid) VALUES (%s, 'T', %s, 2154)",
                (slug, coordinator),
            )
        admin.execute(
            "INSERT INTO territory_communes SELECT t.id, c.code FROM territories t, communes c WHERE t.slug = 'whole'"
        )
    command.upgrade(config, "head")
    with server.connect(prepared) as admin:
        made = admin.execute("SELECT slug, made_of, vintage, revision FROM registry.territories ORDER BY slug")
        assert made.fetchall() == [("empty", {}, None, 1), ("whole", {"communes": ["33063", "33281"]}, 2026, 1)]
        held = admin.execute(
            "SELECT bool_and(relforcerowsecurity) FROM pg_class WHERE relname IN ('territories', 'territory_communes')"
        ).fetchone()
        assert held == (True,), "policies hold the owner again"
