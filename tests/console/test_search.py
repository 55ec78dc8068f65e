"""A caseworker searches for a home, in the list and on the map, with JavaScript and without."""

import re
from typing import Any, Final

import httpx
import pytest
from playwright.async_api import Locator, expect

from registry import wiring
from registry.listings.service.place import place_requested
from registry.platform.database import Database, create_engine
from tests.console.desk import Desk
from tests.support import members, territory
from tests.support.ground import ATTRIBUTION
from tests.support.members import Member
from tests.support.stock import fact, home, publish, residence
from tests.support.territory import Territory

STEP_FREE: Final[dict[str, Any]] = {
    "step_free_entrance": fact(), "lift": fact(), "bedroom_on_entrance_level": fact(), "zero_step_shower": fact(),
}  # fmt: skip
HOMES: Final = 12
SHIFTED: Final = """() => new Promise((done) => {
    let sum = 0;
    new PerformanceObserver((seen) => {
        for (const each of seen.getEntries()) sum += each.hadRecentInput ? 0 : each.value;
    }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(sum), 300);
})"""
"""What moved on the page by itself (the Layout Instability API's score)."""


async def share(desk: Desk) -> tuple[Territory, Member]:
    """Have a landlord share homes, half of them step-free, and another one sign; return where, and the other."""
    wiring.wire()
    assert desk.settings.worker_database_url
    jobs = Database(create_engine(desk.settings.worker_database_url.get_secret_value()))
    async with httpx.AsyncClient(base_url=desk.settings.base_url, timeout=60) as client:
        made = await territory.create(desk.database, jobs, client)
        owner, searcher = [await members.register(desk.database, client) for _ in range(2)]
        await territory.sign(desk.database, made, [owner, searcher])
        await members.renew(owner, client)
        residences = {f"R{n}": residence(made.communes[0], made.point(400 * n, -300 * n)) for n in range(4)}
        homes = [
            {"ref": f"H{n}", **home(f"R{n % 4}", STEP_FREE if n % 2 else None, rent_cents=30_000 + 1_000 * n)}
            for n in range(HOMES)
        ]
        await publish(client, owner, residences, homes)
    await place_requested(jobs)
    await jobs.dispose()
    return made, searcher


async def sit_down(desk: Desk) -> Territory:
    """Sign in as a caseworker of a landlord that may search."""
    made, searcher = await share(desk)
    address = await desk.accept(searcher.id, role="landlord_searcher")
    await desk.give_password(address)
    await desk.enrol()
    await desk.follow("Je les ai gardés, continuer")
    return made


async def test_caseworker_finds_a_home_in_the_list_and_reads_it(desk: Desk) -> None:
    await sit_down(desk)
    await desk.follow("Recherche")
    await desk.at("Recherche")
    found = desk.page.locator("#found")
    await expect(found).to_have_text(f"{HOMES} annonces trouvées")
    await desk.choose("Classe, au moins", "3 · Plain-pied")
    if not desk.javascript:
        await desk.press("Rechercher")
    await expect(found).to_have_text(f"{HOMES // 2} annonces trouvées")
    await expect(desk.page).to_have_url(f"{desk.settings.base_url}/console/search?class_min=3")
    if desk.javascript:
        shifted = await desk.page.evaluate(SHIFTED)
        assert shifted < 0.01
    if desk.javascript:
        while desk.page.url != f"{desk.settings.base_url}/console/search":  # by keyboard each choice passed is one
            await desk.page.go_back()
        await expect(found).to_have_text(f"{HOMES} annonces trouvées")
        await expect(desk.page.get_by_label("Classe, au moins")).to_have_value("")
        await desk.choose("Classe, au moins", "3 · Plain-pied")
        await expect(found).to_have_text(f"{HOMES // 2} annonces trouvées")
    rent = "Loyer principal en euros par mois, au plus"
    await desk.fill(**{rent: "cher"})
    await desk.page.get_by_label(rent).press("Enter")
    await expect(desk.page.get_by_role("alert")).to_contain_text("Un montant en euros entiers est attendu")
    await desk.look("Recherche")
    await desk.open("/console/search?class_min=3")
    await desk.use(desk.page.locator("ol.listings a").first)
    heading = desk.page.get_by_role("heading", level=1)
    await expect(heading).to_contain_text("T2 à Commune")
    await expect(desk.page.get_by_text("Prouvée : 3 · Plain-pied.")).to_be_visible()
    await desk.look(await heading.inner_text())
    await desk.follow("Retour aux annonces")
    await expect(desk.page).to_have_url(f"{desk.settings.base_url}/console/search?class_min=3")


