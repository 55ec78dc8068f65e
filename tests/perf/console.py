"""``python -m tests.perf.console``: how long the server takes for each page of the console.

On a territory of ``--homes`` homes, over loopback, one request after another, as the coordinator and as the landlord
with most homes; pages of one object (a file, a report) are those of a small territory beside it. Asked for: 95 of 100
within 100 ms.
"""

import argparse
import asyncio
import contextlib
import time
import uuid
from dataclasses import replace
from statistics import median, quantiles
from typing import Final

import httpx
from rich.console import Console
from rich.table import Table

from registry.platform.database import Database, create_engine
from registry.platform.settings import Settings
from tests.console.scene import Scene, set_scene
from tests.console.test_every_page import WALK, address_of
from tests.perf import data, stage
from tests.support.database import Server

LIMIT_MS: Final = 100
REQUESTS: Final = 60
WARM_UP: Final = 5
LARGEST: Final = uuid.UUID("00000000-0000-7000-8000-000000000001")
COORDINATOR: Final = uuid.UUID("00000000-0000-7000-8000-999999999999")
Measured = dict[tuple[str, str], tuple[int, list[float], int]]
"""Status, seconds and bytes of the answers, by route and role."""
PEOPLE: Final = ("coordinator_admin", "landlord_admin")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.perf.console", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--homes", type=int, default=50_000)
    homes = parser.parse_args().homes
    with stage.cluster() as server:
        database = stage.prepared(server, homes)
        with stage.copied(server, database) as copy, contextlib.closing(stage.Web(server, copy)) as web:
            size = data.measure(server.url(copy))
            measured = asyncio.run(_measured(server, copy, web))
    title = f"{size.homes:,} homes, {size.listings:,} listings; ms of the server, {REQUESTS} requests a page"
    table = Table("page", "as", "status", "median", "p95", "KiB", title=title)
    for (route, role), (status, seconds, length) in sorted(measured.items()):
        p95 = quantiles(seconds, n=20)[-1] * 1_000
        mark = "" if p95 <= LIMIT_MS else " [bold]slow[/]"
        table.add_row(
            route, role, str(status), f"{median(seconds) * 1_000:.0f}", f"{p95:.0f}{mark}", f"{length / 1024:.0f}"
        )
    Console(width=150).print(table)


async def _measured(server: Server, copy: str, web: stage.Web) -> Measured:
    settings: Settings = server.settings(copy, base_url=web.origin)
    database = Database(create_engine(server.url(copy, "registry_web")))
    small = await set_scene(database, settings)
    large = replace(
        small, landlord=LARGEST, territory=replace(small.territory, coordinator=replace(
            small.territory.coordinator, id=COORDINATOR
        )),
    )  # fmt: skip
    found: Measured = {}
    for role in PEOPLE:
        for scene, of_one in ((large, False), (small, True)):
            found |= await _pages(scene, role, web.origin, of_one=of_one)
    await database.dispose()
    return found


async def _pages(scene: Scene, role: str, origin: str, *, of_one: bool) -> Measured:
    """Ask for the pages that are about one object, or for the others."""
    found: Measured = {}
    cookies = {"session": await scene.sign_in(role)}
    async with httpx.AsyncClient(base_url=origin, cookies=cookies, timeout=60) as client:
        for route in (route for route in WALK if ("{" in route) == of_one):
            address, seconds = address_of(route, scene), list[float]()
            for _ in range(WARM_UP + REQUESTS):
                started = time.perf_counter()
                answer = await client.get(address)
                seconds.append(time.perf_counter() - started)
            found[route, role] = (answer.status_code, seconds[WARM_UP:], len(answer.content))
    return found


if __name__ == "__main__":
    main()
