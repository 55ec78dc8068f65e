"""From a tenant's need to her move, and to her refusal, by two landlords under the eyes of their coordinator."""

import re
from collections.abc import AsyncIterator
from typing import Final

import pytest
from playwright.async_api import Locator, expect

from tests.console.conftest import SitDown
from tests.console.desk import Desk
from tests.console.neighbours import LATER, NEARLY, OFFERED, PRESENT, STREET, Neighbours, neighbours
from tests.console.steps import TODAY

MATCHES, PROPOSAL = "Logements pour ce dossier", "Une proposition"
REFUSAL: Final = "Attachement au logement ou au quartier"
SECRETS: Final = (
    PRESENT, OFFERED, NEARLY, LATER, STREET, "Les Glycines", "Les Acacias", "Douche", "Barres d'appui"
)  # fmt: skip
"""What a coordinator reads nowhere: homes, address, need."""


@pytest.fixture
async def people(sit_down: SitDown) -> AsyncIterator[Neighbours]:
    async with neighbours(sit_down) as made:
        yield made


@pytest.mark.takes_minutes(1)
async def test_tenant_is_offered_a_home_across_the_street_and_moves_there(people: Neighbours) -> None:
    ref = await open_case(people.agent)
    await people.work()
    await choose_a_home(people.agent)
    await propose(people.agent)
    await take_on(people.owner, ref)
    await visit(people.agent)
    await plan_help(people.agent)
    await agree(people.agent)
    await allot(people.owner)
    await move_and_follow_up(people.agent, ref)
    await follow(people.coordinator, ref, "Suivie à 12 mois", "A emménagé")


async def test_tenant_who_says_no_keeps_her_case_and_is_proposed_another_home(people: Neighbours) -> None:
    ref = await open_case(people.agent)
    await people.work()
    await choose_a_home(people.agent)
    await propose(people.agent)
    await take_on(people.owner, ref)
    await refuse(people.agent, ref)
    await read_the_reason(people.owner)
    await follow(people.coordinator, ref, "Refusée par le locataire", "Ouvert", why=REFUSAL)
    await people.set_free(LATER)
    await propose_what_came_free(people.agent, ref)


def section(desk: Desk, name: str) -> Locator:
    return desk.page.get_by_role("region", name=name)


async def go_to(desk: Desk, name: str) -> None:
    await desk.follow(name, desk.page.get_by_role("navigation", name="Rubriques"))


async def open_case(desk: Desk) -> str:
    """Open the case of who lives on the second floor and asks for a shower; return its reference."""
    await go_to(desk, "Dossiers")
    await desk.at("Dossiers de mutation")
    await desk.follow("Ouvrir un dossier")
    await desk.at("Ouvrir un dossier de mutation")
    ref = await desk.page.locator("main code").inner_text()
    await desk.fill(**{"Référence du logement actuel": PRESENT})
    await desk.tick("Rez-de-chaussée ou ascenseur")
    await desk.choose("Douche utilisable", "De plain-pied")
    await desk.tick("Barres d'appui")
    await desk.fill(**{"Version du texte signé": "2026-1"})
    await desk.choose("Motif de priorité", "Sous-occupation")
    await desk.press("Ouvrir le dossier")
    await desk.at(f"Dossier {ref}")
    await expect(desk.page.get_by_role("status")).to_contain_text("Le dossier est ouvert.")
    return ref


async def choose_a_home(desk: Desk) -> None:
    """See both ways: what the present home would need, and the homes that fit, each with what is missing."""
    await desk.follow("Logements qui conviennent")
    await desk.at(MATCHES)
    present = section(desk, "Adapter le logement actuel")
    await expect(present).to_contain_text("Installation d'un ascenseur")
    best = section(desk, "Logements qui conviennent").get_by_role("listitem").first
    await expect(best).to_contain_text("Logis de la Vallée")
    await expect(best).to_contain_text("À vérifier d'abord : Barres d'appui")
    await expect(best).to_contain_text("430,00 € (aujourd'hui 620,00 €), moins qu'aujourd'hui")
    near = section(desk, "Presque : à un détail près")
    await expect(near).to_contain_text("Barres d'appui – coût à demander au bailleur")


async def propose(desk: Desk) -> None:
    """Propose the best home of those that fit."""
    best = section(desk, "Logements qui conviennent").get_by_role("listitem").first
    await desk.press("Proposer ce logement", best)
    await expect(desk.page.get_by_role("status")).to_contain_text("Le logement est proposé")
    await expect(section(desk, "À faire maintenant")).to_contain_text("La suite revient au bailleur du logement.")
    await desk.at(PROPOSAL)


