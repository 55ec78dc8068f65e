"""The base map: tiles of another server, fetched by this one, kept, and shown around one's own territories alone."""

import asyncio
import os
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from registry.console import basemap
from registry.console.basemap import BaseMap, Kept
from registry.kernel.geo import LonLat, TileAddress
from registry.platform.database import Database
from registry.platform.outbound import Outbound
from registry.platform.settings import Settings
from tests.conftest import Register
from tests.support import mvt, territory
from tests.support.certificates import for_localhost
from tests.support.https import WebServer, web_server
from tests.support.people import Browser
from tests.support.seats import Seats
from tests.support.territory import Territory

PAGE = "/console/map"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(100)
DAY = 86_400.0


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    return for_localhost(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
async def web(certificate: tuple[Path, ssl.SSLContext]) -> AsyncIterator[WebServer]:
    async with web_server(certificate[1]) as running:
        running.body = PICTURE
        yield running


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "basemap", 1 << 20, DAY)


@pytest.fixture
def ground(web: WebServer, certificate: tuple[Path, ssl.SSLContext], kept: Kept) -> BaseMap:
    outbound = Outbound(
        frozenset({"localhost"}), private=True, verify=ssl.create_default_context(cafile=certificate[0]),
        max_bytes=basemap.MAX_TILE,
    )  # fmt: skip
    return BaseMap(f"https://localhost:{web.port}/plan?at={{z}}/{{x}}/{{y}}", "© Plan d'essai", outbound, kept)


@pytest_asyncio.fixture
async def place(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register, seats: Seats
) -> tuple[Territory, Browser]:
    made = await territory.create(database, job_database, client)
    landlord = await register()
    await territory.sign(database, made, [landlord])
    return made, await seats.take(landlord.id, "landlord_searcher")


@pytest.fixture
def shown(app: FastAPI, ground: BaseMap) -> Iterator[BaseMap]:
    app.state.basemap = ground
    yield ground
    app.state.basemap = None


def path(address: TileAddress) -> str:
    return f"/console/basemap/{address.z}/{address.x}/{address.y}.png"


async def test_tile_of_ones_territory_is_fetched_once_and_shown_to_who_is_signed_in(
    shown: BaseMap, web: WebServer, place: tuple[Territory, Browser], app: FastAPI, settings: Settings
) -> None:
    made, browser = place
    here = mvt.containing(14, LonLat(made.lon, made.lat))
    stranger = await Browser(app, settings).open(path(here))
    assert (stranger.status_code, web.asked) == (303, [])
    for _ in range(2):
        answer = await browser.open(path(here))
        assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, PICTURE, "image/png")
        assert answer.headers["cache-control"].startswith("private")
    assert [head.split()[1] for head in web.heads] == [f"/plan?at={here.z}/{here.x}/{here.y}"]
    assert all(word not in web.heads[0].lower() for word in ("cookie", "authorization", "referer"))
    page = await browser.open(PAGE)
    assert "© Plan d&#39;essai" in page.text
    assert 'data-do="basemap"' in page.text


async def test_tiles_that_lie_elsewhere_or_nowhere_are_not_asked_for(
    shown: BaseMap, web: WebServer, place: tuple[Territory, Browser]
) -> None:
    made, browser = place
    for address in (mvt.containing(12, LonLat(made.lon + 2, made.lat)), TileAddress(3, 8, 2)):
        assert (await browser.open(path(address))).status_code == 404
    assert (await browser.open("/console/basemap/19/0/0.png")).status_code in {400, 422}
    assert web.asked == []


async def test_without_a_base_map_there_is_neither_tile_nor_button(place: tuple[Territory, Browser]) -> None:
    made, browser = place
    assert (await browser.open(path(mvt.containing(14, LonLat(made.lon, made.lat))))).status_code == 404
    assert 'data-do="basemap"' not in (await browser.open(PAGE)).text


AT = TileAddress(14, 8_300, 5_600)


async def test_server_that_fails_is_left_alone_for_a_while_and_what_is_kept_is_shown(
    ground: BaseMap, kept: Kept, web: WebServer
) -> None:
    other = AT._replace(x=AT.x + 1)
    assert await ground.tile(AT) == PICTURE
    file = kept.directory / "14" / "8300" / "5600.png"
    os.utime(file, (time.time() - 2 * DAY,) * 2)
    web.status = "503 Service Unavailable"
    assert await ground.tile(AT) == PICTURE
    assert await ground.tile(AT) == PICTURE
    assert await ground.tile(other) is None
    assert len(web.asked) == 2


async def test_tile_that_the_server_does_not_have_says_nothing_of_the_others(ground: BaseMap, web: WebServer) -> None:
    web.status = "404 Not Found"
    assert await ground.tile(AT) is None
    web.status = "200 OK"
    assert await ground.tile(AT) == PICTURE
    web.body = b"<html>" + bytes(100)
    assert await ground.tile(AT._replace(x=1)) is None


async def test_who_wants_the_same_tile_waits_for_one_answer_and_who_leaves_takes_it_from_nobody(
    ground: BaseMap, web: WebServer
) -> None:
    web.wait_s = 0.05
    first, *others = [asyncio.create_task(ground.tile(AT)) for _ in range(5)]
    await asyncio.sleep(0.02)
    first.cancel()
    assert await asyncio.gather(*others) == [PICTURE] * 4
    assert len(web.asked) == 1


def test_oldest_tiles_go_where_they_take_more_than_they_may(tmp_path: Path) -> None:
    small = Kept(tmp_path, 10 * len(PICTURE), DAY)
    for x in range(12):
        small.write(AT._replace(x=x), PICTURE)
        os.utime(tmp_path / "14" / str(x) / f"{AT.y}.png", (1_000 + x,) * 2)
    small.sweep()
    assert [x for x in range(12) if small.read(AT._replace(x=x))] == list(range(3, 12))
    small.write(AT, PICTURE)
    assert small.read(AT) == (PICTURE, True)
    assert [found for found in tmp_path.rglob("*") if found.is_file() and found.suffix != ".png"] == []
