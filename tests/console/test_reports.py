"""A coordinator has the yearly report counted, reads it and publishes it; a landlord's person reads it."""

from typing import Final

from playwright.async_api import expect

from registry.reports import service
from tests.console.desk import Desk
from tests.console.scene import set_scene
from tests.console.steps import count, sit_down

LIST: Final = "Rapports"


async def test_report_is_counted_published_and_downloaded(desk: Desk) -> None:
    scene = await set_scene(desk.database, desk.settings)
    year = service.years_open()[0]
    title = f"Recensement de l'offre de logements accessibles : {scene.territory.slug}, {year}"
    await sit_down(desk, scene, "coordinator_admin")
    await desk.open("/console")
    await desk.follow(LIST)
    await desk.at(LIST)
    await desk.choose("Année", str(year))
    await desk.press("Compter")
    await expect(desk.page.get_by_role("status")).to_contain_text("en cours de comptage")
    await desk.at(LIST)
    row = desk.page.get_by_role("row").filter(has_text=str(year))
    await expect(row).to_contain_text("Comptage en cours")
    await count(desk)
    if not desk.javascript:
        await desk.follow("Regarder où en est le comptage")
    await expect(row).to_contain_text("Compté, à publier")  # with JavaScript it is asked for every two seconds
    await desk.use(row.get_by_role("link"))
    await desk.at(title)
    await desk.press("Publier ce rapport")
    await expect(desk.page.get_by_role("status")).to_have_text("Le rapport est publié.")
    await desk.at(title)
    assert (await desk.download("PDF balisé (PDF/UA)")).startswith(b"%PDF-")
    await sit_down(desk, scene, "landlord_reader")
    await desk.open("/console/reports")
    await desk.at(LIST)
    await expect(desk.page.get_by_role("button", name="Compter")).to_have_count(0)
    await desk.use(desk.page.get_by_role("row").filter(has_text=str(year)).get_by_role("link"))
    await desk.at(title)
    await expect(desk.page.get_by_role("button", name="Publier ce rapport")).to_have_count(0)
