"""``python -m tests.perf.tiles``: how fast tiles are made, and what it costs to have their numbers ready.

Tiles of zoom 11 over HTTP beside pgbench that runs their SQL; low zooms from numbers counted beforehand beside the same
counted one by one; listings written with and without what keeps the numbers. Everything in turns, in one run.
"""

import argparse
import asyncio
import contextlib
import os
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import median
from typing import Final

import psycopg
from rich.console import Console
from rich.table import Table

from registry import wiring
from registry.access.principal import Principal
from registry.kernel.geo import LonLat, TileAddress
from registry.listings import tasks
from registry.listings.filters import TileQuery
from registry.listings.repository import projection
from registry.listings.repository.tiles import Layers, statement
from registry.listings.service.search import conditions_of
from registry.listings.service.tiles import layers_of
from registry.platform.database import Database, Role, create_engine
from tests.perf import data, inside, stage
from tests.perf.measures import CLIENTS, Figures, Measures
from tests.perf.pgbench import Script
from tests.perf.searches import Asked
from tests.support.database import Server
from tests.support.mvt import containing

Given = dict[str, object]
Z11: Final[dict[str, tuple[Given, int, bool]]] = {
    "from the cells": ({}, 300, False),
    "from the cells, pgbench counting one by one": ({}, 300, True),
    "of 3 rooms": ({"rooms_min": 3}, 300, False),
    "of 3 rooms, where most stand": ({"rooms_min": 3}, 5, False),
}
"""What is asked; of how many tiles: those on which most homes stand are nearest to what a larger country has; and
whether pgbench makes the same tile without what was counted beforehand."""
LOW_ZOOMS: Final = (4, 6, 8, 9, 11)
OF_PGBENCH: Final = 0.7
BY_COUNTING: Final = 10.0
CHUNK: Final = 5_000
TURNS: Final = 6
SHORT_TURNS: Final = 5


class Places:
    """Tiles of towns: large ones as often as homes stand in them."""

    def __init__(self, admin: psycopg.Connection, organisation: uuid.UUID) -> None:
        self._principal = Principal(organisation, "landlord", "bench", frozenset(), {"pays": 1})
        self._places = [
            LonLat(lon, lat)
            for lon, lat in admin.execute(
                "SELECT ST_X(place), ST_Y(place) FROM (SELECT ST_Transform(point, 4326) AS place FROM registry.listings"
                " ORDER BY md5(id::text) LIMIT 2000) drawn"
            )
        ]

    def addresses(self, z: int, most: int = 300) -> list[TileAddress]:
        """Return tiles of a zoom, those first in which most of the places lie."""
        counted = Counter(containing(z, place) for place in self._places)
        return [address for address, _ in counted.most_common(most)]

    def asked(self, address: TileAddress, given: Given, *, one_by_one: bool = False) -> Asked:
        query = TileQuery.model_validate(given)
        layers = layers_of(self._principal, address, query)
        if one_by_one:
            homes = conditions_of(self._principal, query, order="rent", limit=0)
            layers = Layers(counted=False, communes=False, quarters=False, homes=homes)
        sql, values = statement(layers, address, own=self._principal.organisation_id, territories=[1])
        return Asked("&".join(f"{name}={value}" for name, value in given.items()), sql, values)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.perf.tiles", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--homes", type=int, default=500_000)
    homes = parser.parse_args().homes
    with stage.cluster() as server:
        database = stage.prepared(server, homes)
        with (
            stage.copied(server, database) as copy,
            stage.administrator(server, copy) as admin,
            contextlib.closing(stage.Web(server, copy)) as web,
        ):
            size = data.measure(server.url(copy))
            taken = asyncio.run(_added(server, copy))
            data.settle(server.url(copy))
            measures = Measures(server, copy, web, asyncio.run(stage.landlord(server, copy)), admin)
            places = Places(admin, measures.caller.id)
            table = Table("what", "value", "floor", title=f"{homes:,} homes, {size.listings:,} listings")
            for (name, clients), figures in _over_http(measures, places).items():
                ratio = figures["tile_to_pgbench"]
                table.add_row(
                    f"z11 {name}, {clients} client{'s' * (clients > 1)}: of pgbench, "
                    f"{figures['tile_per_second']:,.0f} / {figures['tile_pgbench_per_second']:,.0f} a second, "
                    f"{figures['tile_cpu_us']:,.0f} µs of the process", f"{ratio:.2f}", f"{OF_PGBENCH}",
                )  # fmt: skip
            for z, (counted, each) in _low_zooms(server, copy, places, measures.caller.id).items():
                floor = f"{BY_COUNTING:.0f}" if z <= 9 else ""
                table.add_row(
                    f"z{z} counted beforehand: times as fast as one by one, {each:.2f} / {counted:.2f} ms",
                    f"{each / counted:.1f}", floor,
                )  # fmt: skip
            table.add_row("adding every listing to the cells, once: s", f"{taken:.1f}", "")
            written = asyncio.run(_writing(server, copy, admin))
            for what, (kept, bare) in written.items():
                table.add_row(
                    f"{what}: listings a second with the numbers kept / without, {kept:,.0f} / {bare:,.0f}",
                    f"{kept / bare:.3f}", "",
                )  # fmt: skip
            (count,) = admin.execute("SELECT count(*) FROM registry.listing_cell_changes").fetchone() or (0,)
            waiting = _low_zooms(server, copy, places, measures.caller.id)
            for z in (4, 9):
                table.add_row(f"z{z} while {count:,} changes wait: ms", f"{waiting[z][0]:.2f}", "")
            table.add_row("adding them: s", f"{asyncio.run(_added(server, copy)):.2f}", "")
            Console(width=120).print(table)


