"""What was signed before signatures were kept is on record after the migration, and the way back leaves it signed."""

import uuid

import psycopg
from alembic import command

from tests.migrations.test_history import REVISIONS
from tests.support.database import Server

SIGNATURES = "20261126_1300"


def found(admin: psycopg.Connection, query: str) -> list[tuple[object, ...]]:
    return admin.execute(query.encode()).fetchall()


def test_adhesions_of_before_are_signatures_without_a_digest_and_drafts_go_on_the_way_back(
    server: Server, prepared: str
) -> None:
    config = server.alembic(prepared)
    command.upgrade(config, REVISIONS[REVISIONS.index(SIGNATURES) - 1])
    members = [uuid.UUID(int=number) for number in (1, 2, 3)]
    with server.connect(prepared) as admin:
        admin.execute("SET search_path = registry, public")
        for member in members:
            admin.execute(
                "INSERT INTO organisations (id, name, kind) VALUES (%s, %s, 'landlord')", (member, f"Member {member}")
            )
        admin.execute(
            "INSERT INTO territories (slug, name, coordinator_id, srid) VALUES ('here', 'Here', %s, 2154)",
            (members[0],),
        )
        admin.execute(
            "INSERT INTO charters (id, territory_id, version, status, terms, in_force_from)"
            " SELECT gen_random_uuid(), id, 1, 'in_force', '{}', now() FROM territories"
        )
        for member, status in zip(members, ("in_force", "suspended", "withdrawn"), strict=True):
            admin.execute(
                "INSERT INTO adhesions (territory_id, organisation_id, charter_version, status, signed_at, signed_by)"
                " SELECT id, %s, 1, %s, '2026-03-01T08:00:00Z', 'Jeanne Essai' FROM territories",
                (member, status),
            )
    command.upgrade(config, "head")
    with server.connect(prepared) as admin:
        admin.execute("SET search_path = registry, public")
        kept = found(
            admin,
            "SELECT charter_version, signed_by, signed_as, text_sha256, signed_at = '2026-03-01T08:00:00Z',"
            " withdrawn_at IS NOT NULL FROM signatures ORDER BY organisation_id",
        )
        assert kept == [(1, "Jeanne Essai", None, None, True, ended) for ended in (False, False, True)]
        assert found(admin, "SELECT count(*) FROM adhesions WHERE unsigned") == [(0,)]
        for version, status in ((2, "proposed"), (3, "draft")):
            admin.execute(
                "INSERT INTO charters (id, territory_id, version, status, terms)"
                " SELECT gen_random_uuid(), id, %s, %s, '{}' FROM territories",
                (version, status),
            )
    command.downgrade(config, REVISIONS[REVISIONS.index(SIGNATURES) - 1])
    with server.connect(prepared) as admin:
        assert found(admin, "SELECT version, status FROM registry.charters") == [(1, "in_force")]
        assert found(admin, "SELECT status FROM registry.adhesions ORDER BY organisation_id") == [
            ("in_force",), ("suspended",), ("withdrawn",),
        ]  # fmt: skip
