"""``python -m tests.perf.console``: how long the server takes for each page of the console.

On a territory of ``--homes`` homes, over loopback, one request after another, as the coordinator and as the landlord
with most homes; pages of one object (a file, a report) are those of a small territory beside it. Asked for: 95 of 100
within 100 ms. On a machine on which others work too, the processor time of the web process and of the database says
more: it is given beside, on average.
"""

import argparse
import asyncio
import contextlib
import time
import uuid
from dataclasses import replace
from statistics import median, quantiles
from typing import Final, NamedTuple

import httpx
from rich.console import Console
from rich.table import Table

from registry.platform.database import Database, create_engine
from registry.platform.settings import Settings
from tests.console.scene import set_scene
from tests.console.test_every_page import WALK, address_of
from tests.perf import data, stage
from tests.support.database import Server

LIMIT_MS: Final = 100
WARM_UP: Final = 5
LARGEST: Final = uuid.UUID("00000000-0000-7000-8000-000000000001")
COORDINATOR: Final = uuid.UUID("00000000-0000-7000-8000-999999999999")


class Figures(NamedTuple):
    """Of one page for one role: what the last answer was, and what all of them took."""

    status: int
    seconds: list[float]
    length: int
    web_s: float
    database_s: float


Measured = dict[tuple[str, str], Figures]
"""By route and role."""
PEOPLE: Final = ("coordinator_admin", "landlord_admin")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.perf.console", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--homes", type=int, default=50_000)
    parser.add_argument("--requests", type=int, default=60, help="of each page")
    parser.add_argument("--pages", default="", help="only those whose route holds this")
    asked = parser.parse_args()
    with stage.cluster() as server:
        database = stage.prepared(server, asked.homes)
        with stage.copied(server, database) as copy, contextlib.closing(stage.Web(server, copy)) as web:
            size = data.measure(server.url(copy))
            measured = asyncio.run(_measured(server, copy, web, asked.pages, asked.requests))
    title = f"{size.homes:,} homes, {size.listings:,} listings; ms of the server, {asked.requests} requests a page"
    table = Table("page", "as", "status", "median", "p95", "CPU web", "CPU database", "KiB", title=title)
    for (route, role), found in sorted(measured.items()):
        p95 = quantiles(found.seconds, n=20)[-1] * 1_000
        mark = "" if p95 <= LIMIT_MS else " [bold]slow[/]"
        table.add_row(
            route, role, str(found.status), f"{median(found.seconds) * 1_000:.0f}", f"{p95:.0f}{mark}",
            f"{found.web_s / asked.requests * 1_000:.0f}", f"{found.database_s / asked.requests * 1_000:.0f}",
            f"{found.length / 1024:.0f}",
        )  # fmt: skip
    Console(width=150).print(table)


async def _measured(server: Server, copy: str, web: stage.Web, pages: str, requests: int) -> Measured:
    settings: Settings = server.settings(copy, base_url=web.origin)
    database = Database(create_engine(server.url(copy, "registry_web")))
    small = await set_scene(database, settings)
    coordinator = replace(small.territory.coordinator, id=COORDINATOR)
    large = replace(
        small, landlord=LARGEST, territory=replace(small.territory, slug=data.TERRITORY, coordinator=coordinator)
    )
    found: Measured = {}
    for role in PEOPLE:
        for scene, of_one in ((large, False), (small, True)):
            routes = [route for route in WALK if ("{" in route) == of_one and pages in route]
            cookies = {"session": await scene.sign_in(role)}
            async with httpx.AsyncClient(base_url=web.origin, cookies=cookies, timeout=60) as client:
                for route in routes:
                    address = address_of(route, scene)
                    found[route, role] = await _page(client, address, requests, web, server)
    await database.dispose()
    return found


async def _page(client: httpx.AsyncClient, address: str, requests: int, web: stage.Web, server: Server) -> Figures:
    seconds: list[float] = []
    for _ in range(WARM_UP):
        answer = await client.get(address)
    used = web.processor_s(), stage.database_s(server)
    for _ in range(requests):
        started = time.perf_counter()
        answer = await client.get(address)
        seconds.append(time.perf_counter() - started)
    return Figures(
        answer.status_code,
        seconds,
        len(answer.content),
        web.processor_s() - used[0],
        stage.database_s(server) - used[1],
    )


if __name__ == "__main__":
    main()
