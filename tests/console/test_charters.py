"""A coordinator prepares a charter and looks at what its grid would change; a landlord reads, compares and signs."""

import re
import secrets
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import pytest
from playwright.async_api import expect

from registry import wiring
from registry.access.preconditions import Precondition
from registry.access.principal import Principal
from registry.assessment.service import compute_previews
from registry.charter import service as charter
from registry.charter.schemas import Terms
from registry.charter.schemas.versions import CharterDraft
from registry.platform.database import Database, Role, create_engine
from registry.stock import service as stock
from registry.stock.schemas import ResidenceIn
from registry.territories import service as territories
from tests.console.desk import Desk
from tests.console.steps import expect_moves
from tests.support.charters import article
from tests.support.territory import add_commune, commune_code

RESIDENCES: Final = 13


@dataclass
class Scene:
    """A territory with a charter in force and one member that has residences."""

    slug: str
    territory: int
    coordinator: uuid.UUID
    landlord: uuid.UUID
    jobs: Database

    @property
    def title(self) -> str:
        return f"Charte de Métropole {self.slug}"


@pytest.fixture
async def scene(desk: Desk) -> AsyncIterator[Scene]:
    wiring.wire()
    assert desk.settings.worker_database_url
    jobs = Database(create_engine(desk.settings.worker_database_url.get_secret_value()))
    coordinator, landlord = await desk.organisation("Métropole", kind="coordinator"), await desk.organisation()
    slug, commune = f"m-{secrets.token_hex(3)}", commune_code()
    await add_commune(jobs, commune, -0.5792, 44.8378)
    async with desk.database.transaction(Role.COORDINATOR, organisation=coordinator, actor="tests") as session:
        made = await territories.create_territory(
            session=session, coordinator=coordinator, slug=slug, name=f"Métropole {slug}", communes=[commune]
        )
        await charter.put_in_force(
            session=session, organisation=coordinator, territory_id=made, terms=Terms(),
            articles=[article("1", "Chaque bailleur confirme l'état de ses logements.", terms=["freshness_days"])],
        )  # fmt: skip
    async with desk.database.transaction(Role.LANDLORD, organisation=landlord, actor="tests") as session:
        await charter.sign(session=session, organisation=landlord, territory_id=made, signed_by="Ali Essai")
        principal = Principal(landlord, "landlord", "tests", frozenset())
        for n in range(RESIDENCES):
            given = ResidenceIn(name=f"Résidence {n}", number=str(n), street="rue des Acacias", commune_code=commune)
            await stock.put_residence(
                session=session, principal=principal, ref=f"R{n}", given=given, precondition=Precondition()
            )
    async with desk.database.transaction(Role.COORDINATOR, organisation=coordinator, actor="tests") as session:
        await charter.admit(session=session, organisation=landlord, territory_id=made)
    yield Scene(slug, made, coordinator, landlord, jobs)
    await jobs.dispose()


async def sit_down(desk: Desk, organisation: uuid.UUID, role: str) -> None:
    """Accept an invitation and sign in, all the way to the start page."""
    await desk.give_password(await desk.accept(organisation, role=role))
    await desk.enrol()
    await desk.follow("Je les ai gardés, continuer")
    await desk.at("Accueil")


async def test_coordinator_prepares_a_version_and_sees_what_its_grid_changes(desk: Desk, scene: Scene) -> None:
    await sit_down(desk, scene.coordinator, "coordinator_admin")
    await write_articles_and_terms(desk, scene)
    await preview_a_grid(desk, scene)
    await propose_and_enact(desk, scene)


async def write_articles_and_terms(desk: Desk, scene: Scene) -> None:
    await desk.follow("Charte")
    await desk.at(scene.title)
    await desk.press("Préparer un projet à partir de la version en vigueur")
    draft = f"Projet de la version 2 – Métropole {scene.slug}"
    await desk.at(draft)
    await desk.follow("Ajouter un article")
    article_page = f"Nouvel article – Métropole {scene.slug}"
    await desk.fill(**{
        "Numéro de l'article": "1", "Titre en français": "Réponses", "Titre en anglais": "Answers",
        "Texte en français": "Sous dix jours.", "Texte en anglais": "Within ten days.",
    })  # fmt: skip
    await desk.tick("Délai de réponse aux propositions")
    await desk.press("Enregistrer")
    await expect(desk.page.get_by_text("Un autre article du projet porte ce numéro")).to_be_visible()
    await desk.at(article_page)
    await desk.fill(**{"Numéro de l'article": "2"})
    await desk.press("Enregistrer")
    await desk.at(draft)
    await desk.press("Monter Article 2")
    await expect(desk.page.get_by_text("aucun article de convention de partage des données")).to_be_visible()
    await desk.follow("Ajouter un article")
    await desk.at(article_page)
    await desk.choose("Partie du texte", "Convention de partage des données")
    await desk.fill(**{
        "Numéro de l'article": "D1", "Titre en français": "Finalité", "Titre en anglais": "Purpose",
        "Texte en français": "Les mutations.", "Texte en anglais": "Transfers.",
    })  # fmt: skip
    await desk.press("Enregistrer")
    await desk.at(draft)
    await expect(desk.page.locator("main").get_by_role("heading")).to_have_text([
        draft, "Charte", "Article 2 : Réponses", "Article 1 : Article 1", "Convention de partage des données",
        "Article D1 : Finalité", "Clauses", "Grille de l'indice d'adaptation",
    ])  # fmt: skip

    await desk.follow("Modifier les clauses")
    await desk.at(f"Clauses du projet – Métropole {scene.slug}")
    await desk.fill(**{"Délai de fraîcheur (jours)": "3"})
    await desk.press("Enregistrer")
    await expect(desk.page.get_by_text("Doit être au moins 7")).to_be_visible()
    await desk.at(f"Clauses du projet – Métropole {scene.slug}")
    await desk.fill(**{"Délai de fraîcheur (jours)": "28"})
    await desk.press("Enregistrer")
    await desk.at(draft)


