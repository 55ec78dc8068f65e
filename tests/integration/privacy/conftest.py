"""A database of its own: the seeded flaws change what no test of another kind should meet."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio

from registry.asgi import at_the_edge, create_application
from registry.listings.service.place import place_requested
from registry.platform.database import Database, create_engine
from registry.platform.settings import Settings
from tests.integration.privacy import scene as scenes
from tests.integration.privacy.scene import Scene
from tests.support.database import BASE_URL, Server, fresh_name


@pytest.fixture(scope="session")
def town_name(server: Server) -> Iterator[str]:
    name = fresh_name()
    server.clone(name)
    yield name
    server.drop(name)


@pytest.fixture(scope="session")
def town_settings(server: Server, town_name: str) -> Settings:
    return server.settings(town_name)


@pytest_asyncio.fixture(scope="session")
async def town_web(server: Server, town_name: str) -> AsyncIterator[Database]:
    made = Database(create_engine(server.url(town_name, "registry_web"), statement_timeout_ms=30_000))
    yield made
    await made.dispose()


@pytest_asyncio.fixture(scope="session")
async def town_jobs(server: Server, town_name: str) -> AsyncIterator[Database]:
    made = Database(create_engine(server.url(town_name, "registry_worker")))
    yield made
    await made.dispose()


@pytest_asyncio.fixture(scope="session")
async def town_client(town_settings: Settings, server: Server, town_name: str) -> AsyncIterator[httpx.AsyncClient]:
    """A caller of an application on the town's database."""
    engine = create_engine(server.url(town_name, "registry_web"), statement_timeout_ms=30_000)
    application = create_application(town_settings, Database(engine))
    async with application.router.lifespan_context(application):
        transport = httpx.ASGITransport(at_the_edge(application, town_settings), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as made:
            yield made


@pytest_asyncio.fixture(scope="session")
async def scene(town_web: Database, town_jobs: Database, town_client: httpx.AsyncClient) -> Scene:
    """The territory that the attacks are run on; a test that changes it puts it back."""
    made = await scenes.build(town_web, town_jobs, town_client)
    await place_requested(town_jobs)
    return made