async def state(desk: Desk, said: str) -> None:
    """Be at the proposal in a state, and look at it."""
    await expect(desk.page.locator("main > p strong").first).to_have_text(said)
    await desk.at(PROPOSAL)


async def step(desk: Desk, name: str, said: str) -> None:
    await desk.press(name)
    await state(desk, said)


async def open_proposal(desk: Desk, *, finished: bool = False) -> None:
    """Go to the one proposal from the list."""
    await go_to(desk, "Propositions")
    await desk.at("Propositions")
    if finished:
        await desk.choose("État", "Toutes")
        await desk.press("Montrer")
    await desk.use(desk.page.get_by_role("link", name=re.compile("^Proposition du")).first)
    await expect(desk.page.get_by_role("heading", level=1)).to_have_text(PROPOSAL)


async def take_on(desk: Desk, ref: str) -> None:
    """See on the start page that an answer is awaited, and accept for study without reading whose case it is."""
    await go_to(desk, "Accueil")
    await desk.at("Accueil")
    await desk.follow("Propositions qui attendent votre réponse : 1", section(desk, TODAY))
    await desk.at("Propositions")
    await expect(desk.page.get_by_role("row", name=OFFERED)).to_contain_text("Habitat des Tilleuls")
    await desk.use(desk.page.get_by_role("link", name=re.compile("^Proposition du")))
    await state(desk, "Proposée")
    await expect(section(desk, "Ce que le logement doit avoir")).to_contain_text("Barres d'appui – à vérifier")
    await step(desk, "Accepter pour étude", "Acceptée pour étude")
    for hidden in (ref, PRESENT, "Les Acacias"):
        await expect(desk.page.locator("main")).not_to_contain_text(hidden)


async def visit(desk: Desk) -> None:
    """See that the owner has answered; hold the home, read where it is, and go there."""
    await go_to(desk, "Accueil")
    await desk.follow("Propositions dont la suite vous revient : 1", section(desk, TODAY))
    await desk.use(desk.page.get_by_role("link", name=re.compile("^Proposition du")))
    await expect(desk.page.get_by_role("heading", level=1)).to_have_text(PROPOSAL)
    await expect(desk.page.locator("main")).not_to_contain_text(STREET)
    await step(desk, "Réserver le logement", "Logement réservé")
    await step(desk, "Demander l'adresse", "Adresse communiquée")
    await desk.follow("Lire l'adresse du logement")
    await desk.at("Adresse")
    await expect(desk.page.locator("main dl")).to_contain_text(f"12 {STREET}")
    await desk.follow("Retour à la proposition")
    await step(desk, "Noter la visite", "Logement visité")


async def plan_help(desk: Desk) -> None:
    await desk.tick("Déménagement")
    await desk.fill(**{"Déménagement – Prévu, en euros": "850,50"})
    await desk.tick("Tri des affaires")
    await desk.press("Enregistrer l'aide")
    await expect(desk.page.get_by_role("status")).to_have_text("L'aide est enregistrée.")
    await desk.at(PROPOSAL)
    await desk.follow("La fiche à remettre à la personne")
    await desk.at("Un logement vous est proposé")
    for said in ("Vous pouvez dire non", "430,00 €", "Déménagement", "Tri des affaires"):
        await expect(desk.page.locator("main")).to_contain_text(said)
    await desk.follow("Retour à la proposition")


async def agree(desk: Desk) -> None:
    await step(desk, "Noter l'accord du locataire", "Acceptée par le locataire")


async def allot(desk: Desk) -> None:
    """Take the file to the committee with its sheet, to the decision and the lease."""
    await open_proposal(desk)
    await step(desk, "Présenter le dossier à la commission", "Dossier en commission (CALEOL)")
    await desk.follow("La fiche pour la commission (CALEOL)")
    sheet = await desk.page.get_by_role("heading", level=1).inner_text()
    await desk.at(sheet)
    await expect(desk.page.locator("main")).to_contain_text("R.441-4")
    await desk.follow("Retour à la proposition")
    await step(desk, "Noter l'attribution", "Attribuée par la commission")
    await step(desk, "Noter la signature du bail", "Bail signé")


