"""The census tells its coordinator how many homes there are, and of no small number which."""

import csv
import io
from typing import Any

import httpx
import pytest

from registry.census import tasks
from registry.charter import service as charter
from registry.platform.database import Database, Role
from tests.conftest import Register
from tests.support.market import Market, market
from tests.support.members import Member
from tests.support.stock import home, publish, residence


@pytest.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    """Two landlords: 17 homes, of which 12 are T2 and 5 are T3, 3 vacant, one withdrawn beside."""
    made = await market(database, job_database, client, register)
    for member, lines in (
        (made.owner, [("T2", "occupied")] * 9 + [("T3", "occupied")] * 5 + [("T2", "withdrawn")]),
        (made.searcher, [("T2", "vacant")] * 3),
    ):
        given = residence(made.territory.communes[0], made.territory.point())
        homes = [
            {"ref": f"H{n}", **home("R1", typology=typology, rooms=int(typology[1]), status=status)}
            for n, (typology, status) in enumerate(lines)
        ]
        assert (await publish(client, member, {"R1": given}, homes))["rejected"] == 0
    await tasks.count(job_database)
    return made


async def cells(place: Market, member: Member) -> dict[tuple[str, str], Any]:
    answer = await place.client.get(f"/v1/territories/{place.territory.slug}/census", headers=member.headers)
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    assert {item["commune_code"] for item in items} == set(place.territory.communes)
    return {(item["kind"], item["category"]): item["homes"] for item in items}


async def test_counts_are_rounded_to_five_and_small_ones_left_out_with_what_would_give_them_away(place: Market) -> None:
    assert await cells(place, place.territory.coordinator) == {
        ("all", "all"): 15, ("status", "occupied"): None, ("status", "vacant"): None,
        ("typology", "T2"): None, ("typology", "T3"): None,
    }  # fmt: skip


async def test_census_is_a_table_too(place: Market) -> None:
    headers = {**place.territory.coordinator.headers, "Accept": "text/csv"}
    answer = await place.client.get(f"/v1/territories/{place.territory.slug}/census", headers=headers)
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [row["homes"] for row in rows] == ["15", "", "", "", ""]


async def test_landlord_of_the_territory_and_another_coordinator_read_none(place: Market, coordinator: Member) -> None:
    for member in (place.owner, coordinator):
        answer = await place.client.get(f"/v1/territories/{place.territory.slug}/census", headers=member.headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "territory-not-visible")


async def test_homes_of_a_landlord_whose_adhesion_is_over_are_not_counted(
    place: Market, job_database: Database
) -> None:
    async with place.database.transaction(Role.LANDLORD, organisation=place.owner.id, actor="tests") as session:
        await charter.withdraw(session=session, organisation=place.owner.id, territory_id=place.territory.id)
    await tasks.count(job_database)
    assert await cells(place, place.territory.coordinator) == {("all", "all"): None}
