"""A search understands an INSEE code as writing does: present ones as they are, retired ones by their chain."""

import httpx
import pytest_asyncio
from sqlalchemy import text

from registry.platform.database import Database, Role
from tests.conftest import Register
from tests.support import members, territory
from tests.support.members import Member
from tests.support.stock import home, publish, residence
from tests.support.territory import Territory

Place = tuple[Territory, Member, Member]


@pytest_asyncio.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Place:
    """A territory of two communes, a landlord that publishes, and one that searches."""
    made = await territory.create(database, job_database, client, communes=2)
    owner, searcher = await register(), await register()
    await territory.sign(database, made, [owner, searcher])
    for member in (owner, searcher):
        await members.renew(member, client)
    return made, owner, searcher


async def retire(jobs: Database, *chain: tuple[str, str]) -> None:
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        for code, successor in chain:
            await session.execute(
                text(
                    "INSERT INTO former_communes (code, name, kind, current_code) VALUES (:code, 'X', 'Y', :successor)"
                ),
                {"code": code, "successor": successor},
            )


async def test_retired_code_finds_what_it_was_published_under(
    client: httpx.AsyncClient, job_database: Database, place: Place
) -> None:
    made, owner, searcher = place
    first, second = made.communes
    stem = first[:-1]
    await retire(
        job_database,
        (f"{stem}A", f"{stem}B"), (f"{stem}B", second),  # merged, and merged again
        (f"{stem}8", f"{stem}9"), (f"{stem}9", f"{stem}8"),  # a mistake of the source
        (first, second),  # a commune again, or still: its code is its own
    )  # fmt: skip
    given = {"R1": residence(first), "R2": residence(f"{stem}A")}
    await publish(client, owner, given, [{"ref": "H1", **home("R1")}, {"ref": "H2", **home("R2")}])
    assert (await client.get("/v1/residences/R2", headers=owner.headers)).json()["commune_code"] == second

    async def found(*codes: str) -> set[str]:
        answer = await client.get("/v1/listings", params={"commune": list(codes)}, headers=searcher.headers)
        assert answer.status_code == 200, answer.text
        return {item["commune"]["code"] for item in answer.json()["items"]}

    assert await found(f"{stem}A") == {second}
    assert await found(f"{stem}B") == {second}
    assert await found(first) == {first}
    assert await found(first, f"{stem}A") == {first, second}
    assert await found(f"{stem}8") == set()
    refused = await client.put("/v1/residences/R3", json=residence(f"{stem}8"), headers=owner.headers)
    assert refused.status_code == 422
