"""A real browser (Debian's Chromium), at a real service that knows a provider like ProConnect."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from registry.platform.database import Database, create_engine
from registry.platform.settings import Settings
from tests.console.desk import Desk
from tests.console.looked import Looked
from tests.support import ground
from tests.support.database import Server, fresh_name
from tests.support.served import free_port, serve
from tests.support.tree import ROOT
from tests.support.upstream import Upstream, provided

SCREENSHOTS: Final = ROOT / "tests" / "console" / "screens"
PATIENCE_MS: Final = 30_000
"""How long a page may take to show what is expected of it, on a machine on which everything else runs too."""
SitDown = Callable[..., Awaitable[Desk]]
_CHROMIUM: Final = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Place:
    """The service, and what tests need to set the scene in it."""

    url: str
    settings: Settings
    provider: Upstream


@pytest.fixture(scope="session")
def place(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    name, port = fresh_name(), free_port()
    url = f"http://127.0.0.1:{port}"
    server.clone(name)
    try:
        with (
            provided(profile="proconnect", algorithm="RS256", base_url=url) as provider,
            ground.provided(tmp_path_factory.mktemp("ground")) as tiles,
            pytest.MonkeyPatch.context() as patch,
        ):
            patch.setenv("SSL_CERT_FILE", str(tiles.certificate))
            settings = server.settings(name, base_url=url, **provider.settings(), **tiles.settings())
            web = tmp_path_factory.mktemp("web")
            with serve(settings, web, port=port, program="tests.support.passwords") as served:
                yield Place(url, settings, provider)
                assert served.complaints() == []
    finally:
        server.drop(name)


@pytest_asyncio.fixture(scope="session")
async def place_database(place: Place) -> AsyncIterator[Database]:
    assert place.settings.web_database_url
    made = Database(create_engine(place.settings.web_database_url.get_secret_value()))
    yield made
    await made.dispose()


@pytest_asyncio.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    found = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    assert found, "no Chromium: run 'make setup-dev'"
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def looked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Looked:
    """What was looked at in this run: the processes that share it have their folders in one."""
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if hasattr(request.config, "workerinput") else own) / "looked"
    shared.mkdir(exist_ok=True)
    return Looked(shared)


@pytest.fixture(params=["with-javascript", "without-javascript", "by-keyboard"])
def way(request: pytest.FixtureRequest) -> str:
    """How somebody works: each journey is to be gone in all ways."""
    given: str = request.param
    return given


@pytest.fixture
def javascript(way: str) -> bool:
    return way != "without-javascript"


@pytest.fixture
async def sit_down(
    chromium: Browser,
    place: Place,
    place_database: Database,
    looked: Looked,
    way: str,
    javascript: bool,
    request: pytest.FixtureRequest,
) -> AsyncIterator[SitDown]:
    """Give somebody a browser of their own, without history, in French; their pictures go into a folder of theirs."""
    shots = SCREENSHOTS / way / request.node.originalname.removeprefix("test_")
    async with AsyncExitStack() as opened:

        async def give(person: str = "") -> Desk:
            context = await chromium.new_context(
                base_url=place.url, locale="fr-FR", java_script_enabled=javascript,
                viewport={"width": 1000, "height": 760},
            )  # fmt: skip
            opened.push_async_callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            page = await context.new_page()
            return Desk(
                page, place.settings, place_database, place.provider, javascript, way == "by-keyboard",
                shots / person, looked,
            )  # fmt: skip

        yield give


@pytest.fixture
async def desk(sit_down: SitDown) -> Desk:
    """Somebody's browser."""
    return await sit_down()
