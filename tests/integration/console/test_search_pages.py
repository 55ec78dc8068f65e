"""People search the shared listings at the console: what the API finds, to whom it shows it, in words."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import event

from registry.listings.repository import facets
from registry.listings.service.place import place_requested
from registry.platform.database import Database
from registry.platform.round_trip import send
from registry.territories.service import named
from tests.conftest import Register
from tests.support import members, territory
from tests.support.database import Server
from tests.support.market import Market
from tests.support.people import Browser
from tests.support.seats import Seats, words
from tests.support.stock import fact, home, publish, residence

PAGE = "/console/search"
STEP_FREE: dict[str, Any] = {
    "step_free_entrance": fact(), "lift": fact(), "bedroom_on_entrance_level": fact(), "zero_step_shower": fact(),
}  # fmt: skip


@pytest_asyncio.fixture
async def market(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register
) -> AsyncIterator[Market]:
    """24 homes of a landlord in two communes: half of them step-free, a third of each availability."""
    place = await territory.create(database, job_database, client, communes=2)
    owner, searcher = await register(), await register()
    await territory.sign(database, place, [owner, searcher])
    for member in (owner, searcher):
        await members.renew(member, client)
    residences = {
        f"R{n}": residence(place.communes[n % 2], place.point(300 * n + (8_000 if n % 2 else 0))) for n in range(6)
    }
    homes = [
        {"ref": f"H{n}", **home(
            f"R{n % 6}", STEP_FREE if n % 4 < 2 else None, rooms=1 + n % 3, typology=f"T{1 + n % 3}",
            status=("vacant", "occupied", "notice")[n % 3], rent_cents=30_000 + 1_000 * n)}
        for n in range(24)
    ]  # fmt: skip
    await publish(client, owner, residences, homes)
    await place_requested(job_database)
    yield Market(client, database, job_database, place, owner, searcher)


@pytest_asyncio.fixture
async def searcher(market: Market, seats: Seats) -> Browser:
    return await seats.take(market.searcher.id, "landlord_searcher")


def found(page: httpx.Response) -> list[str]:
    """Return the ids of the listings on a page, in their order."""
    return re.findall(r'data-listing="([0-9a-f-]{36})"', page.text)


@pytest.mark.parametrize(
    ("asked", "as_the_api"),
    [
        ({}, {}),
        ({"class_min": "3"}, {"class_min": 3}),
        ({"rent": "400"}, {"rent_max": 40_000}),
        ({"feature": ["lift", "zero_step_shower"], "availability": "now"}, {"feature": ["lift", "zero_step_shower"],
            "availability": "now"}),
        ({"rooms_min": "2", "rooms_max": "2", "sort": "freshness"}, {"rooms_min": 2, "rooms_max": 2,
            "sort": "freshness"}),
        ({"service": "pharmacy:300:wheelchair"}, {"service": "pharmacy:300:wheelchair"}),
    ],
)  # fmt: skip
async def test_search_shows_what_the_api_finds_in_its_order(
    market: Market, searcher: Browser, asked: dict[str, Any], as_the_api: dict[str, Any]
) -> None:
    listed = await market.listings(**as_the_api, limit=20)
    page = await searcher.open(PAGE, territory=market.territory.slug, **asked)
    assert page.status_code == 200
    assert found(page) == [item["id"] for item in listed]
    counted = await market.listings(**as_the_api)
    said = "One listing found" if len(counted) == 1 else f"{len(counted)} listings found"
    assert said in words(page)


async def test_search_around_a_commune_is_by_distance_and_in_an_area_by_its_shown_points(
    market: Market, searcher: Browser
) -> None:
    here = market.territory
    page = await searcher.open(PAGE, commune=here.communes[0], within_m="10000")
    listed = await market.listings(near=f"{here.lon},{here.lat}", within_m=10_000)
    assert listed
    assert found(page) == [item["id"] for item in listed][:20]
    assert re.search(r"about [0-9.]+ k?m away", words(page))
    west, south, east, north = here.lon - 0.05, here.lat - 0.05, here.lon + 0.05, here.lat + 0.05
    ring = f"{west},{south} {east},{south} {east},{north} {west},{north}"
    inside = await market.listings(bbox=f"{west},{south},{east},{north}")
    assert 0 < len(inside) < 24
    for given in ({"area": ring}, {"bbox": f"{west},{south},{east},{north}"}):
        assert sorted(found(await searcher.open(PAGE, **given))) == sorted(item["id"] for item in inside[:20])


async def test_commune_is_written_where_they_are_too_many_for_a_list(
    market: Market, searcher: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(named, "MOST_OFFERED", 1)
    here = market.territory
    code = here.communes[0]
    listed = await market.listings(commune=code)
    assert 0 < len(listed) < 24
    page = await searcher.open(PAGE, commune=f"  COMMUNE-{code} ")
    assert sorted(found(page)) == sorted(item["id"] for item in listed)
    assert f'<option value="{code}"' not in page.text
    assert f'value="Commune {code} ({code})"' in page.text
    assert f"Commune: Commune {code}" in words(page)
    assert f"commune={code}" in page.text
    around = await searcher.open(PAGE, commune=f"Commune {code} ({code})", within_m="10000")
    assert found(around)
    both = await searcher.open(PAGE, commune=", ".join(here.communes), limit="20")
    assert len(found(both)) == 20
    wrong = words(await searcher.open(PAGE, commune="Nulle-Part"))
    assert "No commune of the territory has this name" in wrong
    drawn = await searcher.open("/console/map", commune=code)
    assert drawn.text.count("Commune ") > 1
    assert "&#34;bounds&#34;:[" in drawn.text


async def test_pages_follow_each_other_until_everything_was_shown_once(market: Market, searcher: Browser) -> None:
    first = await searcher.open(PAGE, territory=market.territory.slug)
    following = re.search(r'href="([^"]+)" rel="next"', first.text)
    assert following
    second = await searcher.open(following[1].replace("&amp;", "&"))
    assert (len(found(first)), len(found(second))) == (20, 4)
    assert len({*found(first), *found(second)}) == 24
    assert "24 listings found" in words(second)
    assert 'rel="next"' not in second.text


async def test_numbers_beside_the_list_are_those_of_the_searches_that_they_lead_to(
    market: Market, searcher: Browser
) -> None:
    page = await searcher.open(PAGE, territory=market.territory.slug, class_min="3")
    facets = page.text.partition('class="facets"')[2].partition("</details>")[0]
    links = re.findall(r'<a href="([^"]+)">[^<]+</a> \((\d+)\)', facets)
    assert len(links) > 4
    for address, count in links:
        leads_to = await searcher.open(address.replace("&amp;", "&"))
        said = "One listing found" if count == "1" else f"{count} listings found"
        assert said in words(leads_to), address


async def test_what_the_form_leaves_empty_is_not_asked_and_what_is_wrong_is_said_where_it_stands(
    market: Market, searcher: Browser
) -> None:
    tidied = await searcher.open(f"{PAGE}?commune=&rooms_min=2&service=&service=")
    assert (tidied.status_code, searcher.location) == (303, f"{PAGE}?rooms_min=2")
    for given, name in (
        ({"rent": "cheap"}, "rent"), ({"rooms_min": "3", "rooms_max": "2"}, "rooms_min"), ({"near": "44,1"}, "near"),
        ({"within_m": "2000"}, "within_m"), ({"area": "1,2 3"}, "area"), ({"area": "1,45 1.1,45" }, "area"),
        ({"available_before": "soon"}, "available_before"), ({"bbox": "0,40,9,50"}, "bbox"),
    ):  # fmt: skip
        page = await searcher.open(PAGE, **given)
        assert page.status_code == 422
        assert re.search(rf'id="{name}"[^>]*aria-invalid="true"', page.text), name
        assert searcher.alert
        assert found(page) == []
    assert (await searcher.open(PAGE, unheard_of="1")).status_code == 422


async def test_changed_filter_replaces_the_results_alone_and_the_address(market: Market, searcher: Browser) -> None:
    answer = await searcher.client.get(PAGE, params={"rooms_min": "2", "commune": ""}, headers={"HX-Request": "true"})
    assert answer.headers["hx-push-url"] == f"{PAGE}?rooms_min=2"
    assert '<form class="filters"' not in answer.text
    assert 'hx-swap-oob="true"' in answer.text
    assert len(found(answer)) == 16
    wrong = await searcher.client.get(PAGE, params={"rent": "cheap"}, headers={"HX-Request": "true"})
    assert (wrong.status_code, 'role="alert"' in wrong.text) == (200, True), "htmx shows what succeeds only"


async def test_listing_says_why_it_is_of_its_class_and_how_fresh_it_is(market: Market, searcher: Browser) -> None:
    shown = (await market.listings(class_min=3))[0]
    page = await searcher.open(f"/console/listings/{shown['id']}", class_min="3")
    said = words(page)
    assert "Proven: 3 · Step-free." in said
    assert "What class 3, Step-free, asks for" in said
    assert re.search(r"yes All of these .* yes Bedroom|unknown Bedroom", said)
    assert "confirmed in week" in said
    assert "To be checked before anybody travels" not in said
    assert f'href="{PAGE}?class_min=3"' in page.text, "back to the same search"
    assert market.owner.name in said
    for private in ("H0", "acacias", "Tilleuls"):
        assert private not in said
    fragment = await searcher.client.get(f"/console/listings/{shown['id']}", headers={"HX-Request": "true"})
    assert "<main" not in fragment.text
    assert "Step-free" in fragment.text


async def test_listing_that_nobody_confirmed_in_time_says_so_in_the_list_and_on_its_page(
    market: Market, searcher: Browser, server: Server, database_name: str
) -> None:
    listed = (await market.listings())[0]["id"]
    with server.connect(database_name) as admin:
        admin.execute(
            "UPDATE registry.listings SET document = regexp_replace(document, '\"fresh_week\" : \"[^\"]+\"',"
            " '\"fresh_week\" : \"2025-W10\"') WHERE id = %s", (listed,),
        )  # fmt: skip
    stale = "To be checked before anybody travels"
    assert words(await searcher.open(PAGE, territory=market.territory.slug)).count(stale) == 1
    said = words(await searcher.open(f"/console/listings/{listed}"))
    assert stale in said
    assert "confirmed in week 10 of 2025" in said


async def test_who_may_not_search_sees_nothing_and_who_has_not_signed_is_told_why(
    market: Market, seats: Seats, register: Register
) -> None:
    shown = (await market.listings())[0]["id"]
    reader = await seats.take(market.owner.id, "landlord_reader")
    for address in (PAGE, "/console/map", f"/console/listings/{shown}", "/console/tiles/0/0/0.mvt"):
        assert (await reader.open(address)).status_code == 403
    assert 'href="/console/search"' not in (await reader.open("/console")).text
    stranger = await seats.take((await register()).id, "landlord_admin")
    page = await stranger.open(PAGE)
    assert page.status_code == 403
    assert "Searching is reciprocal" in words(page)
    assert (await stranger.open(f"/console/listings/{shown}")).status_code == 404
    assert (await stranger.open("/console/tiles/0/0/0.mvt")).status_code == 403
    coordinator = await seats.take(market.territory.coordinator.id, "coordinator_reader")
    assert shown in found(await coordinator.open(PAGE))


async def test_list_whose_numbers_would_take_too_long_is_shown_without_them(
    market: Market, searcher: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "SLOWEST_MS", 50)
    monkeypatch.setattr(facets, "statement", lambda asked: ("SELECT '{}', '{}', 1 FROM pg_sleep(60)", {}))
    page = await searcher.open(PAGE, territory=market.territory.slug)
    assert page.status_code == 200
    assert len(found(page)) == 20
    assert "Too many listings to count" in words(page)


async def test_search_sends_as_many_statements_for_one_listing_as_for_a_page(
    market: Market, searcher: Browser, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    async def noted(connection: Any, statements: Any) -> Any:
        sent.extend(statement for statement, _ in statements)
        return await send(connection, statements)

    def before(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        sent.append(statement)

    async def statements_of(page: str, **asked: str) -> list[str]:
        """Return what a page asks of places, charters and listings; the session and the quota are asked of all."""
        sent.clear()
        assert (await searcher.open(page, territory=market.territory.slug, **asked)).status_code == 200
        ours = ("FROM listings", "FROM territories", "FROM communes", "FROM quarters", "FROM charters")
        others = ("FROM sessions", "listing_daily_homes", "listings_seen")  # the meter asks when it writes
        return [
            each for each in sent if any(table in each for table in ours) and not any(name in each for name in others)
        ]

    monkeypatch.setattr("registry.platform.database.send", noted)
    engine = app.state.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", before)
    try:
        for page in (PAGE, "/console/map"):
            await statements_of(page)  # whatever the first request of a process or of a day asks besides
            one, many = await statements_of(page, rent="300"), await statements_of(page)
            assert one != many
            assert [len(one), len(many)] == [6, 6], [one, many]
        listed = (await market.listings())[0]["id"]
        assert len(await statements_of(f"/console/listings/{listed}")) == 5
    finally:
        event.remove(engine, "before_cursor_execute", before)
