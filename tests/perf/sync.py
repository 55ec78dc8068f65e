"""``python -m tests.perf.sync``: a landlord's whole files beside bare COPY and bare upserts (``make bench-sync``).

Everything is measured in one run on a PostgreSQL of the benchmark's own that already holds a country's homes and
listings. The product does all of it: receive, keep, parse, validate, compare, apply, report, in a process of its own
whose peak memory is told. COPY writes the very rows that the product wrote, homes and listings, to the same tables with
the same indexes, in a copy of the database as it was before; so do the upserts.
"""

import argparse
import asyncio
import csv
import http.client
import itertools
import json
import random
import re
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import psycopg
from psycopg import sql
from rich.console import Console
from rich.table import Table

from deploy.local.paths import ROOT
from registry import wiring
from registry.platform.database import Database, Role, create_engine
from registry.sync.service import imports
from registry.sync.service.imports import Given
from registry.sync.service.run import Runner, principal_of
from tests.perf import stage
from tests.perf.searches import Questions
from tests.support.database import Server

OWNER: Final = uuid.UUID("00000000-0000-7000-8000-000000001000")
PER_RESIDENCE: Final = 12
CHANGED, NEW, GONE = 0.03, 0.005, 0.005
FACTS: Final = ("step_free_entrance", "zero_step_shower", "grab_bars", "lift")
COLUMNS: Final = (
    "ref", "residence_ref", "typology", "rooms", "area_m2", "floor", "rent_cents", "charges_cents", "status",
    "available_on", *FACTS, "facts_date",
)  # fmt: skip
SEARCHES_PER_S: Final = 100
ALONE_S: Final = 20
TABLES: Final = ("homes", "listings")
_DUE: Final = {"first / COPY": 0.5, "weekly / COPY": 1.0, "weekly / upserts": 2.5}


@dataclass(frozen=True)
class Figures:
    """What one way of writing took. ``wal``: bytes; ``written``: rows; ``peak``: MiB of the process."""

    seconds: float
    wal: int
    written: int = 0
    peak: float = 0.0


def homes(count: int, *, week: int) -> Iterator[list[Any]]:
    """Yield the rows of a week's file; in the second week some changed, some are new, some are gone."""
    draw, change = random.Random(1), random.Random(week)
    for n in range(round(count * (1 + NEW))):
        rooms, free, described = draw.randrange(1, 6), draw.random(), draw.random() < 0.2
        facts = [draw.choice(("yes", "no", "")) if described else "" for _ in FACTS]
        rent = 20_000 + draw.randrange(40_000)
        luck = change.random()
        if (week == 1 and n >= count) or (week > 1 and luck < GONE):
            continue
        if week > 1 and luck > 1 - CHANGED:
            rent += 100
        status = "vacant" if free < 0.03 else "occupied"
        yield [
            f"H{n}", f"R{n // PER_RESIDENCE}", f"T{rooms}", rooms, 20 + 15 * rooms, n % 7, rent, 4_000 + 900 * rooms,
            status, "2026-12-01" if status == "vacant" else "", *facts, "2026-03-01" if described else "",
        ]  # fmt: skip


