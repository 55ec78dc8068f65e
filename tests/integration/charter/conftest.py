"""A market whose charter is prepared, proposed and signed over the API."""

import httpx
import pytest_asyncio

from registry.platform.database import Database
from tests.conftest import Register
from tests.support.charters import Charters
from tests.support.market import Market, market


@pytest_asyncio.fixture
async def here(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Market:
    return await market(database, job_database, client, register)


@pytest_asyncio.fixture
async def charters(here: Market) -> Charters:
    return Charters(here.client, here.territory)
