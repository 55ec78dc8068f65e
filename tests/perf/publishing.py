"""Publishing homes: what a landlord sends, what the product makes of it in SQL, and the bare SQL of the same rows."""

import json
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
import psycopg
from psycopg.rows import dict_row
from sqlalchemy import event

from registry import wiring
from registry.access.preconditions import Precondition
from registry.access.principal import Principal
from registry.platform.database import Database, Role, create_engine
from registry.stock import schemas
from registry.stock.service.homes import put_home
from tests.perf.pgbench import Script
from tests.support.database import Server

SEED: Final = 20261124
_PUBLISHED: Final = """
    SELECT h.ref, r.ref AS residence_ref, h.typology, h.rooms, h.area_m2::float, h.floor, h.rent_cents,
        h.charges_cents, h.status, h.available_on::text, h.facts, h.listing_id, l.document, l.tags,
        l.point::text AS point
    FROM registry.homes h JOIN registry.residences r ON r.id = h.residence_id
    JOIN registry.listings l ON l.id = h.listing_id
    WHERE h.organisation_id = %s ORDER BY h.ref LIMIT %s
"""
_STATED: Final = (
    "residence_ref", "typology", "rooms", "area_m2", "floor", "rent_cents", "charges_cents", "status", "available_on",
    "facts",
)  # fmt: skip
_BARE: Final = (
    """
    UPDATE homes SET rent_cents = %(rent)s, facts = %(facts)s, version = version + 1, confirmed_at = now(),
        updated_at = now() WHERE organisation_id = %(own)s AND ref = %(ref)s
    """,
    """
    UPDATE listings SET rent_order = %(rent)s, fresh_week = date_trunc('week', now())::date, tags = %(tags)s,
        point = %(point)s, document = %(document)s WHERE id = %(listing)s
    """,
    "INSERT INTO zoning_requests (territory_id, everything) VALUES (1, false) ON CONFLICT DO NOTHING",
    """
    INSERT INTO audit_events (organisation_id, action, subject, detail)
        VALUES (%(own)s, %(action)s, %(ref)s, '{}')
    """,
)


@dataclass(frozen=True)
class Publication:
    """A home that is published already and gets another rent."""

    ref: str
    body: dict[str, Any]
    row: dict[str, Any]


def publications(
    admin: psycopg.Connection, organisation: uuid.UUID, count: int, *, seed: int = SEED
) -> list[Publication]:
    """Return published homes of the landlord, each with a rent drawn anew."""
    draw = random.Random(seed)
    made = []
    for row in admin.cursor(row_factory=dict_row).execute(_PUBLISHED, [organisation, count]):
        rent = draw.randrange(20_000, 90_000)
        body = {name: row[name] for name in _STATED} | {"rent_cents": rent}
        document = json.dumps(json.loads(row["document"]) | {"rent_cents": rent})
        values = {
            "ref": row["ref"], "rent": rent, "facts": json.dumps(row["facts"]), "own": organisation,
            "action": "stock:home:updated",
            "listing": row["listing_id"], "tags": row["tags"], "point": row["point"], "document": document,
        }  # fmt: skip
        made.append(Publication(row["ref"], body, values))
    return made


def bare(published: Sequence[Publication]) -> Script:
    """Return plain statements that write the same rows."""
    return Script(_BARE, [one.row for one in published])


async def recorded(server: Server, database: str, organisation: uuid.UUID, published: Sequence[Publication]) -> Script:
    """Publish in this process; return the statements that the product sent, with their values.

    Raises:
        AssertionError: Two publications sent different statements.
    """
    wiring.wire()
    engine = create_engine(server.url(database, "registry_web"))
    sent: list[tuple[str, dict[str, Any]]] = []

    def before(
        connection: Any, cursor: Any, statement: str, parameters: dict[str, Any], context: Any, many: bool
    ) -> None:
        sent.append((statement, dict(parameters)))

    event.listen(engine.sync_engine, "before_cursor_execute", before)
    principal = Principal(organisation, "landlord", "bench", frozenset(), {"pays": 1})
    statements: list[str] = []
    rows: list[dict[str, Any]] = []
    for one in published:
        async with Database(engine).transaction(Role.LANDLORD, organisation=organisation, actor="bench") as session:
            sent.clear()  # the role and the binding, which pgbench does too
            await put_home(
                session=session, principal=principal, ref=one.ref, given=schemas.HomeIn.model_validate_json(
                    orjson.dumps(one.body)), precondition=Precondition(None, None),
            )  # fmt: skip
            numbered = [_numbered(n, statement, values) for n, (statement, values) in enumerate(sent)]
        found = [statement for statement, _ in numbered]
        assert not statements or found == statements, "each publication sends the same statements"
        statements = found
        rows.append({name: value for _, values in numbered for name, value in values.items()})
    await engine.dispose()
    return Script(statements, rows)


def _numbered(n: int, statement: str, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return a statement with names that no other statement of the transaction has."""
    for name in values:
        statement = statement.replace(f"%({name})s", f"%(s{n}_{name})s")
    return statement, {f"s{n}_{name}": value for name, value in values.items()}


def batch(
    admin: psycopg.Connection, organisation: uuid.UUID, count: int, *, described: float, prefix: str
) -> list[bytes]:
    """Return NDJSON lines of new homes in the landlord's residences, a share of them with facts and so listed."""
    draw = random.Random(SEED)
    models = publications(admin, organisation, 500)
    rows = admin.execute("SELECT ref FROM registry.residences WHERE organisation_id = %s ORDER BY ref", [organisation])
    residences = [ref for (ref,) in rows]
    lines = []
    for n in range(count):
        body = dict(draw.choice(models).body, ref=f"{prefix}-{n}", residence_ref=draw.choice(residences))
        if draw.random() >= described:
            body["facts"] = {}
        lines.append(orjson.dumps(body))
    return lines


def with_other_rents(lines: Sequence[bytes]) -> list[bytes]:
    return [orjson.dumps(body | {"rent_cents": body["rent_cents"] + 100}) for body in map(orjson.loads, lines)]
