"""A landlord's people look at their own homes and residences, correct them and confirm them in a browser."""

import html
import re
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import text

from registry.kernel.clock import today
from registry.platform.database import Role
from tests.conftest import Register
from tests.integration.console.conftest import Office
from tests.support.people import Browser
from tests.support.seats import Seats, words
from tests.support.stock import fact

HOMES = "/console/homes"
RESIDENCES = "/console/residences"
ODD = 'A/1 ?#%25"é&+ 2'
"""A reference with all that an address could take for its own."""
FACTS = {"step_free_entrance": fact(), "lift": fact(), "bedroom_on_entrance_level": fact(), "grab_bars": fact("no")}


@pytest.fixture
async def manager(office: Office, seats: Seats) -> Browser:
    """Somebody who manages the stock of a landlord with two homes."""
    lines = [
        {"ref": ODD, **home_of(office, floor=2, facts=FACTS, available_on="2026-10-01")},
        {"ref": "B2", **home_of(office, status="occupied")},
    ]
    residence = {"commune_code": office.place.communes[0], "name": "Les Tilleuls", "street": "rue des Acacias"}
    answer = await office.client.put("/v1/residences/R%2F1", json=residence, headers=office.owner.headers)
    assert answer.status_code == 201, answer.text
    for line in lines:
        given = {name: value for name, value in line.items() if name != "ref"}
        answer = await office.client.put(
            f"/v1/homes/{quote(line['ref'], safe='')}", json=given, headers=office.owner.headers
        )
        assert answer.status_code == 201, answer.text
    return await seats.take(office.owner.id, "landlord_publisher", language="fr")


def home_of(office: Office, **changes: Any) -> dict[str, Any]:
    return {"residence_ref": "R/1", "typology": "T2", "rooms": 2, "status": "vacant", **changes}


def at(ref: str = ODD) -> str:
    return f"{HOMES}/{quote(ref, safe='')}"


