"""What the tests of several parts of the transfers stand on."""

from collections.abc import AsyncIterator

import httpx
import numpy as np
import pytest_asyncio
from sqlalchemy import text

from registry.charter.schemas import Terms
from registry.platform.database import Database, Role
from registry.surroundings.service import Grounds, networks
from registry.surroundings.service.ground import projected
from tests.conftest import Register
from tests.integration.transfers.street import COMPARISONS, Street
from tests.integration.transfers.test_matching import Desk
from tests.support.market import market
from tests.support.streets import streets


@pytest_asyncio.fixture
async def street(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register
) -> AsyncIterator[Street]:
    """Lay out the street, with a quarter on either side of its middle; its network serves as long as it is used."""
    made = await market(database, job_database, client, register, Terms(comparisons_daily=COMPARISONS))
    street = Street(Desk(made), Grounds())
    places = [street.at(x, y) for x, y in ((-2_000, 0), (2_000, 0), (-2_000, 900), (-2_000, -900))]
    nodes = projected(2154, np.array([(at["lon"], at["lat"]) for at in places]))
    graph = streets([tuple(node) for node in nodes], [(0, 1), (0, 2), (0, 3)])
    async with made.jobs.transaction(Role.JOB, actor="tests") as session:
        await networks.store_network(session=session, name=f"door-{made.territory.id}", graphs=[graph])
    await street.quarter(f"west{made.territory.id}", -3_000, 0)
    await street.quarter(f"east{made.territory.id}", 0, 3_000)
    yield street
    async with made.jobs.transaction(Role.JOB, actor="tests") as session:
        await session.execute(
            text("UPDATE networks SET active = false WHERE name = :name"), {"name": f"door-{made.territory.id}"}
        )
