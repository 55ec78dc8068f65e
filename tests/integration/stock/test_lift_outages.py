"""Lift outages: stated once, changed as the repair goes, seen by their landlord alone."""

from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest

from registry.kernel.clock import now
from registry.platform import events
from registry.platform.database import Database, Role
from registry.stock.events import HomesChanged
from registry.stock.repository.outages import OUT_OF_SERVICE
from registry.stock.service import outages
from tests.conftest import Register
from tests.contract.problem import assert_problem
from tests.support.database import Server
from tests.support.market import Market, market
from tests.support.stock import home, publish, residence


@pytest.fixture
async def here(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    made = await market(database, job_database, client, register)
    buildings = [{"ref": "B1", "levels": 6}, {"ref": "B2", "levels": 4}]
    given = residence(made.territory.communes[0], made.territory.point(), buildings=buildings)
    homes = [
        {"ref": "H1", **home("R1", building_ref="B1")}, {"ref": "H2", **home("R1", building_ref="B2")},
        {"ref": "H3", **home("R1")}, {"ref": "H4", **home("R2")},
    ]  # fmt: skip
    await publish(client, made.owner, {"R1": given, "R2": residence(made.territory.communes[0])}, homes)
    return made


async def start(here: Market, ref: str = "R1", headers: dict[str, str] | None = None, **given: Any) -> httpx.Response:
    return await here.client.post(
        f"/v1/residences/{ref}/lift-outages", json=given, headers={**here.owner.headers, **(headers or {})}
    )


async def started(here: Market, **given: Any) -> dict[str, Any]:
    answer = await start(here, **given)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def change(
    here: Market, made: dict[str, Any], headers: dict[str, str] | None = None, **given: Any
) -> httpx.Response:
    body = {"expected_end": None, "ended_at": None, **given}
    return await here.client.put(
        f"/v1/lift-outages/{made['id']}", json=body, headers={**here.owner.headers, **(headers or {})}
    )


async def listed(here: Market, **query: Any) -> list[str]:
    answer = await here.client.get("/v1/lift-outages", params=query, headers=here.owner.headers)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def out_of_service(here: Market, database: Database, role: Role = Role.LANDLORD) -> set[str]:
    from sqlalchemy import text

    query = text(f"SELECT ref FROM homes h WHERE organisation_id = :organisation AND {OUT_OF_SERVICE}")
    bound = here.owner.id if role is Role.LANDLORD else None
    async with database.transaction(role, organisation=bound, actor="tests") as session:
        return set((await session.execute(query, {"organisation": here.owner.id})).scalars())


def moment(hours: float = 0) -> str:
    return (now() + timedelta(hours=hours)).isoformat()


async def test_outage_of_a_building_is_of_its_homes_and_of_no_others(
    here: Market, database: Database, job_database: Database
) -> None:
    made = await started(here, building_ref="B1", lift="ASC-1", expected_end=moment(48))

    assert (made["residence_ref"], made["building_ref"], made["lift"], made["source"], made["ended_at"]) == (
        "R1", "B1", "ASC-1", "declared", None,
    )  # fmt: skip
    assert await out_of_service(here, database) == {"H1"}
    assert await out_of_service(here, job_database, Role.JOB) == {"H1"}


async def test_outage_of_the_residence_is_of_all_its_homes_until_it_ends(here: Market, database: Database) -> None:
    made = await started(here)
    assert await out_of_service(here, database) == {"H1", "H2", "H3"}

    assert (await change(here, made, ended_at=moment())).status_code == 200

    assert await out_of_service(here, database) == set()


async def test_outage_answers_where_it_is_and_in_which_version(here: Market) -> None:
    answer = await start(here, building_ref="B1")

    read = await here.client.get(answer.headers["location"], headers=here.owner.headers)

    assert read.json() == answer.json()
    assert read.headers["etag"] == answer.headers["etag"] == '"1"'


async def test_start_without_a_moment_is_now_and_counts_at_once(here: Market, database: Database) -> None:
    before = now()
    made = await started(here, started_at=moment(0.05), building_ref="B2")  # a clock that is three minutes ahead
    assert made["started_at"] < moment(0.01)
    other = await started(here, building_ref="B1")
    assert other["started_at"] >= (before - timedelta(seconds=5)).isoformat().replace("+00:00", "")
    assert await out_of_service(here, database) == {"H1", "H2"}


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"started_at": 1}, "lift-outage-in-future", "started_at"),
        ({"started_at": -1, "expected_end": -2}, "lift-outage-ends-before-it-starts", "expected_end"),
    ],
)
async def test_outage_at_an_impossible_moment_is_refused(
    here: Market, given: dict[str, float], code: str, field: str
) -> None:
    answer = await start(here, **{name: moment(hours) for name, hours in given.items()})
    assert_problem(answer, 422, code, field)


async def test_end_at_an_impossible_moment_is_refused(here: Market) -> None:
    made = await started(here, started_at=moment(-2))
    assert_problem(await change(here, made, ended_at=moment(1)), 422, "lift-outage-in-future", "ended_at")
    for field in ("ended_at", "expected_end"):
        answer = await change(here, made, **{field: moment(-3)})
        assert_problem(answer, 422, "lift-outage-ends-before-it-starts", field)


