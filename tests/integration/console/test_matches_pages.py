"""A caseworker sees the homes for a case: why, what is missing, and a way to propose one."""

import httpx
import pytest_asyncio

from registry.platform.database import Database
from tests.conftest import Register
from tests.integration.transfers.test_matching import BATHROOM, Desk
from tests.support.market import market
from tests.support.seats import Seats, words
from tests.support.stock import fact, home
from tests.support.transfers import case, open_case


@pytest_asyncio.fixture
async def desk(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Desk:
    made = Desk(await market(database, job_database, client, register))
    await made.offer([
        {"ref": "proven", **home(facts=BATHROOM, rent_cents=40_000)},
        {"ref": "bath", **home(facts={"zero_step_shower": fact("no"), "grab_bars": fact()}, rent_cents=40_000)},
    ])  # fmt: skip
    return made


async def opened(desk: Desk) -> str:
    need = {"shower": "zero_step", "grab_bars": True, "communes": desk.market.territory.communes}
    return str((await open_case(desk.market.client, desk.market.searcher, case(need)))["id"])


async def test_caseworker_sees_the_best_home_its_reasons_and_the_way_to_propose_it(desk: Desk, seats: Seats) -> None:
    browser = await seats.take(desk.market.searcher.id, "landlord_searcher")
    case_id = await opened(desk)
    page = await browser.open(f"/console/cases/{case_id}/matches")
    assert page.status_code == 200, page.text
    said = words(page)
    for part in ("Fits, proven", "Every demand is proven.", "One work short",
                 "Zero-step shower – cost to be asked of the landlord", "points of 100"):  # fmt: skip
        assert part in said, part
    assert f'action="/console/cases/{case_id}/propose"' in page.text
    french = words(await browser.open(f"/console/cases/{case_id}/matches?lang=fr&beyond=true"))
    assert "Toutes les demandes sont établies." in french
    assert "S'en tenir aux quartiers souhaités" in french


async def test_page_of_a_case_is_for_its_own_caseworkers_alone(desk: Desk, seats: Seats) -> None:
    case_id = await opened(desk)
    for organisation, role, status in (
        (desk.market.owner.id, "landlord_searcher", 404), (desk.market.searcher.id, "landlord_reader", 403),
        (desk.market.searcher.id, "landlord_publisher", 403),
    ):  # fmt: skip
        browser = await seats.take(organisation, role)
        assert (await browser.open(f"/console/cases/{case_id}/matches")).status_code == status


async def test_case_that_has_ended_says_so(desk: Desk, seats: Seats) -> None:
    browser = await seats.take(desk.market.searcher.id, "landlord_searcher")
    case_id = await opened(desk)
    closed = await desk.market.client.get("/v1/transfer-cases", headers=desk.market.searcher.headers)
    ref = next(each["ref"] for each in closed.json()["items"] if each["id"] == case_id)
    await desk.market.client.post(
        f"/v1/transfer-cases/{ref}/close", json={"reason": "moved"}, headers=desk.market.searcher.headers
    )
    page = await browser.open(f"/console/cases/{case_id}/matches")
    assert page.status_code == 422
    assert "This case is closed" in words(page)
