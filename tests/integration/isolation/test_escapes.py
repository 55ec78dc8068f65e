"""Ways out of a bound transaction: another binding, another role, functions that see more than their caller."""

from typing import Any, Final

import psycopg
import pytest
from psycopg import errors, sql

from registry.platform.preparation import MAY_BECOME, ROLES
from tests.integration.isolation.grants import FUNCTIONS_AS_OWNER
from tests.integration.isolation.wall import Wall

MEMBERS: Final = ("registry_landlord", "registry_coordinator", "registry_auth")


def test_second_binding_is_refused(wall: Wall) -> None:
    member, owner = wall.world.people["member"].id, wall.world.owner.id
    for role in ("landlord", "coordinator", "auth", "job"):
        for organisation in (owner, None):
            state, _ = wall.attempt(role, member, sql.SQL("SELECT registry.bind(%s, 'again')"), (organisation,))
            assert state == "42501", f"{role}, {organisation}"


@pytest.mark.parametrize("actor", ["", None])
def test_binding_without_an_actor_is_refused(wall: Wall, actor: str | None) -> None:
    """An empty actor would leave the transaction open to a second binding."""
    with wall.standing("landlord", bound=False) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute("SELECT registry.bind(%s, %s)", (wall.world.owner.id, actor))


def test_binding_ends_with_its_transaction(wall: Wall) -> None:
    with wall.standing("landlord", wall.world.owner.id) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("registry_landlord",)
        connection.commit()
        left = connection.execute(
            "SELECT current_user, registry.current_organisation(), registry.current_actor(),"
            " registry.current_territories()"
        ).fetchone()
        assert left == ("registry_web", None, None, [])


BY_ONE_STATEMENT: Final = {
    "a setting": "SELECT set_config('registry.organisation', '{owner}', true)",
    "the role as a setting": "SELECT set_config('role', 'registry_auth', true)",
    "the settings' view": "UPDATE pg_settings SET setting = 'off' WHERE name = 'row_security'",
    "a query in a query": "SELECT query_to_xml('SET LOCAL registry.organisation = ''{owner}''', true, true, '')",
    "a role in a query": "SELECT query_to_xml('SET LOCAL ROLE registry_auth', true, true, '')",
    "statistics of places": "SELECT public._postgis_stats('registry.residences', 'position')",
    "how many are there": "SELECT public._postgis_selectivity('registry.residences', 'position',"
    " ST_MakeEnvelope(-180, -90, 180, 90, 4326))",
    "how many meet": "SELECT public._postgis_join_selectivity('registry.residences', 'position',"
    " 'registry.buildings', 'position')",
    "where all are": "SELECT ST_EstimatedExtent('registry', 'residences', 'position')",
    "a file of the server": "SELECT pg_read_file('PG_VERSION')",
    "a program": "COPY (SELECT 1) TO PROGRAM 'true'",
    "a table in the schema": "CREATE TABLE registry.mine (a integer)",
    "a table in public": "CREATE TABLE public.mine (a integer)",
    "another function": "CREATE OR REPLACE FUNCTION registry.current_organisation() RETURNS uuid LANGUAGE sql"
    " RETURN '{owner}'::uuid",
    "a schema": "CREATE SCHEMA mine",
    "the worker's role": "SET LOCAL ROLE registry_job",
    "the owner's role": "SET LOCAL ROLE registry_owner",
    "another login": "SET SESSION AUTHORIZATION registry_worker",
    "the revision": "SELECT 1 FROM registry.alembic_version",
    "territories of another": "SELECT registry.territories_in_force('{owner}')",
    "what another searches": "SELECT registry.territories_searched('{owner}', '{1}')",
}
"""What one statement, or a fragment of one, could try."""


@pytest.mark.parametrize("way", BY_ONE_STATEMENT)
@pytest.mark.parametrize("role", ["landlord", "coordinator"])
def test_way_out_is_refused(wall: Wall, role: str, way: str) -> None:
    text = BY_ONE_STATEMENT[way].replace("{owner}", str(wall.world.owner.id))
    state, _ = wall.attempt(role, wall.world.people["member"].id, sql.SQL(text))
    # 0A000: "not allowed in a non-volatile function", what query_to_xml answers.
    assert state in {"42501", "0A000"}, state


def test_query_in_a_query_is_bound_like_its_caller(wall: Wall) -> None:
    seen = sql.SQL("SELECT query_to_xml('SELECT organisation_id FROM registry.homes', true, true, '')::text")
    with wall.standing("landlord", wall.world.people["member"].id) as connection:
        row = connection.execute(seen).fetchone()
    assert row is not None
    assert str(wall.world.people["member"].id) in row[0]
    assert str(wall.world.owner.id) not in row[0]


