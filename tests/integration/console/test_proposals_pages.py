"""Two landlords carry a proposal through the console without JavaScript; a coordinator follows; nobody else sees it."""

import re
from dataclasses import dataclass

import httpx
import pytest_asyncio

from registry.access.roles import UserRole
from registry.platform.database import Database
from tests.conftest import Register
from tests.support.market import market
from tests.support.people import Browser
from tests.support.proposals import NEED, Affairs
from tests.support.seats import Seats, words


@dataclass
class Desks:
    affairs: Affairs
    seats: Seats
    caseworker: Browser
    manager: Browser

    async def case_id(self, ref: str) -> str:
        """Return the id of a case of the searcher."""
        market = self.affairs.market
        cases = await self.affairs.client.get("/v1/transfer-cases", headers=market.searcher.headers)
        (found,) = [str(row["id"]) for row in cases.json()["items"] if row["ref"] == ref]
        return found

    async def send(self, who: Browser, path: str, **fields: str) -> str:
        """Send the form of the page that is open; return what the page says to which that leads."""
        await who.send(path, **fields)
        if who.page.status_code == 303:
            await who.open(who.location)
        return words(who.page)

    async def take(self, who: Browser, id_: str, action: str, **fields: str) -> str:
        """Take a step by the form of the page; return what the page says then."""
        page = await who.open(f"/console/proposals/{id_}")
        assert f'name="action" value="{action}"' in page.text, f"{action} is offered"
        return await self.send(who, f"/console/proposals/{id_}", action=action, version=who.hidden("version"), **fields)


@pytest_asyncio.fixture
async def desks(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register, seats: Seats
) -> Desks:
    affairs = Affairs(await market(database, job_database, client, register))
    caseworker = await seats.take(affairs.market.searcher.id, UserRole.LANDLORD_SEARCHER)
    manager = await seats.take(affairs.market.owner.id, UserRole.LANDLORD_PUBLISHER)
    return Desks(affairs, seats, caseworker, manager)


async def test_a_caseworker_and_a_stock_manager_go_from_a_proposal_to_the_address(desks: Desks) -> None:
    affairs = desks.affairs
    home_ref, listing = await affairs.home()
    pharmacy = {"family": "pharmacy", "within_m": 700, **affairs.market.territory.point()}
    case_ref = await affairs.case(need={**NEED, "places": [pharmacy]})
    case_id = await desks.case_id(case_ref)
    await desks.caseworker.open("/console/proposals")
    said = await desks.send(desks.caseworker, f"/console/cases/{case_id}/propose", listing=listing)
    assert "its landlord is told" in said
    id_ = desks.caseworker.page.url.path.rpartition("/")[2]

    page = words(await desks.manager.open("/console/proposals"))
    assert home_ref in page
    assert case_ref not in page
    page = words(await desks.manager.open(f"/console/proposals/{id_}"))
    assert "Zero-step shower – proven" in page
    assert case_ref not in page
    assert "Accepted for study" in await desks.take(desks.manager, id_, "study")
    assert "Home held" in await desks.take(desks.caseworker, id_, "hold")
    assert (await desks.caseworker.open(f"/console/proposals/{id_}/address")).status_code == 422
    await desks.take(desks.caseworker, id_, "disclose")
    page = words(await desks.caseworker.open(f"/console/proposals/{id_}/address"))
    assert "rue des Acacias" in page
    assert "Pharmacy distance not known" in page, "no network is loaded here"
    assert (await desks.manager.open(f"/console/proposals/{id_}/address")).status_code == 403
    said = await desks.take(desks.caseworker, id_, "refuse", reason="attachment")
    assert "Attachment to the home or the neighbourhood" in said
    assert "This proposal is over" in said


