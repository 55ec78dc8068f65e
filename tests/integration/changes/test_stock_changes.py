"""Who follows the changes of a stock has the stock: everything at first, then each change once, deletions too."""

import asyncio
from datetime import datetime
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import text

from registry.platform import events
from registry.platform.database import Database, Role
from registry.territories.events import QuartersLoaded
from tests.conftest import Register
from tests.support import territory
from tests.support.database import Server
from tests.support.following import Follower, past
from tests.support.members import Member
from tests.support.stock import fact, home, publish, residence
from tests.support.territory import Territory


@pytest.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient) -> Territory:
    return await territory.create(database, job_database, client)


@pytest.fixture
async def owner(client: httpx.AsyncClient, register: Register, place: Territory) -> Member:
    """A landlord of two residences and five homes."""
    made = await register()
    await publish(
        client, made, {ref: residence(place.communes[0], place.point()) for ref in ("R1", "R2")},
        [{"ref": f"H{n}", **home("R1")} for n in range(5)],
    )  # fmt: skip
    await past()
    return made


def said(changes: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(item["kind"], item["change"], item["ref"]) for item in changes]


async def test_reader_from_the_beginning_is_given_everything_as_it_is_read_singly(
    client: httpx.AsyncClient, owner: Member
) -> None:
    follower = Follower(client, owner, "/v1/changes?limit=3")
    assert len(await follower.catch_up()) == 7
    for (kind, ref), held in follower.held.items():
        answer = await client.get(f"/v1/{kind}s/{ref}", headers=owner.headers)
        alone = answer.json()
        for each in (held, alone):
            each["updated_at"] = datetime.fromisoformat(each["updated_at"])
        assert held == alone


async def test_each_change_comes_once_in_the_order_in_which_it_was_made(
    client: httpx.AsyncClient, owner: Member, place: Territory
) -> None:
    follower = Follower(client, owner, "/v1/changes")
    await follower.catch_up()
    headers = owner.headers
    await client.put("/v1/homes/H3", json=home("R1", rent_cents=1), headers=headers)
    await client.put("/v1/homes/H1", json=home("R1", rent_cents=2), headers=headers)
    await client.put("/v1/homes/H3", json=home("R1", rent_cents=3), headers=headers)
    await client.delete("/v1/homes/H0", headers=headers)
    await client.delete("/v1/residences/R2", headers=headers)
    await client.put("/v1/residences/R1", json=residence(place.communes[0], name="Les Charmes"), headers=headers)
    assert said(await follower.catch_up()) == [
        ("home", "upserted", "H1"), ("home", "upserted", "H3"), ("home", "deleted", "H0"),
        ("residence", "deleted", "R2"), ("residence", "upserted", "R1"),
    ]  # fmt: skip
    assert follower.held["home", "H3"]["rent_cents"] == 3
    assert follower.held["residence", "R1"]["name"] == "Les Charmes"
    assert await follower.catch_up() == []


async def test_home_that_is_stated_again_as_it_was_is_no_change(client: httpx.AsyncClient, owner: Member) -> None:
    follower = Follower(client, owner, "/v1/changes")
    await follower.catch_up()
    await client.put("/v1/homes/H1", json=home("R1"), headers=owner.headers)
    await publish(client, owner, {}, [{"ref": "H2", **home("R1")}])
    assert await follower.catch_up() == []


async def test_confirmation_of_a_day_later_is_no_change(
    client: httpx.AsyncClient, owner: Member, server: Server, database_name: str
) -> None:
    follower = Follower(client, owner, "/v1/changes")
    await follower.catch_up()
    with server.connect(database_name) as admin:
        admin.execute(
            "UPDATE registry.homes SET confirmed_at = now() - interval '2 days' WHERE organisation_id = %s", (owner.id,)
        )
    await client.put("/v1/homes/H1", json=home("R1"), headers=owner.headers)
    assert await follower.catch_up() == []


async def test_home_that_is_deleted_and_made_anew_ends_as_it_is(client: httpx.AsyncClient, owner: Member) -> None:
    follower = Follower(client, owner, "/v1/changes")
    await follower.catch_up()
    await client.delete("/v1/homes/H1", headers=owner.headers)
    await client.put("/v1/homes/H1", json=home("R1", rooms=4, typology="T4"), headers=owner.headers)
    assert said(await follower.catch_up()) == [("home", "upserted", "H1")]
    assert follower.held["home", "H1"]["rooms"] == 4


