"""Unmet demand: counted once a month for the members of a territory, and kept when the cases are erased."""

import csv
import datetime as dt
import io
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from registry.platform.database import Database, Role
from registry.transfers.service import demand
from tests.conftest import Register
from tests.support.market import Market, market
from tests.support.members import Member
from tests.support.months import after_this_month
from tests.support.transfers import case, move, need, open_case

_OLD = text(
    "INSERT INTO transfer_counts (territory_id, month, topic, zone, code, count)"
    " VALUES (:territory, :month, 'unanswered', 'territory', 'cases', 0)"
)
_FORGET = text("DELETE FROM transfer_counts WHERE territory_id = :territory")


@pytest.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    return await market(database, job_database, client, register, communes=2)


async def opened(place: Market, member: Member, count: int, commune: int | None = 0, **asked: Any) -> list[str]:
    """Open cases that want one commune of the territory, or two; return their references."""
    communes = place.territory.communes[:2]
    area = {"communes": communes if commune is None else [communes[commune]]}
    made = [await open_case(place.client, member, case(need(**area, **asked))) for _ in range(count)]
    return [each["ref"] for each in made]


async def read(place: Market, member: Member, accept: str = "application/json", **asked: Any) -> httpx.Response:
    headers = {**member.headers, "Accept": accept, "Accept-Language": "en"}
    return await place.client.get(f"/v1/territories/{place.territory.slug}/demand", params=asked, headers=headers)


def counts(answer: httpx.Response, zone: str | None = None) -> dict[str, int | None]:
    """Return the figures of a commune; of the whole territory where none is named."""
    items = answer.json()["items"]
    found: dict[str, int | None] = next(
        each["counts"] for each in items
        if (each["commune_code"] == zone if zone else each["zone"] == "territory")
    )  # fmt: skip
    return found


async def test_month_is_counted_by_commune_and_kind_of_home_and_stays_when_cases_are_erased(place: Market) -> None:
    walker: dict[str, Any] = {"aid_indoors": "walker", "rooms_min": 2}
    refs = await opened(place, place.owner, 14, **walker)
    await opened(place, place.searcher, 13, **walker)
    await opened(place, place.owner, 12, 1, aid_indoors="none", shower="any", rent_max_cents=40_000)
    await opened(place, place.searcher, 11, 1, aid_indoors="none", shower="any", rent_max_cents=40_000)
    assert (await read(place, place.owner)).json()["code"] == "demand-not-counted"
    await demand.count_months(place.jobs, at=after_this_month())
    here, there = place.territory.communes[:2]
    found = await read(place, place.searcher)
    assert found.status_code == 200, found.text
    assert counts(found, here)["walking_aid"] == 25
    assert counts(found, there)["other_home"] == 25
    assert counts(found, there)["rent_to_500"] == 25
    assert counts(found)["cases"] == 50
    assert counts(found)["zero_step_shower"] == 25
    assert counts(found)["wheelchair"] == 0
    assert "any_shower" not in counts(found)
    for ref in refs:
        gone = await place.client.delete(f"/v1/transfer-cases/{ref}", headers=place.owner.headers)
        assert gone.status_code == 204, gone.text
    await demand.count_months(place.jobs, at=after_this_month())
    assert (await read(place, place.territory.coordinator)).json() == found.json()
    month = found.json()["month"]
    assert (await read(place, place.owner, month=month)).json() == found.json()
    assert (await read(place, place.owner, month="2001-01")).json()["code"] == "demand-not-counted"


async def test_small_cells_are_left_out_and_those_that_one_landlord_makes_up_nearly_alone(place: Market) -> None:
    await opened(place, place.owner, 20, aid_indoors="walker")
    await opened(place, place.searcher, 15, aid_indoors="walker")
    await opened(place, place.owner, 3, aid_indoors="manual_wheelchair")
    await opened(place, place.owner, 12, 1)
    await opened(place, place.searcher, 4, 1)
    await opened(place, place.owner, 2, None)
    await demand.count_months(place.jobs, at=after_this_month())
    found = await read(place, place.owner)
    here, there = place.territory.communes[:2]
    assert counts(found)["cases"] == 55
    assert counts(found, here)["wheelchair"] is None
    assert counts(found)["wheelchair"] is None, "three, and all of one landlord"
    assert counts(found, there)["cases"] is None, "of sixteen the owner has twelve: it would know the other's four"
    several = next(each["counts"] for each in found.json()["items"] if each["zone"] == "several")
    assert set(several.values()) == {None}
    table = await read(place, place.owner, "text/csv")
    lines = list(csv.DictReader(io.StringIO(table.text, newline="")))
    total = next(line for line in lines if line["zone"] == "territory" and line["column"] == "cases")
    assert (total["count"], total["label"]) == ("55", "Unanswered cases")
    assert {line["count"] for line in lines if line["zone"] == "several"} == {""}


async def test_answered_cases_are_none_and_those_that_ended_without_a_home_are(place: Market) -> None:
    for member in (place.owner, place.searcher):
        for reason in ("moved", "other"):
            for ref in await opened(place, member, 12):
                address = f"/v1/transfer-cases/{ref}/close"
                done = await place.client.post(address, json={"reason": reason}, headers=member.headers)
                assert done.status_code == 200, done.text
    await demand.count_months(place.jobs, at=after_this_month())
    assert counts(await read(place, place.owner))["cases"] == 25


async def test_demand_of_a_territory_is_read_by_its_members_and_coordinator_alone(
    place: Market, coordinator: Member
) -> None:
    await demand.count_months(place.jobs, at=after_this_month())
    assert (await read(place, place.territory.coordinator)).status_code == 200
    assert (await read(place, coordinator)).json()["code"] == "territory-not-visible"


async def test_months_are_kept_for_ten_years(place: Market) -> None:
    night = after_this_month()
    old, last = (night.date().replace(year=night.year - 10, day=1) - dt.timedelta(days=days) for days in (40, 0))
    async with place.jobs.transaction(Role.JOB, actor="tests") as session:
        for month in (old.replace(day=1), last):
            await session.execute(_OLD, {"territory": place.territory.id, "month": month})
    await demand.count_months(place.jobs, at=night)
    months = (await read(place, place.owner)).json()["months"]
    assert f"{last:%Y-%m}" in months
    assert f"{old:%Y-%m}" not in months


async def test_homes_set_free_are_told_of_a_year_and_not_where_a_landlord_would_know_the_others(place: Market) -> None:
    await move(place.database, place.territory.id, place.owner, 12, (4, 2))
    await move(place.database, place.territory.id, place.searcher, 12, (5, 3))
    await demand.count_months(place.jobs, at=after_this_month())
    freed = (await read(place, place.owner)).json()["freed"]
    assert freed == {"moves": 25, "larger_freed": 25, "large_freed": 25, "rooms_freed": 50}
    async with place.jobs.transaction(Role.JOB, actor="tests") as session:
        await session.execute(_FORGET, {"territory": place.territory.id})
    await move(place.database, place.territory.id, place.owner, 3, (2, 2))
    await demand.count_months(place.jobs, at=after_this_month())
    freed = (await read(place, place.owner)).json()["freed"]
    assert (freed["moves"], freed["larger_freed"]) == (25, None), "its difference to the moves would be three"
    assert freed["rooms_freed"] is None
