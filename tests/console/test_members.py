"""A coordinator invites a landlord, admits and suspends it; an administrator manages people and credentials."""

import re
import secrets
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import pytest_asyncio
from playwright.async_api import expect

from registry import wiring
from registry.charter import service as charter
from registry.charter import tasks
from registry.charter.schemas import Terms
from registry.identity.service import create_organisation, list_organisations
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role, create_engine
from registry.territories import service as territories
from tests.console.desk import PASSWORD, Desk, new_address
from tests.support.territory import add_commune, commune_code
from tests.support.upstream import new_siren

LANDLORD: Final = "Habitat Essai"


@dataclass
class Place:
    """A territory with a charter in force, and the worker's database."""

    jobs: Database
    coordinator: uuid.UUID
    slug: str
    id: int

    @property
    def title(self) -> str:
        return f"Membres : {self.slug}"


@pytest_asyncio.fixture
async def territory(desk: Desk) -> AsyncIterator[Place]:
    wiring.wire()
    assert desk.settings.worker_database_url
    jobs = Database(create_engine(desk.settings.worker_database_url.get_secret_value()))
    slug = f"t-{secrets.token_hex(3)}"
    async with desk.database.transaction(Role.AUTH, actor="tests") as session:
        own = (await create_organisation(session=session, name=f"Métropole {slug}", kind="coordinator")).id
    commune = commune_code()
    await add_commune(jobs, commune, -0.58, 44.84)
    async with desk.database.transaction(Role.COORDINATOR, organisation=own, actor="tests") as session:
        id_ = await territories.create_territory(
            session=session, coordinator=own, slug=slug, name=slug, communes=[commune]
        )
        await charter.put_in_force(session=session, organisation=own, territory_id=id_, terms=Terms())
    yield Place(jobs, own, slug, id_)
    await jobs.dispose()


async def signed_in(desk: Desk, organisation: uuid.UUID, role: str) -> str:
    address = await desk.accept(organisation, role=role)
    await desk.give_password(address)
    await desk.enrol()
    await desk.follow("Je les ai gardés, continuer")
    return address


async def test_landlord_is_invited_registered_admitted_and_suspended(desk: Desk, territory: Place) -> None:
    siren, invited = new_siren(), new_address()
    coordinator = await signed_in(desk, territory.coordinator, "coordinator_admin")
    totp = desk.totp
    await desk.follow("Membres")
    await desk.at(territory.title)
    await invite(desk, territory, siren, invited)
    await desk.press("Se déconnecter")

    await register_by_link(desk, territory, invited)
    landlord = await registered(desk, siren)
    async with desk.database.transaction(Role.LANDLORD, organisation=landlord, actor="tests") as session:
        await charter.sign(
            session=session, organisation=landlord, territory_id=territory.id, signed_by="Jeanne Essai",
            signed_as="Directrice",
        )  # fmt: skip

    desk.totp = totp
    await desk.give_password(coordinator)
    await desk.fill(**{"Code à six chiffres": desk.next_code})
    await desk.press("Vérifier")
    await desk.open(f"/console/members/{territory.slug}?state=pending")
    await expect(desk.page.get_by_role("row", name=siren)).to_contain_text("Acceptée le")
    await decide(desk, territory)


async def invite(desk: Desk, territory: Place, siren: str, email: str) -> None:
    """Invite, with a wrong number first."""
    await desk.fill(**{
        "Nom du bailleur": LANDLORD, "Numéro SIREN": "123456789", "Adresse de la personne qui l'administrera": email
    })  # fmt: skip
    await desk.press("Envoyer l'invitation")
    await expect(desk.page.get_by_role("alert")).to_contain_text("SIREN")
    await desk.at(territory.title)
    await desk.fill(**{"Numéro SIREN": siren})
    await desk.press("Envoyer l'invitation")
    await expect(desk.page.get_by_role("status")).to_have_text("L'invitation part dans la minute.")
    await desk.at(territory.title)


async def register_by_link(desk: Desk, territory: Place, email: str) -> None:
    """Follow the mail's link as the person who was invited; sign out at the end."""
    await tasks.write_invitations(territory.jobs, keyring(desk.settings), desk.settings.base_url)
    link = re.search(r"http\S+/account/landlord/\S+", await desk.last_mail(email))
    assert link
    await desk.open(link[0])
    await desk.at(f"Charte d'accessibilité : {territory.slug}")
    await desk.fill(**{"Nom et prénom": "Jeanne Essai", "Choisissez un mot de passe": PASSWORD})
    await desk.press("Inscrire l'organisme")
    await desk.give_password(email)
    await desk.enrol()
    await desk.follow("Je les ai gardés, continuer")
    assert desk.page.url.endswith(f"/console/charter/{territory.slug}")
    await desk.open("/console/members")
    await desk.at("Membres")
    await desk.press("Se déconnecter")