async def test_home_made_anew_by_who_began_before_its_deleter_is_not_taken_for_deleted(
    client: httpx.AsyncClient, owner: Member, database: Database
) -> None:
    """The writer has the lower number, waits for the deleter, and writes after it: the tombstone has the higher one."""
    follower = Follower(client, owner, "/v1/changes")
    await follower.catch_up()
    async with database.transaction(Role.LANDLORD, organisation=owner.id, actor="tests") as session:
        await session.execute(text("SELECT pg_current_xact_id()"))
        await client.delete("/v1/homes/H1", headers=owner.headers)
        await session.execute(
            text(
                "INSERT INTO homes (id, organisation_id, residence_id, ref, typology, rooms, status)"
                " SELECT gen_random_uuid(), organisation_id, id, 'H1', 'T3', 3, 'vacant' FROM residences"
                " WHERE organisation_id = current_organisation() AND ref = 'R1'"
            )
        )
    assert said(await follower.catch_up()) == [("home", "upserted", "H1")]


async def test_reader_from_the_beginning_is_not_told_of_what_was_deleted_before(
    client: httpx.AsyncClient, owner: Member
) -> None:
    await client.delete("/v1/homes/H1", headers=owner.headers)
    follower = Follower(client, owner, "/v1/changes?limit=1")
    assert {item["change"] for item in await follower.catch_up()} == {"upserted"}
    assert ("home", "H1") not in follower.held


async def test_deletion_while_somebody_reads_from_the_beginning_is_told(
    client: httpx.AsyncClient, owner: Member
) -> None:
    follower = Follower(client, owner, "/v1/changes?limit=5")
    await follower.page()
    assert ("home", "H0") in follower.held
    await client.delete("/v1/homes/H0", headers=owner.headers)
    await follower.catch_up()
    assert sorted(ref for kind, ref in follower.held if kind == "home") == ["H1", "H2", "H3", "H4"]


async def test_fact_that_is_added_by_a_batch_is_a_change(client: httpx.AsyncClient, owner: Member) -> None:
    follower = Follower(client, owner, "/v1/changes")
    await follower.catch_up()
    await publish(client, owner, {}, [{"ref": "H2", **home("R1", facts={"lift": fact()})}])
    assert said(await follower.catch_up()) == [("home", "upserted", "H2")]
    assert set(follower.held["home", "H2"]["facts"]) == {"zero_step_shower", "lift"}


async def test_quarters_that_the_job_finds_are_a_change_of_the_residence(
    client: httpx.AsyncClient, owner: Member, place: Territory, job_database: Database, server: Server,
    database_name: str,
) -> None:  # fmt: skip
    follower = Follower(client, owner, "/v1/changes")
    await follower.catch_up()
    with server.connect(database_name) as admin:
        admin.execute(
            "INSERT INTO registry.quarters (layer, code, name, vintage, shape) VALUES (%s, 'Q', 'Quarter', 2026,"
            " ST_Multi(ST_Expand(ST_SetSRID(ST_Point(%s, %s), 4326), 0.001)))",
            (place.slug, place.lon, place.lat),
        )
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        await events.publish(session, QuartersLoaded(place.slug))
    assert said(await follower.catch_up()) == [("residence", "upserted", "R1"), ("residence", "upserted", "R2")]
    assert follower.held["residence", "R1"]["quarters"] == [f"{place.slug}:Q"]


async def test_change_of_a_transaction_that_still_runs_is_given_once_it_is_past_and_nothing_overtakes_it(
    client: httpx.AsyncClient, owner: Member, server: Server, database_name: str
) -> None:
    """A slow writer begins first and commits last: a reader who were given the fast one's would never see the slow."""
    follower = Follower(client, owner, "/v1/changes")
    await follower.catch_up()
    with psycopg.connect(server.url(database_name)) as slow:
        slow.execute(
            "UPDATE registry.homes SET rent_cents = 7, changed_in = pg_current_xact_id()"
            " WHERE organisation_id = %s AND ref = 'H4'", (owner.id,),
        )  # fmt: skip
        await client.put("/v1/homes/H2", json=home("R1", rent_cents=8), headers=owner.headers)
        assert await follower.page() == 0
        slow.commit()
    assert said(await follower.catch_up()) == [("home", "upserted", "H4"), ("home", "upserted", "H2")]


async def test_reader_who_waits_is_answered_when_something_comes(client: httpx.AsyncClient, owner: Member) -> None:
    follower = Follower(client, owner, "/v1/changes?wait=30")
    await follower.page()
    waiting = asyncio.create_task(follower.page())
    await client.put("/v1/homes/H2", json=home("R1", rent_cents=8), headers=owner.headers)
    assert await waiting == 1


async def test_other_organisations_see_nothing_of_it(
    client: httpx.AsyncClient, owner: Member, other_landlord: Member
) -> None:
    await client.delete("/v1/homes/H1", headers=owner.headers)
    assert await Follower(client, other_landlord, "/v1/changes").catch_up() == []
    follower = Follower(client, owner, "/v1/changes")
    await follower.page()
    answer = await client.get(follower.address, headers=other_landlord.headers)
    assert answer.json()["code"] == "cursor-invalid"
