"""The yearly report of transfers says what is large enough to be said, and no member learns of the others' few."""

import datetime as dt
import uuid
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from registry.access.principal import Principal
from registry.kernel.clock import date_in_france, now
from registry.platform.database import Database, Role
from registry.reports import service, tasks
from registry.transfers.service.demand import count_months
from registry.vocabulary.transfers import Loss
from tests.conftest import Register
from tests.support.market import Market, market
from tests.support.months import after_this_month
from tests.support.transfers import case, move, need, open_case

_ROW = text(
    "INSERT INTO vacated_homes (organisation_id, territory_id, home_ref, listing_id, rooms, home_class, opened_on,"
    " relet_on, gone, examined, outcome, loss, stated_at)"
    " VALUES (:owner, :territory, :ref, gen_random_uuid(), 2, 4, :day, :day, :gone, :examined, :outcome, :loss,"
    " :stated)"
)


@pytest.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    return await market(database, job_database, client, register)


async def vacate(place: Market, day: dt.date, *, owner: uuid.UUID | None = None, **outcomes: int) -> None:
    """Have vacancies end on a day, by outcomes; a reason says one that is lost, ``gone``: nothing is stated."""
    async with place.jobs.transaction(Role.JOB, actor="tests") as session:
        for outcome, count in outcomes.items():
            for n in range(count):
                gone, loss = outcome == "gone", outcome if outcome in set(Loss) else None
                values = {
                    "owner": owner or place.owner.id, "territory": place.territory.id, "ref": f"{outcome}{n}",
                    "day": day, "gone": gone, "examined": None if gone else True, "loss": loss,
                    "outcome": None if gone else "lost" if loss else outcome, "stated": None if gone else now(),
                }  # fmt: skip
                await session.execute(_ROW, values)


async def published(place: Market, accept: str = "application/json") -> Any:
    """Have the report of this year counted and published; return its rows by table, or a file."""
    slug, year = place.territory.slug, date_in_france(now()).year
    coordinator = place.territory.coordinator
    principal = Principal(coordinator.id, "coordinator", "tests", frozenset(), {slug: place.territory.id})
    asked: Any = {"principal": principal, "kind": "transfers", "territory": slug, "year": year}
    bound: Any = {"organisation": coordinator.id, "actor": "tests"}
    async with place.database.transaction(Role.COORDINATOR, **bound) as session:
        edition = await service.prepare(session=session, **asked)
    await tasks.count(place.jobs)
    async with place.database.transaction(Role.COORDINATOR, **bound) as session:
        await service.publish(session=session, edition=edition, **asked)
    headers = {**place.searcher.headers, "Accept": accept, "Accept-Language": "fr"}
    answer = await place.client.get(f"/v1/territories/{slug}/reports/transfers/{year}", headers=headers)
    assert answer.status_code == 200, answer.text
    if accept != "application/json":
        return answer
    return {table["code"]: table["rows"] for table in answer.json()["document"]["tables"]}


async def test_outcomes_are_told_of_the_territory_rounded_and_small_ones_with_what_would_tell_them_are_not(
    place: Market,
) -> None:
    day = date_in_france(now())
    await vacate(place, day, allotted_to_need=23, allotted_to_elderly=14, urgency=3)
    tables = await published(place)
    (row,) = tables["vacated"]
    assert row["commune_code"] is None
    cells = row["cells"]
    assert cells["relet"] == 40
    assert (cells["lost"], cells["lost_urgency"]) == (None, None)
    assert None in {cells["allotted_to_need"], cells["allotted_to_elderly"]}, "their difference would tell of the lost"
    assert {cells[name] for name in cells if name.startswith("refused")} == set()
    (proposals,) = tables["transfers"]
    assert proposals["cells"]["proposals"] == 0
    assert "demand" not in tables, "no month of the year is counted"


async def test_homes_that_are_let_no_more_stand_apart_from_those_let_again(place: Market) -> None:
    day = date_in_france(now())
    for owner in (place.owner.id, place.searcher.id):
        await vacate(place, day, owner=owner, allotted_to_need=15, gone=10, no_longer_let=10)
    (row,) = (await published(place))["vacated"]
    cells = row["cells"]
    assert [cells[name] for name in ("relet", "allotted_to_need", "examined", "no_longer_let")] == [30, 30, 30, 40]
    assert {name for name in cells if name.startswith("lost_")} == {
        "lost_no_candidate", "lost_quota_holder", "lost_adaptation_not_known", "lost_urgency",
        "lost_refused_by_candidates", "lost_other",
    }  # fmt: skip


async def test_moves_that_set_nothing_larger_free_do_not_follow_from_those_that_do(place: Market) -> None:
    for member in (place.owner, place.searcher):
        await move(place.database, place.territory.id, member, 12, (4, 2))
    await move(place.database, place.territory.id, place.owner, 3, (2, 2))
    (row,) = (await published(place))["moves"]
    assert row["cells"] == {"moves": 25, "larger_freed": None, "large_freed": None}, "three of 27"


async def test_demand_of_the_last_month_stands_beside_them_as_it_was_kept(place: Market) -> None:
    for member in (place.owner, place.searcher):
        for _ in range(12):
            await open_case(place.client, member, case(need(communes=[place.territory.communes[0]])))
    await count_months(place.jobs, at=after_this_month())
    tables = await published(place)
    assert [row["commune_code"] for row in tables["demand"]] == [place.territory.communes[0], None]
    assert {row["cells"]["cases"] for row in tables["demand"]} == {25}
    file = await published(place, "text/csv")
    assert file.headers["content-disposition"].startswith('attachment; filename="transfers-')
    assert "Besoins" not in file.text, "a figure's label, not the table's"
    assert "Douche de plain-pied" in file.text


async def test_figure_that_one_landlord_makes_up_nearly_alone_is_not_told(place: Market) -> None:
    day = date_in_france(now())
    await vacate(place, day, allotted_to_need=20)
    await vacate(place, day, owner=place.searcher.id, allotted_to_need=4)
    (row,) = (await published(place))["vacated"]
    assert row["cells"]["relet"] is None, "24: who let 20 of them would know the other's four"
