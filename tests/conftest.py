"""One PostgreSQL for the run, one database for each process, one application on it."""

import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from fastapi import FastAPI

from registry import wiring
from registry.asgi import at_the_edge, create_application
from registry.identity.service import passwords
from registry.platform.database import Database, create_engine
from registry.platform.settings import Settings
from tests.support import members
from tests.support.database import BASE_URL, BELIEVED_S, Server, fresh_name
from tests.support.members import Member
from tests.support.passwords import CHEAP

_stops: list[Callable[[], object]] = []
ADMIN = "REGISTRY_TEST_ADMIN_URL"
TEMPLATE_KEPT = "REGISTRY_TEST_TEMPLATE_KEPT"
"""Set where somebody runs tests many times on one server, and made the template before."""


def pytest_configure(config: pytest.Config) -> None:
    """Start the server once, before xdist starts its workers; they inherit its address."""
    # What starts us may have told us to ignore these (nohup, a job in the background); what we start must not.
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    if ADMIN not in os.environ:
        from deploy.local.cluster import Cluster

        directory = TemporaryDirectory(prefix="registry-tests-")
        cluster = Cluster(Path(directory.name), throwaway=True)
        os.environ[ADMIN] = cluster.start()
        _stops.extend([directory.cleanup, cluster.stop, lambda: os.environ.pop(ADMIN, None)])
    if TEMPLATE_KEPT not in os.environ:
        Server(os.environ[ADMIN]).create_template()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the tests that take minutes, the longest first: none of them is left to one process at the end.

    What is drawn by lot (pytest-randomly) stands before; xdist gives each of its workers a consecutive part.
    """

    def minutes(item: pytest.Item) -> int:
        mark = item.get_closest_marker("takes_minutes")
        return mark.args[0] if mark else 0

    long = sorted(filter(minutes, items), key=minutes, reverse=True)
    short = iter([item for item in items if not minutes(item)])
    workers: int = getattr(config, "workerinput", {"workercount": 1})["workercount"]
    ordered: list[pytest.Item] = []
    for worker in range(workers):
        share = len(items) * (worker + 1) // workers - len(items) * worker // workers
        begins = long[worker::workers]
        ordered += [*begins, *islice(short, max(0, share - len(begins)))]
    items[:] = [*ordered, *short]


def pytest_unconfigure() -> None:
    while _stops:
        _stops.pop()()


@pytest.fixture(scope="session", autouse=True)
def own_hasher() -> Iterator[PasswordHasher]:
    """Hash passwords with the least work; yield what the service itself hashes with."""
    own = passwords._hasher
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", CHEAP)
        yield own


@pytest.fixture(scope="session")
def server() -> Server:
    return Server(os.environ[ADMIN])


@pytest.fixture(scope="session")
def database_name(server: Server) -> Iterator[str]:
    """A clone of the template for this process. Tests keep apart by organisations and territories of their own."""
    name = fresh_name()
    server.clone(name)
    yield name
    server.drop(name)


@pytest.fixture(scope="session")
def settings(server: Server, database_name: str) -> Settings:
    return server.settings(database_name, token_cache_s=BELIEVED_S)


@pytest.fixture(scope="session")
def owner_url(server: Server, database_name: str) -> str:
    return server.url(database_name, "registry_owner")


@pytest_asyncio.fixture(scope="session")
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The application's own login: what tests prove, they prove as it."""
    assert settings.web_database_url
    made = Database(create_engine(settings.web_database_url.get_secret_value()))
    yield made
    await made.dispose()


@pytest_asyncio.fixture(scope="session")
async def job_database(settings: Settings) -> AsyncIterator[Database]:
    """The worker's login, with what follows its events; as the worker and the commands have it."""
    wiring.wire()
    assert settings.worker_database_url
    made = Database(create_engine(settings.worker_database_url.get_secret_value()))
    yield made
    await made.dispose()


@pytest_asyncio.fixture(scope="session")
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The application with its life cycle, on an engine of its own."""
    assert settings.web_database_url
    engine = create_engine(settings.web_database_url.get_secret_value(), statement_timeout_ms=10_000)
    made = create_application(settings, Database(engine))
    async with made.router.lifespan_context(made):
        yield made


@pytest_asyncio.fixture(scope="session")
async def client(app: FastAPI, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A caller without credentials; tests add a member's ``headers``."""
    transport = httpx.ASGITransport(at_the_edge(app, settings), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as made:
        yield made


Register = Callable[..., Awaitable[Member]]


@pytest.fixture(scope="session")
def register(database: Database, client: httpx.AsyncClient) -> Register:
    """Register a member: ``await register(kind="landlord", scopes=("stock:read",))``."""

    async def made(*, kind: str = "landlord", scopes: tuple[str, ...] | None = None) -> Member:
        return await members.register(database, client, kind=kind, scopes=scopes)

    return made


@pytest_asyncio.fixture
async def landlord(register: Register) -> Member:
    return await register()


@pytest_asyncio.fixture
async def other_landlord(register: Register) -> Member:
    return await register()


@pytest_asyncio.fixture
async def coordinator(register: Register) -> Member:
    return await register(kind="coordinator")
