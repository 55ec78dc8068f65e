"""A database of its own: the seeded flaws change what no test of another kind should meet."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio

from registry.listings.service.place import place_requested
from registry.platform.database import Database
from tests.integration.privacy import scene as scenes
from tests.integration.privacy.scene import Scene
from tests.support.application import Serving, serving
from tests.support.database import Server, fresh_name


@pytest.fixture(scope="session")
def town_name(server: Server) -> Iterator[str]:
    name = fresh_name()
    server.clone(name)
    yield name
    server.drop(name)


@pytest_asyncio.fixture(scope="session")
async def town_served(server: Server, town_name: str) -> AsyncIterator[Serving]:
    async with serving(server, town_name) as made:
        yield made


@pytest.fixture(scope="session")
def town_web(town_served: Serving) -> Database:
    return town_served.web


@pytest.fixture(scope="session")
def town_jobs(town_served: Serving) -> Database:
    return town_served.jobs


@pytest.fixture(scope="session")
def town_client(town_served: Serving) -> httpx.AsyncClient:
    """A caller of the application on the town's database."""
    return town_served.client


@pytest_asyncio.fixture(scope="session")
async def scene(town_web: Database, town_jobs: Database, town_client: httpx.AsyncClient) -> Scene:
    """The territory that the attacks are run on; a test that changes it puts it back."""
    made = await scenes.build(town_web, town_jobs, town_client)
    await place_requested(town_jobs)
    return made
