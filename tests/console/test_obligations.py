"""A coordinator reads who holds to the charter; a landlord sees where it stands and what to do, by keyboard alone."""

import uuid
from datetime import timedelta

from playwright.async_api import expect

from registry import wiring
from registry.access.preconditions import Precondition
from registry.access.principal import Principal
from registry.charter import service as charter
from registry.charter.schemas import Terms
from registry.identity.service import create_organisation
from registry.kernel.clock import now
from registry.obligations import service as obligations
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role, create_engine
from registry.stock import service as stock
from registry.stock.schemas import HomeIn, ResidenceIn
from registry.territories import service as territories
from tests.console.desk import Desk
from tests.support.territory import add_commune, commune_code

FACT = {"value": "yes", "source": "declared", "date": "2026-03-01"}
TITLE = "Obligations de la charte"


class Scene:
    """A reciprocal territory with one landlord that shares a home of which little is stated."""

    def __init__(self, desk: Desk, jobs: Database) -> None:
        self.desk, self.jobs = desk, jobs
        self.slug = f"essai-{uuid.uuid4().hex[:8]}"

    async def found(self, coordinator: uuid.UUID, landlord: uuid.UUID) -> None:
        commune = commune_code()
        await add_commune(self.jobs, commune, -0.58, 44.84)
        database, terms = self.desk.database, Terms(reciprocity="completeness", completeness_floor_percent=60)
        async with database.transaction(Role.COORDINATOR, organisation=coordinator, actor="tests") as session:
            made = await territories.create_territory(
                session=session, slug=self.slug, name="Métropole d'essai", coordinator=coordinator,
                communes=[commune],
            )  # fmt: skip
            await charter.put_in_force(session=session, organisation=coordinator, territory_id=made, terms=terms)
        async with database.transaction(Role.LANDLORD, organisation=landlord, actor="tests") as session:
            await charter.sign(session=session, organisation=landlord, territory_id=made, signed_by="Jeanne Essai")
        async with database.transaction(Role.COORDINATOR, organisation=coordinator, actor="tests") as session:
            await charter.admit(session=session, organisation=landlord, territory_id=made)
        principal = Principal(landlord, "landlord", "tests", frozenset())
        async with database.transaction(Role.LANDLORD, organisation=landlord, actor="tests") as session:
            await stock.put_residence(
                session=session, principal=principal, ref="R-1", precondition=Precondition(),
                given=ResidenceIn(name="Les Acacias", commune_code=commune),
            )  # fmt: skip
            home = {
                "residence_ref": "R-1", "typology": "T2", "rooms": 2, "status": "vacant",
                "facts": {"zero_step_shower": FACT},
            }  # fmt: skip
            await stock.put_home(
                session=session, principal=principal, ref="L-1", given=HomeIn.model_validate(home),
                precondition=Precondition(),
            )  # fmt: skip

    async def nights(self, *days: int) -> None:
        """Measure so many days ago, then so many, as the worker does each night."""
        for ago in days:
            await obligations.measure_all(self.jobs, keyring(self.desk.settings), at=now() - timedelta(days=ago))


async def sign_in(desk: Desk, organisation: uuid.UUID, role: str) -> None:
    address = await desk.accept(organisation, role=role)
    await desk.give_password(address)
    await desk.enrol()
    await desk.follow("Je les ai gardés, continuer")


async def test_coordinator_and_landlord_read_where_the_charter_stands(desk: Desk) -> None:
    wiring.wire()
    assert desk.settings.worker_database_url
    jobs = Database(create_engine(desk.settings.worker_database_url.get_secret_value()))
    landlord = await desk.organisation("Office des Tilleuls")
    async with desk.database.transaction(Role.AUTH, actor="tests") as session:
        coordinator = (await create_organisation(session=session, name="Métropole", kind="coordinator")).id
    scene = Scene(desk, jobs)
    await scene.found(coordinator, landlord)
    await scene.nights(21, 14, 7, 0)
    await jobs.dispose()

    await sign_in(desk, coordinator, "coordinator_admin")
    await desk.at("Accueil")
    await expect(desk.page.get_by_text("Bailleurs avertis avant la suspension de leur droit")).to_be_visible()
    await expect(desk.page.get_by_role("img").first).to_be_visible()
    await desk.use(desk.page.get_by_role("link", name="Bailleurs avertis"))
    await desk.at(TITLE)
    await expect(desk.page.get_by_role("table")).to_contain_text("sous le plancher de 60 %")
    await desk.follow("Fraîcheur")
    await expect(desk.page.locator("th[aria-sort=ascending]")).to_contain_text("Fraîcheur")
    await desk.use(desk.page.get_by_role("link", name="Mesures de Office des Tilleuls"))
    heading = await desk.page.get_by_role("heading", level=1).inner_text()
    assert heading.startswith("Mesures de Office des Tilleuls")
    await desk.look(heading)
    await expect(desk.page.get_by_role("img")).to_have_count(2)
    await desk.press("Se déconnecter")

    await sign_in(desk, landlord, "landlord_admin")
    await desk.at("Accueil")
    await desk.use(desk.page.get_by_role("link", name="Votre droit de rechercher sera suspendu"))
    await desk.at(TITLE)
    await expect(desk.page.get_by_role("region", name="Où en est votre organisation")).to_contain_text("Au moins 60 %")
    await desk.use(desk.page.get_by_role("link", name="Ce qui manque à vos logements"))
    await desk.at("Ce qui manque à vos logements")
    await expect(desk.page.get_by_role("row", name="L-1")).to_contain_text("Barres d'appui")
