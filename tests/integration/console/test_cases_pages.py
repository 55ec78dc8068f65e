"""A caseworker opens, changes, ends and erases cases at the pages; a coordinator reads of them; others do not."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from registry.console.quarters import MOST_QUARTERS
from registry.platform.database import Database, Role
from registry.territories.service import named
from tests.conftest import Register
from tests.support.market import Market, market
from tests.support.people import Browser
from tests.support.seats import Seats, words
from tests.support.stock import home
from tests.support.transfers import case, open_case

PAGE = "/console/cases"
NEW = f"{PAGE}/-/new"


@dataclass
class Desk:
    place: Market
    browser: Browser

    async def typed(self, **changes: str | None) -> dict[str, str]:
        """Return the fields of a new case as the page proposes them, with a shower that is needed."""
        await self.browser.open(NEW)
        given: dict[str, str | None] = {
            "ref": self.browser.hidden("ref"), "kind": "transfer", "home_ref": "H1", "aid_indoors": "walker",
            "aid_outdoors": "walker", "shower": "zero_step", "residents": "1", "steps_passable": "0",
            "rent_max": "450,50", "ground_floor_or_lift": "true", "consent_basis": "explicit_consent",
            "consent_version": "2026-1", "consent_until": case()["consent"]["until"], **changes,
        }  # fmt: skip
        return {name: value for name, value in given.items() if value is not None}

    async def read(self, address: str) -> dict[str, Any]:
        """Return a case as the API states it, by the address of its page."""
        id_ = address.removeprefix(f"{PAGE}/").partition("?")[0]
        listed = await self.place.client.get("/v1/transfer-cases", headers=self.place.owner.headers)
        ref = next(item["ref"] for item in listed.json()["items"] if item["id"] == id_)
        answer = await self.place.client.get(f"/v1/transfer-cases/{ref}", headers=self.place.owner.headers)
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    found = await market(database, job_database, client, register)
    await found.publish([{"ref": "H1", **home(rooms=4, typology="T4", rent_cents=61_000)}])
    return found


@pytest.fixture
async def desk(place: Market, seats: Seats) -> Desk:
    return Desk(place, await seats.take(place.owner.id, "landlord_searcher"))


async def test_caseworker_opens_changes_and_ends_a_case(desk: Desk) -> None:
    await desk.browser.send(NEW, **await desk.typed(**{f"commune_{desk.place.territory.communes[0]}": "true"}))
    address = desk.browser.location
    assert address.endswith("?done=opened")
    made = await desk.read(address)
    assert made["need"]["rent_max_cents"] == 45_050
    assert made["need"]["steps_passable"] == 0
    assert made["need"]["ground_floor_or_lift"] is True
    assert made["need"]["communes"] == desk.place.territory.communes
    page = words(await desk.browser.open(address))
    assert made["ref"] in page
    assert "Walker" in page
    assert "€610.00" in page
    here = f"{PAGE}/{made['id']}"
    await desk.browser.open(f"{here}/edit")
    kept = {**await desk.typed(ref=None), "version": "1", "rent_max": "", "aid_indoors": "stick"}
    await desk.browser.open(f"{here}/edit")
    await desk.browser.send(f"{here}/edit", **kept)
    assert desk.browser.location == f"{here}?done=changed"
    changed = await desk.read(address)
    assert (changed["need"]["aid_indoors"], changed["need"]["rent_max_cents"]) == ("stick", None)
    await desk.browser.open(f"{here}/edit")
    await desk.browser.send(f"{here}/edit", **kept)
    assert desk.browser.page.status_code == 422  # somebody changed it since
    await desk.browser.open(f"{here}/end")
    await desk.browser.send(f"{here}/close", reason="wishes_to_stay")
    assert desk.browser.location == f"{here}?done=closed"
    assert (await desk.read(address))["closing"] == "wishes_to_stay"
    assert "Wishes to stay" in words(await desk.browser.open(f"{PAGE}?state=closed"))


async def test_communes_are_written_where_they_are_too_many_to_be_ticked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(named, "MOST_OFFERED", 0)
    code = desk.place.territory.communes[0]
    await desk.browser.send(NEW, **await desk.typed(communes="Nulle-Part"))
    assert desk.browser.page.status_code == 422
    assert 'href="#area"' in desk.browser.page.text
    assert 'value="Nulle-Part"' in desk.browser.page.text
    await desk.browser.send(NEW, **await desk.typed(communes=f"commune {code}"))
    address = desk.browser.location
    made = await desk.read(address)
    assert made["need"]["communes"] == [code]
    assert f"Commune {code}" in words(await desk.browser.open(address))
    edited = await desk.browser.open(f"{PAGE}/{made['id']}/edit")
    assert f'value="Commune {code} ({code})"' in edited.text


async def test_quarters_beyond_those_that_a_page_can_hold_are_offered_by_commune_and_none_is_lost(desk: Desk) -> None:
    place, layer = desk.place, f"cases{desk.place.territory.id}"
    async with place.jobs.transaction(Role.JOB, actor="tests") as session:
        await session.execute(
            text(
                "INSERT INTO quarters (layer, code, name, commune_code, vintage, shape)"
                " SELECT :layer, n::text, 'Quarter ' || n, :commune, 2026,"
                " ST_Multi(ST_Buffer(ST_SetSRID(ST_Point(0, 45), 4326), 0.01)) FROM generate_series(1001, :last) n"
            ),
            {"layer": layer, "commune": place.territory.communes[0], "last": 1000 + MOST_QUARTERS + 5},
        )
    last, first = f"{layer}:{1000 + MOST_QUARTERS + 5}", f"{layer}:1001"
    given = case({"residents": 1, "quarters": [last]}, home_ref="H1")
    made = await open_case(place.client, place.owner, given)
    here = f"{PAGE}/{made['id']}"
    page = await desk.browser.open(f"{here}/edit")
    assert [code in page.text for code in (f'name="quarter_{last}" value="true" checked', first)] == [True, False]
    kept = {**await desk.typed(ref=None), "version": "1", f"quarter_{last}": "true"}
    commune = {f"commune_{place.territory.communes[0]}": "true"}
    await desk.browser.open(f"{here}/edit")
    page = await desk.browser.send(f"{here}/edit", **kept, **commune, then="quarters")
    assert (page.status_code, f'name="quarter_{first}"' in page.text) == (200, True)
    assert (await desk.read(here))["version"] == 1, "nothing is saved yet"
    await desk.browser.send(f"{here}/edit", **kept)
    assert desk.browser.location == f"{here}?done=changed"
    assert (await desk.read(here))["need"]["quarters"] == [last]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rent_max": "cheap"}, "rent_max"),
        ({"residents": "99"}, "residents"),
        ({"home_ref": "nobody's"}, "home_ref"),
        ({"consent_version": "Mme Dupont"}, "consent_version"),
        ({"place_1_at": "47.2, -1.5", "place_1_within": "300"}, "place_1_at"),
        ({"consent_until": "2020-01-01"}, "consent_until"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    desk: Desk, changes: dict[str, str], said: str
) -> None:
    await desk.browser.send(NEW, **await desk.typed(**changes))
    assert desk.browser.page.status_code == 422
    assert f'href="#{said}"' in desk.browser.page.text
    assert 'value="0"' in desk.browser.page.text


async def test_case_is_erased_once_that_is_confirmed(desk: Desk) -> None:
    made = await open_case(desk.place.client, desk.place.owner, case(home_ref="H1"))
    here = f"{PAGE}/{made['id']}"
    await desk.browser.open(f"{here}/end")
    await desk.browser.send(f"{here}/erase")
    assert desk.browser.page.status_code == 422
    await desk.browser.send(f"{here}/erase", sure="true")
    assert desk.browser.location == f"{PAGE}?done=erased"
    assert made["ref"] not in (await desk.browser.open(f"{PAGE}?state=all")).text
    gone = f"/v1/transfer-cases/{made['ref']}"
    assert (await desk.place.client.get(gone, headers=desk.place.owner.headers)).status_code == 404


async def test_case_begins_at_the_page_of_the_home(desk: Desk, seats: Seats) -> None:
    browser = await seats.take(desk.place.owner.id, "landlord_admin")
    page = await browser.open("/console/homes/H1")
    assert f'href="{NEW}?home=H1"' in page.text
    assert 'name="home_ref" type="text" value="H1"' in (await browser.open(f"{NEW}?home=H1")).text


async def test_others_see_no_case(desk: Desk, seats: Seats) -> None:
    made = await open_case(desk.place.client, desk.place.owner, case(home_ref="H1", ground="under_occupation"))
    other = await seats.take(desk.place.searcher.id, "landlord_searcher")
    assert made["ref"] not in (await other.open(PAGE)).text
    assert (await other.open(f"{PAGE}/{made['id']}")).status_code == 404
    reader = await seats.take(desk.place.owner.id, "landlord_reader")
    assert (await reader.open(PAGE)).status_code == 403
    coordinator = await seats.take(desk.place.territory.coordinator.id, "coordinator_reader")
    page = await coordinator.open(PAGE)
    assert "Under-occupation" in words(page)
    assert made["ref"] not in page.text
    assert "H1" not in words(page)
    assert (await coordinator.open(f"{PAGE}/{made['id']}")).status_code == 403
    assert (await coordinator.open(NEW)).status_code == 403
