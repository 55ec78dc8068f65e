"""The database alone, asked by somebody who can write SQL: what each role sees and may write without the service."""

import json
from typing import Final

import pytest
from psycopg import errors, sql

from registry.platform.preparation import ROLES as DATABASE_ROLES
from tests.integration.isolation.grants import HIDDEN_COLUMNS, HIDDEN_FROM_JOB, NEW, OF_NOBODY, ROLES, lines
from tests.integration.isolation.wall import Wall

GRANTS = lines()
COMMANDS: Final = {"S": "SELECT", "I": "INSERT", "U": "UPDATE", "D": "DELETE"}
TABLES_OF_SCHEMA: Final = """
    SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'registry'::regnamespace
    AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1
"""


def test_every_table_states_who_may_do_what(wall: Wall) -> None:
    present = {name for (name,) in wall.world.admin.execute(TABLES_OF_SCHEMA)}
    missing = sorted(present - set(GRANTS))
    assert not missing, f"{missing}: say in tests/integration/isolation/grants.py who may do what with their rows"
    assert not set(GRANTS) - present, "stated and no longer there"


@pytest.mark.parametrize("table", GRANTS)
@pytest.mark.parametrize("role", ROLES)
def test_role_does_with_a_table_what_is_stated_and_no_more(wall: Wall, role: str, table: str) -> None:
    """For every command: refused, or done to the rows within reach and to no others."""
    granted = GRANTS[table].cells[role]
    organisation = wall.organisation_of(role)
    wrong = []
    for letter, command in COMMANDS.items():
        reach = granted.get(letter)
        if reach is None:
            state, _ = wall.attempt(role, organisation, statement(wall, table, role, command, sql.SQL("TRUE")))
            if state != "42501":
                wrong.append(f"{command} is not refused ({state})")
            continue
        within = wall.rows_of(table, reach, organisation)
        if reach != "n":
            assert wall.count(table, within) > 0, f"{table} has no row within reach: this test would prove nothing"
            state, rows = wall.attempt(role, organisation, statement(wall, table, role, command, within))
            if state == "42501" or (state == "00000" and rows == 0):
                wrong.append(f"{command} of what is within reach: {state}, {rows} rows")
        if reach != "a":
            beyond = sql.SQL("NOT {}").format(within)
            assert wall.count(table, beyond) > 0, f"{table} has no foreign row: this test would prove nothing"
            state, rows = wall.attempt(role, organisation, statement(wall, table, role, command, beyond))
            if (state, rows) != ("00000", 0) and state != "42501":
                wrong.append(f"{command} of what is beyond: {state}, {rows} rows")
    assert wrong == []


def statement(wall: Wall, table: str, role: str, command: str, condition: sql.Composable) -> sql.Composed:
    """Return a command on the rows that meet a condition; an INSERT writes a row like one of them."""
    name = sql.Identifier("registry", table)
    if command == "SELECT":
        return sql.SQL("SELECT 1 FROM {} WHERE {}").format(name, condition)
    if command == "DELETE":
        return sql.SQL("DELETE FROM {} WHERE {}").format(name, condition)
    columns = wall.columns(table, role, command) or wall.columns(table, "owner", command)
    if command == "UPDATE":
        readable = set(wall.columns(table, role, "SELECT"))  # "SET x = x" reads x
        column = sql.Identifier(next((name for name in columns if name in readable), columns[0]))
        return sql.SQL("UPDATE {} SET {} = {} WHERE {}").format(name, column, column, condition)
    given = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("INSERT INTO {} ({}) SELECT {} FROM jsonb_populate_record(NULL::{}, {})").format(
        name, given, given, name, sql.Literal(json.dumps({**wall.sample(table, condition), **NEW.get(table, {})}))
    )


@pytest.mark.parametrize("bound", [True, False])
@pytest.mark.parametrize("role", ["landlord", "coordinator"])
def test_transaction_bound_to_nobody_sees_nothing_of_anybody(wall: Wall, role: str, bound: bool) -> None:
    seen = {}
    for table, grants in GRANTS.items():
        if grants.cells[role].get("S", "a") != "a":
            query = sql.SQL("SELECT 1 FROM registry.{}").format(sql.Identifier(table))
            seen[table] = wall.attempt(role, None, query, bound=bound)
    assert set(seen) >= {"listings", "oauth_clients", "audit_events"}
    assert set(seen.values()) == {("00000", 0)}


