"""Members learn which adapted homes of others fell vacant: at the start page, and once a day by mail who wants it."""

import datetime as dt
import uuid
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from registry.charter.schemas import Terms
from registry.kernel.clock import now
from registry.listings.errors import DailyHomesUsedUp
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role
from registry.platform.mail import Message
from registry.platform.settings import Settings
from registry.transfers.service import vacated
from registry.transfers.service.vacated_news import write_digest
from tests.conftest import Register
from tests.integration.transfers.test_vacated import adapt, line
from tests.support.market import Market, market
from tests.support.members import Member
from tests.support.people import Browser, join
from tests.support.seats import Seats, words
from tests.support.transfers import mails_of

URL = "https://registry.example"


@pytest.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    return await market(database, job_database, client, register)


async def vacate(place: Market, *refs: str) -> None:
    """Have adapted homes of the owner fall vacant, and members be told."""
    await place.publish([line(ref, "occupied") for ref in refs])
    for ref in refs:
        await adapt(place, ref)
    await place.publish([line(ref, "notice", available_on="2026-12-15") for ref in refs])
    await vacated.announce(place.jobs)


async def digests(place: Market, settings: Settings, member: Member) -> list[Message]:
    await write_digest(place.jobs, keyring(settings), URL)
    return await mails_of(place.database, place.jobs, keyring(settings), member, "vacated_digest")


async def test_digest_names_commune_type_class_and_month_once_a_day(place: Market, settings: Settings) -> None:
    for member, role in ((place.owner, "landlord_searcher"), (place.searcher, "landlord_searcher"),
                         (place.searcher, "landlord_publisher")):  # fmt: skip
        await join(place.database, settings, member.id, role)
    assert await digests(place, settings, place.searcher) == []
    await vacate(place, "H1", "H2")
    await place.publish([line("H2", "occupied")])  # let before anybody is written to
    (written,) = await digests(place, settings, place.searcher)
    assert "12/2026" in written.text
    assert "T2" in written.text
    assert "classe" in written.text
    assert f"{URL}/account/security#mails" in written.text
    listing = next(iter(await place.refs()))
    assert not any(each in written.text for each in ("H1", "2026-12-15", "15/12", "R1", listing, str(place.owner.id)))
    assert await digests(place, settings, place.owner) == [], "its own homes are no news to a landlord"
    await vacate(place, "H3")
    assert len(await digests(place, settings, place.searcher)) == 0, "one a day"
    await a_day_passes(place)
    assert len(await digests(place, settings, place.searcher)) == 1


async def a_day_passes(place: Market) -> None:
    async with place.jobs.transaction(Role.JOB, actor="tests") as session:
        earlier = text(
            "UPDATE vacated_homes SET digested_at = digested_at - interval '1 day' WHERE territory_id = :territory"
        )
        await session.execute(earlier, {"territory": place.territory.id})


async def test_who_wants_no_digest_gets_none_and_may_think_again(
    place: Market, app: FastAPI, settings: Settings
) -> None:
    browser = await Seats(app, settings, place.database).take(place.searcher.id, "landlord_searcher")
    page = await browser.open("/account/security")
    assert "You receive it." in words(page)
    await browser.send("/account/security/mails", digest="false")
    assert "You will receive this mail no more." in words(await browser.open(browser.location))
    await vacate(place, "H1")
    assert await digests(place, settings, place.searcher) == []
    await browser.open("/account/security")
    await browser.send("/account/security/mails", digest="true")
    assert "You receive it." in words(await browser.open(browser.location))


