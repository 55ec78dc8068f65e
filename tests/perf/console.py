"""``python -m tests.perf.console``: how long the server takes for each page of the console.

On a territory of ``--homes`` homes, over loopback, one request after another, as the coordinator and as the landlord
with most homes; pages of one object (a file, a report) are those of a small territory beside it. Asked for: 95 of 100
within 100 ms; with ``--judge`` the run fails where a page takes longer. A page that a role may not see is not measured
for it, and any other answer than 200 is an error of the bench. On a machine on which others work too, the processor
time of the web process and of the database says more: it is given beside, on average.
"""

import argparse
import asyncio
import contextlib
import sys
import time
import uuid
from collections.abc import Iterable
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
    """Of one page for one role: the seconds of each answer, its bytes, the processor's seconds of all of them."""

    seconds: list[float]
    length: int
    web_s: float
    database_s: float

    @property
    def p95_ms(self) -> float:
        return quantiles(self.seconds, n=20)[-1] * 1_000


Measured = dict[tuple[str, str], Figures]
"""By route and role."""
PEOPLE: Final = ("coordinator_admin", "landlord_admin")
REFUSED: Final = frozenset({403, 404})
"""What a page answers to a role that it is not for."""


class NotMeasured(Exception):
    """A page did not answer as it does to somebody who reads it: there is nothing to time."""


def slow(measured: Measured) -> list[str]:
    """Return the pages of which fewer than 95 of 100 answers came within :data:`LIMIT_MS`."""
    return [
        f"{route} as {role}: {found.p95_ms:.0f} ms"
        for (route, role), found in sorted(measured.items())
        if found.p95_ms > LIMIT_MS
    ]


def all_seen(routes: Iterable[str], measured: Measured) -> None:
    """Hold that each page was measured for somebody.

    Raises:
        NotMeasured: Some are refused to everybody in the scene.
    """
    if unseen := set(routes) - {route for route, _ in measured}:
        raise NotMeasured(f"refused to everybody: {', '.join(sorted(unseen))}")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.perf.console", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--homes", type=int, default=50_000)
    parser.add_argument("--requests", type=int, default=60, help="of each page")
    parser.add_argument("--pages", default="", help="only those whose route holds this")
    parser.add_argument("--judge", action="store_true", help="exit with 1 where a page is slower than asked for")
    asked = parser.parse_args()
    with stage.cluster() as server:
        database = stage.prepared(server, asked.homes)
        with stage.copied(server, database) as copy, contextlib.closing(stage.Web(server, copy)) as web:
            size = data.measure(server.url(copy))
            measured = asyncio.run(_measured(server, copy, web, asked.pages, asked.requests))
    title = f"{size.homes:,} homes, {size.listings:,} listings; ms of the server, {asked.requests} requests a page"
    table = Table("page", "as", "median", "p95", "CPU web", "CPU database", "KiB", title=title)
    for (route, role), found in sorted(measured.items()):
        mark = "" if found.p95_ms <= LIMIT_MS else " [bold]slow[/]"
        table.add_row(
            route, role, f"{median(found.seconds) * 1_000:.0f}", f"{found.p95_ms:.0f}{mark}",
            f"{found.web_s / asked.requests * 1_000:.0f}", f"{found.database_s / asked.requests * 1_000:.0f}",
            f"{found.length / 1024:.0f}",
        )  # fmt: skip
    console, missed = Console(width=150), slow(measured)
    console.print(table)
    for page in missed:
        console.print(f"above {LIMIT_MS} ms: {page}")
    return int(asked.judge and bool(missed))


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
                    page = await _page(client, address_of(route, scene), requests, web, server)
                    if page is not None:
                        found[route, role] = page
    await database.dispose()
    all_seen((route for route in WALK if pages in route), found)
    return found


async def _page(
    client: httpx.AsyncClient, address: str, requests: int, web: stage.Web, server: Server
) -> Figures | None:
    """Time a page; ``None``: it is refused to who asks.

    Raises:
        NotMeasured: It answered something else than itself.
    """
    seconds: list[float] = []
    first = await client.get(address)
    if first.status_code in REFUSED:
        return None
    length = _length(first)
    for _ in range(WARM_UP):
        _length(await client.get(address))
    used = web.processor_s(), stage.database_s(server)
    for _ in range(requests):
        started = time.perf_counter()
        answer = await client.get(address)
        seconds.append(time.perf_counter() - started)
        length = _length(answer)
    return Figures(seconds, length, web.processor_s() - used[0], stage.database_s(server) - used[1])


def _length(answer: httpx.Response) -> int:
    """Return how many bytes a page has that is shown."""
    if answer.status_code != httpx.codes.OK:
        raise NotMeasured(f"{answer.url.path} answered {answer.status_code}")
    return len(answer.content)


if __name__ == "__main__":
    sys.exit(main())
