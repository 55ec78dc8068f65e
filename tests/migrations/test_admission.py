"""Who had signed a proposal without being a member waits after the migration; members stay what they are."""

import uuid

from alembic import command

from tests.migrations.test_history import REVISIONS
from tests.support.database import Server

ADMISSION = "20261126_1330"


def test_signatures_without_an_adhesion_wait_and_on_the_way_back_have_ended(server: Server, prepared: str) -> None:
    config = server.alembic(prepared)
    command.upgrade(config, REVISIONS[REVISIONS.index(ADMISSION) - 1])
    stays, joins, returns = (uuid.UUID(int=number) for number in (1, 2, 3))
    with server.connect(prepared) as admin:
        admin.execute("SET search_path = registry, public")
        for member in (stays, joins, returns):
            admin.execute(
                "INSERT INTO organisations (id, name, kind) VALUES (%s, %s, 'landlord')", (member, f"Member {member}")
            )
        admin.execute(
            "INSERT INTO territories (slug, name, coordinator_id, srid) VALUES ('here', 'Here', %s, 2154)", (stays,)
        )
        for version, status, since in ((1, "in_force", "2026-03-01"), (2, "proposed", None)):
            admin.execute(
                "INSERT INTO charters (id, territory_id, version, status, terms, in_force_from)"
                " SELECT gen_random_uuid(), id, %s, %s, '{}', %s FROM territories",
                (version, status, since),
            )
        for member, status in ((stays, "in_force"), (returns, "withdrawn")):
            admin.execute(
                "INSERT INTO adhesions (territory_id, organisation_id, charter_version, status, signed_at, signed_by)"
                " SELECT id, %s, 1, %s, now(), 'Jeanne Essai' FROM territories",
                (member, status),
            )
        for member in (stays, joins, returns):
            admin.execute(
                "INSERT INTO signatures (organisation_id, id, territory_id, charter_version, signed_by)"
                " SELECT %s, gen_random_uuid(), id, 2, 'Paul Essai' FROM territories",
                (member,),
            )
    command.upgrade(config, "head")
    adhesions = "SELECT status, charter_version, signed_by FROM registry.adhesions ORDER BY organisation_id"
    with server.connect(prepared) as admin:
        assert admin.execute(adhesions).fetchall() == [
            ("in_force", 1, "Jeanne Essai"), ("pending", 2, "Paul Essai"), ("pending", 2, "Paul Essai"),
        ]  # fmt: skip
    command.downgrade(config, REVISIONS[REVISIONS.index(ADMISSION) - 1])
    with server.connect(prepared) as admin:
        assert [row[0] for row in admin.execute(adhesions)] == ["in_force", "withdrawn", "withdrawn"]
        stands = admin.execute(
            "SELECT withdrawn_at IS NULL FROM registry.signatures ORDER BY organisation_id"
        ).fetchall()
        assert stands == [(True,), (False,), (False,)], "an enactment of before would have admitted them"
