"""A landlord says at its pages what became of adapted homes; a coordinator reads shares, never a home."""

import re
import uuid
from datetime import date
from typing import Any

import pytest

from registry.access.principal import Principal
from registry.platform.database import Role
from registry.transfers.service import sheets, vacated
from tests.integration.console.conftest import Office
from tests.support.people import Browser
from tests.support.seats import Seats, words
from tests.support.stock import home, publish, residence
from tests.support.transfers import case, need, open_case, reference

PAGE = "/console/vacated"


@pytest.fixture
async def publisher(office: Office, seats: Seats) -> Browser:
    return await seats.take(office.owner.id, "landlord_publisher")


async def keep(office: Office, **changes: Any) -> None:
    given = residence(office.place.communes[0], office.place.point())
    result = await publish(office.client, office.owner, {"R1": given}, [{"ref": "H1", **home("R1", **changes)}])
    assert result["rejected"] == 0, result


async def vacate(office: Office, **changes: Any) -> dict[str, Any]:
    """Have an adapted home fall vacant; return how the API shows it."""
    await keep(office, status="occupied", **changes)
    works = {"adaptations": [{"work": "zero_step_shower", "delivered_on": "2025-03-01", "removable": False}]}
    answer = await office.client.put("/v1/homes/H1/adaptations", json=works, headers=office.owner.headers)
    assert answer.status_code == 200, answer.text
    await keep(office, status="vacant", **changes)
    (found,) = (await office.client.get("/v1/vacated-homes", headers=office.owner.headers)).json()["items"]
    return dict(found)


async def test_outcome_is_asked_with_its_reason_and_kept(office: Office, publisher: Browser) -> None:
    address = f"{PAGE}/{(await vacate(office))['id']}"
    listed = words(await publisher.open(PAGE))
    assert "H1" in listed
    assert "To be allotted" in listed
    page = await publisher.open(address)
    assert "CCH art. R.441-4" in page.text
    assert "This text was not compared with the one in force." in words(page)
    missing = await publisher.send(address, examined="yes", outcome="lost", version="1")
    assert missing.status_code == 422
    assert "An answer is missing" in words(missing)
    told = await publisher.send(address, examined="no", outcome="lost", loss="no_candidate", version="1")
    assert told.status_code == 303
    assert "The outcome is on record." in words(await publisher.open(publisher.location))
    stale = await publisher.send(address, examined="yes", outcome="allotted_to_need", version="1")
    assert stale.status_code == 422
    assert "Lost to accessibility (No candidate who needs it)" in words(await publisher.open(PAGE, state="stated"))


async def test_caseworker_reads_and_states_nothing(office: Office, seats: Seats) -> None:
    address = f"{PAGE}/{(await vacate(office))['id']}"
    caseworker = await seats.take(office.owner.id, "landlord_searcher")
    page = await caseworker.open(address)
    assert 'name="outcome"' not in page.text
    assert (await caseworker.open(f"{address}/committee-sheet")).status_code == 403


async def test_family_in_a_home_that_was_not_under_occupied_is_refused_at_the_field(
    office: Office, publisher: Browser
) -> None:
    id_ = (await vacate(office))["id"]
    await publisher.open(f"{PAGE}/{id_}")
    given = {"examined": "yes", "outcome": "large_home_to_family", "under_occupied": "no"}
    refused = await publisher.send(f"{PAGE}/{id_}", **given)
    assert refused.status_code == 422
    assert "leave it at 'not known'" in words(refused)
    assert re.findall(r'name="(\w+)"[^>]* aria-invalid', refused.text) == ["under_occupied"]


async def test_coordinator_reads_shares_by_landlord_and_no_home(office: Office, seats: Seats) -> None:
    id_ = (await vacate(office))["id"]
    await vacated.announce(office.jobs)
    coordinator = await seats.take(office.place.coordinator.id, "coordinator_admin")
    page = await coordinator.open(PAGE)
    assert page.status_code == 200
    assert "What becomes of adapted homes" in words(page)
    assert "H1" not in words(page)
    assert (await coordinator.open(f"{PAGE}/{id_}")).status_code == 404


async def test_committee_sheet_is_printed_in_the_language_of_the_page(office: Office, publisher: Browser) -> None:
    id_ = (await vacate(office))["id"]
    answer = await publisher.open(f"{PAGE}/{id_}/committee-sheet", lang="fr")
    assert (answer.headers["content-type"], answer.headers["content-language"]) == ("application/pdf", "fr")
    assert answer.content.startswith(b"%PDF")


async def test_committee_sheet_without_a_candidate_says_what_the_convention_says_of_both_kinds(office: Office) -> None:
    id_ = uuid.UUID((await vacate(office, quota_holder="3"))["id"])
    given = {"departement": "33", "quota_holder": "3", "own_transfers": False, "dated": "2023-11-20"}
    answer = await office.client.put(
        "/v1/reservation-conventions", json={"conventions": [given]}, headers=office.owner.headers
    )
    assert answer.status_code == 200, answer.text
    principal = Principal(office.owner.id, "landlord", "tests", frozenset())
    async with office.jobs.transaction(Role.LANDLORD, organisation=office.owner.id, actor="tests") as session:
        sheet = await sheets.vacated_sheet(session=session, principal=principal, id_=id_)
    assert [(flow.kind, flow.deducted, flow.dated) for flow in sheet.flow] == [
        ("own", False, date(2023, 11, 20)), ("others", None, date(2023, 11, 20)),
    ]  # fmt: skip


async def test_protections_are_computed_from_answers_that_are_kept_nowhere(office: Office, seats: Seats) -> None:
    await keep(office, status="occupied", typology="T4", rooms=4)
    made = await open_case(office.client, office.owner, case(need(), home_ref="H1"), reference())
    caseworker = await seats.take(office.owner.id, "landlord_searcher")
    address = f"/console/cases/{made['id']}/protections"
    page = await caseworker.open(address)
    assert "CCH art. L.442-3-1" in page.text
    assert "the case stays open and the person keeps every right" in words(page)
    computed = await caseworker.send(address, over_65="yes")
    assert "The household is exempt." in words(computed)
    assert "The household is exempt." not in words(await caseworker.open(address))
    assert "Home in a tense area (as the text means it): not known" in words(page)
    answers = {"over_65": "no", "disability": "no", "dependant": "no", "loss_of_autonomy": "no", "qpv": "no"}
    for area, said in (("yes", "No exemption holds."), ("no", "It does not hold here."), ("", "before it is known")):
        assert said in words(await caseworker.send(address, **answers, tense_area=area))