PRIVATE: Final = sorted(
    table for table in set(GRANTS) - OF_NOBODY if GRANTS[table].cells["landlord"].get("S", "a") != "a"
)


@pytest.mark.parametrize("table", PRIVATE)
def test_outsider_sees_nothing_of_the_owner_where_rows_are_private(wall: Wall, table: str) -> None:
    outsider, owner = wall.world.people["outsider"].id, wall.world.owner.id
    rows = wall.rows_of(table, "o", owner)
    query = sql.SQL("SELECT 1 FROM registry.{} WHERE {}").format(sql.Identifier(table), rows)
    assert wall.attempt("landlord", owner, query)[1] > 0
    assert wall.attempt("landlord", outsider, query) == ("00000", 0)


@pytest.mark.parametrize(("role", "table"), HIDDEN_COLUMNS)
def test_column_that_members_may_not_read_is_refused(wall: Wall, role: str, table: str) -> None:
    for column in HIDDEN_COLUMNS[role, table]:
        query = sql.SQL("SELECT {} FROM registry.{}").format(sql.Identifier(column), sql.Identifier(table))
        assert wall.attempt(role, wall.organisation_of(role), query)[0] == "42501", column


@pytest.mark.parametrize("table", HIDDEN_FROM_JOB)
def test_column_that_the_job_may_not_read_is_refused(wall: Wall, table: str) -> None:
    for column in HIDDEN_FROM_JOB[table]:
        query = sql.SQL("SELECT {} FROM registry.{}").format(sql.Identifier(column), sql.Identifier(table))
        assert wall.attempt("job", None, query)[0] == "42501", column


def test_job_writes_the_keys_of_clients_that_publish_theirs_and_of_no_other(wall: Wall) -> None:
    update = sql.SQL("UPDATE registry.oauth_clients SET {} WHERE client_id = {}")
    publishes = wall.sample("oauth_clients", sql.SQL("jwks_uri IS NOT NULL"))["client_id"]
    other = wall.world.owner.client_id
    keys = sql.SQL("jwks = '{}'")
    assert wall.attempt("job", None, update.format(keys, sql.Literal(publishes))) == ("00000", 1)
    assert wall.attempt("job", None, update.format(keys, sql.Literal(other))) == ("00000", 0)
    for change in ("status = status", "scopes = scopes", "jwks_uri = jwks_uri", "auth_method = auth_method"):
        attempt = update.format(sql.SQL(change), sql.Literal(publishes))
        assert wall.attempt("job", None, attempt)[0] == "42501", change


def test_no_role_may_empty_a_table_refer_to_it_or_hang_a_trigger_on_it(wall: Wall) -> None:
    found = wall.world.admin.execute(
        """
        SELECT c.relname, r.rolname FROM pg_class c, pg_roles r
        WHERE c.relnamespace = 'registry'::regnamespace AND c.relkind = 'r' AND r.rolname = ANY (%s)
        AND has_table_privilege(r.oid, c.oid, 'TRUNCATE, REFERENCES, TRIGGER')
        """,
        ([*DATABASE_ROLES, "registry_web", "registry_worker"],),
    ).fetchall()
    assert found == []


