"""``python -m tests.perf.assessment``: how many residences are assessed in a second, on one core.

Generated residences of twelve homes each, with facts, on a PostgreSQL of the benchmark's own. Reads, the class of the
homes, the evaluator and writes apart, then the job as it runs; nothing is judged.
"""

import argparse
import asyncio
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.table import Table

from registry import wiring
from registry.assessment.index import assess
from registry.assessment.repository import indexes, inputs
from registry.assessment.repository.counts import counts
from registry.assessment.service import compute_requested
from registry.assessment.service.inputs import DEFAULT, governing, residence_of, row_of
from registry.kernel.clock import today
from registry.platform.database import Database, Role, create_engine
from tests.perf import stage
from tests.support.database import Server
from tests.support.territory import add_commune

DATABASE: Final = "bench_assessment"
HOMES: Final = 12
COMMUNE: Final = "33063"
_FILL: Final = (
    "INSERT INTO registry.organisations (id, name, kind) VALUES (%(organisation)s, 'bench', 'landlord')",
    """
    INSERT INTO registry.residences (id, organisation_id, ref, commune_code, facts)
    SELECT md5('r' || n)::uuid, %(organisation)s, 'R' || n, %(commune)s, jsonb_build_object(
        'step_free_entrance', jsonb_build_object('value', (ARRAY['yes', 'no'])[1 + n %% 2], 'source', 'declared',
            'date', '2026-03-01'),
        'entrance_door_width_common', jsonb_build_object('value', 75 + n %% 20, 'source', 'measured',
            'date', '2026-03-01'),
        'stair_handrails', jsonb_build_object('value', (ARRAY['none', 'one_side', 'both_sides'])[1 + n %% 3],
            'source', 'declared', 'date', '2026-03-01'),
        'path_steps', jsonb_build_object('value', n %% 4, 'source', 'measured', 'date', '2026-03-01'))
    FROM generate_series(1, %(residences)s) AS n
    """,
    """
    INSERT INTO registry.homes (id, organisation_id, residence_id, ref, typology, rooms, floor, status, facts)
    SELECT md5('h' || n || '/' || k)::uuid, %(organisation)s, md5('r' || n)::uuid, 'H' || n || '/' || k, 'T2', 2,
        k / 3, 'occupied', (SELECT jsonb_object_agg(code, jsonb_build_object('value', CASE
            WHEN code LIKE '%%width' THEN to_jsonb(70 + (n + k) %% 25)
            ELSE to_jsonb((ARRAY['yes', 'no'])[1 + (n + k + i) %% 2]) END,
            'source', 'declared', 'date', '2026-03-01'))
        FROM unnest(ARRAY['lift', 'bedroom_on_entrance_level', 'low_thresholds', 'zero_step_shower', 'grab_bars',
            'entrance_door_width', 'interior_door_width', 'raised_wc']) WITH ORDINALITY AS each (code, i)
        WHERE (n + k + i) %% 5 > 0)
    FROM generate_series(1, %(residences)s) AS n, generate_series(1, %(homes)s) AS k
    """,
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.perf.assessment")
    parser.add_argument("--residences", type=int, default=40_000)
    residences = parser.parse_args().residences
    with stage.cluster() as server:
        server.create_template(DATABASE)
        try:
            asyncio.run(_measured(server, residences))
        finally:
            server.drop(DATABASE)


async def _measured(server: Server, residences: int) -> None:
    wiring.wire()
    jobs = Database(create_engine(server.url(DATABASE, "registry_worker")))
    await add_commune(jobs, COMMUNE, -0.58, 44.84)
    organisation = uuid.uuid4()
    values = {"organisation": organisation, "commune": COMMUNE, "residences": residences, "homes": HOMES}
    with server.connect(DATABASE) as admin:
        for statement in _FILL:
            admin.execute(statement.encode(), values)
        admin.execute("ANALYZE")
        found = admin.execute("SELECT organisation_id, id FROM registry.residences ORDER BY id").fetchall()
    spent = await _parts(jobs, [(row[0], row[1]) for row in found])
    started = time.perf_counter()
    await compute_requested(jobs, everything=True)
    spent["the job, nothing changed"] = time.perf_counter() - started
    table = Table("part", "s", "residences a second", "homes a second")
    for name, seconds in spent.items():
        table.add_row(name, f"{seconds:.2f}", f"{residences / seconds:,.0f}", f"{residences * HOMES / seconds:,.0f}")
    Console(width=100).print(f"{residences:,} residences, {residences * HOMES:,} homes", table)
    await jobs.dispose()


async def _parts(jobs: Database, keys: list[inputs.Key]) -> dict[str, float]:
    """Assess for the first time, step by step as the job does; return the seconds of each part."""
    spent: dict[str, float] = defaultdict(float)

    @contextmanager
    def timed(name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        spent[name] += time.perf_counter() - started

    for start in range(0, len(keys), 1_000):
        async with jobs.transaction(Role.JOB, actor="bench") as session:
            step = keys[start : start + 1_000]
            with timed("reads"):
                found = await inputs.many(session, step, profile=DEFAULT.profile)
                grids = await governing(session, found)
            with timed("class of the homes"):
                counted = await counts(session, step, least=DEFAULT.adapted_class)
            with timed("evaluator"):
                known = [(each, grids[each.charter]) for each in found]
                given = [residence_of(each, counted[each.key], grid.compiled.grid) for each, grid in known]
                rows = [
                    row_of(each, assess(grid.compiled, residence, on=today()), grid)
                    for (each, grid), residence in zip(known, given, strict=True)
                ]
            with timed("writes"):
                await indexes.save(session, rows)
    spent["together"] = sum(spent.values())
    return spent


if __name__ == "__main__":
    main()
