"""The map's page and tiles: the API's, to whoever is signed in, and nothing that the list does not show."""

import html
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest_asyncio

from registry.charter import service as charter
from registry.charter.schemas import Terms
from registry.kernel.geo import LonLat
from registry.listings.service.place import place_requested
from registry.platform.database import Database, Role
from tests.conftest import Register
from tests.support import members, mvt, territory
from tests.support.market import Market
from tests.support.people import Browser
from tests.support.seats import Seats, words
from tests.support.stock import home, publish, residence

PAGE = "/console/map"
HOMES = 8


@pytest_asyncio.fixture
async def market(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register
) -> AsyncIterator[Market]:
    place = await territory.create(database, job_database, client)
    owner, searcher = await register(), await register()
    await territory.sign(database, place, [owner, searcher])
    for member in (owner, searcher):
        await members.renew(member, client)
    given = {"R1": residence(place.communes[0], place.point())}
    await publish(client, owner, given, [{"ref": f"H{n}", **home(rooms=1 + n % 2)} for n in range(HOMES)])
    await place_requested(job_database)
    yield Market(client, database, job_database, place, owner, searcher)


@pytest_asyncio.fixture
async def searcher(market: Market, seats: Seats) -> Browser:
    return await seats.take(market.searcher.id, "landlord_searcher")


def drawn(page: httpx.Response) -> dict[str, Any]:
    """Return what the script of the map is told."""
    found = re.search(r'data-drawn="([^"]+)"', page.text)
    assert found
    told: dict[str, Any] = json.loads(html.unescape(found[1]))
    return told


async def test_tile_of_the_map_is_that_of_the_api_for_the_person_at_the_browser(
    market: Market, searcher: Browser
) -> None:
    listed = await market.listings()
    at = listed[0]["location"]
    for zoom, query in ((0, {}), (12, {"rooms_min": 1}), (14, {"rooms_min": 1}), (11, {"layer": "communes"})):
        path = "/{}/{}/{}.mvt".format(*mvt.containing(zoom, LonLat(at["lon"], at["lat"])))
        ours = await searcher.open(f"/console/tiles{path}", **query)
        theirs = await market.client.get(f"/v1/tiles{path}", params=query, headers=market.searcher.headers)
        assert (ours.status_code, theirs.status_code) == (200, 200)
        assert mvt.layers(ours.content) == mvt.layers(theirs.content)
        assert ours.headers["vary"].startswith("Cookie")
        assert "private" in ours.headers["cache-control"]
        again = await searcher.client.get(
            f"/console/tiles{path}", params=query, headers={"If-None-Match": ours.headers["etag"]}
        )
        assert again.status_code == 304
    assert (await searcher.open("/console/tiles/5/0/0.mvt", rooms_min=2)).status_code == 400
    assert (await searcher.open("/console/tiles/1/2/0.mvt")).status_code == 400


async def test_map_asks_tiles_of_the_same_filters_and_says_what_the_list_says(
    market: Market, searcher: Browser
) -> None:
    place = market.territory
    page = await searcher.open(PAGE, rooms_min="2", rent="900", commune=place.communes[0], within_m="5000")
    told = drawn(page)
    assert sorted(map(tuple, told["query"])) == [("rent_max", "90000"), ("rooms_min", "2")]
    assert told["filtered"] is True
    assert told["near"] == {"lon": round(place.lon, 6), "lat": round(place.lat, 6), "within_m": 5_000}
    everything = drawn(await searcher.open(PAGE))
    assert (everything["query"], everything["filtered"], everything["near"]) == ([], False, None)
    assert f"{HOMES} listings found" in words(await searcher.open(PAGE))
    area = f"{place.lon - 0.05},{place.lat - 0.05} {place.lon + 0.05},{place.lat - 0.05} {place.lon},{place.lat + 0.05}"
    assert len(drawn(await searcher.open(PAGE, area=area))["area"]) == 3


async def test_map_alone_may_start_a_worker_and_nothing_of_others(searcher: Browser) -> None:
    policy = (await searcher.open(PAGE)).headers["content-security-policy"]
    assert "worker-src 'self'" in policy
    for loose in ("unsafe", "blob:", "data:", "http", "*"):
        assert loose not in policy
    assert "worker-src" not in (await searcher.open("/console/search")).headers["content-security-policy"]
    page = await searcher.open(PAGE)
    for name in re.findall(r'data-(?:library|worker)="([^"]+)"', page.text):
        script = await searcher.open(name)
        assert script.status_code == 200
        assert script.headers["content-type"].startswith(("text/javascript", "application/javascript"))
        assert "connect-src 'self'" in script.headers["content-security-policy"]


async def test_homes_that_the_map_shows_by_themselves_use_up_the_quota(
    market: Market, searcher: Browser, database: Database
) -> None:
    place = market.territory
    async with database.transaction(Role.COORDINATOR, organisation=place.coordinator.id, actor="tests") as session:
        await charter.put_in_force(
            session=session, organisation=place.coordinator.id, territory_id=place.id,
            terms=Terms(listing_daily_homes=1),
        )  # fmt: skip
    tiles = {
        mvt.containing(14, LonLat(item["location"]["lon"], item["location"]["lat"]))
        for item in (await market.client.get("/v1/listings", headers=market.owner.headers)).json()["items"]
    }
    answers = [await searcher.open(f"/console/tiles/{z}/{x}/{y}.mvt") for z, x, y in tiles]
    assert 429 in {answer.status_code for answer in answers}
    page = await searcher.open(PAGE)
    assert page.status_code == 429
    assert "Daily number of distinct homes reached" in searcher.alert
