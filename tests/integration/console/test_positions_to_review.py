"""A landlord's people look at doubtful positions and decide, in a browser without JavaScript."""

import html
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from registry.platform.database import Database
from registry.platform.settings import Settings
from registry.stock.service.geocode import geocode_waiting
from tests.conftest import Register
from tests.support import territory as territories
from tests.support.geocoder import Scripted, doubtful
from tests.support.members import Member
from tests.support.people import Browser, join
from tests.support.seats import Seats, words
from tests.support.stock import residence
from tests.support.territory import Territory

PAGE = "/console/positions"


class Desk:
    """An agent of a landlord at a browser; the landlord has residences with doubtful finds."""

    def __init__(self, client: httpx.AsyncClient, browser: Browser, owner: Member, territory: Territory) -> None:
        self.client, self.browser, self.owner, self.territory = client, browser, owner, territory

    async def decide(self, ref: str, decision: str, **fields: Any) -> httpx.Response:
        await self.browser.open(PAGE)
        return await self.browser.send(PAGE, **{"ref": ref, "version": '"1"', "decision": decision, **fields})

    async def source(self, ref: str) -> dict[str, Any] | None:
        answer = await self.client.get(f"/v1/residences/{ref}", headers=self.owner.headers)
        found: dict[str, Any] | None = answer.json()["position_source"]
        return found


@pytest.fixture
async def desk(
    app: FastAPI, client: httpx.AsyncClient, database: Database, job_database: Database, settings: Settings,
    register: Register,
) -> Desk:  # fmt: skip
    return await seated(app, client, database, job_database, settings, await register())


async def seated(
    app: FastAPI, client: httpx.AsyncClient, database: Database, jobs: Database, settings: Settings, owner: Member,
    *, role: str = "landlord_publisher", residences: int = 2,
) -> Desk:  # fmt: skip
    territory = await territories.create(database, jobs, client)
    for n in range(residences):
        given = {**residence(territory.communes[0], None), "name": f"Résidence <{n}>", "number": str(n + 1)}
        answer = await client.put(f"/v1/residences/R{n:02}", json=given, headers=owner.headers)
        assert answer.status_code == 201, answer.text
    await geocode_waiting(jobs, Scripted(doubtful(territory.lon, territory.lat)))
    browser = Browser(app, settings)
    await browser.sign_in(await join(database, settings, owner.id, role))
    await browser.open("/console")
    if browser.location.startswith("/account/organisation"):
        await browser.open("/account/organisation", next=PAGE)
        await browser.send("/account/organisation", organisation=str(owner.id), next=PAGE)
    return Desk(client, browser, owner, territory)


async def test_coordinator_is_told_how_many_wait_with_each_signatory_and_nothing_of_them(
    desk: Desk, database: Database, job_database: Database, seats: Seats
) -> None:
    elsewhere = await territories.create(database, job_database, desk.client)
    await territories.sign(database, elsewhere, [desk.owner])
    foreign = await seats.take(elsewhere.coordinator.id, "coordinator_admin")
    coordinator = await seats.take(desk.territory.coordinator.id, "coordinator_admin")
    told = "Residences of doubtful position, which their landlord has to review"
    assert told not in words(await coordinator.open("/console")), "the landlord has not signed here"
    await territories.sign(database, desk.territory, [desk.owner])
    page = words(await coordinator.open("/console"))
    assert f"{told}: 2 {desk.owner.name}: 2" in page
    assert "Acacias" not in page
    assert told not in words(await foreign.open("/console")), "they stand in no commune of that territory"
    assert "Residences whose position is to be reviewed: 2" in words(await desk.browser.open("/console"))
    await desk.decide("R00", "refuse")
    assert f"{told}: 1 {desk.owner.name}: 1" in words(await coordinator.open("/console"))


