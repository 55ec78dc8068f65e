"""One dwelling, two landlords: each is told of its own home, and neither of the other's."""

from typing import Any

import httpx

from registry.platform.database import Database
from registry.stock.service.duplicates import flag_duplicates
from tests.conftest import Register
from tests.support import stock
from tests.support import territory as territories
from tests.support.members import Member


async def flagged(client: httpx.AsyncClient, jobs: Database, member: Member) -> list[Any]:
    await flag_duplicates(jobs)
    answer = await client.get("/v1/duplicates", headers=member.headers)
    return [(item["ref"], item["rpls_id"]) for item in answer.json()["items"]]


async def test_home_that_two_landlords_state_is_flagged_to_both_until_one_lets_go(
    client: httpx.AsyncClient, database: Database, job_database: Database, register: Register
) -> None:
    place = await territories.create(database, job_database, client)
    one, other = await register(), await register()
    residences = {"R1": stock.residence(place.communes[0])}
    shared = f"RPLS-{place.slug}"
    await stock.publish(client, one, residences, [{"ref": "A", **stock.home(rpls_id=shared)},
                                                  {"ref": "B", **stock.home(rpls_id=f"{shared}-b")}])  # fmt: skip
    await stock.publish(client, other, residences, [{"ref": "Z", **stock.home(rpls_id=shared)}])
    assert await flagged(client, job_database, one) == [("A", shared)]
    assert await flagged(client, job_database, other) == [("Z", shared)]
    given = stock.home(rpls_id=shared, status="withdrawn")
    assert (await client.put("/v1/homes/Z", json=given, headers=other.headers)).status_code == 200
    assert await flagged(client, job_database, one) == []
    assert await flagged(client, job_database, other) == []


async def test_same_landlord_may_state_an_identifier_twice_without_being_told_of_another(
    client: httpx.AsyncClient, database: Database, job_database: Database, register: Register
) -> None:
    place = await territories.create(database, job_database, client)
    one = await register()
    homes = [{"ref": ref, **stock.home(rpls_id=f"OWN-{place.slug}")} for ref in ("A", "B")]
    await stock.publish(client, one, {"R1": stock.residence(place.communes[0])}, homes)
    assert await flagged(client, job_database, one) == []