async def test_start_page_counts_vacated_homes_of_others_and_leads_to_their_listings(
    place: Market, app: FastAPI, settings: Settings
) -> None:
    seats = Seats(app, settings, place.database)
    searcher = await seats.take(place.searcher.id, "landlord_searcher")
    owner = await seats.take(place.owner.id, "landlord_admin")
    assert await told(searcher) == ""
    await vacate(place, "H1")
    assert await told(searcher) == "1"
    assert await told(owner) == "", "its own homes stand on its own page"
    listing = next(iter(await place.refs()))
    page = await searcher.open("/console/vacated/others")
    assert f"/console/listings/{listing}" in page.text
    assert "&lt;" not in page.text
    assert "December 2026" in words(page)
    assert "H1" not in words(page)
    await place.publish([line("H1", "occupied")])
    assert await told(searcher) == "", "it is let"


async def test_api_lists_them_as_their_listings_say_by_pages_until_they_are_let(place: Market) -> None:
    await vacate(place, "H1", "H2", "H3")
    first, second = await listed(place, 2), await listed(place, 50)
    assert [len(page) for page in first] == [2, 1]
    assert [item for page in first for item in page] == second[0]
    refs = await place.refs()
    assert {refs[item["listing_id"]] for item in second[0]} == {"H1", "H2", "H3"}
    item = second[0][0]
    answer = await place.client.get(f"/v1/listings/{item['listing_id']}", headers=place.searcher.headers)
    listing = answer.json()
    assert item == {
        "listing_id": listing["id"], "home_class": listing["home_class"]["proven"], "available_month": "2026-12",
        **{name: listing[name] for name in ("territory", "landlord", "commune", "typology")},
    }  # fmt: skip
    assert listing["available_month"] == "2026-12"
    await place.publish([line("H2", "occupied")])
    assert {refs[item["listing_id"]] for page in await listed(place, 50) for item in page} == {"H1", "H3"}
    assert await listed(place, 50, place.owner) == [[]], "its own homes are in its own list"


async def listed(place: Market, limit: int, member: Member | None = None) -> list[list[dict[str, Any]]]:
    """Return the pages of others' vacated homes, as the API lists them."""
    url: str | None = f"/v1/vacated-homes/others?limit={limit}"
    pages = []
    while url:
        answer = await place.client.get(url, headers=(member or place.searcher).headers)
        assert answer.status_code == 200, answer.text
        pages.append(answer.json()["items"])
        url = answer.json()["next"]
    return pages


async def test_those_on_a_page_count_as_seen_by_a_landlord(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register, app: FastAPI,
    settings: Settings,
) -> None:  # fmt: skip
    place = await market(database, job_database, client, register, Terms(listing_daily_homes=1))
    await vacate(place, "H1", "H2")
    path, headers = "/v1/vacated-homes/others", place.searcher.headers
    refused = await place.client.get(path, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (429, "daily-homes-used-up")
    assert (await place.client.get(path, params={"limit": 1}, headers=headers)).status_code == 200
    searcher = await Seats(app, settings, place.database).take(place.searcher.id, "landlord_searcher")
    page = await searcher.open("/console/vacated/others")
    assert DailyHomesUsedUp.title.en in words(page)
    assert "/console/listings/" not in page.text


async def told(browser: Browser) -> str:
    """Return how many vacated homes the start page tells of."""
    page = await browser.open("/console")
    assert "&lt;" not in page.text
    said = words(page)
    return said.partition("Adapted homes of other landlords that fell vacant since ")[2].partition(": ")[2][:1]


async def test_second_wall_tells_a_member_of_others_alone_and_a_stranger_of_nothing(
    place: Market, register: Register
) -> None:
    await vacate(place, "H1")
    listing = uuid.UUID(next(iter(await place.refs())))
    stranger = await register()
    seen = {member.id: await lately(place, member) for member in (place.searcher, place.owner, stranger)}
    assert seen == {place.searcher.id: [listing], place.owner.id: [], stranger.id: []}


async def lately(place: Market, member: Member) -> list[uuid.UUID]:
    async with place.database.transaction(Role.LANDLORD, organisation=member.id, actor="tests") as session:
        found = await session.execute(
            text("SELECT listing_id FROM vacated_lately(:since)"), {"since": now() - dt.timedelta(days=1)}
        )
        return list(found.scalars())
