"""``python -m tests.perf.surroundings``: the surroundings of a made-up city, as ratios (``make bench-surroundings``).

Each measure runs beside what it is compared with, in turns, in one run, on a PostgreSQL of the benchmark's own; a
ratio is of medians. Import: from the ``.osm.pbf`` to the committed tables, by a pass of pyosmium with an empty handler.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

import osmium
from rich.console import Console
from rich.table import Table

from registry.platform.database import Database, Role, create_engine
from registry.surroundings.service import networks
from tests.perf import stage, walks
from tests.perf.city import City, city
from tests.support.database import Server

DATABASE: Final = "bench_surroundings"
LAMBERT_93: Final = 2154
ROUNDS: Final = 5


@dataclass(frozen=True)
class Stage:
    """What a measure plays on."""

    city: City
    database: Database


@dataclass(frozen=True)
class Measured:
    """Medians in seconds; ``most``: what the ratio may be."""

    name: str
    ours_s: float
    bare_s: float
    most: float
    note: str

    @property
    def ratio(self) -> float:
        return self.ours_s / self.bare_s


class _Empty(osmium.SimpleHandler):
    def node(self, _: Any) -> None: ...
    def way(self, _: Any) -> None: ...
    def relation(self, _: Any) -> None: ...


async def import_by_parse(on: Stage) -> Measured:
    """Read, split and store the whole extract, by pyosmium's own pass over it."""
    bare, ours, reading = [], [], []
    edges = 0
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        _Empty().apply_file(str(on.city.path))
        bare.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        graph = networks.read_file(path=on.city.path, srid=LAMBERT_93).graph
        reading.append(time.perf_counter() - begun)
        async with on.database.transaction(Role.JOB) as session:
            await networks.store_network(session=session, name="bench", graphs=[graph])
        ours.append(time.perf_counter() - begun)
        edges = len(graph.start)
    note = f"{edges} edges; read {median(reading):.2f} s, stored {median(ours) - median(reading):.2f} s"
    return Measured("import / parse", median(ours), median(bare), 3.0, note)


async def distances_by_search(on: Stage) -> Measured:
    """All residences × services × 3 profiles, by bare searches from the same doors."""
    ours, bare, note = await asyncio.to_thread(walks.batch, on.city)
    return Measured("distances / search", ours, bare, 1.5, note)


async def door_by_limit(on: Stage) -> Measured:
    """One door's answer, by the time that it may take."""
    ours, limit, note = await asyncio.to_thread(walks.alone, on.city)
    return Measured("one door / 50 ms", ours, limit, 1.0, note)


MEASURES: Final[list[Callable[[Stage], Awaitable[Measured]]]] = [import_by_parse, distances_by_search, door_by_limit]


async def measured(server: Server, on: City) -> list[Measured]:
    database = Database(create_engine(server.url(DATABASE, "registry_worker")))
    try:
        return [await measure(Stage(on, database)) for measure in MEASURES]
    finally:
        await database.dispose()


def main() -> int:
    with stage.cluster() as server, TemporaryDirectory(prefix="registry-bench-") as directory:
        server.create_template(DATABASE)
        try:
            found = asyncio.run(measured(server, city(Path(directory) / "city.osm.pbf")))
        finally:
            server.drop(DATABASE)
    table = Table("measure", "ours s", "bare s", "ratio", "at most", "")
    for one in found:
        table.add_row(
            one.name, f"{one.ours_s:.2f}", f"{one.bare_s:.2f}", f"{one.ratio:.2f}", f"{one.most:.1f}", one.note
        )
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
