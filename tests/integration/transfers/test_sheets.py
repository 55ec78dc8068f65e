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
from tests.support.market import market
from tests.support.members import Member
from tests.support.pdfs import unpacked
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
    said = ("CCH art. R.441-4", "Premier rang", "Employeurs, Action Logement", "à vérifier avec le texte en vigueur",
            "CCH art. L.441</strong>", "absence de lien avec la commune ne peut à elle seule", "texte du 01/01/2022",
            "ne dit pas ici où il habite")  # fmt: skip
    assert [word for word in said if word not in unescape(answer.text)] == []
    assert "rue des Acacias" not in answer.text


async def test_each_sheet_is_for_its_own_side(affairs: Affairs, other_landlord: Member) -> None:
    id_ = await proposed(affairs)
    place = affairs.market
    for path, others in (
        ("tenant-sheet", (place.owner, other_landlord)), ("committee-sheet", (place.searcher, other_landlord)),
    ):  # fmt: skip
        for other in others:
            assert (await printed(affairs, f"proposals/{id_}/{path}", other)).status_code == 404