def test_homes_cannot_be_attached_to_what_is_another_organisation_s(wall: Wall) -> None:
    """Foreign keys look past row-level security: they are keyed by the organisation, so they find nothing there."""
    member, owner = wall.world.people["member"].id, wall.world.owner.id
    own = wall.sample("homes", sql.SQL("organisation_id = {}").format(sql.Literal(member)))
    foreign = wall.sample(
        "homes", sql.SQL("building_id IS NOT NULL AND organisation_id = {}").format(sql.Literal(owner))
    )
    move = sql.SQL("UPDATE registry.homes SET {} = {} WHERE id = {}")
    for column in ("residence_id", "building_id"):
        statement = move.format(sql.Identifier(column), sql.Literal(foreign[column]), sql.Literal(own["id"]))
        assert wall.attempt("landlord", member, statement)[0] == "23503", column
    give = move.format(sql.Identifier("organisation_id"), sql.Literal(owner), sql.Literal(own["id"]))
    assert wall.attempt("landlord", member, give)[0] == "42501", "a home cannot be given away"
    steal = move.format(sql.Identifier("organisation_id"), sql.Literal(member), sql.Literal(foreign["id"]))
    assert wall.attempt("landlord", member, steal) == ("00000", 0), "nor taken"


def test_listing_is_published_in_nobody_s_name_and_in_no_territory_but_one_s_own(wall: Wall) -> None:
    member, owner = wall.world.people["member"].id, wall.world.owner.id
    own = wall.sample("listings", sql.SQL("organisation_id = {}").format(sql.Literal(member)))
    foreign = wall.sample("listings", sql.SQL("organisation_id = {}").format(sql.Literal(owner)))
    change = sql.SQL("UPDATE registry.listings SET {} = {} WHERE id = {}")
    for column, value in (("organisation_id", owner), ("territory_id", wall.world.there.id)):
        attempt = change.format(sql.Identifier(column), sql.Literal(value), sql.Literal(own["id"]))
        assert wall.attempt("landlord", member, attempt)[0] == "42501", column
    for column, stolen in (("organisation_id", str(member)), ("document", "{}")):
        attempt = change.format(sql.Identifier(column), sql.Literal(stolen), sql.Literal(foreign["id"]))
        assert wall.attempt("landlord", member, attempt) == ("00000", 0), column


def test_suspended_landlord_cannot_lift_its_own_suspension(wall: Wall) -> None:
    lapsed = wall.world.people["lapsed"].id
    lift = sql.SQL("UPDATE registry.adhesions SET status = 'in_force' WHERE organisation_id = {}").format(
        sql.Literal(lapsed)
    )
    assert wall.attempt("landlord", lapsed, lift) == ("00000", 0)
    sign_again = sql.SQL(
        "INSERT INTO registry.adhesions VALUES ({}, {}, 1, 'in_force', now(), 'me')"
        " ON CONFLICT (territory_id, organisation_id) DO UPDATE SET status = 'in_force'"
    ).format(sql.Literal(wall.world.here.id), sql.Literal(lapsed))
    assert wall.attempt("landlord", lapsed, sign_again)[0] == "42501"


def test_landlord_that_waits_cannot_admit_itself(wall: Wall) -> None:
    waiting = wall.waiting
    place = sql.Literal(wall.world.here.id)
    where = sql.SQL(" WHERE territory_id = {} AND organisation_id = {}").format(place, sql.Literal(waiting))
    enter = sql.SQL("UPDATE registry.adhesions SET status = 'in_force'") + where
    assert wall.attempt("landlord", waiting, enter)[0] == "42501"
    write = sql.SQL(
        "INSERT INTO registry.adhesions VALUES ({}, {}, 1, {}, now(), 'me')"
        " ON CONFLICT (territory_id, organisation_id) DO UPDATE SET status = 'in_force'"
    )
    for status in ("in_force", "pending"):
        attempt = write.format(place, sql.Literal(waiting), sql.Literal(status))
        assert wall.attempt("landlord", waiting, attempt)[0] == "42501", status
    for other in (wall.world.owner.id, wall.world.there.coordinator.id):
        role = "landlord" if other == wall.world.owner.id else "coordinator"
        assert wall.attempt(role, other, enter) == ("00000", 0), role
    assert wall.attempt("job", None, enter) == ("00000", 0)
    assert wall.attempt("coordinator", wall.world.here.coordinator.id, enter) == ("00000", 1)


def test_row_security_cannot_be_switched_off(wall: Wall) -> None:
    with wall.standing("landlord", wall.world.owner.id) as connection:
        connection.execute("SET LOCAL row_security = off")
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("SELECT 1 FROM registry.homes")
