"""Every page of the console, for every role, in both languages: what each must be for everybody who reads it.

The pages are those of the application's own table of routes. A new one is walked without a word said here; where its
address has a parameter of a new name, a test fails until :data:`PARAMETERS` says what stands for it, and where nobody
sees it in the scene, until the scene has what it shows.
"""

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
import pytest_asyncio
from fastapi.routing import APIRoute
from playwright.async_api import Browser, ConsoleMessage, Page, Request, Response, expect
from sqlalchemy import text

from registry.console.pages import ROUTERS
from registry.platform.database import Database, Role, create_engine
from tests.console.conftest import PATIENCE_MS, Place
from tests.console.desk import NARROW
from tests.console.looked import Looked, violations
from tests.console.scene import ARTICLE, ERROR, REF, WEBHOOK, YEAR, Scene, set_scene

ROLES: Final = (
    "coordinator_admin", "coordinator_reader", "landlord_admin", "landlord_publisher", "landlord_searcher",
    "landlord_reader",
)  # fmt: skip
NOBODY: Final = "nobody"
_DRIVER: Final = "GL Driver Message (OpenGL, Performance"
"""What the driver of a machine without a graphics card says of its own slowness."""
_PARAMETER: Final = re.compile(r"\{(\w+)(?::\w+)?\}")
PARAMETERS: Final[dict[str, Callable[[Scene], object]]] = {
    "case_id": lambda scene: scene.case,
    "client": lambda scene: scene.client_id,
    "code": lambda _: ARTICLE,
    "edition": lambda scene: scene.edition,
    "id": lambda scene: scene.run,
    "kind": lambda _: "accessible-housing",
    "listing_id": lambda scene: scene.listing,
    "name": lambda _: WEBHOOK,
    "number": lambda _: 2,
    "organisation": lambda scene: scene.landlord,
    "proposal_id": lambda scene: scene.proposal,
    "ref": lambda _: REF,
    "slug": lambda scene: scene.territory.slug,
    "territory": lambda scene: scene.territory.slug,
    "token": lambda scene: scene.invitation,
    "user": lambda scene: scene.user,
    "vacated_id": lambda scene: scene.vacated,
    "year": lambda _: YEAR,
}
"""What stands for a parameter of a page's address, by its name."""
ELSEWHERE: Final = {
    "/account/landlord/{token}": "the journey of an invited landlord looks at it",
    "/account/reset/{token}": "the journey of a forgotten password looks at it",
    "/account/second-factor": "the journeys of signing in look at it",
    "/account/security/second-factor": "the journey of another telephone looks at it",
    "/account/upstream": "leads to the provider",
    "/account/upstream/callback": "the provider leads back here",
    "/console/audit/export": "a file",
    "/console/file-format/blank": "a file",
    "/console/demand/file.csv": "a file",
    "/console/imports/{id}/report": "a file",
    "/console/members": "leads to the one territory",
    "/console/organisation/clients": "leads to the organisation's page",
    "/console/proposals/{proposal_id}/committee-sheet.pdf": "a file",
    "/console/proposals/{proposal_id}/tenant-sheet.pdf": "a file",
    "/console/vacated/{vacated_id}/committee-sheet": "a file",
    "/console/reports/{kind}/{territory}/{year}/{edition}/file.{form}": "a file",
    "/console/survey-form": "a file",
    "/console/tiles/{z}/{x}/{y}.mvt": "a tile",
    "/console/basemap/{z}/{x}/{y}.png": "a tile",
    "/oauth/authorize": "the journeys of consent look at it",
    "/static/console.css": "no page",
    "/static/dist/{name}": "no page",
}
PUBLIC: Final = frozenset({"/accessibility", "/account/forgotten", "/account/sign-in", "/account/signed-out"})


def routes() -> set[str]:
    """Return every address that the console's pages answer to a GET at."""
    found = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    return {route.path for route in found if "GET" in (route.methods or ())}


