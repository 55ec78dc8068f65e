"""The job that places a territory, while owners change what it places."""

import asyncio

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.listings.service.place import place_requested
from registry.platform.database import Database, Role
from tests.conftest import Register
from tests.support import members
from tests.support import territory as territories
from tests.support.stock import home, publish, residence

_LISTINGS = (
    "SELECT CAST(id AS text), zone_id IS NOT NULL FROM listings"
    " WHERE organisation_id = current_organisation() ORDER BY id"
)
_AWAITED = (
    "SELECT count(*) FROM pg_locks"
    " WHERE NOT granted AND CAST(transactionid AS text) = CAST(pg_current_xact_id() AS text)"
)


async def _until_somebody_waits_for(session: AsyncSession, task: asyncio.Task[int]) -> None:
    for _ in range(3000):
        if (await session.execute(text(_AWAITED))).scalar_one():
            return
        if task.done():
            break
        await asyncio.sleep(0.01)
    pytest.fail("nobody waits")


async def test_owner_that_holds_one_listing_and_needs_another_does_not_wait_for_the_job(
    client: httpx.AsyncClient, database: Database, job_database: Database, register: Register
) -> None:
    territory, owner = await territories.create(database, job_database, client), await register()
    await territories.sign(database, territory, [owner])
    await members.renew(owner, client)
    await place_requested(job_database)  # what other tests asked for in this database
    homes = [{"ref": f"R{n}-{m}", **home(f"R{n}")} for n in range(4) for m in range(4)]
    await publish(
        client, owner, {f"R{n}": residence(territory.communes[0], territory.point()) for n in range(4)}, homes
    )
    async with database.transaction(Role.LANDLORD, organisation=owner.id, actor="tests") as session:
        ids = [listing for listing, _ in await session.execute(text(_LISTINGS))]
        change = text("UPDATE listings SET rent_order = rent_order + 1 WHERE id = CAST(:id AS uuid)")
        await session.execute(change, {"id": ids[-1]})
        placing = asyncio.create_task(place_requested(job_database))
        await _until_somebody_waits_for(session, placing)
        await session.execute(change, {"id": ids[0]})
    assert await placing >= 1
    async with database.transaction(Role.LANDLORD, organisation=owner.id, actor="tests") as session:
        placed = [in_a_zone for _, in_a_zone in await session.execute(text(_LISTINGS))]
    assert placed == [True] * len(homes)
