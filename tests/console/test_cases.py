"""A caseworker opens a case, sees what it asks, changes it, ends it, and erases another."""

import secrets
import uuid
from dataclasses import dataclass

import pytest_asyncio
from playwright.async_api import expect

from registry import wiring
from registry.charter import service as charter
from registry.charter.schemas import Terms
from registry.identity.service import create_organisation
from registry.platform.database import Database, Role, create_engine
from registry.territories import service as territories
from tests.console.desk import Desk
from tests.support.territory import add_commune, commune_code


@dataclass
class Place:
    landlord: uuid.UUID
    commune: str


@pytest_asyncio.fixture
async def office(desk: Desk) -> Place:
    """A territory with a charter in force that a landlord has signed."""
    wiring.wire()
    assert desk.settings.worker_database_url
    jobs = Database(create_engine(desk.settings.worker_database_url.get_secret_value()))
    slug, commune = f"t-{secrets.token_hex(3)}", commune_code()
    landlord = await desk.organisation()
    async with desk.database.transaction(Role.AUTH, actor="tests") as session:
        own = (await create_organisation(session=session, name=f"Métropole {slug}", kind="coordinator")).id
    await add_commune(jobs, commune, -0.58, 44.84)
    await jobs.dispose()
    async with desk.database.transaction(Role.COORDINATOR, organisation=own, actor="tests") as session:
        id_ = await territories.create_territory(
            session=session, coordinator=own, slug=slug, name=slug, communes=[commune]
        )
        await charter.put_in_force(session=session, organisation=own, territory_id=id_, terms=Terms())
    async with desk.database.transaction(Role.LANDLORD, organisation=landlord, actor="tests") as session:
        await charter.sign(session=session, organisation=landlord, territory_id=id_, signed_by="Jeanne Essai")
    async with desk.database.transaction(Role.COORDINATOR, organisation=own, actor="tests") as session:
        await charter.admit(session=session, organisation=landlord, territory_id=id_)
    return Place(landlord, f"Commune {commune}")


async def open_first_entry(desk: Desk, office: Place) -> str:
    """Open a case at its form; return its reference."""
    await desk.follow("Ouvrir un dossier")
    await desk.at("Ouvrir un dossier de mutation")
    ref = await desk.page.locator("main code").inner_text()
    await desk.choose("Le dossier est", "Première entrée")
    await desk.choose("Aide à la marche, chez soi", "Déambulateur")
    await desk.fill(**{"Marches franchissables d'affilée": "0"})
    await desk.tick("Rez-de-chaussée ou ascenseur")
    await desk.choose("Douche utilisable", "De plain-pied")
    await desk.fill(**{"Loyer principal, au plus": "450,5"})
    await desk.unfold("Communes")
    await desk.tick(office.commune)
    await desk.fill(**{"Version du texte signé": "Mme Dupont"})
    await desk.press("Ouvrir le dossier")
    await desk.at("Ouvrir un dossier de mutation")  # what is wrong is said, and what was typed stays
    await expect(desk.page.get_by_role("link", name="Version du texte signé")).to_be_visible()
    await desk.fill(**{"Version du texte signé": "2026-1"})
    await desk.press("Ouvrir le dossier")
    await desk.at(f"Dossier {ref}")
    return ref


async def test_caseworker_opens_changes_and_ends_a_case(desk: Desk, office: Place) -> None:
    address = await desk.accept(office.landlord, role="landlord_searcher")
    await desk.give_password(address)
    await desk.enrol()
    await desk.follow("Je les ai gardés, continuer")
    await desk.follow("Dossiers")
    await desk.at("Dossiers de mutation")
    ref = await open_first_entry(desk, office)
    for said in ("Déambulateur", "De plain-pied", "450,50 €", office.commune):
        await expect(desk.page.locator("main dl").first).to_contain_text(said)
    await desk.follow("Modifier")
    await desk.at("Modifier le dossier")
    await expect(desk.page.get_by_label("Marches franchissables d'affilée")).to_have_value("0")
    await desk.choose("Aide à la marche, chez soi", "Canne")
    await desk.press("Enregistrer")
    await desk.at(f"Dossier {ref}")
    await expect(desk.page.locator("main dl").first).to_contain_text("Canne")
    await desk.follow("Clore ou effacer")
    await desk.at("Clore ou effacer le dossier")
    await desk.choose("Pourquoi il prend fin", "Souhaite rester")
    await desk.press("Clore le dossier")
    await desk.at(f"Dossier {ref}")
    await expect(desk.page.locator("main")).to_contain_text("Clos : Souhaite rester")
    await desk.follow("Clore ou effacer")
    await desk.tick("J'efface ce dossier pour toujours")
    await desk.press("Effacer le dossier")
    await desk.at("Dossiers de mutation")
    await expect(desk.page.locator("main")).not_to_contain_text(ref)