async def test_start_page_counts_what_waits_for_a_person_s_own_step(desks: Desks) -> None:
    id_ = await desks.affairs.made()
    answer, onward = "Proposals that wait for your answer: 1", "Proposals that wait for your next step: 1"

    async def waiting(who: Browser) -> tuple[bool, bool]:
        said = words(await who.open("/console"))
        return answer in said, onward in said

    reader = await desks.seats.take(desks.affairs.market.owner.id, UserRole.LANDLORD_SEARCHER)
    assert (await waiting(desks.manager), await waiting(desks.caseworker)) == ((True, False), (False, False))
    assert await waiting(reader) == (False, False), "who may not answer is not asked to"
    await desks.affairs.through(id_, "study")
    assert (await waiting(desks.manager), await waiting(desks.caseworker)) == ((False, False), (False, True))
    assert "The next step is yours" in words(await desks.caseworker.open("/console/proposals"))
    await desks.affairs.through(id_, "hold", "disclose", "agree")
    assert (await waiting(desks.manager), await waiting(desks.caseworker)) == ((False, True), (False, False))
    page = words(await desks.caseworker.open(f"/console/proposals/{id_}"))
    assert "The next step is with the home's landlord." in page


async def test_proposals_of_a_case_are_shown_once_they_are_over_too(desks: Desks) -> None:
    _, listing = await desks.affairs.home()
    case_ref = await desks.affairs.case()
    id_, case_id = await desks.affairs.proposed(case_ref, listing), await desks.case_id(case_ref)
    await desks.affairs.step(id_, desks.affairs.market.searcher, "refuse", "attachment")
    assert id_ in (await desks.caseworker.open(f"/console/proposals?case={case_id}")).text
    assert id_ not in (await desks.caseworker.open("/console/proposals")).text


async def test_a_step_that_somebody_took_meanwhile_is_said_and_nothing_is_lost(desks: Desks) -> None:
    id_ = await desks.affairs.made()
    await desks.manager.open(f"/console/proposals/{id_}")
    await desks.affairs.step(id_, desks.affairs.market.owner, "study")
    await desks.send(
        desks.manager, f"/console/proposals/{id_}", action="decline", reason="works", version="1"
    )  # fmt: skip
    assert desks.manager.page.status_code == 422
    assert "changed since you read it" in words(desks.manager.page)
    assert (await desks.affairs.read(id_, desks.affairs.market.owner))["state"] == "studied"


async def test_help_is_planned_for_both_and_delivered_for_its_origin(desks: Desks) -> None:
    id_ = await desks.affairs.made()
    await desks.caseworker.open(f"/console/proposals/{id_}")
    await desks.send(
        desks.caseworker, f"/console/proposals/{id_}/help", removal_planned_cents="850,50",
        removal_planned_on="2027-02-01", removal_delivered_cents="731", sorting="true",
    )  # fmt: skip
    assert 'value="731"' in desks.caseworker.page.text
    page = words(await desks.manager.open(f"/console/proposals/{id_}"))
    assert "€850.50" in page
    assert "Sorting belongings" in page
    assert "731" not in page
    await desks.send(desks.caseworker, f"/console/proposals/{id_}/help", removal_planned_cents="beaucoup")
    assert desks.caseworker.page.status_code == 422


LIFE = ("study", "hold", "disclose", "visit", "agree", "file", "grant", "lease", "move")


async def test_what_a_move_changed_is_corrected_at_the_page_and_audited(desks: Desks) -> None:
    searcher = desks.affairs.market.searcher
    id_ = await desks.affairs.made()
    address = f"/console/proposals/{id_}"
    assert f"{address}/move" not in (await desks.caseworker.open(address)).text
    await desks.affairs.through(id_, *LIFE)
    page = await desks.caseworker.open(address)
    (moved_on,) = re.findall(r'name="moved_on" type="date" value="([-0-9]{10})"', page.text)
    given = {
        "rent_before_cents": "498,50", "rent_after_cents": "410", "area_before_m2": "81,5", "area_after_m2": "",
        "rooms_before": "4", "rooms_after": "2", "moved_on": moved_on,
    }  # fmt: skip
    said = await desks.send(desks.caseworker, f"{address}/move", **given)
    assert "The correction is saved." in said
    assert "€498.50" in said
    move = await desks.affairs.client.get(f"/v1/proposals/{id_}/move", headers=searcher.headers)
    assert move.json() == {
        "moved_on": moved_on, "rent_before_cents": 49_850, "rent_after_cents": 41_000, "area_before_m2": 81.5,
        "area_after_m2": None, "rooms_before": 4, "rooms_after": 2, "rooms_released": 2,
    }  # fmt: skip
    events = await desks.affairs.client.get(
        "/v1/audit/events", params={"action": "transfers:move:corrected"}, headers=searcher.headers
    )
    assert [event["subject"] for event in events.json()["items"]] == [id_]