def residences(count: int, centres: Sequence[tuple[str, float, float]]) -> Iterator[list[Any]]:
    """Yield residences around the centres (WGS84) of communes: the code of one, lon, lat."""
    draw = random.Random(3)
    for n in range(round(count * (1 + NEW)) // PER_RESIDENCE + 1):
        code, lon, lat = centres[n % len(centres)]
        lon, lat = (round(centre + (draw.random() - 0.5) * 0.01, 5) for centre in (lon, lat))
        yield [f"R{n}", f"{1 + n % 99} rue des Tilleuls", code, lon, lat]


def write(path: Path, columns: tuple[str, ...], rows: Iterator[list[Any]]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
    return path


async def bring(url: str, path: Path, content: str) -> dict[str, Any]:
    """Receive and run one file as the worker does; return the run's counts and how long it took."""
    wiring.wire()
    database = Database(create_engine(url, pool_size=9))
    principal = principal_of(OWNER, OWNER)
    started = time.perf_counter()
    async with database.transaction(Role.LANDLORD, organisation=OWNER, actor="bench") as session:
        source = await imports.source_for(
            session=session, principal=principal, name=content, kind="csv",
            declared={"mode": "full" if content == "homes" else "delta",
                      "format": {"kind": "csv", "content": content}},
        )  # fmt: skip
        run = await imports.take(
            session=session, principal=principal, source=source, path=path, given=Given(), cause="manual"
        )
    await Runner(database).run(OWNER, run)
    seconds = time.perf_counter() - started
    async with database.transaction(Role.LANDLORD, organisation=OWNER, actor="bench") as session:
        found = (await imports.read_import(session=session, principal=principal, id_=run)).run
    await database.dispose()
    assert found.status == "applied", (found.status, found.error, found.guard, found.counts)
    peak = _peak_mib()
    return {"seconds": seconds, "peak": peak, "counts": {k: v for k, v in found.counts.items() if k != "rules"}}


def _peak_mib() -> float:
    """Return the most memory that this process held: since it began, whatever the one that started it held."""
    found = re.search(r"^VmHWM:\s+([0-9]+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


def brought(server: Server, database: str, path: Path, content: str = "homes") -> Figures:
    """Bring a file in a process of its own."""
    with server.connect(database) as admin:
        before, written = _lsn(admin), _written(admin)
        done = subprocess.run(
            [sys.executable, "-m", "tests.perf.sync", "--bring", server.url(database, "registry_worker"), str(path),
             content],
            cwd=ROOT, text=True, check=True, stdout=subprocess.PIPE,
        )  # fmt: skip
        said = json.loads(done.stdout.splitlines()[-1])
        Console().print(f"{path.name}: {said}")
        return Figures(said["seconds"], _lsn(admin) - before, _written(admin) - written, said["peak"])


def _lsn(admin: psycopg.Connection) -> int:
    row = admin.execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint").fetchone()
    assert row is not None
    return int(row[0])


def _written(admin: psycopg.Connection) -> int:
    admin.execute("SELECT pg_stat_clear_snapshot()")
    time.sleep(1.2)  # the server gathers its statistics once a second
    row = admin.execute(
        "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint FROM pg_stat_user_tables"
        " WHERE relname IN ('homes', 'listings', 'residences', 'buildings')"
    ).fetchone()
    assert row is not None
    return int(row[0])


def prepared(server: Server, background: int) -> str:
    """Return a copy of the country with one landlord more, which has nothing yet."""
    name = "bench_sync"
    server.clone(name, stage.prepared(server, background))
    with server.connect(name) as admin:
        admin.execute("SET search_path = registry, public")
        admin.execute(
            "INSERT INTO organisations (id, name, kind, status) VALUES (%s, 'Sync', 'landlord', 'active')", [OWNER]
        )
        admin.execute(
            "INSERT INTO adhesions (territory_id, organisation_id, charter_version, status, signed_at, signed_by)"
            " VALUES (1, %s, 1, 'in_force', now(), 'bench')", [OWNER],
        )  # fmt: skip
        admin.execute("VACUUM (ANALYZE) registry.organisations")
    return name


def centres(server: Server, database: str) -> list[tuple[str, float, float]]:
    """Return the communes in which the landlord has its residences: code, lon, lat (WGS84)."""
    with server.connect(database) as admin:
        return admin.execute(
            "SELECT code, ST_X(centre), ST_Y(centre) FROM registry.communes ORDER BY code LIMIT 300"
        ).fetchall()


def unload(server: Server, database: str, directory: Path) -> dict[str, Path]:
    """Write the landlord's rows as COPY takes them."""
    paths = {}
    with server.connect(database) as admin:
        for table in ("residences", *TABLES):
            paths[table] = directory / table
            query = sql.SQL("COPY (SELECT * FROM registry.{} WHERE organisation_id = {}) TO STDOUT")
            with admin.cursor().copy(query.format(sql.Identifier(table), sql.Literal(OWNER))) as copy:
                paths[table].write_bytes(b"".join(bytes(block) for block in copy))
    return paths


def load(admin: psycopg.Connection, table: str, path: Path, into: str = "registry.{}") -> None:
    query = sql.SQL(f"COPY {into} FROM STDIN").format(sql.Identifier(table))
    with admin.cursor().copy(query) as copy, path.open("rb") as file:
        while block := file.read(1 << 18):
            copy.write(block)


def copied(server: Server, database: str, paths: dict[str, Path]) -> Figures:
    """COPY the same rows into the live, indexed tables, in one transaction."""
    with psycopg.connect(server.url(database)) as admin:
        load(admin, "residences", paths["residences"])
        admin.commit()
        admin.execute("CHECKPOINT") if admin.autocommit else None
        before, started = _lsn(admin), time.perf_counter()
        for table in TABLES:
            load(admin, table, paths[table])
        admin.commit()
        return Figures(time.perf_counter() - started, _lsn(admin) - before)


def upserted(server: Server, database: str, paths: dict[str, Path]) -> Figures:
    """Stage the same rows and upsert every one of them."""
    with psycopg.connect(server.url(database)) as admin:
        before, started = _lsn(admin), time.perf_counter()
        for table in TABLES:
            name = sql.Identifier(table)
            admin.execute(sql.SQL("CREATE TEMPORARY TABLE {0} (LIKE registry.{0}) ON COMMIT DROP").format(name))
            load(admin, table, paths[table], "pg_temp.{}")
            row = admin.execute(
                "SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute"
                " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'id'",
                [f"registry.{table}"],
            ).fetchone()
            assert row is not None
            sets = sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(column)) for column in row[0])
            admin.execute(
                sql.SQL("INSERT INTO registry.{0} SELECT * FROM pg_temp.{0} ON CONFLICT (id) DO UPDATE SET {1}").format(
                    name, sets
                )
            )
        admin.commit()
        return Figures(time.perf_counter() - started, _lsn(admin) - before)


class Searches(threading.Thread):
    """Searches at a steady pace over HTTP, as callers go on to send them while files come in."""

    def __init__(self, port: int, token: str, queries: Sequence[str]) -> None:
        super().__init__(daemon=True)
        self._port, self._queries, self._headers = port, queries, {"Authorization": f"Bearer {token}"}
        self._over = threading.Event()
        self.latencies_ms: list[float] = []

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port)
        due = time.perf_counter()
        for query in itertools.cycle(self._queries):
            if self._over.is_set():
                break
            time.sleep(max(0.0, due - time.perf_counter()))
            started = time.perf_counter()
            connection.request("GET", f"/v1/listings?{query}", headers=self._headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            self.latencies_ms.append(1000 * (time.perf_counter() - started))
            due = max(due + 1 / SEARCHES_PER_S, started)
        connection.close()

    def p99_ms(self) -> float:
        """Stop; return what ninety-nine of a hundred searches took at most."""
        self._over.set()
        self.join()
        return sorted(self.latencies_ms)[int(0.99 * len(self.latencies_ms))]


def searched_meanwhile(server: Server, database: str, path: Path) -> tuple[Figures, float, float]:
    """Bring a file while others search; return what it took, and the p99 of the searches alone and meanwhile."""
    caller = asyncio.run(stage.landlord(server, database))
    web = stage.Web(server, database)
    try:
        with server.connect(database) as admin:
            queries = [asked.query for asked in Questions(admin, caller.id).common(2_000)]
        token, found = web.token(caller), []
        for bring_one in (lambda: time.sleep(ALONE_S), lambda: brought(server, database, path)):
            searches = Searches(web.port, token, queries)
            searches.start()
            figures = bring_one()
            found.append((figures, searches.p99_ms()))
        assert found[1][0] is not None
        return found[1][0], found[0][1], found[1][1]
    finally:
        web.close()


def measure(server: Server, count: int, background: int) -> tuple[dict[str, Figures], float]:
    figures: dict[str, Figures] = {}
    with TemporaryDirectory(prefix="registry-bench-") as made:
        directory = Path(made)
        first = write(directory / "week1.csv", COLUMNS, homes(count, week=1))
        second = write(directory / "week2.csv", COLUMNS, homes(count, week=2))
        product = prepared(server, background)
        places = write(
            directory / "residences.csv", ("ref", "street", "commune_code", "lon", "lat"),
            residences(count, centres(server, product)),
        )  # fmt: skip
        bare = "bench_sync_bare"
        server.clone(bare, product)
        figures["residences"] = brought(server, product, places, "residences")
        figures["first"] = brought(server, product, first)
        paths = unload(server, product, directory)
        figures["COPY"] = copied(server, bare, paths)
        figures["weekly"] = brought(server, product, second)
        figures["identical"] = brought(server, product, second)
        figures["upserts"] = upserted(server, bare, paths)
        third = write(directory / "week3.csv", COLUMNS, homes(count, week=3))
        figures["weekly, others search"], alone, meanwhile = searched_meanwhile(server, product, third)
        Console().print(f"search p99: {alone:.1f} ms alone, {meanwhile:.1f} ms while the file comes in")
        for name in (product, bare):
            server.drop(name)
    return figures, meanwhile / alone


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--homes", type=int, default=50_000)
    parser.add_argument("--background", type=int, default=50_000)
    parser.add_argument("--bring", nargs=3, metavar=("URL", "FILE", "CONTENT"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.bring:
        sys.stdout.write(json.dumps(asyncio.run(bring(asked.bring[0], Path(asked.bring[1]), asked.bring[2]))) + "\n")
        return 0
    with stage.cluster() as server:
        figures, searches = measure(server, asked.homes, asked.background)
    table = Table("way", "s", "homes/s", "WAL MB", "rows written", "peak MiB", title=f"{asked.homes} homes")
    for name, found in figures.items():
        table.add_row(
            name, f"{found.seconds:.2f}", f"{asked.homes / found.seconds:,.0f}", f"{found.wal / 1e6:.1f}",
            str(found.written), f"{found.peak:.0f}",
        )  # fmt: skip
    ratios = {
        "first / COPY": figures["COPY"].seconds / figures["first"].seconds,
        "weekly / COPY": figures["COPY"].seconds / figures["weekly"].seconds,
        "weekly / upserts": figures["upserts"].seconds / figures["weekly"].seconds,
        "WAL weekly / upserts": figures["weekly"].wal / figures["upserts"].wal,
    }
    console = Console()
    console.print(table)
    console.print(f"search p99 meanwhile / alone: {searches:.2f} (at most 2.5)")
    for name, ratio in ratios.items():
        due = f" (floor {_DUE[name]})" if name in _DUE else " (at most 0.06)"
        console.print(f"{name}: {ratio:.2f}{due}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