def test_statement_with_values_cannot_carry_a_second_one(wall: Wall) -> None:
    """A setting of ours can be set by ``SET`` alone, a statement of its own: values never travel with two of them."""
    second = f"SELECT %s; SET LOCAL registry.organisation = '{wall.world.owner.id}'"
    member = wall.world.people["member"].id
    with wall.standing("landlord", member) as connection, pytest.raises(errors.SyntaxError, match="multiple commands"):
        connection.execute(second.encode(), ("x",))


def test_temporary_table_does_not_stand_in_for_a_real_one(wall: Wall) -> None:
    """A temporary table outlives the transaction on its connection, and so would meet the next organisation."""
    with wall.standing("landlord", wall.world.owner.id) as connection:
        connection.execute("CREATE TEMPORARY TABLE homes (a integer)")
        connection.execute("CREATE TEMPORARY TABLE listings (a integer)")
        found = connection.execute(
            "SELECT relnamespace::regnamespace::text FROM pg_class"
            " WHERE oid IN ('homes'::regclass, 'listings'::regclass)"
        ).fetchall()
    assert found == [("registry",), ("registry",)]


def test_statistics_and_activity_show_nothing_of_others(wall: Wall) -> None:
    with psycopg.connect(wall.server.url(wall.database, "registry_web")) as busy:
        busy.execute("SELECT 'secret of another request'")
        with wall.standing("landlord", wall.world.people["outsider"].id) as connection:
            private = ["homes", "residences", "buildings", "listings", "adhesions"]
            assert (
                connection.execute(
                    "SELECT tablename FROM pg_stats WHERE schemaname = 'registry' AND tablename = ANY (%s)", (private,)
                ).fetchall()
                == []
            )
            assert (
                connection.execute(
                    "SELECT query FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE '%secret%'"
                ).fetchall()
                == []
            )


def functions(wall: Wall, condition: str) -> set[str]:
    rows = wall.world.admin.execute(
        "SELECT replace(p.oid::regprocedure::text, 'registry.', '') FROM pg_proc p"
        f" JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {condition}".encode()
    )
    return {name for (name,) in rows}


def test_every_function_that_runs_as_its_owner_is_listed_with_who_may_execute_it(wall: Wall) -> None:
    brought = "p.prosecdef AND n.nspname NOT IN ('registry', 'pg_catalog')"  # by extensions, to be closed
    found = {
        name: {role for role in (*ROLES, *MAY_BECOME) if _may_execute(wall, role, name)}
        for name in functions(wall, f"p.prosecdef AND n.nspname = 'registry' OR {brought}")
    }
    assert found == FUNCTIONS_AS_OWNER, (
        "list every SECURITY DEFINER function, and who may execute it, in tests/integration/isolation/grants.py"
    )


def _may_execute(wall: Wall, role: str, function: str) -> bool:
    row = wall.world.admin.execute(
        "SELECT has_function_privilege(%s, %s::regprocedure, 'EXECUTE')", (role, function)
    ).fetchone()
    assert row is not None
    return bool(row[0])


def test_functions_open_to_everybody_are_listed(wall: Wall) -> None:
    """They run as their caller, so they show nothing new; a new one is looked at once, here."""
    found = functions(
        wall,
        "n.nspname = 'registry' AND p.proname NOT LIKE 'procrastinate\\_%'"
        " AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0))",
    )
    assert found == {
        "audit_hash(bytea,uuid,bigint,timestamp with time zone,text,text,text,jsonb)",
        "box_overlaps(geometry,geometry)",
        "current_actor()",
        "current_organisation()",
        "current_territories()",
        "departing()",
        "merging()",
        "run_summary(jsonb,jsonb)",
        "searched_territories()",
        "tags_match(integer[],query_int)",
    }


def test_web_login_takes_three_roles_and_the_worker_one(wall: Wall) -> None:
    taken: dict[str, set[str]] = {}
    for login in MAY_BECOME:
        with psycopg.connect(wall.server.url(wall.database, login), autocommit=True) as connection:
            taken[login] = {role for role in (*ROLES, "registry_owner", "postgres") if _takes(connection, role)}
    assert taken == {"registry_web": set(MEMBERS), "registry_worker": {"registry_job", "registry_landlord"}}


def _takes(connection: psycopg.Connection[Any], role: str) -> bool:
    try:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
    except (errors.InsufficientPrivilege, errors.InvalidParameterValue):
        return False
    connection.execute("RESET ROLE")
    return True
