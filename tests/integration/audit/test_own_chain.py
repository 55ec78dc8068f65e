"""An organisation reads, verifies and exports its own audit chain."""

import csv
import io
import json
import uuid
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from registry.audit import service
from registry.platform.database import Database, Role
from tests.conftest import Register
from tests.support.database import Server
from tests.support.members import Member

EVENTS = "/v1/audit/events"
CSV = {"Accept": "text/csv"}
PERSON = uuid.uuid4()


@pytest_asyncio.fixture
async def owner(database: Database, register: Register) -> Member:
    """A landlord with five events of its stock, one of a person, each of another reference."""
    made = await register()
    for number in range(5):
        actor = "console" if number != 2 else f"console user:{PERSON}"
        async with database.transaction(Role.LANDLORD, organisation=made.id, actor=actor) as session:
            await service.record(
                session, organisation=made.id, action="stock:home:updated" if number else "stock:residence:created",
                subject=f"=R{number}", detail={"number": number},
            )  # fmt: skip
    return made


async def read(client: httpx.AsyncClient, owner: Member, **query: Any) -> list[dict[str, Any]]:
    answer = await client.get(EVENTS, params=query, headers=owner.headers)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_events_are_found_by_action_actor_object_and_period(client: httpx.AsyncClient, owner: Member) -> None:
    stock = await read(client, owner, action="stock:")
    assert [event["subject"] for event in stock] == ["=R4", "=R3", "=R2", "=R1", "=R0"], "the latest first"
    assert {event["subject"] for event in await read(client, owner, action="stock:residence")} == {"=R0"}
    (by_person,) = await read(client, owner, actor=str(PERSON))
    assert (by_person["subject"], by_person["user_id"], by_person["detail"]) == ("=R2", str(PERSON), {"number": 2})
    assert len(await read(client, owner, actor="console", action="stock:")) == 5
    assert [event["sequence"] for event in await read(client, owner, subject="=R3")] == [stock[1]["sequence"]]
    moment = stock[2]["happened_at"]
    assert [event["subject"] for event in await read(client, owner, since=moment)] == ["=R4", "=R3", "=R2"]
    assert [event["subject"] for event in await read(client, owner, until=moment, action="stock:")] == ["=R1", "=R0"]


async def test_pages_of_events_miss_none_and_repeat_none(client: httpx.AsyncClient, owner: Member) -> None:
    url, seen = f"{EVENTS}?limit=2&action=stock:", []
    while url:
        answer = (await client.get(url, headers=owner.headers)).json()
        seen += [event["subject"] for event in answer["items"]]
        url = answer["next"]
    assert seen == ["=R4", "=R3", "=R2", "=R1", "=R0"]


async def test_export_goes_from_hash_to_hash_and_holds_no_formula(
    client: httpx.AsyncClient, owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.audit.service.EXPORTED", 2)
    answer = await client.get("/v1/audit/export", headers=owner.headers)
    events = [json.loads(line) for line in answer.text.splitlines()]
    assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
    assert [event["previous_hash"] for event in events] == ["", *(event["hash"] for event in events[:-1])]
    answer = await client.get("/v1/audit/export", params={"action": "stock:"}, headers={**owner.headers, **CSV})
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["hash"] for row in rows] == [event["hash"] for event in events[-5:]]
    assert rows[0]["subject"] == "'=R0"
    assert json.loads(rows[0]["detail"]) == {"number": 0}


async def test_verification_goes_on_in_parts_and_names_the_head(
    client: httpx.AsyncClient, job_database: Database, owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    latest, *_ = await read(client, owner)
    (whole,) = await parts(client, owner)
    head = whole["head"]
    assert (whole["intact"], whole["first"], whole["last"]) == (True, 1, latest["sequence"])
    assert (head["sequence"], head["hash"]) == (latest["sequence"], latest["hash"])
    monkeypatch.setattr("registry.audit.service.STEP", 2)
    monkeypatch.setattr("registry.audit.service.MOST_VERIFIED", 3)
    found = await parts(client, owner)
    assert sum(part["count"] for part in found) == latest["sequence"] > 3
    assert all(part["intact"] and part["head"] == head for part in found)
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        assert await service.verify(session, organisation=owner.id) == (latest["sequence"], None)


async def parts(client: httpx.AsyncClient, owner: Member) -> list[dict[str, Any]]:
    url, found = "/v1/audit/verification", []
    while url:
        answer = await client.get(url, headers=owner.headers)
        assert answer.status_code == 200, answer.text
        found.append(answer.json())
        url = found[-1]["next"]
    return found


@pytest.mark.parametrize("after", [0, 3])
async def test_verification_names_the_event_that_was_changed(
    client: httpx.AsyncClient, owner: Member, server: Server, database: Database, after: int
) -> None:
    async with database.transaction(Role.LANDLORD, organisation=owner.id, actor="tests") as session:
        name = (await session.execute(text("SELECT current_database()"))).scalar_one()
    (event,) = await read(client, owner, subject="=R2")
    with server.connect(name) as admin:
        admin.execute("SET session_replication_role = replica")  # past the triggers, as only a superuser can
        admin.execute(
            "UPDATE registry.audit_events SET subject = 'R9' WHERE organisation_id = %s AND sequence = %s",
            (owner.id, event["sequence"]),
        )
    answer = await client.get("/v1/audit/verification", params={"after": after}, headers=owner.headers)
    found = answer.json()
    assert (found["intact"], found["broken_at"], found["next"]) == (False, event["sequence"], None)


async def test_chain_of_somebody_else_is_not_read(client: httpx.AsyncClient, owner: Member, register: Register) -> None:
    other = await register()
    assert await read(client, other, action="stock:") == []
    own = await read(client, other)
    assert not {event["hash"] for event in own} & {event["hash"] for event in await read(client, owner)}
    reader = await register(scopes=("stock:read", "stock:write", "organisation:read"))
    answer = await client.get(EVENTS, headers=reader.headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")
