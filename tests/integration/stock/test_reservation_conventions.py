"""A landlord states what its reservation conventions say of transfers; nobody else reads it."""

from typing import Any

import httpx
import pytest

from registry.platform.database import Database
from registry.stock.schemas.conventions import EXAMPLE
from tests.conftest import Register
from tests.contract.problem import assert_problem
from tests.integration.stock.test_works import read
from tests.support.market import Market, market

PATH = "/v1/reservation-conventions"
EMPLOYERS: dict[str, Any] = {
    "departement": "33", "quota_holder": "3", "own_transfers": True, "others_transfers": False, "dated": "2023-11-20",
}  # fmt: skip
TOWNS: dict[str, Any] = {"departement": "33", "quota_holder": "4"}


@pytest.fixture
async def here(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    return await market(database, job_database, client, register)


async def put(here: Market, *conventions: Any, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await here.client.put(PATH, json={"conventions": conventions}, headers={**here.owner.headers, **named})


async def test_list_is_empty_then_as_stated_and_replaced_as_a_whole(here: Market) -> None:
    empty = await read(here, PATH)
    assert empty.json() == {"conventions": []}

    written = await put(here, TOWNS, EMPLOYERS, If_Match=empty.headers["etag"])

    assert written.status_code == 200, written.text
    employers, towns = written.json()["conventions"]
    assert employers == {**EMPLOYERS, "updated_at": employers["updated_at"]}
    assert (towns["own_transfers"], towns["others_transfers"], towns["dated"]) == (None, None, None)
    again = await read(here, PATH)
    assert (again.json(), again.headers["etag"]) == (written.json(), written.headers["etag"])
    stale = await put(here, TOWNS, If_Match=empty.headers["etag"])
    assert_problem(stale, 412, "version-changed")
    changed = (await put(here, {**EMPLOYERS, "others_transfers": None}, If_Match=again.headers["etag"])).json()
    assert [(row["quota_holder"], row["others_transfers"]) for row in changed["conventions"]] == [("3", None)]
    assert (await put(here)).json() == {"conventions": []}


async def test_same_list_again_changes_nothing_and_each_change_is_audited(here: Market) -> None:
    first = await put(here, EMPLOYERS, TOWNS)
    assert (await put(here, TOWNS, EMPLOYERS)).json() == first.json()
    moved = (await put(here, EMPLOYERS, {**TOWNS, "own_transfers": False})).json()["conventions"]
    assert moved[0] == first.json()["conventions"][0]
    events = await here.client.get(
        "/v1/audit/events", params={"action": "stock:reservation_conventions:replaced"}, headers=here.owner.headers
    )
    assert [event["detail"] for event in events.json()["items"]] == [{"conventions": 2}] * 2


async def test_each_departement_that_is_unknown_is_named(here: Market) -> None:
    given = [EMPLOYERS, {**TOWNS, "departement": "00"}, {**EMPLOYERS, "departement": "99"}]
    answer = await put(here, *given)
    assert_problem(answer, 422, "departement-unknown")
    assert [(error["field"], error["value"]) for error in answer.json()["errors"]] == [
        ("conventions.1.departement", "00"), ("conventions.2.departement", "99"),
    ]  # fmt: skip
    assert all(error["remedy"] for error in answer.json()["errors"])
    assert (await read(here, PATH)).json() == {"conventions": []}, "none of them is stated"


async def test_nobody_else_reads_or_replaces_them(here: Market) -> None:
    assert (await put(here, EMPLOYERS)).status_code == 200
    other = here.searcher.headers
    assert (await here.client.get(PATH, headers=other)).json() == {"conventions": []}
    assert (await here.client.put(PATH, json=EXAMPLE, headers=other)).status_code == 200
    assert (await here.client.put(PATH, json={"conventions": []}, headers=other)).status_code == 200
    assert [row["quota_holder"] for row in (await read(here, PATH)).json()["conventions"]] == ["3"]
    coordinator = here.territory.coordinator.headers
    assert_problem(await here.client.get(PATH, headers=coordinator), 403, "scope-missing")
