"""An agent of a landlord decides about a place that was found for an address."""

import uuid
from typing import Final

from playwright.async_api import expect

from registry import wiring
from registry.access.preconditions import Precondition
from registry.access.principal import Principal
from registry.platform.database import Database, Role, create_engine
from registry.stock import service
from registry.stock.schemas import ResidenceIn
from registry.stock.service.geocode import geocode_waiting
from tests.console.desk import Desk
from tests.support.geocoder import Scripted, doubtful
from tests.support.territory import add_commune, commune_code

TITLE: Final = "Positions à vérifier"
LON, LAT = -0.5792, 44.8378


async def find(desk: Desk, organisation: uuid.UUID) -> None:
    """Give the landlord two residences for which a doubtful place is found."""
    wiring.wire()
    assert desk.settings.worker_database_url
    jobs = Database(create_engine(desk.settings.worker_database_url.get_secret_value()))
    commune = commune_code()
    await add_commune(jobs, commune, LON, LAT)
    principal = Principal(organisation, "landlord", "tests", frozenset())
    async with desk.database.transaction(Role.LANDLORD, organisation=organisation, actor="tests") as session:
        for n in (1, 2):
            given = ResidenceIn(name=f"Les Acacias {n}", number=str(n), street="rue des Acacias", commune_code=commune)
            await service.put_residence(
                session=session, principal=principal, ref=f"R-{n}", given=given, precondition=Precondition()
            )
    await geocode_waiting(jobs, Scripted(doubtful(LON, LAT)))
    await jobs.dispose()


async def test_agent_decides_about_the_places_that_were_found(desk: Desk) -> None:
    organisation = await desk.organisation()
    await find(desk, organisation)
    address = await desk.accept(organisation)
    await desk.give_password(address)
    await desk.enrol()
    await desk.follow("Je les ai gardés, continuer")
    await desk.follow(TITLE)
    await desk.at(TITLE)
    first = desk.page.get_by_role("region", name="Les Acacias 1")
    await expect(first).to_contain_text("Rue des Acacias, 33000 (rue, score 0,80 sur 1)")
    await desk.press("C'est là", within=first)
    await expect(desk.page.get_by_role("status")).to_have_text("Le lieu trouvé est retenu.")
    second = desk.page.get_by_role("region", name="Les Acacias 2")
    await desk.fill(second, **{"Longitude en degrés": "2,35", "Latitude en degrés": "48,85"})
    await desk.press("Retenir ce lieu", within=second)
    await expect(desk.page.get_by_role("alert")).to_contain_text("hors de la commune")
    await desk.at(TITLE)
    second = desk.page.get_by_role("region", name="Les Acacias 2")
    await desk.fill(second, **{"Longitude en degrés": "-0,58", "Latitude en degrés": "44,84"})
    await desk.press("Retenir ce lieu", within=second)
    await expect(desk.page.get_by_role("status")).to_have_text("Le lieu que vous avez saisi est retenu.")
    await expect(desk.page.get_by_text("Rien n'attend votre décision.")).to_be_visible()
