"""A coordinator has the yearly report counted, reads it and publishes it; a landlord's person reads it."""

from typing import Final

from playwright.async_api import expect

from registry.platform.database import Database, create_engine
from registry.reports import service, tasks
from tests.console.desk import Desk
from tests.console.scene import Scene, set_scene

LIST: Final = "Rapports"


async def sit_down(desk: Desk, scene: Scene, role: str) -> None:
    """Sit at the browser as somebody with this role."""
    await desk.page.context.clear_cookies()
    cookie = {"name": "session", "value": await scene.sign_in(role), "url": desk.settings.base_url}
    await desk.page.context.add_cookies([cookie])  # type: ignore[list-item]  # Playwright's own shape of a dict


async def count(desk: Desk) -> None:
    """Count as the worker does."""
    assert desk.settings.worker_database_url
    jobs = Database(create_engine(desk.settings.worker_database_url.get_secret_value()))
    await tasks.count(jobs)
    await jobs.dispose()


async def test_demand_is_read_and_the_transfers_report_made_of_it(desk: Desk) -> None:
    scene = await set_scene(desk.database, desk.settings)
    year = service.years_open()[1]
    title = f"Rapport des mutations : {scene.territory.slug}, {year}"
    await sit_down(desk, scene, "landlord_reader")
    await desk.open("/console")
    await desk.follow("Besoins sans réponse")
    await desk.at("Besoins sans réponse")
    await expect(desk.page.get_by_role("row", name="Tout le territoire")).to_be_visible()
    async with desk.page.expect_download() as started:
        await desk.page.get_by_role("link", name="Télécharger ce mois (CSV)").press("Enter")
    assert (await started.value).suggested_filename.startswith(f"demand-{scene.territory.slug}-")
    await sit_down(desk, scene, "coordinator_admin")
    await desk.open("/console/reports")
    await desk.choose("Rapport", "Mutations")
    await desk.choose("Année", str(year))
    await desk.press("Compter")
    await count(desk)
    row = desk.page.get_by_role("row").filter(has_text=f"Mutations, {scene.territory.slug}, {year}")
    if not desk.javascript:
        await desk.follow("Regarder où en est le comptage")
    await expect(row).to_contain_text("Compté, à publier")
    await desk.use(row.get_by_role("link"))
    await desk.at(title)
    for table in ("Propositions de mutation de l'année", "Emménagements de l'année"):
        await expect(desk.page.get_by_role("heading", name=table)).to_be_visible()
    async with desk.page.expect_download() as started:
        await desk.page.get_by_role("link", name="PDF balisé (PDF/UA)").press("Enter")
    assert (await started.value).suggested_filename == f"transfers-{scene.territory.slug}-{year}-1-fr.pdf"


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
    async with desk.page.expect_download() as started:
        await desk.page.get_by_role("link", name="PDF balisé (PDF/UA)").press("Enter")
    file = await started.value
    assert file.suggested_filename == f"accessible-housing-{scene.territory.slug}-{year}-1-fr.pdf"
    assert (await file.path()).read_bytes().startswith(b"%PDF-")
    await sit_down(desk, scene, "landlord_reader")
    await desk.open("/console/reports")
    await desk.at(LIST)
    await expect(desk.page.get_by_role("button", name="Compter")).to_have_count(0)
    await desk.use(desk.page.get_by_role("row").filter(has_text=str(year)).get_by_role("link"))
    await desk.at(title)
    await expect(desk.page.get_by_role("button", name="Publier ce rapport")).to_have_count(0)
