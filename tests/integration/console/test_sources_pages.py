"""A landlord's people look at sources, and have one fetched now; what needs somebody stands on the start page."""

from typing import Any

import pytest
from sqlalchemy import text

from registry.platform.database import Role
from registry.sync.schedules import MAX_TRIES
from tests.conftest import Register
from tests.integration.console.conftest import Office
from tests.support.people import Browser
from tests.support.seats import Seats, words

PAGE = "/console/sources"
PULL: dict[str, Any] = {
    "kind": "pull", "format": {"kind": "csv"}, "schedule": {"weekday": 7, "hour": 3},
    "pull": {"url": "https://exports.example/homes.csv", "auth": {"type": "none"}},
}  # fmt: skip
FAILED = text(
    "UPDATE sync_sources SET failures = :failures, last_failure = jsonb_build_object('at', now(), 'code', 'x', 'fr',"
    " 'La source ne répond pas.', 'en', 'The source does not answer.'), created_at = now() - interval '1 year'"
    " WHERE name = :name AND organisation_id = :organisation"
)


async def fail(office: Office, name: str, failures: int = MAX_TRIES) -> None:
    await office.declare(name, **PULL)
    async with office.database.transaction(Role.LANDLORD, organisation=office.owner.id, actor="tests") as session:
        given = {"failures": failures, "name": name, "organisation": office.owner.id}
        await session.execute(FAILED, given)


async def held(office: Office, name: str) -> dict[str, Any]:
    answer = await office.client.get(f"/v1/sources/{name}", headers=office.owner.headers)
    found: dict[str, Any] = answer.json()
    return found


async def store(office: Office, columns: list[dict[str, Any]], **rest: Any) -> None:
    document = {"columns": [{"from": "NUM", "to": "ref"}, *columns], **rest}
    answer = await office.client.put("/v1/mappings/erp", json=document, headers=office.owner.headers)
    assert answer.status_code in {200, 201}, answer.text


async def behind(office: Office) -> None:
    """Declare a source that reads by the first of two versions of a mapping."""
    status = {"from": "ETAT", "to": "status"}
    rent = {"from": "LOYER", "to": "rent_cents", "unit": "euro"}
    await store(office, [{**status, "values": {"L": "occupied", "V": "vacant"}}, {"from": "PIECES", "to": "rooms"}])
    await office.declare("weekly", format={"kind": "csv"}, mapping={"name": "erp", "version": 1})
    await store(office, [{**status, "values": {"L": "occupied", "V": "works"}}, rent], empty_values=["NC"])


@pytest.fixture
async def publisher(office: Office, seats: Seats) -> Browser:
    return await seats.take(office.owner.id, "landlord_publisher")


async def test_sources_are_shown_with_state_freshness_and_last_failure(office: Office, publisher: Browser) -> None:
    await fail(office, "erp")
    await office.declare("mail")
    said = words(await publisher.open("/console"))
    assert "Sources that are stopped: 1" in said
    assert "Sources that are out of date: 1" in said
    said = words(await publisher.open(PAGE))
    assert "Stopped after 6 failures: look at it" in said
    assert "Out of date since" in said
    assert "The source does not answer." in said
    assert "mail State of the source In order Fresh until" in said
    french = words(await publisher.open(PAGE, lang="fr"))
    assert "Arrêtée après 6 échecs : regardez-la" in french
    assert "La source ne répond pas." in french


