"""A stock manager tries a file, looks at what it would change, sends it for real, and confirms one that takes much."""

import uuid
from collections.abc import AsyncIterator
from typing import Final

import pytest
from playwright.async_api import FilePayload, expect

from registry import wiring
from registry.access.preconditions import Precondition
from registry.access.principal import Principal
from registry.platform.database import Database, Role, create_engine
from registry.stock import service
from registry.stock.schemas import ResidenceIn
from registry.sync.service.run import Runner
from tests.console.desk import Desk
from tests.support.territory import add_commune, commune_code

TITLE: Final = "Fichiers du patrimoine"
HEADER: Final = "ref;residence_ref;typology;rooms;status"


def file(refs: range, status: str = "occupied") -> FilePayload:
    lines = [HEADER, *(f"H{n};R1;T2;2;{status}" for n in refs)]
    return {"name": "parc.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}


def wrong() -> FilePayload:
    lines = [HEADER, "H1;R1;T2;2;occupied", "H2;R1;T2;deux;occupied"]
    return {"name": "parc.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}


async def place(desk: Desk, jobs: Database, organisation: uuid.UUID) -> None:
    """Give the landlord a residence."""
    wiring.wire()
    commune = commune_code()
    await add_commune(jobs, commune, -0.5792, 44.8378)
    principal = Principal(organisation, "landlord", "tests", frozenset())
    async with desk.database.transaction(Role.LANDLORD, organisation=organisation, actor="tests") as session:
        given = ResidenceIn(name="Les Acacias", number="1", street="rue des Acacias", commune_code=commune)
        await service.put_residence(
            session=session, principal=principal, ref="R1", given=given, precondition=Precondition()
        )


@pytest.fixture
async def jobs(desk: Desk) -> AsyncIterator[Database]:
    assert desk.settings.worker_database_url
    made = Database(create_engine(desk.settings.worker_database_url.get_secret_value()))
    yield made
    await made.dispose()


async def send(desk: Desk, given: FilePayload, *, trial: bool) -> None:
    await desk.attach("Fichier à envoyer", given)
    await desk.fill(**{"Source à laquelle il appartient": "erp"})
    await desk.choose("Ce que dit le fichier", "Tout le parc de la source : ce qu'il ne nomme plus est retiré")
    await desk.tick("Essai : comparer et montrer, sans rien écrire", on=trial)
    await desk.press("Envoyer")


async def test_manager_tries_a_file_then_sends_it(desk: Desk, jobs: Database) -> None:
    organisation = await desk.organisation()
    await place(desk, jobs, organisation)
    runner = Runner(jobs)

    async def work() -> None:
        await runner.run_waiting(organisation)
        if not desk.javascript:
            await desk.follow("Actualiser cette page")

    address = await desk.accept(organisation, role="landlord_publisher")
    await desk.give_password(address)
    await desk.enrol()
    await desk.follow("Je les ai gardés, continuer")
    await desk.at("Accueil")
    await desk.follow(TITLE)
    await desk.at(TITLE)

    await send(desk, wrong(), trial=True)
    await desk.at("Fichier parc.csv")
    await work()
    await expect(desk.page.get_by_text("Essai terminé, rien n'est écrit")).to_be_visible()
    notes = desk.page.get_by_role("region", name="Valeurs refusées ou douteuses")
    await expect(notes).to_contain_text("deux")
    await desk.at("Fichier parc.csv")
    await desk.follow("Retour aux fichiers")

    await send(desk, file(range(10)), trial=True)
    await work()
    await expect(desk.page.get_by_text("Logements nouveaux")).to_be_visible()
    await desk.at("Fichier parc.csv")
    await desk.follow("Retour aux fichiers")
    await send(desk, file(range(10)), trial=False)
    await expect(desk.page.get_by_role("status")).to_have_text("Le fichier est reçu ; il est traité sous peu.")
    await work()
    await expect(desk.page.get_by_text("Appliqué", exact=True)).to_be_visible()
    await desk.at("Fichier parc.csv")
    await desk.follow("Retour aux fichiers")

    await send(desk, file(range(6), "vacant"), trial=False)
    await work()
    await expect(desk.page.get_by_text("10 logements sur 10 changeraient, soit 100 %")).to_be_visible()
    await desk.at("Fichier parc.csv")
    await desk.follow("Retour aux fichiers")
    await desk.at(TITLE)
    await desk.open("/console")
    await desk.at("Accueil")
    await desk.follow("Fichiers qui attendent une confirmation : 1")
    await desk.use(desk.page.get_by_role("region", name="Attendent votre décision").get_by_role("link"))
    await desk.press("Confirmer et appliquer")
    await work()
    await expect(desk.page.get_by_text("Appliqué", exact=True)).to_be_visible()
    await desk.open("/console/sources")
    await desk.at("Sources du patrimoine")
    await expect(desk.page.get_by_text("En ordre")).to_be_visible()
