"""``python -m tests.perf.alerts``: how long a home that comes free takes to find its cases, beside their SQL alone.

A country of ``--homes`` homes with ``--cases`` open cases of four needs, of all its landlords. One listing after
another that a quarter of them may want comes free; measured is what the worker's job does with it: end the alerts of
others, match, write. Half of the cases have a present home, whose quarter is wanted, and every listing says its
quarter. Asked for: a second against 20,000 open cases.
"""

import argparse
import asyncio
import time
from statistics import median
from typing import Any, Final, LiteralString

import psycopg
from rich.console import Console
from rich.table import Table

from registry.platform.database import Database, Role, create_engine
from registry.transfers.matching.requirements import requirements, wanted
from registry.transfers.need import NeedProfile
from registry.transfers.repository import alerts
from tests.perf import stage
from tests.support.database import Server

HOMES: Final = 50_000
CASES: Final = 20_000
LIMIT_MS: Final = 1_000
ROUNDS: Final = 20
NEEDS: Final[tuple[dict[str, Any], ...]] = (
    {"shower": "zero_step"},
    {"shower": "zero_step", "grab_bars": True},
    {"aid_indoors": "walker", "aid_outdoors": "walker", "shower": "zero_step", "grab_bars": True},
    {"aid_indoors": "manual_wheelchair", "steps_passable": 0, "transfer_side": "either", "parking": True},
)
_CASES: Final = """
    INSERT INTO registry.transfer_cases (organisation_id, territory_id, ref, kind, need, consent_basis,
        consent_version, consent_until, wanted, rent_limit_cents, rooms_least, rooms_most, matched)
    SELECT ('00000000-0000-7000-8000-' || lpad((1 + n %% 600)::text, 12, '0'))::uuid, t.id, 'bench-' || n,
        'first_entry', '{}', 'explicit_consent', '1', current_date + 300,
        CASE n %% 4 WHEN 0 THEN %(w0)s::integer[] WHEN 1 THEN %(w1)s::integer[] WHEN 2 THEN %(w2)s::integer[]
            ELSE %(w3)s::integer[] END,
        30000 + 100 * (n %% 400), 1, 2 + n %% 3, true
    FROM generate_series(1, %(cases)s) AS n, registry.territories t
"""
_QUARTERS: Final[tuple[LiteralString, ...]] = (
    "UPDATE registry.residences SET quarter_codes = ARRAY['iris:' || commune_code || ascii(ref) % 10]",
    "UPDATE registry.listings SET quarter_codes = ARRAY['iris:' || commune_code || ascii(id::text) % 10]",
    """
    UPDATE registry.transfer_cases c SET home_ref = h.ref
    FROM (SELECT DISTINCT ON (organisation_id) organisation_id, ref FROM registry.homes) h
    WHERE h.organisation_id = c.organisation_id AND c.rooms_most % 2 = 0
    """,
)
_FREE: Final = """
    UPDATE registry.listings SET bookable = true, changed_in = pg_current_xact_id() WHERE id IN (
        SELECT id FROM registry.listings WHERE NOT bookable AND tags @> %s ORDER BY id LIMIT 1) RETURNING id
"""
_BARE: Final = """
    SELECT count(*) FROM registry.transfer_cases c, registry.listings l
    WHERE l.id = %s AND c.territory_id = l.territory_id AND c.closed_at IS NULL AND c.wanted <@ l.tags
        AND l.rent_order <= c.rent_limit_cents
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.perf.alerts", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--homes", type=int, default=HOMES)
    parser.add_argument("--cases", type=int, default=CASES)
    asked = parser.parse_args()
    with stage.cluster() as server:
        database = stage.prepared(server, asked.homes)
        with stage.copied(server, database) as copy, stage.administrator(server, copy) as admin:
            given = {f"w{n}": wanted(requirements(NeedProfile(**need))) for n, need in enumerate(NEEDS)}
            admin.execute(_CASES, {**given, "cases": asked.cases})
            for statement in _QUARTERS:
                admin.execute(statement)
            admin.execute("VACUUM ANALYZE registry.transfer_cases, registry.residences, registry.listings")
            product, bare, found = asyncio.run(_measured(server, copy, admin, given["w0"]))
    table = Table("open cases", "found, median", "job, median", "slowest", "SQL alone, median", "ratio", title="ms")
    slowest = max(product) * 1_000
    table.add_row(
        f"{asked.cases:,}", f"{median(found):,.0f}", f"{median(product) * 1_000:.1f}",
        f"{slowest:.1f}{'' if slowest <= LIMIT_MS else ' [bold]slow[/]'}", f"{median(bare) * 1_000:.1f}",
        f"{median(product) / median(bare):.2f}",
    )  # fmt: skip
    Console(width=110).print(table)


async def _measured(
    server: Server, copy: str, admin: psycopg.Connection, tags: list[int]
) -> tuple[list[float], list[float], list[int]]:  # fmt: skip
    database = Database(create_engine(server.url(copy, "registry_worker")))
    row = admin.execute("SELECT id FROM registry.territories").fetchone()
    assert row is not None
    product, bare, found = [], [], []
    async with database.transaction(Role.JOB, actor="bench") as session:
        await alerts.match_changed(session, row[0])
    for _ in range(ROUNDS):
        freed = admin.execute(_FREE, (tags,)).fetchone()
        assert freed is not None
        started = time.perf_counter()
        async with database.transaction(Role.JOB, actor="bench") as session:
            await alerts.match_changed(session, row[0])
        product.append(time.perf_counter() - started)
        written = admin.execute("SELECT count(*) FROM registry.case_alerts WHERE listing_id = %s", freed).fetchone()
        assert written is not None
        found.append(written[0])
        started = time.perf_counter()
        admin.execute(_BARE, freed).fetchone()
        bare.append(time.perf_counter() - started)
    await database.dispose()
    return product, bare, found


if __name__ == "__main__":
    main()