async def decide(desk: Desk, territory: Place) -> None:
    await desk.at(territory.title)
    await desk.follow(LANDLORD)
    await desk.at(LANDLORD)
    await desk.press("Admettre")
    await expect(desk.page.get_by_role("status")).to_have_text("Le bailleur est admis.")
    await expect(desk.page.get_by_text("quittent la recherche en moins de cinq secondes : 0.")).to_be_visible()
    await desk.press("Suspendre")
    await expect(desk.page.get_by_role("status")).to_have_text("L'adhésion est suspendue.")
    await desk.at(LANDLORD)
    await desk.press("Lever la suspension")
    await desk.follow("Tous les membres")
    await expect(desk.page.get_by_role("row", name=LANDLORD).first).to_contain_text("En vigueur")


async def registered(desk: Desk, siren: str) -> uuid.UUID:
    """Return the organisation that the link has registered."""
    async with desk.database.transaction(Role.AUTH, actor="tests") as session:
        (found,) = [row for row in await list_organisations(session=session) if row.siren == siren]
    return found.id


async def test_administrator_manages_people_and_credentials(desk: Desk) -> None:
    organisation, colleague = await desk.organisation(), new_address()
    await signed_in(desk, organisation, "landlord_admin")
    await desk.follow("Organisation")
    title = await desk.page.get_by_role("heading", level=1).inner_text()
    assert title.startswith("Organisation : Office")
    await desk.at(title)
    await desk.fill(**{"Adresse électronique": colleague})
    await desk.choose("Rôle", "Lecteur du patrimoine")
    await desk.press("Envoyer l'invitation")
    await expect(desk.page.get_by_role("status")).to_have_text("L'invitation est envoyée.")
    await expect(desk.page.get_by_role("row", name=colleague)).to_contain_text("Lecteur du patrimoine")
    await desk.at(title)
    await desk.follow("Jeanne Essai")
    await desk.at("Jeanne Essai")
    await desk.press("Retirer de l'organisation")
    await expect(desk.page.get_by_role("alert")).to_contain_text("dernier administrateur")
    await desk.at("Jeanne Essai")
    await desk.follow("Toute l'organisation")

    await desk.follow("Enregistrer un client")
    await desk.at("Enregistrer un client")
    await desk.fill(**{"Nom du logiciel": "ERP, production"})
    await desk.tick("Lire son propre parc")
    await desk.press("Enregistrer")
    await desk.at("Le secret, montré une fois")
    assert await desk.page.get_by_text("areg_").count() == 1
    await desk.follow("Je l'ai gardé, continuer")
    await desk.at("ERP, production")
    await choose_rights(desk)
    await desk.press("Faire un second secret")
    await desk.follow("Je l'ai gardé, continuer")
    await expect(desk.page.get_by_role("button", name="Révoquer")).to_have_count(2)
    await desk.use(desk.page.get_by_role("button", name="Révoquer").first)
    await expect(desk.page.get_by_role("status")).to_have_text("Le secret est révoqué.")
    await desk.tick("Je comprends que c'est définitif.")
    await desk.press("Désactiver le client")
    await expect(desk.page.get_by_role("status")).to_have_text("Le client est désactivé.")
    await desk.at("ERP, production")


async def choose_rights(desk: Desk) -> None:
    """Give a client another right and take away the one that it has; it is not left without any."""
    held, wanted = "Lire son propre parc", "Rechercher les annonces partagées"
    await desk.tick(held, on=False)
    await desk.press("Changer les droits")
    await expect(desk.page.get_by_role("alert")).to_contain_text("un client qui ne doit plus rien pouvoir se désactive")
    await desk.at("ERP, production")
    await desk.tick(wanted)
    await desk.tick(held, on=False)
    await desk.press("Changer les droits")
    await expect(desk.page.get_by_role("status")).to_have_text("Les droits du client sont changés.")
    await expect(desk.page.locator("main dl").first).to_contain_text(wanted)
    await expect(desk.page.locator("main dl").first).not_to_contain_text(held)
    await desk.at("ERP, production")
