"""Steps of several journeys; the first ones of a territory, from its coordinator's first login to who is admitted."""

import re
import uuid
from dataclasses import dataclass
from typing import Final

from playwright.async_api import expect

from registry.identity.service import list_organisations
from registry.platform.database import Database, Role, create_engine
from registry.reports import tasks as reports
from tests.console.desk import PASSWORD, Desk, new_address
from tests.console.scene import Scene

TODAY: Final = "Ce qui vous attend aujourd'hui"
NOBODY: Final = uuid.UUID(int=0)
SENDER, SEARCHER = "Habitat des Tilleuls", "Logis de la Vallée"


@dataclass
class Life:
    """The territory, who is at which browser, and the worker's database."""

    jobs: Database
    coordinator: Desk
    sender: Desk
    searcher: Desk
    address: str
    name: str
    communes: tuple[str, str]
    landlord: uuid.UUID = NOBODY

    @property
    def slug(self) -> str:
        return self.name.lower().replace(" ", "-").replace("é", "e")


async def sit_down(desk: Desk, scene: Scene, role: str) -> None:
    """Sit at the browser as somebody of a scene with this role, who has signed in."""
    await desk.page.context.clear_cookies()
    cookie = {"name": "session", "value": await scene.sign_in(role), "url": desk.settings.base_url}
    await desk.page.context.add_cookies([cookie])  # type: ignore[list-item]  # Playwright's own shape of a dict


async def count(desk: Desk) -> None:
    """Count the reports that are asked for, as the worker does."""
    assert desk.settings.worker_database_url
    jobs = Database(create_engine(desk.settings.worker_database_url.get_secret_value()))
    await reports.count(jobs)
    await jobs.dispose()


async def log_in_for_the_first_time(desk: Desk, address: str) -> None:
    await desk.at("Se connecter")
    await desk.give_password(address)
    await desk.at("Mettre en place le second facteur")
    await desk.enrol()
    await desk.follow("Je les ai gardés, continuer")
    await desk.at("Accueil")


async def create_territory(life: Life) -> None:
    desk = life.coordinator
    await desk.follow("Créer un territoire", desk.page.get_by_role("region", name=TODAY))
    await desk.at("Créer un territoire")
    await desk.fill(**{
        "Identifiant": life.slug, "Nom": life.name, "Communes (codes INSEE)": ", ".join(life.communes)
    })  # fmt: skip
    await desk.press("Créer le territoire")
    await expect(desk.page.get_by_role("status")).to_have_text("Le territoire est créé.")
    await desk.at(life.name)


async def write_charter(life: Life) -> None:
    desk, title = life.coordinator, f"Charte de {life.name}"
    await desk.follow("Accueil")
    await desk.use(desk.page.get_by_role("region", name=TODAY).get_by_role("link", name="Aucune charte"))
    await desk.at(title)
    await desk.press("Préparer le premier projet")
    draft = f"Projet de la version 1 – {life.name}"
    await desk.at(draft)
    await desk.follow("Ajouter un article")
    await desk.fill(**{
        "Numéro de l'article": "1", "Titre en français": "Fraîcheur", "Titre en anglais": "Freshness",
        "Texte en français": "Chaque bailleur confirme l'état de ses logements.",
        "Texte en anglais": "Each landlord confirms the state of its homes.",
    })  # fmt: skip
    await desk.tick("Délai de fraîcheur")
    await desk.press("Enregistrer")
    await desk.at(draft)
    await propose_and_enact(desk, life.name, 1)


async def propose_and_enact(desk: Desk, name: str, version: int) -> None:
    """Propose the draft that is open and put it in force at once."""
    title = f"Charte de {name}"
    await desk.follow("Proposer le projet")
    await prove_again(desk, f"Proposer la version {version} – {name}")
    await desk.press("Proposer et figer le texte")
    await desk.at(title)
    await desk.follow(f"Mettre la version {version} en vigueur")
    await prove_again(desk, f"Mettre la version {version} en vigueur – {name}")
    await desk.press("Mettre en vigueur maintenant")
    await expect(desk.page.get_by_role("heading", name=f"Version {version}, en vigueur")).to_be_visible()
    await desk.at(title)


