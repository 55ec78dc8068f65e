"""The sheets say what a home is, in plain words, and never where."""

import re
from html import unescape
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from registry.platform.database import Database
from registry.platform.settings import Settings
from tests.conftest import Register
from tests.support.market import Market, market
from tests.support.members import Member
from tests.support.pdfs import unpacked
from tests.support.people import Browser
from tests.support.proposals import Affairs
from tests.support.seats import Seats
from tests.support.transfers import case, need, open_case, reference


@pytest.fixture
async def affairs(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Affairs:
    return Affairs(await market(database, job_database, client, register))


async def proposed(affairs: Affairs, **needs: Any) -> str:
    place = affairs.market
    _, listing = await affairs.home(quota_holder="3", floor=0)
    wanted = {"communes": [place.territory.communes[0]], "current_rent_cents": 52_000,
              "current_charges_cents": 9_000, "aid_outdoors": "walker", **needs}  # fmt: skip
    ref = reference()
    await open_case(affairs.client, place.searcher, case(need(**wanted)), ref)
    return await affairs.proposed(ref, listing)


@pytest.fixture
def seats(app: FastAPI, settings: Settings, database: Database) -> Seats:
    return Seats(app, settings, database)


async def printed(affairs: Affairs, path: str, who: Member) -> httpx.Response:
    headers = {**who.headers, "Accept": "application/pdf", "Accept-Language": "fr"}
    return await affairs.client.get(f"/v1/{path}", headers=headers)


async def test_tenant_reads_what_living_there_is_like_what_it_costs_and_that_no_is_fine(
    affairs: Affairs, seats: Seats
) -> None:
    id_ = await proposed(affairs)
    helps = {"help": [{"kind": "removal", "planned_cents": 90_000}, {"kind": "sorting"}]}
    await affairs.client.put(f"/v1/proposals/{id_}/help", json=helps, headers=affairs.market.searcher.headers)
    caseworker = await seats.take(affairs.market.searcher.id, "landlord_searcher")
    for language, said in (
        ("fr", ("Douche de plain-pied", "520,00 €", "412,50 €", "472,50 €", "Déménagement : 900,00 €",
                "Tri des affaires", "Vous pouvez dire non", "avec une canne ou un déambulateur")),
        ("en", ("€520.00", "€412.50", "Removal: €900.00", "You may say no")),
    ):  # fmt: skip
        answer = await caseworker.open(f"/console/proposals/{id_}/tenant-sheet", lang=language)
        assert answer.status_code == 200, answer.text
        assert [word for word in said if word not in answer.text] == []
        assert "rue des Acacias" not in answer.text
        assert f'lang="{language}"' in answer.text


async def test_tenant_sheet_is_one_tagged_page(affairs: Affairs) -> None:
    id_ = await proposed(affairs)
    answer = await printed(affairs, f"proposals/{id_}/tenant-sheet", affairs.market.searcher)
    assert answer.headers["content-type"] == "application/pdf"
    said = unpacked(answer.content)
    assert len(re.findall(rb"/Type /Page\b", said)) == 1
    assert [word for word in (b"/StructTreeRoot", b"/Lang (fr)", b"pdfuaid") if word not in said] == []


async def test_committee_reads_adaptations_quota_holder_and_the_legal_order_of_its_own_home(
    affairs: Affairs, seats: Seats
) -> None:
    id_ = await proposed(affairs)
    publisher = await seats.take(affairs.market.owner.id, "landlord_publisher")
    answer = await publisher.open(f"/console/proposals/{id_}/committee-sheet", lang="fr")
    said = ("CCH art. R.441-4", "à établir par la commission", "ni le handicap ni l'âge",
            "Employeurs, Action Logement", "à vérifier avec le texte en vigueur",
            "CCH art. L.441</strong>", "absence de lien avec la commune ne peut à elle seule", "texte du 01/01/2022",
            "ne dit pas ici où il habite")  # fmt: skip
    assert [word for word in said if word not in unescape(answer.text)] == []
    assert "rue des Acacias" not in answer.text


async def test_committee_is_told_whether_the_adaptation_is_what_is_asked_for(affairs: Affairs, seats: Seats) -> None:
    publisher = await seats.take(affairs.market.owner.id, "landlord_publisher")
    shower = await sheet(publisher, await proposed(affairs, shower="zero_step", parking=True))
    assert "asks for an adaptation of this home, marked below" in shower
    assert re.findall(r"<li>([^<]*) \(adaptation of this home\)", shower) == ["Zero-step shower: fits, proven"]
    nothing = {"aid_indoors": "none", "aid_outdoors": "none", "steps_passable": None, "shower": "any"}
    other = await sheet(publisher, await proposed(affairs, **nothing, parking=True, ground_floor_or_lift=True))
    assert "nothing of what the need asks for rests on it" in other
    assert "(adaptation of this home)" not in other
    assert "to be established by the committee" in other
    none = await sheet(publisher, await proposed(affairs, **nothing))
    assert "no longer told, or asks for nothing in particular" in none


async def test_committee_reads_what_a_home_without_works_is_proven_to_have(affairs: Affairs, seats: Seats) -> None:
    publisher = await seats.take(affairs.market.owner.id, "landlord_publisher")
    id_ = await proposed(affairs)
    for language, said in (("fr", "Douche de plain-pied"), ("en", "Zero-step shower")):
        answer = await publisher.open(f"/console/proposals/{id_}/committee-sheet", lang=language)
        assert f"<li>{said}</li>" in answer.text


async def test_committee_is_told_what_the_convention_says_of_the_transfer_that_is_proposed(
    affairs: Affairs, seats: Seats
) -> None:
    place = affairs.market
    publisher = await seats.take(place.owner.id, "landlord_publisher")
    between = await proposed(affairs)
    _, listing = await affairs.home(quota_holder="3", floor=0)
    own_case = await affairs.case(place.owner)
    within = await affairs.proposed(own_case, listing, place.owner)
    for id_ in (between, within):
        (flow,) = await flows(publisher, id_)
        assert "to be checked" in flow
        assert "page 'Reservation conventions'" in flow
    employers = {"departement": "33", "quota_holder": "3", "own_transfers": True, "others_transfers": False}
    await state(place, {**employers, "dated": "2023-11-20"})
    (flow,) = await flows(publisher, between)
    assert flow == "Transfer between landlords: not deducted from the flow (reservation convention of 20 Nov 2023)"
    (flow,) = await flows(publisher, within)
    assert flow.startswith("Transfer within the landlord's own stock: deducted from the flow (")
    await state(place, {**employers, "others_transfers": None})
    assert "to be checked" in (await flows(publisher, between))[0]
    assert "date not stated" in (await flows(publisher, within))[0]
    await state(place, {**employers, "quota_holder": "4"})
    assert "to be checked" in (await flows(publisher, within))[0], "it is another quota holder's"


async def test_home_of_no_quota_holder_is_said_to_be_of_none(affairs: Affairs, seats: Seats) -> None:
    place = affairs.market
    await state(place, {"departement": "33", "quota_holder": "3", "own_transfers": True})
    _, listing = await affairs.home(quota_holder="7", floor=0)
    id_ = await affairs.proposed(await affairs.case(place.owner), listing, place.owner)
    publisher = await seats.take(place.owner.id, "landlord_publisher")
    (flow,) = await flows(publisher, id_)
    assert flow.startswith("No quota holder is registered")


async def state(place: Market, *conventions: Any) -> None:
    answer = await place.client.put(
        "/v1/reservation-conventions", json={"conventions": conventions}, headers=place.owner.headers
    )
    assert answer.status_code == 200, answer.text


async def flows(publisher: Browser, id_: str) -> list[str]:
    """Return what a committee's sheet says of the flow."""
    listed = (await sheet(publisher, id_)).split("<dt>Flow management</dt>", 1)[1].split("</dl>", 1)[0]
    return [" ".join(each.split()) for each in re.findall(r"<dd>(.*?)</dd>", listed, re.DOTALL)]


async def sheet(publisher: Browser, id_: str) -> str:
    answer = await publisher.open(f"/console/proposals/{id_}/committee-sheet", lang="en")
    assert answer.status_code == 200, answer.text
    return answer.text.replace("&#39;", "'")


async def test_each_sheet_is_for_its_own_side(affairs: Affairs, other_landlord: Member) -> None:
    id_ = await proposed(affairs)
    place = affairs.market
    for path, others in (
        ("tenant-sheet", (place.owner, other_landlord)), ("committee-sheet", (place.searcher, other_landlord)),
    ):  # fmt: skip
        for other in others:
            assert (await printed(affairs, f"proposals/{id_}/{path}", other)).status_code == 404
