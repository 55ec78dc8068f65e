"""The second wall: what the database itself refuses, asked of its own catalogue."""

from collections.abc import Iterator
from typing import Any, Final

import psycopg
import pytest

from registry.platform.preparation import LOGINS, MAY_BECOME, ROLES
from tests.support.database import Server

PUBLIC_FACTS: Final = "the same for everybody: published by the State"
OPEN_TABLES: Final = {
    "addresses": PUBLIC_FACTS,
    "alembic_version": "the schema's revision",
    "assessment_sweeps": "members may only add one; the job reads them",
    "change_feeds": "one row on the feeds themselves: says nothing of anybody",
    "communes": PUBLIC_FACTS,
    "departements": PUBLIC_FACTS,
    "epcis": PUBLIC_FACTS,
    "former_communes": PUBLIC_FACTS,
    "network_edges": "the same for everybody: published by OpenStreetMap and by communes",
    "network_nodes": "the same for everybody: published by OpenStreetMap and by communes",
    "networks": "the same for everybody: published by OpenStreetMap and by communes",
    "quarters": PUBLIC_FACTS,
    "service_sources": "public reference data: who published the services",
    "services": "shops, care and stops as their sources publish them: the same for everybody",
    "streets": PUBLIC_FACTS,
    "location_zones": "they divide whole communes, lived in or not, and name nobody",
    "zoning_requests": "members may only add one; the job reads them",
    "zonings": "granted to the job only",
}

# A policy of a member's role that does not name who asks.
OPEN_POLICIES: Final = {
    "organisations.organisations_read": "names are public among members; the columns are granted one by one",
    "territories.territories_read": "that a territory exists is public among members",
    "territory_communes.territory_communes_read": "which communes it covers, as well",
    "legal_rules.legal_rules_everybody_reads": "texts of law: the same for everybody",
    "charters.charters_read": "a version is read before it is signed, by any landlord; a draft it leaves out",
}