async def prove_again(desk: Desk, title: str) -> bool:
    """Be at a page, after a password where the last proof is too old, as on a slow machine; return whether it was."""
    asked = "Confirmez que c'est vous"
    heading = desk.page.get_by_role("heading", level=1)
    await expect(heading).to_have_text(re.compile(f"{re.escape(title)}|{asked}"))
    too_old = await heading.inner_text() == asked
    if too_old:
        await desk.fill(Mot_de_passe=PASSWORD)
        await desk.press("Confirmer")
    await desk.at(title)
    return too_old


async def expect_moves(desk: Desk, **moves: str) -> None:
    """Expect of the preview of a grid how many residences move how, by the head of the column; no other moves."""
    table = desk.page.get_by_role("group", name="Ce que deviennent les notes")
    kinds = ("Montent", "Restent", "Descendent", "Deviennent notées", "Ne sont plus notées")
    await expect(table.get_by_role("columnheader")).to_have_text(["Organisation", *kinds])
    shown = [moves.get(kind.replace(" ", "_"), "moins de 11") for kind in kinds]
    await expect(table.get_by_role("row", name="Tous les bailleurs").get_by_role("cell")).to_have_text(shown)


async def registered(desk: Desk, siren: str) -> uuid.UUID:
    """Return the organisation that a link has registered."""
    async with desk.database.transaction(Role.AUTH, actor="tests") as session:
        (found,) = [row for row in await list_organisations(session=session) if row.siren == siren]
    return found.id


async def invite(life: Life, landlord: str, siren: str) -> str:
    """Invite a landlord; return the address of its person."""
    desk, address = life.coordinator, new_address()
    await desk.follow("Membres", desk.page.get_by_role("navigation", name="Rubriques"))
    await desk.at(f"Membres : {life.name}")
    await desk.fill(
        **{"Nom du bailleur": landlord, "Numéro SIREN": siren, "Adresse de la personne qui l'administrera": address}
    )
    await desk.press("Envoyer l'invitation")
    await expect(desk.page.get_by_role("status")).to_have_text("L'invitation part dans la minute.")
    return address


async def register_and_sign(life: Life, desk: Desk, address: str) -> None:
    link = re.search(r"http\S+/account/landlord/\S+", await desk.last_mail(address))
    assert link
    await desk.open(link[0])
    await desk.at(f"Charte d'accessibilité : {life.name}")
    await desk.fill(**{"Nom et prénom": "Jeanne Essai", "Choisissez un mot de passe": PASSWORD})
    await desk.press("Inscrire l'organisme")
    await desk.give_password(address)
    await desk.enrol()
    await desk.follow("Je les ai gardés, continuer")
    await desk.at(f"Charte de {life.name}")
    await desk.follow("Lire et signer la version 1")
    await desk.at(f"Signer la version 1 – {life.name}")
    await desk.fill(**{"Sa fonction dans l'organisation": "Directrice"})
    await desk.tick(re.compile("J'ai lu le texte"))
    await desk.press(await desk.page.get_by_role("button", name=re.compile("Signer pour")).inner_text())
    await expect(desk.page.get_by_role("status")).to_contain_text("La signature est inscrite")
    await desk.at(f"Charte de {life.name}")


async def admit_both(life: Life) -> None:
    desk = life.coordinator
    await desk.follow("Accueil")
    await desk.at("Accueil")
    await desk.follow("Bailleurs qui attendent d'être admis : 2")
    for landlord in (SENDER, SEARCHER):
        await desk.follow(landlord, desk.page.get_by_role("region", name="Adhésions"))
        await desk.at(landlord)
        await desk.press("Admettre")
        await expect(desk.page.get_by_role("status")).to_have_text("Le bailleur est admis.")
        await desk.follow("Tous les membres")