async def held(office: Office, ref: str = ODD) -> dict[str, Any]:
    answer = await office.client.get(f"/v1/homes/{quote(ref, safe='')}", headers=office.owner.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def age(office: Office, ref: str, days: int) -> None:
    """Let it be so long that nobody confirmed a home."""
    statement = text(
        "UPDATE homes SET confirmed_at = now() - make_interval(days => :days)"
        " WHERE ref = :ref AND organisation_id = :organisation"
    )
    async with office.database.transaction(Role.LANDLORD, organisation=office.owner.id, actor="tests") as session:
        await session.execute(statement, {"days": days, "ref": ref, "organisation": office.owner.id})


async def test_homes_are_found_by_reference_status_class_feature_and_age(office: Office, manager: Browser) -> None:
    async def found(**query: str) -> set[str]:
        await manager.open(HOMES, **query)
        said = words(manager.page)
        return {ref for ref in (ODD, "B2") if f" {ref} " in said.partition("Partagé")[2]}

    assert await found() == {ODD, "B2"}
    assert await found(q="b2") == {"B2"}
    assert await found(q="?#%25") == {ODD}, "as it is typed"
    assert await found(q="_") == set()
    assert await found(status="vacant") == {ODD}
    assert await found(commune=office.place.communes[0]) == {ODD, "B2"}
    assert await found(residence="R/1", class_min="3") == {ODD}
    assert await found(class_min="5") == set()
    assert await found(feature="lift") == {ODD}
    assert await found(feature="grab_bars") == set()
    assert await found(feature="zero_step_shower", possible="true") == {ODD, "B2"}
    assert await found(feature="nonsense", status="sold") == {ODD, "B2"}
    await age(office, "B2", 400)
    assert await found(stale="true") == {"B2"}


async def test_page_of_a_home_shows_its_former_statuses(office: Office, manager: Browser) -> None:
    assert "Le statut n'a pas changé depuis qu'il est suivi." in words(await manager.open(at()))
    facts = (await held(office))["facts"]
    stated = home_of(office, status="notice", available_on="2027-01-15")
    for changes in (stated, home_of(office, status="occupied")):
        answer = await office.client.put(
            f"/v1/homes/{quote(ODD, safe='')}", json=changes | {"facts": facts}, headers=office.owner.headers
        )
        assert answer.status_code == 200, answer.text
    page = words(await manager.open(at()))
    said = page.partition("Statuts antérieurs")[2].partition("Ce qui était connu avant")[0]
    assert said.index("15/01/2027") < said.index("Vacant"), said


async def test_page_of_a_home_says_what_is_known_why_it_counts_and_what_others_see(
    office: Office, manager: Browser
) -> None:
    await manager.open(at())
    said = words(manager.page)
    assert manager.page.status_code == 200
    assert ODD in said
    assert "3 – Plain-pied" in said
    assert "Travaux qui élèveraient la classe" in said
    assert "Barres d'appui" in said
    assert "Cette fiche, et rien d'autre" in said
    assert "Déclaré par le bailleur" in said
    await manager.open(at("B2"))
    assert "Ce logement n'est pas partagé. Aucune caractéristique n'est déclarée du logement lui-même." in words(
        manager.page
    )


async def test_status_is_changed_and_said_again(office: Office, manager: Browser) -> None:
    await manager.open(at())
    answer = await manager.send(at(), action="status", status="notice", available_on="2027-02-01",
                                version=manager.hidden("version"))  # fmt: skip
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{at()}?done=status"
    now = await held(office)
    assert (now["status"], now["available_on"]) == ("notice", "2027-02-01")
    assert now["facts"].keys() == FACTS.keys(), "what is known stays"
    await age(office, ODD, 3)
    await manager.open(at())
    await manager.send(at(), action="status", status="notice", available_on="2027-02-01",
                       version=manager.hidden("version"))  # fmt: skip
    again = await held(office)
    assert again["version"] == now["version"]
    assert again["confirmed_at"] > now["confirmed_at"]


async def test_fact_is_corrected_with_its_source_and_withdrawn(office: Office, manager: Browser) -> None:
    await manager.open(at(), fact="grab_bars")
    stated = {"action": "fact", "fact": "grab_bars", "source": "measured", "date": "2026-09-01", "evidence": "REL-1"}
    version = manager.hidden("version")
    answer = await manager.send(at(), **stated, answer="yes", version=version)
    assert answer.headers["location"] == f"{at()}?done=fact"
    assert (await held(office))["facts"]["grab_bars"] == {
        "value": "yes", "source": "measured", "date": "2026-09-01", "evidence": "REL-1",
    }  # fmt: skip
    await manager.open(at())
    assert "REL-1" in words(manager.page)
    version = manager.hidden("version")
    answer = await manager.send(at(), **{**stated, "source": "declared"}, answer="no", version=version)
    assert answer.status_code == 422
    assert "Ce qui est déjà connu l'emporte" in words(answer)
    assert (await held(office))["facts"]["grab_bars"]["value"] == "yes"
    answer = await manager.send(at(), **stated, answer="unknown", version=version)
    assert answer.status_code == 303
    assert "grab_bars" not in (await held(office))["facts"]
    await manager.open(at())
    assert "Ce qui était connu avant" in words(manager.page)
    assert "Remplacée le" in words(manager.page)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"answer": "known", "measure": "beaucoup"}, "Cette caractéristique ne peut pas être lue"),
        ({"answer": "known", "measure": "9"}, "mesure peu plausible"),
        ({"answer": "known", "measure": "90", "date": "2999-01-01"}, "cette date est dans l'avenir"),
        ({"answer": "known", "measure": "90", "source": "rumour"}, "Valeurs admises"),
        ({}, "Cette caractéristique ne peut pas être lue"),
    ],
)
async def test_what_cannot_be_a_fact_is_said_and_what_was_typed_stays(
    office: Office, manager: Browser, given: dict[str, str], said: str
) -> None:
    await manager.open(at())
    fields = {"source": "measured", "date": "2026-09-01", "evidence": "REL-77", **given}
    answer = await manager.send(
        at(), action="fact", fact="entrance_door_width", version=manager.hidden("version"), **fields
    )
    assert answer.status_code == 422
    assert said in words(answer)
    assert 'value="REL-77"' in answer.text
    assert "entrance_door_width" not in (await held(office))["facts"]


async def test_change_that_somebody_else_made_meanwhile_is_said_and_what_was_typed_stays(
    office: Office, manager: Browser
) -> None:
    await manager.open(at())
    version = manager.hidden("version")
    given = home_of(office, status="works", floor=2)
    await office.client.put(f"/v1/homes/{quote(ODD, safe='')}", json=given, headers=office.owner.headers)
    answer = await manager.send(at(), action="status", status="notice", available_on="2027-03-01", version=version)
    assert answer.status_code == 422
    assert "a changé ce logement entre-temps" in words(answer)
    assert 'value="2027-03-01"' in answer.text
    assert (await held(office))["status"] == "works"
    answer = await manager.send(at(), action="confirm", version=version)
    assert answer.status_code == 422
    manager.page = answer
    answer = await manager.send(at(), action="status", status="notice", available_on="2027-03-01",
                                version=manager.hidden("version"))  # fmt: skip
    assert answer.status_code == 303
    assert (await held(office))["status"] == "notice"


async def test_homes_that_are_shown_are_confirmed_but_not_what_changed_meanwhile(
    office: Office, manager: Browser
) -> None:
    for ref in (ODD, "B2"):
        await age(office, ref, 400)
    await manager.open(HOMES)
    seen = manager.hidden("seen")
    await office.client.put("/v1/homes/B2", json=home_of(office), headers=office.owner.headers)
    answer = await manager.send(HOMES, seen=seen)
    said = words(answer)
    assert "1 logement(s) confirmé(s)" in said
    assert "Changés entre-temps, donc non confirmés : relisez-les. B2" in said
    assert (await held(office))["confirmed_at"][:10] >= today().isoformat()
    await manager.open(HOMES, q="b2")
    answer = await manager.send(f"{HOMES}?q=b2", seen=manager.hidden("seen"))
    assert answer.headers["location"] == f"{HOMES}?q=b2&confirmed=1"
    await manager.open(HOMES)
    form = manager.page
    for seen in ("", "{}", '[["B2", "2"], [1, 2], null, ["B2", 99999999999999999999]]'):
        manager.page = form
        assert (await manager.send(HOMES, seen=seen)).status_code == 303