async def test_agent_sees_what_was_stated_and_what_was_found(desk: Desk) -> None:
    home = await desk.browser.open("/console")
    assert f'href="{PAGE}"' in home.text
    page = await desk.browser.open(PAGE)
    assert page.status_code == 200, page.text
    text = html.unescape(page.text)
    assert "Résidence <0>" in text
    assert "<0>" not in page.text, "what a landlord names is text"
    assert f"1 rue des Acacias {desk.territory.communes[0]}" in text
    assert "Rue des Acacias, 33000 (street, score 0.80 of 1)" in text
    french = await desk.browser.open(PAGE, lang="fr")
    assert "Positions à vérifier" in french.text


async def test_accepted_place_is_taken(desk: Desk) -> None:
    answer = await desk.decide("R00", "accept")
    assert (answer.status_code, desk.browser.location) == (303, f"{PAGE}?done=accept")
    assert "The place that was found is taken." in (await desk.browser.open(desk.browser.location)).text
    source = await desk.source("R00")
    assert source is not None
    assert (source["method"], source["doubtful"]) == ("reviewed", False)
    assert "R00" not in (await desk.browser.open(PAGE)).text


async def test_typed_place_is_taken_with_comma_or_point(desk: Desk) -> None:
    place = desk.territory.point(200, 200)
    typed = {"lon": f"{place['lon']:.5f}".replace(".", ","), "lat": f" {place['lat']:.5f} "}
    answer = await desk.decide("R00", "correct", **typed)
    assert answer.status_code == 303, desk.browser.alert
    read = await desk.client.get("/v1/residences/R00", headers=desk.owner.headers)
    assert read.json()["position"] == pytest.approx(place, abs=1e-5)


async def test_refused_place_is_gone(desk: Desk) -> None:
    assert (await desk.decide("R01", "refuse")).status_code == 303
    assert await desk.source("R01") is None


@pytest.mark.parametrize(
    ("ref", "fields", "said"),
    [
        ("R00", {"decision": "correct", "lon": "here", "lat": "44"}, "cannot be read"),
        ("R00", {"decision": "correct"}, "cannot be read"),
        ("R00", {"decision": "correct", "lon": "2,35", "lat": "48,85"}, "outside the residence's commune"),
        ("R00", {"decision": "correct", "lon": "0", "lat": "0"}, "outside France"),
        ("R00", {"decision": "perhaps"}, "'accept', 'correct' or 'refuse'"),
        ("R00", {"decision": "accept", "version": '"9"'}, "changed"),
        ("R00", {"decision": "accept", "version": "nonsense"}, "changed"),
        ("R-unknown", {"decision": "accept"}, "No position of this residence waits"),
    ],
)
async def test_decision_that_cannot_be_is_explained_and_nothing_is_written(
    desk: Desk, ref: str, fields: dict[str, str], said: str
) -> None:
    answer = await desk.decide(ref, **fields)
    assert answer.status_code in {404, 412, 422}, answer.text
    assert said in desk.browser.alert
    source = await desk.source("R00")
    assert source is not None
    assert source["doubtful"]


async def test_list_goes_on_by_a_link(
    app: FastAPI, client: httpx.AsyncClient, database: Database, job_database: Database, settings: Settings,
    register: Register,
) -> None:  # fmt: skip
    desk = await seated(app, client, database, job_database, settings, await register(), residences=21)
    first = await desk.browser.open(PAGE)
    assert "R19" in first.text
    assert "R20" not in first.text
    assert f'href="{PAGE}?after=R19"' in first.text
    assert "R20" in (await desk.browser.open(PAGE, after="R19")).text


async def test_role_that_may_not_change_the_stock_sees_no_positions(
    app: FastAPI, client: httpx.AsyncClient, database: Database, job_database: Database, settings: Settings,
    register: Register,
) -> None:  # fmt: skip
    desk = await seated(
        app, client, database, job_database, settings, await register(), role="landlord_searcher", residences=1
    )
    assert PAGE not in (await desk.browser.open("/console")).text
    refused = await desk.browser.open(PAGE)
    assert refused.status_code == 403
    assert "R00" not in refused.text


async def test_nobody_signed_in_is_sent_to_sign_in_and_back(app: FastAPI, settings: Settings) -> None:
    browser = Browser(app, settings)
    await browser.open(PAGE)
    assert browser.location == "/account/sign-in?next=%2Fconsole%2Fpositions"
