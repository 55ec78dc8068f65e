"""A coordinator makes a territory and changes it; a landlord sees those that it signed, and changes nothing."""

import json
from typing import Any

import httpx
import pytest

from registry.platform.database import Database
from tests.conftest import Register
from tests.support import members
from tests.support import territory as territories
from tests.support.people import Browser
from tests.support.seats import Seats, words
from tests.support.stock import home, publish, residence
from tests.support.territory import Territory

PAGE = "/console/territories"


@pytest.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient) -> Territory:
    return await territories.create(database, job_database, client, communes=2)


@pytest.fixture
async def coordinator(place: Territory, seats: Seats) -> Browser:
    return await seats.take(place.coordinator.id, "coordinator_admin")


async def send(browser: Browser, address: str, **fields: Any) -> httpx.Response:
    """Send the form with a file that is open, without one."""
    given = {"form_token": browser.hidden("form_token"), "revision": browser.hidden("revision"), **fields}
    blank = dict.fromkeys(("name", "epcis", "departements", "communes", "outline"), "")
    browser.page = await browser.client.post(address, data=blank | given, files={"file": ("", b"")})
    return browser.page


async def test_territory_is_created_and_shown_with_its_outline_and_what_it_is_made_of(
    place: Territory, coordinator: Browser
) -> None:
    said = words(await coordinator.open(PAGE))
    assert place.slug in said
    assert "You coordinate it" in said
    assert "Communes 2026" in said, "the layers that are loaded, with their vintage"
    slug = f"made-{place.slug}"
    await coordinator.open(f"{PAGE}/-/new")
    outline = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 45]}}
    for wrong, why in (
        ({"communes": "3306"}, "Communes (INSEE codes) '3306': this is not such a code"),
        ({"communes": "00000"}, "Unknown commune code: 00000."),
        ({"outline": "x"}, "The outline is not GeoJSON"),
        ({"outline": json.dumps(outline)}, "Outline as GeoJSON 'Point'"),
        ({}, "A territory has at least one commune"),
    ):  # fmt: skip
        answer = await send(coordinator, f"{PAGE}/-/new", id=slug, name="Pays", **wrong)
        assert answer.status_code == 422
        assert why in words(answer), words(answer)
        assert f'value="{slug}"' in answer.text, "what was written stays"
    await send(coordinator, f"{PAGE}/-/new", id=slug, name="Pays", communes=f"{place.communes[0]}, {place.communes[1]}")
    assert coordinator.location == f"{PAGE}/{slug}?done=created"
    page = await coordinator.open(coordinator.location)
    said = words(page)
    assert "The territory is created." in said
    assert "Communes by name: 2" in said
    assert '<path d="M ' in page.text


async def test_commune_leaves_once_the_change_is_confirmed(
    client: httpx.AsyncClient, database: Database, register: Register, place: Territory, coordinator: Browser
) -> None:
    owner = await register()
    await territories.sign(database, place, [owner])
    await members.renew(owner, client)
    stays, goes = place.communes
    await publish(client, owner, {"R1": residence(goes)}, [{"ref": "H1", **home("R1")}])
    one = f"{PAGE}/{place.slug}"

    async def listed() -> int:
        answer = await client.get("/v1/listings", params={"territory": place.slug}, headers=owner.headers)
        return len(answer.json()["items"])

    await coordinator.open(f"{one}/composition")
    said = words(await send(coordinator, f"{one}/composition", name="Rive droite", communes=stays))
    assert "Communes that leave the territory: 1. Listings withdrawn with them: 1;" in said
    assert f"Commune {goes} ({goes})" in said
    assert await listed() == 1, "nothing is changed before it is confirmed"
    confirmed = {name: coordinator.hidden(name) for name in ("revision", "name", "communes")}
    rest = {"epcis": "", "departements": "", "outline": ""}
    await coordinator.send(f"{one}/composition/confirm", **confirmed, **rest)
    assert coordinator.location == f"{one}?done=changed"
    assert "Rive droite" in words(await coordinator.open(coordinator.location))
    assert await listed() == 0
    await coordinator.open(f"{one}/composition")
    again = await coordinator.send(f"{one}/composition/confirm", **confirmed, **rest)
    assert again.status_code == 422, "somebody changed it meanwhile"
    assert await listed() == 0


async def test_landlord_sees_the_territory_it_signed_and_changes_nothing(
    database: Database, register: Register, place: Territory, seats: Seats
) -> None:
    member, outsider = await register(), await register()
    await territories.sign(database, place, [member])
    at_member = await seats.take(member.id, "landlord_reader")
    said = words(await at_member.open(PAGE))
    assert "You are a member" in said
    assert "Create a territory" not in said
    page = await at_member.open(f"{PAGE}/{place.slug}", q=place.communes[1])
    assert f"Commune {place.communes[1]}" in words(page)
    assert "/composition" not in page.text
    assert (await at_member.open(f"{PAGE}/{place.slug}/composition")).status_code == 403
    assert (await at_member.open(f"{PAGE}/-/new")).status_code == 403
    at_outsider = await seats.take(outsider.id, "landlord_reader")
    assert place.slug not in words(await at_outsider.open(PAGE))
    assert (await at_outsider.open(f"{PAGE}/{place.slug}")).status_code == 404


async def test_other_coordinator_changes_nothing_of_it(register: Register, place: Territory, seats: Seats) -> None:
    other = await register(kind="coordinator")
    browser = await seats.take(other.id, "coordinator_admin")
    assert "No territory yet." in words(await browser.open(PAGE))
    assert (await browser.open(f"{PAGE}/{place.slug}")).status_code == 404
    assert (await browser.open(f"{PAGE}/{place.slug}/composition")).status_code == 404


async def test_code_is_found_by_name_without_accents(place: Territory, coordinator: Browser) -> None:
    said = words(await coordinator.open(f"{PAGE}/-/codes", q=f"COMMUNE {place.communes[0]}"))
    assert f"Commune {place.communes[0]} (33) Commune {place.communes[0]}" in said
    part = await coordinator.client.get(
        f"{PAGE}/-/codes", params={"q": "nowhere-at-all"}, headers={"HX-Request": "true"}
    )
    assert "<main" not in part.text
    assert "Nothing of this name" in part.text
