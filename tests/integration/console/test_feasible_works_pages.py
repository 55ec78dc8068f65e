"""A landlord's people state in a browser which works a home or a residence could have."""

from typing import Any

import pytest

from registry.kernel.clock import today
from tests.conftest import Register
from tests.integration.console.conftest import Office
from tests.support.people import Browser
from tests.support.seats import Seats, words

HOME = "/console/homes/H%2F1/feasible-works"
RESIDENCE = "/console/residences/R%2F1/feasible-works"
GIVEN = {
    "work": "grab_bars", "cost_from": "150", "cost_to": "1 200,50", "source": "declared", "before_entry": "true",
}  # fmt: skip


@pytest.fixture
async def manager(office: Office, seats: Seats) -> Browser:
    """Somebody who manages the stock of a landlord with one home."""
    residence = {"commune_code": office.place.communes[0], "name": "Les Tilleuls", "street": "rue des Acacias"}
    home = {"residence_ref": "R/1", "typology": "T2", "rooms": 2, "status": "vacant"}
    for path, given in (("residences/R%2F1", residence), ("homes/H%2F1", home)):
        answer = await office.client.put(f"/v1/{path}", json=given, headers=office.owner.headers)
        assert answer.status_code == 201, answer.text
    return await seats.take(office.owner.id, "landlord_publisher", language="fr")


async def send(browser: Browser, address: str, **changes: Any) -> Any:
    await browser.open(address)
    given = {**GIVEN, "stated_on": today().isoformat(), "version": browser.hidden("version"), **changes}
    return await browser.send(address, **{name: value for name, value in given.items() if value is not None})


async def listed(office: Office, path: str = "homes/H%2F1") -> list[dict[str, Any]]:
    answer = await office.client.get(f"/v1/{path}/feasible-works", headers=office.owner.headers)
    found: list[dict[str, Any]] = answer.json()["feasible_works"]
    return found


async def test_works_are_stated_changed_and_stated_no_more(office: Office, manager: Browser) -> None:
    await manager.open("/console/homes/H%2F1")
    assert f'href="{HOME}"' in manager.page.text
    answer = await send(manager, HOME)
    assert answer.status_code == 303
    (work,) = await listed(office)
    assert work == {
        "work": "grab_bars", "cost_from_cents": 15_000, "cost_to_cents": 120_050, "source": "declared",
        "stated_on": today().isoformat(), "before_entry": True,
    }  # fmt: skip
    await manager.open(answer.headers["location"])
    assert "de 150,00 € à 1\u202f200,50 €" in manager.page.text
    await send(manager, HOME, work="widen_interior_doors", before_entry=None)
    assert [(each["work"], each["before_entry"]) for each in await listed(office)] == [
        ("grab_bars", True), ("widen_interior_doors", False),
    ]  # fmt: skip
    await manager.open(f"{HOME}?work=grab_bars")
    assert 'value="1200,50"' in manager.page.text
    await send(manager, HOME, cost_to="300", before_entry=None)
    changed = (await listed(office))[0]
    assert (changed["cost_to_cents"], changed["before_entry"]) == (30_000, False)
    await send(manager, HOME, action="withdraw")
    assert [each["work"] for each in await listed(office)] == ["widen_interior_doors"]
    events = await office.client.get(
        "/v1/audit/events", params={"action": "stock:feasible_works:replaced", "subject": "H/1"},
        headers=office.owner.headers,
    )  # fmt: skip
    assert len(events.json()["items"]) == 4


async def test_residence_takes_works_of_its_common_parts_only(office: Office, manager: Browser) -> None:
    assert (await send(manager, RESIDENCE, work="outdoor_ramp")).status_code == 303
    assert [each["work"] for each in await listed(office, "residences/R%2F1")] == ["outdoor_ramp"]
    assert (await send(manager, RESIDENCE)).status_code == 422
    assert (await send(manager, HOME, work="outdoor_ramp")).status_code == 422
    assert await listed(office) == []


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("cost_from", {"cost_from": "cher"}), ("cost_to", {"cost_to": ""}), ("cost_from", {"cost_from": "2000"}),
        ("stated_on", {"stated_on": "2999-01-01"}), ("work", {"work": ""}), ("source", {"source": "rumour"}),
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_marked_and_stays(
    office: Office, manager: Browser, field: str, changes: dict[str, str]
) -> None:
    answer = await send(manager, HOME, **changes)
    assert answer.status_code == 422
    control = answer.text.split(f'id="{field}"', 1)[1].split(">", 1)[0]
    assert 'aria-invalid="true"' in control
    assert 'value="1 200,50"' in answer.text or field == "cost_to"
    assert await listed(office) == []


async def test_list_that_somebody_else_changed_meanwhile_is_not_overwritten(office: Office, manager: Browser) -> None:
    await manager.open(HOME)
    old = manager.hidden("version")
    await send(manager, HOME)
    answer = await send(manager, HOME, version=old, work="widen_interior_doors")
    assert answer.status_code == 422
    assert "a changé cette liste entre-temps" in words(answer)
    assert [each["work"] for each in await listed(office)] == ["grab_bars"]


async def test_pages_are_the_owners_and_of_those_who_may(
    office: Office, manager: Browser, seats: Seats, register: Register
) -> None:
    other = await register()
    stranger = await seats.take(other.id, "landlord_admin")
    for address in (HOME, RESIDENCE, "/console/homes/%00/feasible-works"):
        await stranger.open(address)
        assert stranger.page.status_code == 404
    reader = await seats.take(office.owner.id, "landlord_reader", language="fr")
    await reader.open(HOME)
    assert reader.page.status_code == 200
    assert "Déclarer des travaux" not in words(reader.page)
    assert (await reader.send(HOME, **GIVEN)).status_code == 403
    for browser in (
        await seats.take(office.owner.id, "landlord_searcher", language="fr"),
        await seats.take(office.place.coordinator.id, "coordinator_admin"),
    ):
        await browser.open(HOME)
        assert browser.page.status_code == 403
