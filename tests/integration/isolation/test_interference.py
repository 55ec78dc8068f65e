"""What one organisation does holds up no other, and what is taken away stays away whoever was writing meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx
import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal
from registry.access.scopes import Scope
from registry.charter import service as charter
from registry.identity import service as identity
from registry.listings.repository import projection, zones
from registry.listings.service import place
from registry.platform.database import Database, Role
from registry.stock import service as stock
from registry.stock.schemas import HomeIn
from registry.stock.service import Precondition
from tests.support import members
from tests.support import territory as territories
from tests.support.members import Member
from tests.support.stock import home, publish, residence
from tests.support.territory import Territory

SOON_S: Final = 3.0
"""Long for one request, short for one that waits for another transaction."""


@pytest.fixture
async def pair(
    database: Database, job_database: Database, client: httpx.AsyncClient
) -> tuple[Territory, Member, Member]:
    """Two landlords of a territory of their own, each with a residence and a listed home."""
    territory = await territories.create(database, job_database, client)
    both = (await members.register(database, client), await members.register(database, client))
    await territories.sign(database, territory, both)
    for member in both:
        await members.renew(member, client)
        given = {"R1": residence(territory.communes[0], territory.point())}
        await publish(client, member, given, [{"ref": "H1", **home()}])
    await place.place_requested(job_database)
    return territory, *both


@asynccontextmanager
async def publishing(database: Database, member: Member, ref: str) -> AsyncIterator[AsyncSession]:
    """A landlord's transaction that has written a home and is not committed until the block ends."""
    principal = Principal(member.id, "landlord", member.client_id, frozenset(Scope))
    async with database.transaction(Role.LANDLORD, organisation=member.id, actor=member.client_id) as session:
        given = HomeIn.model_validate(home(rent_cents=50_000))
        await stock.put_home(session=session, principal=principal, ref=ref, given=given, precondition=Precondition())
        yield session


async def put(client: httpx.AsyncClient, member: Member, ref: str) -> httpx.Response:
    return await asyncio.wait_for(
        client.put(f"/v1/homes/{ref}", json=home(rent_cents=45_000), headers=member.headers), SOON_S
    )


def listed(admin: psycopg.Connection[Any], member: Member) -> int:
    row = admin.execute("SELECT count(*) FROM registry.listings WHERE organisation_id = %s", (member.id,)).fetchone()
    assert row is not None
    return int(row[0])


async def test_landlord_publishes_while_another_of_the_territory_is_publishing(
    client: httpx.AsyncClient, database: Database, pair: tuple[Territory, Member, Member]
) -> None:
    _, first, second = pair
    async with publishing(database, first, "H2"):
        assert (await put(client, second, "H2")).status_code == 201


async def test_landlord_publishes_while_the_zones_are_computed(
    client: httpx.AsyncClient, job_database: Database, pair: tuple[Territory, Member, Member]
) -> None:
    territory, first, _ = pair
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        await zones.take(session, territory.id)
        assert (await put(client, first, "H2")).status_code == 201


async def test_everything_asked_for_between_look_and_work_is_placed(
    database: Database, job_database: Database, admin: psycopg.Connection[Any], pair: tuple[Territory, Member, Member]
) -> None:
    """The worker has read that little is asked; before it begins, a charter asks for everything."""
    territory, first, _ = pair
    admin.execute("UPDATE registry.listings SET document = '{}' WHERE organisation_id = %s", (first.id,))
    async with database.transaction(Role.COORDINATOR, organisation=territory.coordinator.id, actor="tests") as session:
        await projection.request_zoning(session, territory.id, everything=True)
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        await place.place_territory(session=session, territory=territory.id, everything=False)
    row = admin.execute(
        "SELECT count(*) FROM registry.listings WHERE organisation_id = %s AND document = '{}'", (first.id,)
    ).fetchone()
    assert row == (0,)


@pytest.mark.parametrize("what", ["organisation", "adhesion"])
async def test_home_written_while_its_landlord_is_suspended_does_not_stay_listed(
    database: Database, job_database: Database, admin: psycopg.Connection[Any],
    pair: tuple[Territory, Member, Member], what: str,
) -> None:  # fmt: skip
    """The suspension does not see the listing that is being written; what it left behind goes with the next placing."""
    territory, first, second = pair

    async def suspend() -> None:
        if what == "organisation":
            async with job_database.transaction(Role.JOB, actor="tests") as session:
                await identity.suspend_organisation(session=session, organisation=first.id)
        else:
            coordinator = territory.coordinator.id
            async with database.transaction(Role.COORDINATOR, organisation=coordinator, actor="tests") as session:
                await charter.suspend(session=session, organisation=first.id, territory_id=territory.id)

    async with publishing(database, first, "H2"):
        suspending = asyncio.create_task(suspend())
        await asyncio.wait([suspending], timeout=0.5)  # an organisation's waits for its audit chain, which we hold
        if suspending.done():
            await place.place_requested(job_database)  # the worker comes by before the landlord commits
            assert listed(admin, first) == 0
    await suspending
    assert listed(admin, first) == 1, "this test would prove nothing"
    await place.place_requested(job_database)
    assert (listed(admin, first), listed(admin, second)) == (0, 1)


async def test_suspended_adhesion_hides_and_blinds_at_once_whatever_a_process_remembers(
    client: httpx.AsyncClient, database: Database, pair: tuple[Territory, Member, Member]
) -> None:
    """The first wall believes a verified token for two seconds; the second asks in every transaction."""
    territory, first, second = pair
    for member in (first, second):
        found = await client.get("/v1/listings", headers=member.headers)
        assert len(found.json()["items"]) == 2
    async with database.transaction(Role.COORDINATOR, organisation=territory.coordinator.id, actor="tests") as session:
        await charter.suspend(session=session, organisation=first.id, territory_id=territory.id)
    (left,) = (await client.get("/v1/listings", headers=second.headers)).json()["items"]
    assert left["landlord"]["id"] == str(second.id)
    blinded = await client.get("/v1/listings", headers=first.headers)
    assert blinded.json().get("items", []) == []
    assert (await client.get(f"/v1/listings/{left['id']}", headers=first.headers)).status_code == 404


async def test_home_written_at_the_moment_of_the_signature_is_listed_by_the_next_placing(
    client: httpx.AsyncClient, database: Database, job_database: Database, admin: psycopg.Connection[Any],
    pair: tuple[Territory, Member, Member],
) -> None:  # fmt: skip
    """Its transaction was bound before the signature: the second wall would refuse the listing, so it is not tried."""
    territory, *_ = pair
    newcomer = await members.register(database, client)
    given = {"R1": residence(territory.communes[0], territory.point())}
    await publish(client, newcomer, given, [{"ref": "H1", **home()}])
    principal = Principal(newcomer.id, "landlord", newcomer.client_id, frozenset(Scope))
    async with database.transaction(Role.LANDLORD, organisation=newcomer.id, actor="tests") as session:
        await territories.sign(database, territory, [newcomer])
        await stock.put_home(
            session=session, principal=principal, ref="H2", given=HomeIn.model_validate(home()),
            precondition=Precondition(),
        )  # fmt: skip
    assert listed(admin, newcomer) == 0
    await place.place_requested(job_database)
    assert listed(admin, newcomer) == 2
