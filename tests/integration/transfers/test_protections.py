"""The protections of a case over the API, and the texts that an operator loads."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from registry.listings.service.place import place_requested
from registry.platform.database import Database, Role
from registry.transfers.protections.law import as_json, parsed, shipped
from registry.transfers.service import law
from tests.conftest import Register
from tests.support.market import Market, market
from tests.support.members import Member
from tests.support.stock import home
from tests.support.transfers import case, need, open_case, reference

_QUARTER = text(
    "INSERT INTO quarters (layer, code, name, commune_code, vintage, shape) SELECT 'quarter', :code, :code,"
    " code, 2026, contour FROM communes WHERE code = :commune"
)
Load = Callable[..., Awaitable[None]]


@pytest.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    made = await market(database, job_database, client, register, communes=2)
    await made.publish([{"ref": "H1", **home("R1", typology="T4", rooms=4, status="occupied", floor=2)}])
    return made


async def opened(place: Market, **changes: Any) -> str:
    ref = reference()
    await open_case(place.client, place.owner, case(need(), home_ref="H1", **changes), ref)
    return ref


async def told(place: Market, ref: str, member: Member | None = None, **facts: str) -> httpx.Response:
    path, headers = f"/v1/transfer-cases/{ref}/protections", (member or place.owner).headers
    if facts:
        return await place.client.post(path, json=facts, headers=headers)
    return await place.client.get(path, headers=headers)


def states(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    return {item["rule"]["code"]: item["applies"] for item in answer.json()["items"]}


async def test_texts_are_shown_with_date_and_what_the_landlord_adds_is_kept_nowhere(place: Market) -> None:
    ref = await opened(place)
    found = states(await told(place, ref))
    assert (found["under_occupation"], found["three_refusals"]) == ("yes", "unknown")
    answer = await told(place, ref, over_65="yes")
    assert states(answer)["three_refusals"] == "no"
    (item,) = [each for each in answer.json()["items"] if each["rule"]["code"] == "three_refusals"]
    assert (item["rule"]["article"], item["rule"]["dated"], item["rule"]["verified"]) == (
        "CCH art. L.442-3-1", "2020-01-01", False,
    )  # fmt: skip
    assert [(each["code"], each["state"]) for each in item["conditions"]] == [("tense_area", "unknown")]
    assert [(each["code"], each["label"]["en"]) for each in answer.json()["facts"]][::5] == [
        ("over_65", "Over 65"), ("tense_area", "Home in a tense area (as the text means it)"),
    ]  # fmt: skip
    assert "reste ouvert" in answer.json()["right"]["fr"]
    assert states(await told(place, ref))["three_refusals"] == "unknown"
    assert states(await told(place, ref, tense_area="no"))["three_refusals"] == "no"


async def test_link_with_a_commune_is_asked_of_the_communes_in_which_the_quarters_that_are_wanted_lie(
    place: Market,
) -> None:
    own, other = place.territory.communes
    async with place.jobs.transaction(Role.JOB, actor="tests") as session:
        for commune in (own, other):
            await session.execute(_QUARTER, {"code": f"in{commune}", "commune": commune})
    for quarters, applies in (([own], "no"), ([own, other], "yes")):
        ref, codes = reference(), [f"quarter:in{commune}" for commune in quarters]
        await open_case(place.client, place.owner, case(need(quarters=codes), home_ref="H1"), ref)
        assert states(await told(place, ref))["local_link"] == applies
    ref = reference()
    await open_case(place.client, place.owner, case(need(communes=[own]), kind="first_entry"), ref)
    assert states(await told(place, ref))["local_link"] == "unknown"


async def test_another_landlord_reads_none(place: Market) -> None:
    ref = await opened(place)
    assert (await told(place, ref, place.searcher)).status_code == 404
    assert (await told(place, ref, place.searcher, over_65="yes")).status_code == 404


@pytest.fixture
async def loaded(job_database: Database) -> AsyncIterator[Load]:
    """Load shipped texts with other figures, until the test is over."""

    async def load(**values: dict[str, Any]) -> None:
        given = json.loads(as_json(rule for rule in shipped() if rule.code in values))
        for rule in given:
            rule["values"] |= values[rule["code"]]
        async with job_database.transaction(Role.JOB, actor="tests") as session:
            await law.load(session=session, rules=parsed(json.dumps(given)))

    yield load
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        await session.execute(text("DELETE FROM legal_rules"))


async def test_figures_that_are_loaded_change_bounds_ranking_and_the_test_of_the_rent(
    place: Market, loaded: Load
) -> None:
    flats = [("NOW", 3, "occupied"), ("SMALLER", 2, "vacant"), ("AS-LARGE", 3, "vacant")]
    await place.publish([
        {"ref": ref, **home(typology=f"T{rooms}", rooms=rooms, status=status, rent_cents=50_000)}
        for ref, rooms, status in flats
    ])  # fmt: skip
    await place_requested(place.jobs)
    ref = reference()
    given = case({"residents": 1}, home_ref="NOW", ground="under_occupation")
    made = await open_case(place.client, place.owner, given, ref)

    async def found() -> tuple[set[str], set[str], set[tuple[str, bool]]]:
        answer = await place.client.get(f"/v1/transfer-cases/{ref}/matches", headers=place.owner.headers)
        items = answer.json()["items"]
        criteria = {line["criterion"] for line in items[0]["lines"]}
        tests = {(item["rents"]["rent_test"], item["rents"]["rent_met"]) for item in items}
        return {item["home_ref"] for item in items}, criteria & {"size"}, tests

    assert await found() == ({"SMALLER"}, {"size"}, {("lower", False)})
    assert states(await told(place, ref))["under_occupation"] == "yes"
    await loaded(under_occupation={"rooms_above_residents": 2}, three_refusals={"rent_strictly_lower": False})
    assert await found() == ({"SMALLER", "AS-LARGE"}, set(), {("no_more", True)})
    assert states(await told(place, ref))["under_occupation"] == "no"
    again = await open_case(place.client, place.owner, given, ref)
    assert again["version"] == made["version"] + 1, "what alerts go by is compiled anew"


async def test_text_that_is_loaded_replaces_the_one_that_is_shipped(place: Market) -> None:
    given = json.loads(as_json(rule for rule in shipped() if rule.code == "local_link"))
    given[0] |= {"verified": True, "source": "Légifrance, lu par le service juridique", "dated": "2026-01-01"}
    async with place.jobs.transaction(Role.JOB, actor="tests") as session:
        await law.load(session=session, rules=parsed(json.dumps(given)))
        rules = await law.rules_in_force(session=session)
        assert (rules["local_link"].verified, rules["under_occupation"].verified) == (True, False)
        await session.rollback()
