"""The populated database, and connections to it as somebody who can write SQL."""

import json
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, LiteralString

import httpx
import psycopg
from psycopg import sql

from registry.assessment.service import compute_requested
from registry.charter import service as charter
from registry.listings.service.place import place_requested
from registry.platform.crypto import keyring
from registry.platform.database import Role
from tests.integration.isolation.grants import DATABASE_ROLE, OWNED
from tests.integration.isolation.requests import NDJSON
from tests.integration.isolation.world import COMMON, World
from tests.support import members
from tests.support.database import Server
from tests.support.members import Member
from tests.support.people import join
from tests.support.stock import home

LOGIN_OF: Final = {"job": "registry_worker"}


@dataclass
class Wall:
    """The populated database, and connections of the service's own logins."""

    world: World
    server: Server
    database: str
    waiting: uuid.UUID
    """A landlord that has signed in ``here`` and is not admitted."""

    @contextmanager
    def standing(self, role: str, organisation: object = None, *, bound: bool = True) -> Iterator[psycopg.Connection]:
        """A transaction as ``role``, bound as the service binds it; nothing it does stays."""
        login = LOGIN_OF.get(role, "registry_web")
        with psycopg.connect(self.server.url(self.database, login)) as connection:
            if role != "login":
                connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(DATABASE_ROLE[role])))
                if bound:
                    connection.execute("SELECT registry.bind(%s, 'attacker')", (organisation,))
            yield connection
            connection.rollback()

    def attempt(
        self,
        role: str,
        organisation: object,
        statement: sql.SQL | sql.Composed,
        values: Any = None,
        *,
        bound: bool = True,
    ) -> tuple[str, int]:
        """Return the SQLSTATE of a statement ("00000" where it ran) and how many rows it returned or touched."""
        with self.standing(role, organisation, bound=bound) as connection:
            try:
                return "00000", connection.execute(statement, values).rowcount
            except psycopg.Error as error:
                return error.sqlstate or "?", 0

    def organisation_of(self, role: str) -> object:
        return {
            "landlord": self.world.owner.id,
            "auth_bound": self.world.owner.id,
            "coordinator": self.world.here.coordinator.id,
        }.get(role)

    def rows_of(self, table: str, reach: str, organisation: object) -> sql.Composable:
        """Return the condition that a row is within a reach of the organisation."""
        text: LiteralString = OWNED.get(table, "organisation_id = {organisation}")
        own = sql.SQL(text).format(organisation=sql.Literal(organisation))
        territory = sql.SQL("territory_id = ANY ({})").format(sql.Literal(self._territories(organisation)))
        signed = sql.SQL(
            "organisation_id IN (SELECT organisation_id FROM registry.adhesions"
            " WHERE status IN ('in_force', 'suspended') AND {})"
        ).format(territory)
        return {
            "o": own, "t": territory, "s": signed, "m": sql.SQL("({} OR {})").format(own, territory),
            "a": sql.SQL("TRUE"), "n": sql.SQL("FALSE"),
        }[reach]  # fmt: skip

    def _territories(self, organisation: object) -> list[int]:
        row = self.world.admin.execute("SELECT registry.territories_in_force(%s)", (organisation,)).fetchone()
        assert row is not None
        found: list[int] = row[0]
        return found

    def count(self, table: str, condition: sql.Composable) -> int:
        """Count rows as the administrator, from whom nothing is hidden."""
        row = self.world.admin.execute(
            sql.SQL("SELECT count(*) FROM registry.{} WHERE {}").format(sql.Identifier(table), condition)
        ).fetchone()
        assert row is not None
        return int(row[0])

    def sample(self, table: str, condition: sql.Composable) -> dict[str, Any]:
        """Return one row that meets the condition."""
        row = self.world.admin.execute(
            sql.SQL("SELECT to_jsonb(t) FROM registry.{} t WHERE {} LIMIT 1").format(sql.Identifier(table), condition)
        ).fetchone()
        assert row is not None, f"{table} has no such row"
        found: dict[str, Any] = row[0]
        return found

    def columns(self, table: str, role: str, privilege: str) -> list[str]:
        """Return the columns that a role may give in an INSERT or UPDATE; never those that the database numbers."""
        rows = self.world.admin.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attidentity = '' AND attgenerated = '' AND has_column_privilege(%(role)s, attrelid, attnum, %(what)s)"
            " ORDER BY attnum",
            {"table": f"registry.{table}", "role": DATABASE_ROLE.get(role, f"registry_{role}"), "what": privilege},
        )
        return [name for (name,) in rows]


