"""``PUT /v1/homes/{ref}``: facts that are withdrawn, and a statement that is repeated."""

from typing import Any

import httpx
import pytest

from registry.platform.database import Database
from tests.conftest import Register
from tests.support.market import Market, market
from tests.support.stock import fact, home, residence


@pytest.fixture
async def here(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    made = await market(database, job_database, client, register)
    given = residence(made.territory.communes[0], made.territory.point())
    answer = await client.put("/v1/residences/R1", json=given, headers=made.owner.headers)
    assert answer.status_code == 201, answer.text
    return made


async def put(here: Market, given: dict[str, Any], ref: str = "H1") -> httpx.Response:
    answer = await here.client.put(f"/v1/homes/{ref}", json=given, headers=here.owner.headers)
    assert answer.status_code in {200, 201}, answer.text
    return answer


async def read(here: Market, ref: str = "H1") -> httpx.Response:
    answer = await here.client.get(f"/v1/homes/{ref}", headers=here.owner.headers)
    assert answer.status_code == 200, answer.text
    return answer


async def test_fact_that_is_null_is_withdrawn_and_the_others_stay(here: Market) -> None:
    await put(here, home(facts={"zero_step_shower": fact(), "lift": fact(), "grab_bars": fact("no")}))

    answer = await put(here, home(facts={"lift": None}))

    assert answer.json()["facts"].keys() == {"zero_step_shower", "grab_bars"}
    assert (await read(here)).json()["facts"] == answer.json()["facts"]
    (listing,) = await here.listings()
    assert listing["features"].keys() == {"zero_step_shower", "grab_bars"}
    assert await here.listings(lift="true") == []
    assert len(await here.listings(lift="true", possible="true")) == 1, "unknown again"


async def test_home_whose_last_shared_fact_is_withdrawn_leaves_the_listings(here: Market) -> None:
    await put(here, home(facts={"zero_step_shower": fact()}))
    assert len(await here.listings()) == 1

    answer = await put(here, home(facts={"zero_step_shower": None}))

    assert answer.json()["facts"] == {}
    assert await here.listings() == []


async def test_fact_that_was_not_known_may_be_withdrawn_as_well(here: Market) -> None:
    first = await put(here, home(facts={"zero_step_shower": fact()}))

    second = await put(here, home(facts={"lift": None}))

    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.json()["facts"] == first.json()["facts"]


async def test_same_statement_again_changes_neither_version_nor_time(here: Market) -> None:
    given = home(facts={"zero_step_shower": fact(), "entrance_door_width": fact(90)})
    first = await put(here, given)

    again = await put(here, given)
    without_facts = await put(here, {name: value for name, value in given.items() if name != "facts"})

    assert (first.status_code, again.status_code, without_facts.status_code) == (201, 200, 200)
    for answer in (again, without_facts, await read(here)):
        assert answer.headers["ETag"] == first.headers["ETag"]
        assert answer.json() == first.json()


async def test_other_statement_changes_version_and_time(here: Market) -> None:
    first = await put(here, home())

    other = await put(here, home(rent_cents=41_251))

    assert other.headers["ETag"] != first.headers["ETag"]
    assert other.json()["updated_at"] > first.json()["updated_at"]
