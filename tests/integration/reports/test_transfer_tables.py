"""The yearly report says of transfers and vacated homes what is large enough to be said, for the territory alone."""

import datetime as dt
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from registry.kernel.clock import date_in_france, now
from registry.platform.database import Database, Role
from registry.reports.service import counting
from tests.conftest import Register
from tests.support.market import Market, market

_ROW = text(
    "INSERT INTO vacated_homes (organisation_id, territory_id, home_ref, listing_id, rooms, home_class, opened_on,"
    " relet_on, examined, outcome, loss, stated_at)"
    " SELECT :owner, :territory, :ref, gen_random_uuid(), 2, 4, CAST(:day AS date), CAST(:day AS date), true,"
    " CAST(:outcome AS text), CASE WHEN CAST(:outcome AS text) = 'lost' THEN 'urgency' END, now()"
)


@pytest.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    return await market(database, job_database, client, register)


async def vacate(place: Market, day: dt.date, **outcomes: int) -> None:
    async with place.jobs.transaction(Role.JOB, actor="tests") as session:
        for outcome, count in outcomes.items():
            for n in range(count):
                values = {
                    "owner": place.owner.id, "territory": place.territory.id, "ref": f"{outcome}{n}", "day": day,
                    "outcome": outcome,
                }  # fmt: skip
                await session.execute(_ROW, values)


async def test_outcomes_are_told_of_the_territory_rounded_and_small_ones_with_what_would_tell_them_are_not(
    place: Market,
) -> None:
    day = date_in_france(now())
    await vacate(place, day, allotted_to_need=23, allotted_to_elderly=14, lost=3)
    async with place.jobs.transaction(Role.JOB, actor="tests") as session:
        found = await counting._found(session, place.territory.id, day.year)
    asked: Any = {"year": day.year, "edition": 1}
    document = counting._document(asked, *found)
    tables = {table["code"]: table["rows"] for table in document["tables"]}
    (row,) = tables["vacated"]
    assert row["commune_code"] is None
    cells = row["cells"]
    assert cells["relet"] == 40
    assert (cells["lost"], cells["lost_urgency"]) == (None, None)
    assert None in {cells["allotted_to_need"], cells["allotted_to_elderly"]}, "their difference would tell of the lost"
    assert {cells[name] for name in cells if name.startswith("refused")} == set()
    (proposals,) = tables["transfers"]
    assert proposals["cells"]["proposals"] == 0