_SERVICE_ROWS: Final = (
    "INSERT INTO registry.departements VALUES ('00', 'Département', NULL, 2026) ON CONFLICT DO NOTHING",
    "INSERT INTO registry.epcis VALUES ('200000001', 'EPCI', NULL) ON CONFLICT DO NOTHING",
    "INSERT INTO registry.former_communes VALUES ('99999', 'Old', 'COMA', '99998') ON CONFLICT DO NOTHING",
    """
    INSERT INTO registry.quarters (layer, code, name, vintage, shape) VALUES ('wall', '1', 'Quarter', 2026,
        ST_Multi(ST_MakeEnvelope(170, 80, 170.01, 80.01, 4326))) ON CONFLICT DO NOTHING
    """,
    """
    WITH street AS (
        INSERT INTO registry.streets (commune_code, name, plain) VALUES ('99998', 'Rue', 'rue') RETURNING id)
    INSERT INTO registry.addresses (street_id, number, repetition, position)
        SELECT id, 1, '', ST_SetSRID(ST_Point(0, 0), 4326) FROM street
    """,
    """
    WITH network AS (
        INSERT INTO registry.networks (name, active, srid, west, south, east, north, nodes, edges, sources)
        VALUES ('wall', false, 2154, 0, 0, 0, 0, 1, 1, '[]') RETURNING version),
    node AS (INSERT INTO registry.network_nodes SELECT version, 0, 0, 0, false FROM network)
    INSERT INTO registry.network_edges SELECT version, 0, 0, 0, 1, 1, 'NaN', 'NaN', 'NaN', 'NaN', 3, 0, 0, -1, -1, -1,
        0, ST_SetSRID(ST_MakeLine(ST_Point(0, 0), ST_Point(1, 0)), 2154) FROM network
    """,
    "INSERT INTO registry.zoning_requests (territory_id, everything) SELECT min(id), false FROM registry.territories",
    "INSERT INTO registry.procrastinate_jobs (queue_name, task_name, lock) VALUES ('default', 'wall', 'wall')",
    "INSERT INTO registry.procrastinate_periodic_defers (task_name, defer_timestamp) VALUES ('wall', 1)",
    "INSERT INTO registry.procrastinate_workers DEFAULT VALUES",
    "INSERT INTO registry.dpop_proofs VALUES ('wall', 'wall', now() + interval '1 hour')",
    "INSERT INTO registry.failed_attempts VALUES ('wall', 'wall', '192.0.2.0/24', now(), 1)",
    "INSERT INTO registry.upstream_requests VALUES ('wall', 'wall', 'wall', now() + interval '1 hour')",
    """
    INSERT INTO registry.census_counts SELECT id, '33001', 'status', 'wall', 15 FROM registry.territories
    """,
    """
    INSERT INTO registry.transfer_counts SELECT id, '2026-01-01', 'freed', 'territory', 'wall', 15
    FROM registry.territories
    """,
    """
    INSERT INTO registry.service_sources (name, kind, licence, attribution, version, counts)
    VALUES ('wall', 'table', '', '', 1, '{}')
    """,
    """
    INSERT INTO registry.services (source_id, version, family, ref, wheelchair, reasons, facts, position, content)
    SELECT id, 1, 1, 'wall', 'unknown', '{}', '{}', ST_SetSRID(ST_Point(0, 0), 4326), ''
    FROM registry.service_sources WHERE name = 'wall'
    """,
    """
    WITH run AS (
        INSERT INTO registry.distance_runs (organisation_id, residence_id, network, network_version, profile_version,
            doors, fingerprint)
        SELECT organisation_id, id, 'wall', 1, 1, 1, 1 FROM registry.residences
        ON CONFLICT DO NOTHING RETURNING organisation_id, residence_id)
    INSERT INTO registry.accessible_distances (organisation_id, residence_id, profile, family, outcome, reason)
    SELECT organisation_id, residence_id, 1, 1, 3, 1 FROM run
    """,
    """
    INSERT INTO registry.shown_residences (organisation_id, residence_id, territory_id, zone_id, quarter_codes,
        founding, services, document)
    SELECT organisation_id, id, 1, 0, '{wall}', false, 0, '{}' FROM registry.residences ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO registry.stock_tombstones (organisation_id, id, kind, ref)
    SELECT id, gen_random_uuid(), 'home', 'wall' FROM registry.organisations
    """,
    """
    WITH opened AS (
        INSERT INTO registry.transfer_cases (organisation_id, territory_id, ref, kind, need, consent_basis,
            consent_version, consent_until, rooms_least, rooms_most)
        SELECT organisation_id, territory_id, 'alerts', 'first_entry', '{}', 'explicit_consent', '1', current_date, 1, 9
        FROM registry.adhesions WHERE status = 'in_force' ON CONFLICT DO NOTHING
        RETURNING id, organisation_id, territory_id)
    INSERT INTO registry.case_alerts (organisation_id, case_id, territory_id, listing_id)
    SELECT organisation_id, id, territory_id, gen_random_uuid() FROM opened
    """,
    "INSERT INTO registry.case_alert_horizons SELECT id, '0' FROM registry.territories ON CONFLICT DO NOTHING",
    """
    INSERT INTO registry.offboardings (organisation_id, due_at)
    SELECT id, now() + interval '1 day' FROM registry.organisations ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO registry.listing_tombstones (territory_id, id, organisation_id)
    SELECT territory_id, gen_random_uuid(), organisation_id FROM registry.adhesions WHERE status = 'in_force'
    """,
    """
    INSERT INTO registry.grid_previews (id, territory_id, digest, draft_version, compared_with, grid_before, grid_after)
    SELECT gen_random_uuid(), id, repeat('0', 64), 2, 1, '{}', '{}' FROM registry.territories
    """,
    """
    WITH source AS (
        INSERT INTO registry.sync_sources (id, organisation_id, name, kind, format, mode)
        SELECT gen_random_uuid(), organisation_id, 'wall-run', 'push', '{}', 'full' FROM registry.adhesions
        WHERE status = 'in_force' ON CONFLICT DO NOTHING RETURNING id, organisation_id)
    INSERT INTO registry.sync_runs (id, organisation_id, source_id, file_sha256, format, mode, dry_run,
        accept_partially, as_of, cause, status, created_by)
    SELECT gen_random_uuid(), organisation_id, id, '', '{}', 'full', false, false, now(), 'push', 'applied', 'wall'
    FROM source
    """,
    "INSERT INTO registry.listing_cells SELECT id, 99, 0, 0, 0, 1, 0, 0, 0, 0, 0 FROM registry.territories",
    """
    INSERT INTO registry.listing_cell_changes (territory_id, x, y, homes, available_now, class_3, class_3_now, class_5,
        class_5_now)
    SELECT id, 0, 0, 0, 0, 0, 0, 0, 0 FROM registry.territories
    """,
    """
    INSERT INTO registry.obligation_scores SELECT organisation_id, territory_id, 'census', current_date, 1, 1, NULL,
        NULL, 0, now() FROM registry.adhesions WHERE status = 'in_force' ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO registry.obligation_reminders SELECT organisation_id, territory_id, 'completeness', now()
    FROM registry.adhesions WHERE status = 'in_force' ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO registry.standings (territory_id, organisation_id, rule, state, measured_at, in_force_version,
        signed_version)
    SELECT territory_id, organisation_id, 'none', 'met', now(), 1, 1 FROM registry.adhesions
    WHERE status = 'in_force' ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO registry.vacated_homes (organisation_id, territory_id, home_ref, listing_id, rooms, home_class,
        opened_on)
    SELECT organisation_id, territory_id, 'wall', gen_random_uuid(), 2, 4, current_date FROM registry.adhesions
    WHERE status = 'in_force' ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO registry.legal_rules VALUES ('local_link', '2999-01-01', '{"code": "local_link", "article": "Art. 1",
        "text": {"fr": "Texte", "en": "Text"}, "values": {}, "source": "tests", "dated": "2999-01-01",
        "in_force_from": "2999-01-01", "verified": false}')
    """,
    """
    INSERT INTO registry.territory_figures SELECT id, current_date, 0, 0, 0, 0, 0, 0, now() FROM registry.territories
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO registry.listing_feed_usage SELECT id, current_date, 1 FROM registry.organisations
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO registry.landlord_invitations (organisation_id, territory_id, siren, name, email, asked_at, expires_at)
    SELECT coordinator_id, id, '404833048', 'Wall', 'wall@wall.example', ARRAY[now()], now() + interval '1 day'
    FROM registry.territories
    """,
    """
    WITH made AS (
        INSERT INTO registry.transfer_cases (organisation_id, territory_id, ref, kind, need, consent_basis,
            consent_version, consent_until, rooms_least, rooms_most)
        SELECT organisation_id, territory_id, 'wall-door', 'transfer', '{}', 'explicit_consent', '1', current_date, 1, 2
        FROM registry.adhesions WHERE status = 'in_force' ON CONFLICT DO NOTHING
        RETURNING organisation_id, id, territory_id),
    door AS (
        INSERT INTO registry.case_doors (organisation_id, case_id, territory_id, home_ref, state)
        SELECT organisation_id, id, territory_id, 'wall', 'no_place' FROM made RETURNING organisation_id, case_id)
    INSERT INTO registry.case_nearness (organisation_id, case_id, listing_id, same_quarter)
    SELECT organisation_id, case_id, gen_random_uuid(), true FROM door
    """,
    """
    INSERT INTO registry.case_door_days SELECT organisation_id, territory_id, current_date, 1 FROM registry.adhesions
    WHERE status = 'in_force' ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO registry.transfer_tombstones (organisation_id, ref_sha256)
    SELECT organisation_id, 'wall' FROM registry.adhesions WHERE status = 'in_force' ON CONFLICT DO NOTHING
    """,
    # Each landlord proposes a home of its own: what two share is in the matrix of the routes.
    """
    WITH cases AS (
        INSERT INTO registry.transfer_cases (organisation_id, territory_id, ref, kind, need, consent_basis,
            consent_version, consent_until, rooms_least, rooms_most)
        SELECT organisation_id, territory_id, 'wall', 'first_entry', '{}', 'explicit_consent', '1', current_date + 30,
            1, 2
        FROM registry.adhesions WHERE status = 'in_force' ON CONFLICT DO NOTHING
        RETURNING organisation_id, territory_id, id),
    proposals AS (
        INSERT INTO registry.transfer_proposals (organisation_id, owner_id, territory_id, case_id, listing_id,
            answer_by, shared_until)
        SELECT organisation_id, organisation_id, territory_id, id, gen_random_uuid(), current_date, current_date
        FROM cases RETURNING id, organisation_id, territory_id, listing_id),
    steps AS (
        INSERT INTO registry.transfer_steps (proposal_id, organisation_id, owner_id, territory_id, party, action, state)
        SELECT id, organisation_id, organisation_id, territory_id, 'origin', 'propose', 'proposed' FROM proposals),
    helped AS (
        INSERT INTO registry.moving_help (proposal_id, kind, part, organisation_id, owner_id)
        SELECT id, 'removal', 'delivered', organisation_id, organisation_id FROM proposals),
    moved AS (
        INSERT INTO registry.transfer_moves (proposal_id, organisation_id, territory_id, moved_on)
        SELECT id, organisation_id, territory_id, current_date FROM proposals),
    reminded AS (
        INSERT INTO registry.transfer_reminders (proposal_id, kind, due)
        SELECT id, 'answer_soon', current_date FROM proposals)
    INSERT INTO registry.home_holds (proposal_id, organisation_id, owner_id, listing_id, during)
    SELECT id, organisation_id, organisation_id, listing_id, tstzrange(now(), now() + interval '1 day') FROM proposals
    """,
    # A client of the member that publishes its keys itself.
    """
    INSERT INTO registry.oauth_clients (client_id, organisation_id, name, scopes, auth_method, jwks_uri)
    SELECT 'wall-' || id, id, 'Wall', '{}', 'private_key_jwt', 'https://keys.example/jwks'
    FROM registry.organisations WHERE id = %(member)s
    """,
)

