"""``If-None-Match: *`` creates and never overwrites, whoever creates the same thing at the same moment."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from registry.access.preconditions import Precondition
from registry.access.principal import Principal
from registry.platform.database import Database, Role
from registry.stock import service
from registry.stock.schemas import HomeIn, ResidenceIn
from tests.conftest import Register
from tests.support import territory
from tests.support.database import Server
from tests.support.members import Member
from tests.support.stock import fact, home, residence

ONLY_NEW = {"If-None-Match": "*"}
Place = tuple[str, Member]
Body = Callable[[str, int], dict[str, Any]]


@pytest_asyncio.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Place:
    """A commune, and a landlord with a residence in it."""
    made, owner = await territory.create(database, job_database, client), await register()
    answer = await client.put("/v1/residences/R1", json=residence(made.communes[0]), headers=owner.headers)
    assert answer.status_code == 201
    return made.communes[0], owner


def a_home(_commune: str, n: int) -> dict[str, Any]:
    return home("R1", {"interior_door_width": fact(80 + n)}, rooms=n + 1)


def a_residence(commune: str, n: int) -> dict[str, Any]:
    return residence(commune, name=f"Residence {n}")


@pytest.mark.parametrize(("kind", "body"), [("homes", a_home), ("residences", a_residence)])
async def test_of_requests_that_create_the_same_one_wins(
    client: httpx.AsyncClient, place: Place, kind: str, body: Body
) -> None:
    commune, owner = place
    for ref in ("N1", "N2", "N3"):
        bodies = [body(commune, n) for n in range(6)]
        answers = await asyncio.gather(
            *(client.put(f"/v1/{kind}/{ref}", json=b, headers={**owner.headers, **ONLY_NEW}) for b in bodies)
        )
        assert sorted(answer.status_code for answer in answers) == [201, 412, 412, 412, 412, 412]
        (won,) = (answer for answer in answers if answer.status_code == 201)
        kept = await client.get(f"/v1/{kind}/{ref}", headers=owner.headers)
        assert kept.json() == won.json()
        assert kept.headers["ETag"] == '"1"'
        assert {a.json()["type"].rsplit("/", 1)[1] for a in answers if a.status_code == 412} == {"version-changed"}


@pytest.mark.parametrize(("kind", "body"), [("homes", a_home), ("residences", a_residence)])
@pytest.mark.parametrize("alike", [True, False], ids=["the same", "another"])
async def test_creation_waits_for_a_writer_without_a_condition_and_gives_way_to_it(
    client: httpx.AsyncClient, database: Database, server: Server, place: Place, kind: str, body: Body, *, alike: bool
) -> None:
    commune, owner = place
    principal = Principal(owner.id, owner.kind, "tests", frozenset())
    async with database.transaction(Role.LANDLORD, organisation=owner.id, actor="tests") as session:
        values: dict[str, Any] = {
            "session": session, "principal": principal, "ref": "N1", "precondition": Precondition()
        }  # fmt: skip
        if kind == "homes":
            await service.put_home(**values, given=HomeIn.model_validate(body(commune, 0)))
        else:
            await service.put_residence(**values, given=ResidenceIn.model_validate(body(commune, 0)))
        writer = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        second = body(commune, 0 if alike else 1)
        creation = asyncio.create_task(client.put(f"/v1/{kind}/N1", json=second, headers={**owner.headers, **ONLY_NEW}))
        waiting, held_by = "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))", [writer]
        with server.connect() as admin:
            while admin.execute(waiting, held_by).fetchone() != (1,):
                await asyncio.sleep(0)
                assert not creation.done(), (await creation).text
    assert (await creation).status_code == 412
    kept = await client.get(f"/v1/{kind}/N1", headers=owner.headers)
    assert kept.headers["ETag"] == '"1"'


@pytest.mark.parametrize(("kind", "body"), [("homes", a_home), ("residences", a_residence)])
async def test_condition_that_holds_creates_and_changes(
    client: httpx.AsyncClient, place: Place, kind: str, body: Body
) -> None:
    commune, owner = place

    async def put(n: int, **condition: str) -> tuple[int, str | None]:
        answer = await client.put(f"/v1/{kind}/N1", json=body(commune, n), headers={**owner.headers, **condition})
        return answer.status_code, answer.headers.get("ETag")

    assert await put(0, **ONLY_NEW) == (201, '"1"')
    assert await put(0, **ONLY_NEW) == (412, None)
    assert await put(1, **{"If-Match": '"1"'}) == (200, '"2"')
    assert await put(2, **{"If-None-Match": '"1"'}) == (200, '"3"')