async def test_outage_where_nothing_is_is_refused(here: Market) -> None:
    assert_problem(await start(here, ref="R9"), 404, "residence-not-found", "ref")
    assert_problem(await start(here, building_ref="B9"), 422, "building-unknown", "building_ref")


async def test_second_outage_of_one_lift_is_refused_while_the_first_lasts(here: Market) -> None:
    first = await started(here, building_ref="B1", lift="ASC-1")
    assert_problem(await start(here, building_ref="B1", lift="ASC-1"), 409, "lift-outage-open", "lift")
    await started(here, building_ref="B1", lift="ASC-2")
    await started(here, building_ref="B1")
    assert_problem(await start(here, building_ref="B1"), 409, "lift-outage-open", "lift")

    await change(here, first, ended_at=moment())

    await started(here, building_ref="B1", lift="ASC-1")
    assert_problem(await change(here, first), 409, "lift-outage-open", "ended_at")


async def test_end_stated_by_mistake_is_withdrawn(here: Market, database: Database) -> None:
    made = await started(here, building_ref="B1")
    await change(here, made, ended_at=moment())

    again = await change(here, made)

    assert again.json()["ended_at"] is None
    assert await out_of_service(here, database) == {"H1"}


async def test_change_of_another_version_is_refused_and_of_none_at_all_changes_nothing(here: Market) -> None:
    made = await started(here)
    expected = moment(24)
    changed = await change(here, made, {"If-Match": '"1"'}, expected_end=expected)
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    again = await change(here, made, expected_end=expected)
    assert again.json() == changed.json()
    assert_problem(await change(here, made, {"If-Match": '"1"'}), 412, "version-changed", "If-Match")


async def test_same_request_again_gets_the_same_outage(here: Market) -> None:
    key = {"Idempotency-Key": f"outage-{moment()}"}
    first = await start(here, headers=key, building_ref="B1")
    again = await start(here, headers=key, building_ref="B1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]


async def test_list_is_of_what_is_asked_for_and_goes_on(here: Market) -> None:
    ended, lasts, elsewhere = [
        (await started(here, **given))["id"] for given in ({"building_ref": "B1"}, {"building_ref": "B2"})
    ] + [(await start(here, ref="R2")).json()["id"]]
    await change(here, {"id": ended}, ended_at=moment())

    assert await listed(here) == [ended, lasts, elsewhere]
    assert await listed(here, open="true") == [lasts, elsewhere]
    assert await listed(here, open="false") == [ended]
    assert await listed(here, residence_ref="R1", open="true") == [lasts]
    assert await listed(here, residence_ref="R9") == []
    first = await here.client.get("/v1/lift-outages?limit=2", headers=here.owner.headers)
    assert first.json()["next"] in first.headers["link"]
    rest = await here.client.get(first.json()["next"], headers=here.owner.headers)
    assert [item["id"] for item in rest.json()["items"]] == [elsewhere]


async def test_outage_of_another_landlord_is_not_there(here: Market, register: Register) -> None:
    made = await started(here)
    stranger = await register()
    url = f"/v1/lift-outages/{made['id']}"
    for answer in (
        await here.client.get(url, headers=stranger.headers),
        await here.client.put(url, json={"expected_end": None, "ended_at": None}, headers=stranger.headers),
    ):
        assert_problem(answer, 404, "lift-outage-not-found")
    assert (await here.client.get("/v1/lift-outages", headers=stranger.headers)).json()["items"] == []


async def test_listings_follow_start_and_end(here: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []

    async def follow(_session: object, event: HomesChanged) -> None:
        told.append(len(event.home_ids))

    monkeypatch.setitem(events._handlers, HomesChanged, [follow])
    made = await started(here, building_ref="B1")
    await change(here, made, ended_at=moment())
    assert told == [3, 3]


async def test_each_change_is_in_the_audit(here: Market, server: Server, database_name: str) -> None:
    made = await started(here)
    await change(here, made, expected_end=moment(5))
    await change(here, made, ended_at=moment())
    with server.connect(database_name) as admin:
        rows = admin.execute(
            "SELECT action FROM registry.audit_events WHERE organisation_id = %s AND subject = %s ORDER BY sequence",
            (here.owner.id, made["id"]),
        ).fetchall()
    assert [action for (action,) in rows] == [f"stock:lift_outage:{verb}" for verb in ("started", "changed", "ended")]


async def test_ended_outage_is_forgotten_after_two_years(
    here: Market, job_database: Database, server: Server, database_name: str
) -> None:
    kept, lasting, gone = [(await started(here, lift=lift))["id"] for lift in ("A", "B", "C")]
    with server.connect(database_name) as admin:
        aged(admin, kept, "23 months")
        aged(admin, gone, "25 months")
        admin.execute(
            "UPDATE registry.lift_outages SET started_at = now() - interval '3 years' WHERE id = %s", (lasting,)
        )

    await outages.expire(job_database)

    assert await listed(here) == [kept, lasting]


def aged(admin: psycopg.Connection, id_: str, by: str) -> None:
    admin.execute(
        "UPDATE registry.lift_outages SET started_at = now() - CAST(%(by)s AS interval) - interval '1 day',"
        " ended_at = now() - CAST(%(by)s AS interval) WHERE id = %(id)s",
        {"by": by, "id": id_},
    )