# What follows once a person of the organisation has signed in, and let a client of the organisation act for them.
_ROWS_OF_A_PERSON: Final = (
    "INSERT INTO registry.recovery_codes VALUES (%(user)s, sha256('wall'))",
    "INSERT INTO registry.sessions (digest, user_id, organisation_id) VALUES (%(digest)s, %(user)s, %(organisation)s)",
    """
    INSERT INTO registry.consents (id, organisation_id, client_id, user_id, scopes, authenticated_at)
    VALUES (%(consent)s, %(organisation)s, %(client)s, %(user)s, '{stock:read}', now())
    """,
    """
    INSERT INTO registry.authorization_codes (digest, organisation_id, consent_id, redirect_uri, code_challenge,
        expires_at)
    VALUES (%(digest)s, %(organisation)s, %(consent)s, 'https://app.example/', 'x', now() + interval '1 hour')
    """,
    """
    WITH made AS (
        INSERT INTO registry.webhook_endpoints (id, organisation_id, name, url, events, secret)
        VALUES (gen_random_uuid(), %(organisation)s, 'wall', 'https://hooks.example/', '{import.failed}', %(sealed)s)
        RETURNING organisation_id, id)
    INSERT INTO registry.webhook_deliveries (organisation_id, id, endpoint_id, kind, data, next_at)
    SELECT organisation_id, gen_random_uuid(), id, 'import.failed', '{}', NULL FROM made
    """,
    """
    INSERT INTO registry.token_counts (organisation_id, client_id, hour, outcome, answers)
    VALUES (%(organisation)s, %(client)s, date_trunc('hour', now()), 'issued', 1) ON CONFLICT DO NOTHING
    """,
    "INSERT INTO registry.stock_duplicates VALUES (%(organisation)s, 'wall', 'wall') ON CONFLICT DO NOTHING",
    """
    INSERT INTO registry.lift_outages (organisation_id, id, residence_id, source, started_at)
    SELECT organisation_id, gen_random_uuid(), id, 'declared', now() FROM registry.residences
    WHERE organisation_id = %(organisation)s ON CONFLICT DO NOTHING
    """,
    "INSERT INTO registry.reservation_conventions VALUES (%(organisation)s, '99', '4') ON CONFLICT DO NOTHING",
    """
    INSERT INTO registry.adaptations (organisation_id, home_ref, n, work, delivered_on, removable)
    SELECT organisation_id, ref, 99, 'grab_bars', current_date, true FROM registry.homes
    WHERE organisation_id = %(organisation)s
    """,
    """
    INSERT INTO registry.feasible_works (organisation_id, home_ref, n, work, cost_from_cents, cost_to_cents, source,
        stated_on)
    SELECT organisation_id, ref, 99, 'hoist', 1, 2, 'declared', current_date FROM registry.homes
    WHERE organisation_id = %(organisation)s
    """,
    """
    INSERT INTO registry.fact_history (organisation_id, subject_id, code, fact)
    SELECT organisation_id, id, 'lift', '{"value": "no", "source": "declared", "date": "2026-03-01"}'
    FROM registry.homes WHERE organisation_id = %(organisation)s
    """,
    """
    INSERT INTO registry.home_status_history (organisation_id, home_id, status)
    SELECT organisation_id, id, 'vacant' FROM registry.homes WHERE organisation_id = %(organisation)s
    """,
    "INSERT INTO registry.stock_sources VALUES (%(consent)s, %(organisation)s) ON CONFLICT DO NOTHING",
    """
    INSERT INTO registry.former_references (organisation_id, kind, former_organisation_id, former_ref, ref)
    VALUES (%(organisation)s, 'home', %(consent)s, 'wall', 'old-wall')
    """,
    """
    INSERT INTO registry.sync_mappings (organisation_id, name, version, document, created_by)
    VALUES (%(organisation)s, 'wall', 1, '{"columns": []}', 'wall')
    """,
    """
    INSERT INTO registry.sync_sources (id, organisation_id, name, kind, format, mode)
    VALUES (%(consent)s, %(organisation)s, 'wall', 'push', '{"kind": "csv"}', 'delta')
    """,
    "INSERT INTO registry.sync_files (organisation_id, sha256, size) VALUES (%(organisation)s, 'x', 1)",
    "INSERT INTO registry.sync_file_parts VALUES (%(organisation)s, 'x', 0, 'x')",
    """
    INSERT INTO registry.sync_runs (id, organisation_id, source_id, file_sha256, format, mode, dry_run,
        accept_partially, as_of, cause, created_by)
    VALUES (gen_random_uuid(), %(organisation)s, %(consent)s, 'x', '{"kind": "csv"}', 'delta', false, false, now(),
        'push', 'wall')
    """,
    """
    INSERT INTO registry.refresh_tokens (digest, organisation_id, consent_id, expires_at)
    VALUES (%(digest)s, %(organisation)s, %(consent)s, now() + interval '1 hour')
    """,
)