async def test_residence_shows_its_index_and_takes_facts(office: Office, manager: Browser) -> None:
    await manager.open(RESIDENCES, q="tilleuls")
    assert "R/1" in words(manager.page)
    here = f"{RESIDENCES}/R%2F1"
    await manager.open(here)
    said = words(manager.page)
    assert manager.page.status_code == 200
    assert "Résidence Les Tilleuls" in said
    assert "L'indice, ligne par ligne" in said
    assert "Services à portée" in said
    await manager.open(here, fact="entrance_door_effort")
    answer = await manager.send(
        here, action="fact", fact="entrance_door_effort", answer="known", measure="45", source="measured",
        date="2026-09-01", version=manager.hidden("version"),
    )  # fmt: skip
    assert answer.headers["location"] == f"{here}?done=fact"
    await manager.open(here)
    assert "45 N" in words(manager.page)
    answer = await manager.send(
        here,
        action="fact",
        fact="stair_handrails",
        answer="one_side",
        source="measured",
        date="2026-09-01",
        version="1",
    )
    assert answer.status_code == 422
    assert "a changé cette résidence entre-temps" in words(answer)


async def test_language_of_the_page_of_an_odd_reference_changes(manager: Browser) -> None:
    await manager.open(at())
    assert f'href="{at()}?lang=en"' in manager.page.text.replace("/console/homes/A/1", "/console/homes/A%2F1")
    await manager.open(at(), lang="en")
    assert "Works that would raise the class" in words(manager.page)


async def test_pages_are_the_owners_and_of_those_who_may(
    office: Office, manager: Browser, seats: Seats, register: Register
) -> None:
    other = await register()
    stranger = await seats.take(other.id, "landlord_admin", language="fr")
    await stranger.open(HOMES)
    assert "Aucun logement n'est encore enregistré" in words(stranger.page)
    for address in (at(), f"{RESIDENCES}/R%2F1", f"{HOMES}/%00", f"{HOMES}/"):
        await stranger.open(address)
        assert stranger.page.status_code == 404
    reader = await seats.take(office.owner.id, "landlord_reader", language="fr")
    await reader.open(at())
    assert reader.page.status_code == 200
    assert "Enregistrer le statut" not in words(reader.page)
    answer = await reader.send(at(), action="confirm", version="1")
    assert answer.status_code == 403
    searcher = await seats.take(office.owner.id, "landlord_searcher")
    coordinator = await seats.take(office.place.coordinator.id, "coordinator_admin")
    for browser in (searcher, coordinator):
        for address in (HOMES, at(), RESIDENCES, f"{RESIDENCES}/R%2F1"):
            await browser.open(address)
            assert browser.page.status_code == 403
            assert "Les Tilleuls" not in browser.page.text


@pytest.mark.parametrize("asked", ["", "class_min=2&possible=true"], ids=["all", "by class"])
async def test_homes_are_sorted_by_links_in_the_heads_of_the_table(
    office: Office, manager: Browser, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.setattr("registry.console.pages.homes.SHOWN", 2)
    rents = {"C1": 52_000, "C2": 30_000, "C3": None, "C4": 30_000}
    for ref, rent in rents.items():
        body = home_of(office, rent_cents=rent, facts=FACTS)
        answer = await office.client.put(f"/v1/homes/{ref}", json=body, headers=office.owner.headers)
        assert answer.status_code == 201, answer.text

    async def walked(address: str) -> list[str]:
        found, following = [], [address]
        while following:
            page = (await manager.open(html.unescape(following[0]))).text
            found += [html.unescape(ref) for ref in re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', page)]
            following = re.findall(r'<a class="button quiet" href="([^"]+)" rel="next">', page)
        return found

    page = (await manager.open(f"{HOMES}?q=C&{asked}")).text
    link = re.search(r'href="([^"]+sort=rent)"', page)
    assert link
    assert await walked(link[1]) == ["C2", "C4", "C1", "C3"]
    page = (await manager.open(html.unescape(link[1]))).text
    assert 'aria-sort="ascending"' in page
    link = re.search(r'href="([^"]+sort=-rent)"', page)
    assert link
    assert await walked(link[1]) == ["C1", "C4", "C2", "C3"]
    for sort in ("updated", "-status", "rooms", "-ref"):
        assert sorted(await walked(f"{HOMES}?q=C&sort={sort}")) == sorted(rents)
    for odd in ("sort=rooms&after=C1&from=99999", "sort=status&after=C1&from=x", "sort=updated&after=C1", "sort=x"):
        assert (await manager.open(f"{HOMES}?{odd}")).status_code == 200