async def preview_a_grid(desk: Desk, scene: Scene) -> None:
    await desk.follow("Modifier la grille et en voir l'effet")
    grid = f"Grille de l'indice, version 2 – Métropole {scene.slug}"
    await desk.at(grid)
    await desk.fill(**{"À connaître pour noter une résidence (%)": "0"})
    await desk.press("Enregistrer et calculer l'aperçu")
    await desk.at(grid)
    await expect(desk.page.get_by_text("L'aperçu attend un travail libre.")).to_be_visible()
    await compute_previews(scene.jobs)
    if not desk.javascript:
        await desk.follow("Actualiser cette page")
    await expect_moves(desk, Deviennent_notées="15")  # nothing is known of them, and nothing has to be any more
    await desk.at(grid)
    await desk.follow("Retour au projet")
    await desk.follow("Comparer le projet à la version en vigueur")
    await desk.at(f"Version 2 comparée à la version 1 – Métropole {scene.slug}")
    await expect(desk.page.get_by_role("row", name="Délai de fraîcheur")).to_contain_text("35 jours 28 jours")
    await desk.follow("Retour à la charte")


async def propose_and_enact(desk: Desk, scene: Scene) -> None:
    await desk.follow("Ouvrir le projet")
    await desk.follow("Proposer le projet")
    await desk.at(f"Proposer la version 2 – Métropole {scene.slug}")
    await desk.press("Proposer et figer le texte")
    await desk.at(scene.title)
    await desk.follow("Mettre la version 2 en vigueur")
    await desk.at(f"Mettre la version 2 en vigueur – Métropole {scene.slug}")
    await expect(desk.page.get_by_role("heading", name="N'ont pas signé (1)")).to_be_visible()
    await desk.press("Mettre en vigueur maintenant")
    await expect(desk.page.get_by_role("heading", name="Version 2, en vigueur")).to_be_visible()
    await desk.at(scene.title)


async def test_landlord_compares_and_signs_a_proposal(desk: Desk, scene: Scene) -> None:
    async with desk.database.transaction(Role.COORDINATOR, organisation=scene.coordinator, actor="tests") as session:
        await charter.put_draft(
            session=session, organisation=scene.coordinator, territory_id=scene.territory,
            given=CharterDraft(based_on=1, terms=Terms(hold_days=20)),
        )  # fmt: skip
        await charter.propose(
            session=session, organisation=scene.coordinator, territory_id=scene.territory, reply_by=None
        )
    await sit_down(desk, scene.landlord, "landlord_admin")
    await desk.follow("Charte")
    await desk.at("Chartes d'accessibilité")
    await desk.follow(f"Métropole {scene.slug}")
    await desk.at(scene.title)
    await desk.follow("Comparer à la version que vous avez signée")
    await desk.at(f"Version 2 comparée à la version 1 – Métropole {scene.slug}")
    await expect(desk.page.get_by_role("row", name="Durée de l'option")).to_contain_text("30 jours 20 jours")
    await desk.follow("Retour à la charte")
    await desk.follow("Lire et signer la version 2")
    await desk.at(f"Signer la version 2 – Métropole {scene.slug}")
    await desk.fill(**{"Sa fonction dans l'organisation": "Directrice"})
    await desk.tick(re.compile("J'ai lu le texte"))
    await desk.press(await desk.page.get_by_role("button", name=re.compile("Signer pour")).inner_text())
    await expect(desk.page.get_by_role("status")).to_have_text("La version proposée est signée.")
    await desk.at(scene.title)
    await desk.follow("Signatures")
    await desk.at(f"Signatures – Métropole {scene.slug}")
    await expect(desk.page.get_by_role("row", name="Directrice")).to_be_visible()
    await desk.follow("Retour à la charte")
    await desk.follow("Mettre fin à l'adhésion")
    await desk.at(f"Mettre fin à l'adhésion à Métropole {scene.slug}")
    await desk.press("Mettre fin à l'adhésion maintenant")
    await expect(desk.page.get_by_role("status")).to_have_text("L'adhésion est terminée.")
    await desk.at(scene.title)