# Foreign keys and unique constraints see all rows, whatever the policies hide: with the organisation first, what they
# betray is one's own. The others:
DIGEST: Final = "the digest of something random that we made; members may not write here"
UNSCOPED_KEYS: Final = {
    "pk_adhesions": "the organisation is its second column; a landlord writes its own row only",
    "pk_assessment_requests": "numbered by the database: a caller never gives one",
    "pk_homes": "a UUID of ours: a caller never gives one",
    "pk_transfer_cases": "a random UUID of ours: a caller never gives one",
    "pk_case_alerts": "a random UUID of ours; written by the job alone",
    "uq_case_alerts_month": "begins with a case, a random UUID of ours; written by the job alone",
    "uq_case_alerts_now": "begins with a case, a random UUID of ours; written by the job alone",
    "fk_transfer_cases_territory_id_territories": "a territory is public among members",
    "pk_webhook_endpoints": "a UUID of ours: a caller never gives one",
    "pk_residences": "a UUID of ours: a caller never gives one",
    "pk_buildings": "a UUID of ours: a caller never gives one",
    "pk_stock_sources": "a UUID of ours: a caller never gives one",
    "pk_sync_sources": "a UUID of ours: a caller never gives one",
    "pk_sync_runs": "a UUID of ours: a caller never gives one",
    "uq_homes_listing_id": "a random UUID of ours: a caller never gives one",
    "pk_listings": "a random UUID of ours: a caller never gives one",
    "pk_oauth_clients": "random, made by us; members may not write here",
    "pk_listing_tombstones": "a territory of ours, a transaction's number and a random UUID: set by triggers alone",
    "pk_listing_reads": "numbered by the database; written by the service's own role",
    "uq_landlord_invitations_digest": DIGEST,
    "fk_adhesions_territory_id_territories": "a territory is public among members",
    "fk_adhesions_territory_id_charter_version_charters": "a charter is public among members",
    "fk_signatures_territory_id_charter_version_charters": "only what is proposed or in force is signed: it is public",
    "fk_landlord_invitations_territory_id_territories": "a territory is public among members",
    "fk_listings_territory_id_territories": "a territory is public among members",
    "fk_obligation_scores_territory_id_territories": "a territory is public among members",
    "fk_obligation_reminders_territory_id_territories": "a territory is public among members",
    "fk_standings_territory_id_territories": "a territory is public among members",
    "pk_transfer_proposals": "a random UUID of ours: a caller never gives one",
    "fk_transfer_proposals_owner_id_organisations": "who is a member is known among members",
    "fk_transfer_proposals_territory_id_territories": "a territory is public among members",
    "uq_transfer_proposals_open": "by the id of one's own case; no other's proposals have it",
    "uq_transfer_proposals_housed": "so; the owner of the second home learns that one was let, and not which",
    "pk_transfer_steps": "numbered by the database: a caller never gives one",
    "fk_transfer_steps_proposal_id_transfer_proposals": "a proposal that was read under the policies before",
    "pk_home_holds": "a random UUID of ours: a caller never gives one",
    "fk_home_holds_proposal_id_transfer_proposals": "a proposal that was read under the policies before",
    "ex_home_holds_listing_id_during": "it must look past them: of one home no two landlords may have it at once",
    "pk_moving_help": "of a proposal that was read under the policies before",
    "fk_moving_help_proposal_id_transfer_proposals": "so, too",
    "pk_transfer_moves": "so, too",
    "fk_transfer_moves_proposal_id_transfer_proposals": "so, too",
    "pk_vacated_homes": "a random UUID of ours: a caller never gives one",
    "fk_vacated_homes_territory_id_territories": "a territory is public among members",
    "fk_listings_zone_id_location_zones": "zones are computed by the job, and given by zone_at() alone",
    "fk_residences_commune_code_communes": "a commune is a public fact",
    "pk_single_use_links": DIGEST,
    "uq_single_use_links_id": "a random UUID of ours; members may not write here",
    "pk_sessions": DIGEST,
    "pk_authorization_codes": DIGEST,
    "pk_refresh_tokens": DIGEST,
    "pk_consents": "a UUID of ours; members may not write here",
    "pk_access_tokens": "a random UUID of ours; members may not write here",
    "pk_mails": "a UUID of ours; members may not write here",
    "fk_memberships_user_id_users": "a person may belong to several organisations; members may not write here",
    "fk_single_use_links_user_id_users": "the person whose password is forgotten; members may not write here",
    "fk_sessions_user_id_users": "a person signs in before an organisation is chosen; members may not write here",
    "fk_consents_user_id_users": "the person who consents, as the session says; members may not write here",
    "fk_consents_client_id_oauth_clients": "a shared client acts for any organisation; members may not write here",
    "fk_access_tokens_client_id_oauth_clients": "a shared client acts for any organisation; members may not write here",
}


@pytest.fixture(scope="module")
def catalogue(server: Server, database_name: str) -> Iterator[psycopg.Connection]:
    with server.connect(database_name) as connection:
        yield connection


def rows(catalogue: psycopg.Connection, query: str) -> list[Any]:
    return catalogue.execute(query.encode()).fetchall()


TABLES: Final = """
    FROM pg_class c WHERE c.relnamespace = 'registry'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND c.relname NOT LIKE 'procrastinate\\_%'
"""
TENANT: Final = """
    (SELECT attrelid FROM pg_attribute WHERE attname = 'organisation_id' AND NOT attisdropped
     AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'registry'::regnamespace AND relkind = 'r'))
"""


def test_every_table_is_behind_policies_that_hold_its_owner_too(catalogue: psycopg.Connection) -> None:
    walled = rows(catalogue, f"SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity {TABLES}")
    assert {name for name, held in walled if not held} == set(OPEN_TABLES)
    assert {name for name, held in walled if held} >= {"homes", "residences", "listings", "adhesions", "audit_events"}


def test_every_table_with_an_organisation_has_policies_for_what_is_granted(catalogue: psycopg.Connection) -> None:
    without = rows(
        catalogue,
        f"""
        SELECT c.relname, r.rolname, command.name {
            TABLES.replace(
                "WHERE",
                ''', pg_roles r,
            (VALUES ('SELECT', 'r'), ('INSERT', 'a'), ('UPDATE', 'w'), ('DELETE', 'd')) command (name, code)
            WHERE''',
            )
        }
        AND c.relrowsecurity AND r.rolname = ANY ('{{{",".join(ROLES)}}}')
        AND CASE command.name WHEN 'DELETE' THEN has_table_privilege(r.oid, c.oid, command.name)
            ELSE has_any_column_privilege(r.oid, c.oid, command.name) END
        AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND r.oid = ANY (p.polroles)
            AND p.polcmd IN ('*', command.code::"char"))
        """,
    )
    assert without == [], "granted, and refused by row-level security: one of the two is a mistake"