WALK: Final = tuple(sorted(routes() - ELSEWHERE.keys()))
"""Every page by its route."""


def query_of(route: str, scene: Scene) -> dict[str, str]:
    """Return what the address of a page has to ask."""
    here = {"territory": scene.territory.slug}
    if route == "/console/obligations/history":
        return {**here, "organisation": str(scene.landlord)}
    return here if route == "/console/obligations/behind" else {}


def address_of(route: str, scene: Scene) -> str:
    """Return the address of a page in the scene."""
    path = _PARAMETER.sub(lambda found: str(PARAMETERS[found[1]](scene)), route)
    query = query_of(route, scene)
    return f"{path}?{urlencode(query)}" if query else path


def test_walk_opens_every_page() -> None:
    unknown = {route: set(_PARAMETER.findall(route)) - PARAMETERS.keys() for route in WALK}
    assert {route: names for route, names in unknown.items() if names} == {}, "say in PARAMETERS what stands for them"
    assert ELSEWHERE.keys() - routes() == set(), "named and no longer there"


@dataclass
class Visits:
    """What went wrong on the way, and what was looked at already."""

    origin: str
    looked: Looked
    wrong: list[str] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))
        page.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        # The browser tells of a page that is refused to this role as of a resource that was not loaded.
        told = message.text.startswith("Failed to load resource") or _DRIVER in message.text
        if message.type in {"error", "warning"} and not told:
            self.wrong.append(f"{message.location}: {message.text}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.wrong.append(f"{request.frame.url} asks {request.url}")


@pytest_asyncio.fixture(scope="session")
async def scene(place: Place, place_database: Database) -> Scene:
    return await set_scene(place_database, place.settings)


@pytest_asyncio.fixture(scope="session")
async def visits(place: Place, looked: Looked) -> AsyncIterator[Visits]:
    yield Visits(place.url, looked)


STATED_BY_PAGE: Final = """() => ({
    language: document.documentElement.lang,
    markup: [...document.querySelectorAll('body *')].filter(e => !e.closest('nav.sections'))
        .map(e => e.tagName + '.' + e.className + '[' + e.getAttributeNames() + ']').join(' '),
})"""
"""Its language, and what a rule can judge of it but its words: names of elements, classes and attributes, without the
sections, of which every role has a part."""


@pytest.mark.parametrize("role", [NOBODY, *ROLES])
async def test_every_page_is_for_everybody(
    role: str, scene: Scene, visits: Visits, chromium: Browser, place: Place
) -> None:
    """No violation of WCAG 2.2 A and AA that axe finds, nothing wider than 320 px, no error, nothing of others."""
    context = await chromium.new_context(base_url=place.url, viewport={"width": 1000, "height": 760})
    context.set_default_timeout(PATIENCE_MS)
    if role != NOBODY:
        token = await scene.sign_in(role)
        await context.add_cookies([{"name": "session", "value": token, "url": place.url}])
    page = await context.new_page()
    visits.attach(page)
    for language in ("fr", "en"):
        await context.add_cookies([{"name": "language", "value": language, "url": place.url}])
        for route in WALK:
            if role == NOBODY and route not in PUBLIC:
                continue
            answer = await page.goto(address_of(route, scene))
            found = await look(page, answer, language, visits)
            visits.wrong += [f"{role} {route} {language}: {what}" for what in found]
    await context.close()
    assert visits.wrong == []


async def test_every_page_of_the_walk_is_shown_to_somebody(scene: Scene, place: Place) -> None:
    """Otherwise the walk would look at refusals only."""
    shown: set[str] = set()
    for role in ("coordinator_admin", "landlord_admin"):
        cookies = {"session": await scene.sign_in(role)}
        async with httpx.AsyncClient(base_url=place.url, cookies=cookies) as client:
            for route in set(WALK) - shown:
                answer = await client.get(address_of(route, scene))
                if answer.status_code == 200:
                    shown.add(route)
    assert set(WALK) - shown == set()


async def look(page: Page, answer: Response | None, language: str, visits: Visits) -> list[str]:
    """Return what is wrong with a page."""
    wrong = []
    if answer is None or answer.status not in {200, 403, 404}:
        wrong.append(f"status {answer and answer.status}")
    stated: Any = await page.evaluate(STATED_BY_PAGE)
    if stated["language"] != language:
        wrong.append("not in this language")
    if await page.get_by_role("heading", level=1).count() != 1:  # as a screen reader counts: none that is hidden
        wrong.append("not one heading of the first level")
    if visits.looked.is_new(stated["markup"]):
        wrong += await violations(page)
    before = page.viewport_size
    await page.set_viewport_size(NARROW)
    width = await page.evaluate("document.documentElement.scrollWidth")
    if width > NARROW["width"]:
        wrong.append(f"{width} px wide")
    assert before is not None
    await page.set_viewport_size(before)
    return wrong


async def transferred(page: Page, address: str) -> tuple[int, dict[str, int]]:
    """Return how many bytes a browser that has nothing yet is sent for a page, and by which address."""
    client = await page.context.new_cdp_session(page)
    await client.send("Network.enable")
    sizes: dict[str, int] = {}
    names: dict[str, str] = {}
    client.on("Network.responseReceived", lambda event: names.update({event["requestId"]: event["response"]["url"]}))
    client.on(
        "Network.loadingFinished",
        lambda event: sizes.update({names.get(event["requestId"], "?"): int(event["encodedDataLength"])}),
    )
    await page.goto(address, wait_until="networkidle")
    return sum(sizes.values()), sizes


@pytest.mark.parametrize("role", ["coordinator_admin", "landlord_admin"])
async def test_first_page_is_at_most_200_kib(role: str, scene: Scene, chromium: Browser, place: Place) -> None:
    context = await chromium.new_context(base_url=place.url)
    await context.add_cookies([{"name": "session", "value": await scene.sign_in(role), "url": place.url}])
    total, sizes = await transferred(await context.new_page(), "/console")
    await context.close()
    assert len(sizes) >= 3, "the page, its style, its script"
    assert total <= 200 * 1024, json.dumps(sizes, indent=1)


SHIFTS: Final = """
    window.shifts = 0;
    new PerformanceObserver(list => { for (const e of list.getEntries()) window.shifts += e.value; })
        .observe({type: 'layout-shift', buffered: true});
"""


PLACES: Final = """part => {
    const inside = document.querySelector(part);
    return [...document.querySelectorAll('body *')]
        .filter(e => !inside.contains(e) && e.checkVisibility()
            && !(inside.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING))
        .map(e => { const box = e.getBoundingClientRect(); return [e.tagName, box.x, box.y + scrollY, box.width]; });
}"""
"""Where everything stands that comes before a part of a page, and what the part is in."""
LINES: Final = """part => Object.fromEntries([...document.querySelectorAll(part + ' dt')]
    .map(e => [e.textContent, e.getBoundingClientRect().y + scrollY]))"""
"""How far down each line of a part's list of facts stands."""
STATED: Final = text(
    "UPDATE sync_runs SET status = CAST(:status AS text), error = CAST(:error AS jsonb),"
    " finished_at = CASE WHEN CAST(:status AS text) = 'failed' THEN now() END WHERE id = :run"
)


@asynccontextmanager
async def page_of(role: str, scene: Scene, chromium: Browser, place: Place) -> AsyncIterator[Page]:
    """Open a page of a browser of somebody with a role."""
    context = await chromium.new_context(base_url=place.url, locale="fr-FR", viewport={"width": 1000, "height": 760})
    context.set_default_timeout(PATIENCE_MS)
    await context.add_cookies([{"name": "session", "value": await scene.sign_in(role), "url": place.url}])
    await context.add_init_script(SHIFTS)
    yield await context.new_page()
    await context.close()


async def asking_for_parts(role: str, scene: Scene, place: Place) -> list[str]:
    """Return the addresses of the console's pages that are shown to a role and ask for a part of themselves."""
    cookies, found = {"session": await scene.sign_in(role)}, []
    async with httpx.AsyncClient(base_url=place.url, cookies=cookies) as client:
        for address in [address_of(route, scene) for route in WALK if route.startswith("/console")]:
            answer = await client.get(address)
            if answer.status_code == httpx.codes.OK and "hx-get=" in answer.text.partition("<main")[2]:
                found.append(address)
    return found


@pytest.mark.parametrize("role", ["coordinator_admin", "landlord_admin"])
async def test_part_that_htmx_swaps_moves_nothing(role: str, scene: Scene, chromium: Browser, place: Place) -> None:
    """Have each page ask for its part again that asks for one; what is around it stays where it is."""
    swapped = 0
    async with page_of(role, scene, chromium, place) as page:
        for address in await asking_for_parts(role, scene, place):
            await page.goto(address)
            await page.wait_for_load_state("networkidle")
            found: Any = await page.evaluate(
                """async () => {
                    const asks = document.querySelector('main [hx-get]');
                    if (!asks || !window.htmx) return null;
                    const target = asks.getAttribute('hx-target') || '#' + asks.id;
                    window.shifts = 0;
                    await htmx.ajax('GET', asks.getAttribute('hx-get'),
                        {target, swap: asks.getAttribute('hx-swap') || 'innerHTML'});
                    await new Promise(done => setTimeout(done, 300));
                    return window.shifts;
                }"""
            )
            if found is not None:
                swapped += 1
                assert found == 0, f"{address}: layout shift {found}"
    assert swapped > 0


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/console/homes", "Aucun logement ne répond à cette recherche."),
        ("/console/residences", "Aucune résidence ne répond à cette recherche."),
    ],
)
async def test_search_that_narrows_moves_nothing_above_what_it_finds(
    address: str, said: str, scene: Scene, chromium: Browser, place: Place
) -> None:
    async with page_of("landlord_admin", scene, chromium, place) as page:
        await page.goto(address)
        await expect(page.locator("#found tbody tr")).not_to_have_count(0)
        before = await page.evaluate(PLACES, "#found")
        search = page.get_by_role("main").get_by_role("search")
        await search.locator("input[name=q]").fill("nulle part")
        await search.get_by_role("button").click()
        await expect(page.locator("#found")).to_contain_text(said)
        assert before
        assert await page.evaluate(PLACES, "#found") == before


async def test_progress_of_a_file_moves_none_of_the_lines_that_are_read(
    scene: Scene, chromium: Browser, place: Place
) -> None:
    """A file under way fails while its page is open: the page asks by itself, and no line goes elsewhere."""
    assert place.settings.worker_database_url
    jobs = Database(create_engine(place.settings.worker_database_url.get_secret_value()))

    async def stand(status: str, error: str | None) -> None:
        async with jobs.transaction(Role.JOB, actor="tests") as session:
            await session.execute(STATED, {"status": status, "error": error, "run": scene.run})

    await stand("running", None)
    async with page_of("landlord_admin", scene, chromium, place) as page:
        await page.goto(f"/console/imports/{scene.run}")
        run = page.locator("#run")
        await expect(run.get_by_role("link", name="Actualiser")).to_be_visible()
        around, lines = await page.evaluate(PLACES, "#run"), await page.evaluate(LINES, "#run")
        await stand("failed", ERROR)
        await expect(run.get_by_text("Illisible")).to_be_visible()
        assert await page.evaluate(PLACES, "#run") == around
        after = await page.evaluate(LINES, "#run")
        assert len(after) > len(lines) > 0, "it ended, and says when"
        assert {said: after[said] for said in lines} == lines
    await jobs.dispose()