async def test_stopped_source_is_fetched_again(office: Office, publisher: Browser) -> None:
    await fail(office, "erp")
    before = await held(office, "erp")
    page = await publisher.open(PAGE)
    assert "Try again" in words(page)
    answer = await publisher.send(PAGE, source="erp")
    assert (answer.status_code, publisher.location) == (303, f"{PAGE}?done=fetch")
    assert "The source is fetched within a minute." in words(await publisher.open(publisher.location))
    after = await held(office, "erp")
    assert (after["state"], after["failures"]) == ("ready", 0)
    assert after["next_run_at"] < before["next_run_at"]


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("erp", {**PULL, "paused": True}, "This source is not fetched by the registry"),
        ("erp", {}, "This source is not fetched by the registry"),
        ("other", {}, "Source not found"),
    ],
)
async def test_source_that_is_not_fetched_cannot_be_asked_for(
    office: Office, publisher: Browser, name: str, changes: dict[str, Any], said: str
) -> None:
    await office.declare("erp", **changes)
    page = await publisher.open(PAGE)
    assert 'name="source"' not in page.text
    answer = await publisher.send(PAGE, source=name)
    assert answer.status_code == 422
    assert said in publisher.alert
    assert (await held(office, "erp"))["next_run_at"] is None


async def test_reader_and_other_landlord_cannot_have_it_fetched(
    office: Office, seats: Seats, register: Register
) -> None:
    await fail(office, "erp")
    reader = await seats.take(office.owner.id, "landlord_reader")
    page = await reader.open(PAGE)
    assert "Stopped after" in words(page)
    assert 'name="source"' not in page.text
    assert (await reader.send(PAGE, source="erp")).status_code == 403
    other = await seats.take((await register()).id, "landlord_admin")
    assert "No source is declared." in words(await other.open(PAGE))
    await other.send(PAGE, source="erp")
    assert "Source not found" in other.alert
    answer = await other.client.post(PAGE, data={"form_token": "forged", "source": "erp"})
    assert answer.status_code == 403
    assert (await held(office, "erp"))["failures"] == MAX_TRIES
    searcher = await seats.take(office.owner.id, "landlord_searcher")
    assert (await searcher.open(PAGE)).status_code == 403
    assert "Sources that are stopped" not in words(await searcher.open("/console"))


async def test_source_is_moved_to_a_newer_mapping_once_what_changes_was_said(
    office: Office, publisher: Browser
) -> None:
    await behind(office)
    address = f"{PAGE}/weekly/mapping"
    assert f'href="{address}"' in (await publisher.open(PAGE)).text
    page = words(await publisher.open(address))
    assert "Status Column: ETAT V → vacant Column: ETAT V → works" in page, "of codes, what differs"
    assert "L → occupied" not in page
    assert "Main rooms Column: PIECES is not stated" in page
    assert "is not stated Column: LOYER Your unit: euro" in page
    assert "Values that count as empty is not stated NC" in page
    answer = await publisher.send(address, version="9")
    assert (answer.status_code, (await held(office, "weekly"))["mapping"]["version"]) == (422, 1)
    await publisher.open(address)
    await publisher.send(address, version=publisher.hidden("version"))
    assert publisher.location == f"{PAGE}?done=mapping"
    assert "by the newer version" in (await publisher.open(publisher.location)).text
    assert (await held(office, "weekly"))["mapping"] == {"name": "erp", "version": 2}
    assert "which is the latest" in words(await publisher.open(address))
    answer = await office.client.get("/v1/audit/events?action=sync:source:mapped", headers=office.owner.headers)
    assert [event["detail"] for event in answer.json()["items"]] == [{"mapping": "erp", "version": 2}]


async def test_mapping_of_a_source_is_moved_by_its_own_people_who_may_change_the_stock(
    office: Office, seats: Seats, register: Register
) -> None:
    await behind(office)
    address = f"{PAGE}/weekly/mapping"
    reader = await seats.take(office.owner.id, "landlord_reader")
    assert 'name="version"' not in (await reader.open(address)).text
    assert (await reader.send(address, version="2")).status_code == 403
    other = await seats.take((await register()).id, "landlord_admin")
    assert (await other.open(address)).status_code == 404
    await other.open(PAGE)
    assert (await other.send(address, version="2")).status_code == 404
    assert (await held(office, "weekly"))["mapping"]["version"] == 1