async def test_map_shows_what_the_list_shows_and_an_area_is_drawn_by_keyboard(desk: Desk) -> None:
    made = await sit_down(desk)
    await desk.follow("Carte")
    page = desk.page
    await expect(page.locator("#found")).to_have_text(f"{HOMES} annonces trouvées")
    if not desk.javascript:
        await desk.at("Carte")
        await expect(page.get_by_text("La carte demande JavaScript.")).to_be_visible()
        await desk.use(page.locator("#map").get_by_role("link"))
        await desk.at("Recherche")
        return
    map_, status = page.locator("#map"), page.locator("#map-status")
    await expect(status).to_have_text(f"Annonces dans la vue : {HOMES}")
    await desk.at("Carte")
    await enter(desk, page.locator("ol.listings a").first)
    await expect(page.locator("#panel h2").first).to_be_focused()
    await expect(page.locator("#panel")).to_contain_text("Classe du logement")
    await page.goto(f"/console/map?near={made.lon},{made.lat}&within_m=5000")
    await expect(map_).to_have_attribute("data-idle", re.compile("[1-9]"))
    await enter(desk, page.get_by_role("button", name="Dessiner une zone"))
    corner = page.get_by_role("button", name="Poser un sommet au centre")
    await expect(corner).to_be_focused()
    canvas = page.locator("canvas")
    for keys in ((), ("ArrowRight", "ArrowRight"), ("ArrowDown", "ArrowDown")):
        await desk.reach(canvas)
        for key in keys:
            glides = await map_.get_attribute("data-idle") or ""
            await page.keyboard.press(key)
            await expect(map_).not_to_have_attribute("data-idle", glides)
        await enter(desk, corner)
    await expect(status).to_have_text("Sommets posés : 3")
    await enter(desk, page.get_by_role("button", name="Chercher dans la zone"))
    await expect(page.get_by_role("link", name="Retirer le filtre Zone dessinée")).to_be_visible()
    assert "area=" in page.url
    assert "near=" not in page.url
    await expect(page.get_by_role("button", name="Dessiner une zone")).to_be_focused()
    inside = await page.locator("ol.listings li").count()
    assert inside < HOMES
    await expect(status).to_have_text(re.compile("Annonces dans la vue : [0-9]+"))
    assert int((await status.inner_text()).rpartition(" ")[2]) >= inside, "around the area the map goes on"
    await desk.look("Carte")
    await page.goto(f"/console/map?near={made.lon},{made.lat}&within_m=30000")
    await expect(map_).to_have_attribute("data-idle", re.compile("[1-9]"))
    for _ in range(12):  # from a square to those in it, and at last to a listing by itself
        if await page.locator("#panel h2").count():
            break
        rests = await map_.get_attribute("data-idle") or ""
        await enter(desk, canvas)
        await expect(page.locator(f"#panel h2, #map:not([data-idle='{rests}'])").first).to_be_attached()
    await expect(page.locator("#panel")).to_contain_text("Classe du logement")


async def enter(desk: Desk, control: Locator) -> None:
    """Go to something of the map without a mouse, and use it: nothing is loaded."""
    await desk.reach(control)
    await desk.page.keyboard.press("Enter")


@pytest.mark.parametrize("way", ["with-javascript"])
async def test_base_map_is_off_until_it_is_wanted_and_comes_from_the_service(desk: Desk, way: str) -> None:
    await sit_down(desk)
    page = desk.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await desk.follow("Carte")
    button, credit = page.get_by_role("button", name="Fond de carte"), page.get_by_text(ATTRIBUTION)
    await expect(page.locator("#map")).to_have_attribute("data-idle", re.compile("[1-9]"))
    await expect(button).to_have_attribute("aria-pressed", "false")
    await expect(credit).to_be_hidden()
    assert not any("/console/basemap/" in url for url in asked)
    await desk.reach(button)
    async with page.expect_response("**/console/basemap/**") as fetched:
        await page.keyboard.press("Enter")
    assert (await (await fetched.value).body()).startswith(b"\x89PNG")
    await expect(credit).to_be_visible()
    await expect(button).to_have_attribute("aria-pressed", "true")
    await page.wait_for_load_state("networkidle")
    await desk.at("Carte")
    await page.get_by_role("button", name="Chercher dans la vue").press("Enter")
    await expect(page).to_have_url(re.compile("bbox=.*#basemap$"))
    await page.reload()
    await expect(button).to_have_attribute("aria-pressed", "true")
    await desk.reach(button)
    await page.keyboard.press("Enter")
    await expect(credit).to_be_hidden()
    assert "#" not in page.url
    assert {url for url in asked if not url.startswith((desk.settings.base_url, "blob:"))} == set()


@pytest.mark.parametrize("way", ["with-javascript"])
async def test_first_page_of_the_search_is_small_and_asks_nothing_of_others(desk: Desk, way: str) -> None:
    await sit_down(desk)
    sizes: list[int] = []
    asked: list[str] = []

    async def weigh(response: Any) -> None:
        asked.append(response.url)
        sizes.append((await response.request.sizes())["responseBodySize"])

    desk.page.on("response", weigh)
    await desk.page.goto("/console/search", wait_until="networkidle")
    assert sum(sizes) <= 200 * 1024
    await desk.page.goto("/console/map", wait_until="networkidle")
    assert {url for url in asked if not url.startswith(desk.settings.base_url)} == set()