async def move_and_follow_up(desk: Desk, ref: str) -> None:
    """Note the move, what it set free, the help that came, and how it goes after 3 and 12 months."""
    await open_proposal(desk)
    await step(desk, "Noter l'emménagement", "Emménagement fait")
    moved = section(desk, "Avant et après")
    await expect(moved).to_contain_text("Grand logement libéré, de 4 pièces : 2 de plus que le nouveau.")
    await expect(moved.get_by_role("row", name="Loyer principal par mois").first).to_contain_text("430,00 €")
    rent = "Loyer principal par mois, en euros – Après"
    await desk.fill(**{rent: "beaucoup"})
    await desk.press("Enregistrer la correction")
    await expect(desk.page.get_by_label(rent)).to_have_accessible_description(re.compile("un montant en euros"))
    await desk.at(PROPOSAL)
    await desk.fill(**{rent: "428,50"})
    await desk.press("Enregistrer la correction")
    await expect(desk.page.get_by_role("status")).to_have_text("La correction est enregistrée.")
    await desk.at(PROPOSAL)
    await expect(moved.get_by_role("row", name="Loyer principal par mois").first).to_contain_text("428,50 €")
    await desk.fill(**{"Déménagement – Fourni, en euros": "900"})
    await desk.press("Enregistrer l'aide")
    await expect(desk.page.get_by_role("status")).to_have_text("L'aide est enregistrée.")
    await step(desk, "Noter le suivi à 3 mois", "Suivie à 3 mois")
    await step(desk, "Noter le suivi à 12 mois", "Suivie à 12 mois")
    await expect(section(desk, "À faire maintenant")).to_contain_text("Cette proposition est terminée.")
    await desk.follow(ref)
    await desk.at(f"Dossier {ref}")
    await expect(desk.page.locator("main")).to_contain_text("Clos : A emménagé")


async def refuse(desk: Desk, ref: str) -> None:
    """Note that she says no; the case is as open as before."""
    await open_proposal(desk)
    await desk.choose("Pourquoi le locataire refuse", REFUSAL)
    await step(desk, "Noter le refus du locataire", "Refusée par le locataire")
    await expect(section(desk, "Ce qui s'est passé")).to_contain_text(REFUSAL)
    await expect(section(desk, "À faire maintenant")).to_contain_text("Cette proposition est terminée.")
    await desk.follow(ref)
    await desk.at(f"Dossier {ref}")
    await expect(desk.page.locator("main")).not_to_contain_text("Clos :")
    await desk.follow("Protections et devoirs de ce dossier")
    await desk.at("Protections et devoirs")
    await expect(desk.page.locator("main")).to_contain_text("Propositions refusées dans ce dossier : 1.")
    await desk.follow("Retour au dossier")


async def read_the_reason(desk: Desk) -> None:
    await open_proposal(desk, finished=True)
    await state(desk, "Refusée par le locataire")
    await expect(desk.page.locator("main > p").first).to_contain_text(REFUSAL)


async def propose_what_came_free(desk: Desk, ref: str) -> None:
    """Be told on the start page of a home that came free since, and propose it."""
    await go_to(desk, "Accueil")
    await desk.follow("Dossiers auxquels un logement qui se libère pourrait convenir : 1", section(desk, TODAY))
    await desk.at("Dossiers de mutation")
    await desk.follow(ref)
    await expect(section(desk, "Logements qui se sont libérés pour ce dossier")).to_contain_text("Libre, signalé le")
    await desk.at(f"Dossier {ref}")
    await desk.follow("Logements qui conviennent")
    await expect(section(desk, "Logements qui conviennent")).to_contain_text("Toutes les demandes sont établies.")
    await propose(desk)


async def follow(desk: Desk, ref: str, said: str, end: str, *, why: str = "") -> None:
    """See as the coordinator what state things are in, and read nowhere whose need, home or address it is."""
    await go_to(desk, "Propositions")
    await desk.at("Propositions entre membres")
    row = desk.page.get_by_role("row").filter(has_text="Habitat des Tilleuls")
    await expect(row).to_contain_text("Logis de la Vallée")
    await expect(row).to_contain_text(said)
    await expect(row).to_contain_text(why)
    await read_no_secret(desk, ref)
    await go_to(desk, "Dossiers")
    await desk.choose("État", "Tous")
    await desk.press("Afficher")
    await expect(desk.page.get_by_role("row").filter(has_text="Sous-occupation")).to_contain_text(end)
    await desk.at("Dossiers de mutation")
    await read_no_secret(desk, ref)
    for name, title in (("Logements libérés", "Ce que deviennent les logements adaptés"), ("Accueil", "Accueil")):
        await go_to(desk, name)
        await expect(desk.page.get_by_role("heading", level=1)).to_have_text(title)
        await read_no_secret(desk, ref)


async def read_no_secret(desk: Desk, ref: str) -> None:
    said = await desk.page.content()
    assert [each for each in (ref, *SECRETS) if each in said] == []