async def build(world: World, server: Server, database: str) -> Wall:
    """Rows of several organisations in every table, most of them made by the service itself."""
    for actor in ("owner", "member", "outsider"):
        headers = {**world.headers[actor], "Content-Type": NDJSON, "Idempotency-Key": f"wall-{actor}"}
        answer = await world.client.post(
            "/v1/homes:batch", content=json.dumps({"ref": COMMON, **home(COMMON)}), headers=headers
        )
        assert answer.status_code == 200, answer.text
        await _with_a_building(world.client, world.headers[actor], world)
    new = {"id": "t-of-the-wall", "name": "Wall", "composition": {"communes": world.here.communes}}
    headers = {**world.headers["coordinator"], "Idempotency-Key": "wall-coordinator"}
    answer = await world.client.post("/v1/territories", json=new, headers=headers)
    assert answer.status_code == 201, answer.text
    for actor in ("owner", "member", "coordinator"):
        found = await world.client.get("/v1/listings", headers=world.headers[actor])
        for item in found.json()["items"]:
            await world.client.get(f"/v1/listings/{item['id']}", headers=world.headers[actor])
    await world.app.state.meter.flush()
    await place_requested(world.jobs)
    await compute_requested(world.jobs)
    await _asking_for_assessments(world)
    for statement in _SERVICE_ROWS:
        world.admin.execute(statement, {"member": world.people["member"].id})
    for actor in ("owner", "member"):
        world.admin.execute(
            "INSERT INTO registry.assertion_ids SELECT client_id, 'x'::bytea, now() FROM registry.oauth_clients"
            " WHERE client_id = %s ON CONFLICT DO NOTHING",
            (world.people[actor].client_id,),
        )
        await _with_a_person(world, world.people[actor])
    waiting = await members.register(world.database, world.client)
    async with world.database.transaction(Role.LANDLORD, organisation=waiting.id, actor="tests") as session:
        await charter.sign(
            session=session, organisation=waiting.id, territory_id=world.here.id, signed_by="Test Person"
        )
    world.admin.execute("ANALYZE")
    return Wall(world, server, database, waiting.id)