async def _added(server: Server, database: str) -> float:
    """Return the seconds that the job takes."""
    jobs = Database(create_engine(server.url(database, "registry_worker")))
    started = time.perf_counter()
    await tasks.add_to_cells(jobs)
    taken = time.perf_counter() - started
    await jobs.dispose()
    return taken


def _over_http(measures: Measures, places: Places) -> dict[tuple[str, int], Figures]:
    """Return the figures by what is asked and the number of clients: one, as many as cores, and a crowd.

    A process of the service is one core's at most; pgbench's server takes as many as there are clients.
    """
    found = {}
    for name, (given, most, one_by_one) in Z11.items():
        addresses = places.addresses(11, most)
        asked = [places.asked(address, given, one_by_one=one_by_one) for address in addresses]
        script = Script([asked[0].sql], [one.values for one in asked])
        assert {one.sql for one in asked} == {asked[0].sql}
        paths = [
            f"/v1/tiles/{address.z}/{address.x}/{address.y}.mvt?{one.query}"
            for address, one in zip(addresses, asked, strict=True)
        ]
        for clients in sorted({1, os.cpu_count() or 1, CLIENTS}):
            found[name, clients] = measures.compared(
                "tile", [script], paths, seconds=2, clients=clients, rounds=SHORT_TURNS
            )
    return found


def _low_zooms(
    server: Server, database: str, places: Places, organisation: uuid.UUID
) -> dict[int, tuple[float, float]]:
    """Return the medians in milliseconds, by zoom: from the cells, and one by one."""
    side, other = inside.sides(server, database, organisation)
    found = {}
    for z in LOW_ZOOMS:
        addresses = places.addresses(z, 20)
        counted = [places.asked(address, {}) for address in addresses]
        each = [places.asked(address, {}, one_by_one=True) for address in addresses]
        found[z] = (median(inside.times([side], counted)[0]), median(inside.times([side], each)[0]))
    side.close()
    other.close()
    return found


async def _writing(server: Server, database: str, admin: psycopg.Connection) -> dict[str, tuple[float, float]]:
    """Return listings written a second, with the triggers and without: rows that change, and new ones."""
    wiring.wire()
    admin.execute("SET search_path = registry, public")
    jobs = Database(create_engine(server.url(database, "registry_worker")))
    ids = [id_ for (id_,) in admin.execute("SELECT id FROM registry.homes WHERE facts <> '{}' ORDER BY residence_id")]
    chunks = [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
    seen: dict[str, dict[bool, list[float]]] = defaultdict(lambda: defaultdict(list))
    for turn in range(2 * TURNS):
        chunk = chunks[turn % len(chunks)]
        kept = turn % 2 == 0
        _keep(admin, on=kept)
        admin.execute(
            "UPDATE registry.homes SET rent_cents = rent_cents + 100,"
            " status = CASE status WHEN 'occupied' THEN 'vacant' ELSE 'occupied' END WHERE id = ANY(%s)", [chunk],
        )  # fmt: skip
        seen["changed"][kept].append(await _projected(jobs, chunk, new=False))
        admin.execute(
            "DELETE FROM registry.listings WHERE id IN (SELECT listing_id FROM registry.homes WHERE id = ANY(%s))",
            [chunk],
        )
        seen["new"][kept].append(await _projected(jobs, chunk, new=True))
    _keep(admin, on=True)
    await jobs.dispose()
    return {what: (median(sides[True]), median(sides[False])) for what, sides in seen.items()}


def _keep(admin: psycopg.Connection, *, on: bool) -> None:
    """Have what listings are written change the numbers, or not."""
    for name in ("count_new", "count_gone", "count_changed"):
        admin.execute(f"ALTER TABLE registry.listings {'ENABLE' if on else 'DISABLE'} TRIGGER {name}")


async def _projected(jobs: Database, homes: Sequence[uuid.UUID], *, new: bool) -> float:
    started = time.perf_counter()
    async with jobs.transaction(Role.JOB, actor="bench") as session:
        await projection.project(session, homes, new=new)
    return len(homes) / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