def test_policy_of_a_member_names_who_asks(catalogue: psycopg.Connection) -> None:
    found = rows(
        catalogue,
        """
        SELECT c.relname || '.' || p.polname, p.polcmd,
            pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
        FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
        WHERE p.polroles && ARRAY(SELECT oid FROM pg_roles
            WHERE rolname IN ('registry_landlord', 'registry_coordinator'))
        """,
    )
    assert len(found) > 15
    names_caller = ("current_organisation()", "current_territories()", "searched_territories()")
    open_ = {
        name
        for name, command, using, checked in found
        for expression in ([checked] if command == "a" else [using])
        if not any(function in (expression or "") for function in names_caller)
    }
    assert open_ == set(OPEN_POLICIES)


def test_what_a_member_may_write_is_checked_by_organisation(catalogue: psycopg.Connection) -> None:
    unchecked = rows(
        catalogue,
        f"""
        SELECT c.relname || '.' || p.polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
        WHERE p.polroles && ARRAY(SELECT oid FROM pg_roles WHERE rolname = 'registry_landlord')
        AND p.polcmd IN ('*', 'a', 'w') AND c.oid IN {TENANT}
        AND coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') NOT LIKE '%current_organisation()%'
        """,
    )
    assert unchecked == []


def test_key_that_looks_past_the_policies_begins_with_the_organisation(catalogue: psycopg.Connection) -> None:
    keys = rows(
        catalogue,
        f"""
        SELECT k.conname FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
        WHERE k.contype IN ('p', 'u', 'f', 'x') AND k.conrelid IN {TENANT} AND a.attname <> 'organisation_id'
        UNION SELECT i.indexrelid::regclass::text FROM pg_index i
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indisunique AND i.indrelid IN {TENANT} AND a.attname <> 'organisation_id'
        """,
    )
    assert {name.removeprefix("registry.") for (name,) in keys} == set(UNSCOPED_KEYS)


def test_roles_of_the_service_bypass_nothing(catalogue: psycopg.Connection) -> None:
    found = rows(
        catalogue,
        f"SELECT rolname FROM pg_roles WHERE rolname = ANY ('{{{','.join((*LOGINS, *ROLES))}}}') AND NOT"
        " (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication OR rolinherit)",
    )
    assert {name for (name,) in found} == {*LOGINS, *ROLES}


def test_login_may_become_the_roles_of_its_work_and_nothing_else(catalogue: psycopg.Connection) -> None:
    found = rows(
        catalogue,
        "SELECT l.rolname, r.rolname FROM pg_auth_members m JOIN pg_roles l ON l.oid = m.member"
        " JOIN pg_roles r ON r.oid = m.roleid WHERE l.rolname LIKE 'registry\\_%'",
    )
    assert set(found) == {(login, role) for login, roles in MAY_BECOME.items() for role in roles}


def test_logins_hold_no_right_of_their_own_on_any_table(catalogue: psycopg.Connection) -> None:
    found = rows(
        catalogue,
        f"SELECT DISTINCT c.relname, r.rolname {TABLES.replace('WHERE', ', pg_roles r WHERE')}"
        f" AND r.rolname IN ('{LOGINS[1]}', '{LOGINS[2]}') AND has_any_column_privilege(r.oid, c.oid,"
        " 'SELECT, INSERT, UPDATE')",
    )
    assert {table for table, _ in found} == {"alembic_version"}, "every process compares the schema before it starts"


def test_function_that_runs_as_the_owner_fixes_its_search_path(catalogue: psycopg.Connection) -> None:
    found = rows(
        catalogue,
        "SELECT p.proname, p.proconfig FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'registry'::regnamespace",
    )
    assert {name for name, _ in found} >= {"bind", "territories_in_force", "territories_searched"}
    assert [name for name, settings in found if settings != ["search_path=registry, public, pg_temp"]] == []


def test_function_that_runs_as_the_owner_is_closed_to_the_public(catalogue: psycopg.Connection) -> None:
    found = rows(
        catalogue,
        "SELECT p.proname FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'registry'::regnamespace"
        " AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0))",
    )
    assert found == []