async def _asking_for_assessments(world: World) -> None:
    """Leave requests that the job has not taken."""
    for actor in ("owner", "member"):
        world.admin.execute(
            "INSERT INTO registry.assessment_requests (organisation_id) VALUES (%s)", (world.people[actor].id,)
        )
    world.admin.execute(
        "INSERT INTO registry.assessment_sweeps (territory_id) VALUES (%s), (%s)", (world.here.id, world.there.id)
    )


async def _with_a_building(client: httpx.AsyncClient, headers: dict[str, str], world: World) -> None:
    given = {"commune_code": world.here.communes[0], "buildings": [{"ref": "WALL"}]}
    answer = await client.put("/v1/residences/WALL", json=given, headers=headers)
    assert answer.status_code in {200, 201}, answer.text


async def _with_a_person(world: World, member: Member) -> None:
    person = await join(world.database, world.settings, member.id, "landlord_admin")
    values = {
        "user": person.id, "organisation": member.id, "client": member.client_id, "consent": uuid.uuid4(),
        "digest": secrets.token_bytes(32),
        "sealed": keyring(world.settings).encrypt(b"x", place=f"warning_hooks:{member.id}"),
    }  # fmt: skip
    for statement in _ROWS_OF_A_PERSON:
        world.admin.execute(statement, values)