async def test_what_cannot_be_read_of_a_correction_is_said_at_its_field_and_stays_typed(desks: Desks) -> None:
    id_ = await desks.affairs.made()
    await desks.affairs.through(id_, *LIFE)
    address = f"/console/proposals/{id_}"
    await desks.caseworker.open(address)
    said = await desks.send(
        desks.caseworker, f"{address}/move", rent_before_cents="beaucoup", area_before_m2="4", rooms_after="2,5",
        rooms_before="4", moved_on="2999-01-01",
    )  # fmt: skip
    page = desks.caseworker.page
    assert page.status_code == 422
    assert set(re.findall(r'name="(\w+)"[^>]*aria-invalid', page.text)) == {
        "rent_before_cents", "area_before_m2", "rooms_after", "moved_on",
    }  # fmt: skip
    assert "an amount in euros, as 412.50" in said
    assert "this date is in the future" in said
    assert 'value="beaucoup"' in page.text
    said = await desks.send(desks.caseworker, f"{address}/move", moved_on="2020-01-01")
    assert re.findall(r'name="(\w+)"[^>]*aria-invalid', desks.caseworker.page.text) == ["moved_on"]
    assert "The move is before its proposal" in said
    assert f"{address}/move" not in (await desks.manager.open(address)).text
    await desks.manager.send(f"{address}/move", rooms_before="9")
    assert desks.manager.page.status_code == 403


async def test_a_coordinator_follows_without_home_or_reference_and_others_see_nothing(
    desks: Desks, register: Register
) -> None:
    affairs = desks.affairs
    home_ref, listing = await affairs.home()
    case_ref = await affairs.case()
    id_ = await affairs.proposed(case_ref, listing)
    coordinator = await desks.seats.take(affairs.market.territory.coordinator.id, UserRole.COORDINATOR_READER)
    page = await coordinator.open("/console/proposals")
    assert affairs.market.searcher.name in words(page)
    assert not [secret for secret in (home_ref, listing, case_ref) if secret in page.text]
    assert (await coordinator.open(f"/console/proposals/{id_}")).status_code == 404
    stranger = await desks.seats.take((await register()).id, UserRole.LANDLORD_ADMIN)
    assert (await stranger.open(f"/console/proposals/{id_}")).status_code == 404
    reader = await desks.seats.take(affairs.market.owner.id, UserRole.LANDLORD_READER)
    assert (await reader.open("/console/proposals")).status_code == 403


async def test_coordinator_s_start_page_leads_to_proposals_without_an_answer_in_time(desks: Desks) -> None:
    affairs = desks.affairs
    late, studied = await affairs.made(), await affairs.made()
    await affairs.through(studied, "study")
    slug = affairs.market.territory.slug
    coordinator = await desks.seats.take(affairs.market.territory.coordinator.id, UserRole.COORDINATOR_READER)
    missed = "Proposals without an answer beyond their day"
    assert missed not in words(await coordinator.open("/console"))
    for id_ in (late, studied):
        await affairs.back(id_, answer_by="60 days")
    page = await coordinator.open("/console")
    assert f"{missed}: 1" in words(page)
    assert f'href="/console/proposals?territory={slug}&amp;state=proposed"' in page.text
    shown = words(await coordinator.open("/console/proposals", territory=slug, state="proposed"))
    assert shown.count(affairs.market.searcher.name) == 1
    assert "No proposal is in this state." in words(await coordinator.open("/console/proposals", state="moved"))
    assert missed not in words(await desks.manager.open("/console"))


async def test_stock_manager_sees_what_is_proposed_for_its_homes_and_nothing_of_its_organisation_s_cases(
    desks: Desks,
) -> None:
    id_ = await desks.affairs.made()
    assert id_ in (await desks.manager.open("/console/proposals")).text
    assert "/console/cases" not in desks.manager.page.text
    stranger = await desks.seats.take(desks.affairs.market.searcher.id, UserRole.LANDLORD_PUBLISHER)
    assert id_ not in (await stranger.open("/console/proposals")).text
    assert (await stranger.open(f"/console/proposals/{id_}")).status_code == 404
    assert (await stranger.open("/console/cases")).status_code == 403
    assert (await stranger.open("/console/vacated")).status_code == 200
