"""An adapted home falls vacant: others learn of it and look at it, and what became of it is on record."""

import re
from collections.abc import AsyncIterator
from typing import Final

import pytest
from playwright.async_api import expect

from registry.listings.service.place import place_requested
from registry.platform.crypto import keyring
from registry.transfers.tasks import announce_vacated, digest_vacated
from tests.console.conftest import SitDown
from tests.console.desk import Desk
from tests.console.neighbours import ADAPTED, STREET, Neighbours, neighbours
from tests.console.steps import TODAY
from tests.support.stock import fact, home

REF, OTHERS = "B-2", "Logements adaptés libérés d'autres bailleurs"
OWNER: Final = "Logis de la Vallée"
NEWS: Final = re.compile("Logements adaptés d'autres bailleurs qui se sont libérés depuis le .* : 1$")
FOR_A_WALKER: Final = {
    **ADAPTED, "bedroom_on_entrance_level": fact(), "low_thresholds": fact(), "entrance_door_width": fact(83),
    "interior_door_width": fact(83), "grab_bars": fact(),
}  # fmt: skip


@pytest.fixture
async def people(sit_down: SitDown) -> AsyncIterator[Neighbours]:
    async with neighbours(sit_down) as made:
        await made.state(REF, home("R1", status="occupied", rent_cents=45_000, facts=FOR_A_WALKER))
        yield made


async def test_adapted_home_falls_vacant_is_told_of_to_others_and_allotted(people: Neighbours) -> None:
    await leave(people)
    await learn(people.agent)
    await choose_mails(people)
    await allot(people.owner)
    await learn_no_more(people.agent)


async def go_to(desk: Desk, name: str) -> None:
    await desk.follow(name, desk.page.get_by_role("navigation", name="Rubriques"))


async def leave(people: Neighbours) -> None:
    """Say that the home is vacant, as its landlord's stock manager; nobody else has to be told by hand."""
    desk = people.owner
    await go_to(desk, "Logements")
    await desk.follow(REF)
    await desk.choose("Statut", "Vacant")
    await desk.press("Enregistrer le statut")
    await expect(desk.page.get_by_role("status")).to_have_text("Le statut est enregistré et confirmé.")
    await desk.at(f"Logement {REF}")
    await place_requested(people.jobs)
    await announce_vacated(people.jobs)


async def learn(desk: Desk) -> None:
    """See on the start page that there is one, find it in the list, and read its listing."""
    await go_to(desk, "Accueil")
    await desk.at("Accueil")
    await desk.use(desk.page.get_by_role("region", name=TODAY).get_by_role("link", name=NEWS))
    await desk.at(OTHERS)
    row = desk.page.get_by_role("row").filter(has_text=OWNER)
    await expect(row).to_contain_text("dès maintenant")
    await expect(row.get_by_role("cell").first).to_have_text("4")
    for hidden in (REF, STREET, "Les Glycines"):
        await expect(desk.page.locator("main")).not_to_contain_text(hidden)
    await desk.use(row.get_by_role("link", name=re.compile("^T2 · ")))
    await expect(desk.page.get_by_role("heading", level=1)).to_contain_text("T2 à ")
    await expect(desk.page.locator("main")).to_contain_text(OWNER)
    await expect(desk.page.locator("main")).to_contain_text("450,00 € par mois")


async def choose_mails(people: Neighbours) -> None:
    """Want the daily mail no more, think again, and come back by the link in it."""
    desk = people.agent
    await go_to(desk, "Logements libérés")
    await desk.follow(OTHERS)
    await desk.follow("Choisir de le recevoir ou non")
    await desk.at("Sécurité de votre compte")
    mails = desk.page.locator("section[aria-labelledby=mails]")
    await desk.press("Ne plus recevoir ce courriel")
    await expect(desk.page.get_by_role("status")).to_have_text("Vous ne recevrez plus ce courriel.")
    await expect(mails).to_contain_text("Vous ne le recevez pas.")
    await desk.press("Recevoir ce courriel")
    await expect(desk.page.get_by_role("status")).to_have_text("Vous recevrez ce courriel.")
    await desk.at("Sécurité de votre compte")
    await digest_vacated(people.jobs, keyring(desk.settings), desk.settings.base_url)
    link = re.search(r"http\S+/console/vacated/others", await desk.last_mail(people.address))
    assert link
    await desk.open(link[0])
    await desk.at(OTHERS)


async def allot(desk: Desk) -> None:
    """Say that the adaptation was examined and who has the home now; first without the answer, which is asked for."""
    await go_to(desk, "Logements libérés")
    await desk.at("Logements adaptés libérés")
    await desk.follow(REF)
    await desk.at(f"Logement libéré {REF}")
    await desk.choose("Issue", "Attribué à qui en a besoin")
    await desk.press("Déclarer l'issue")
    await expect(desk.page.get_by_role("alert")).to_contain_text("Il manque une réponse")
    await desk.look("Erreur")
    await desk.choose("L'adaptation a-t-elle été examinée à l'attribution ?", "oui")
    await desk.press("Déclarer l'issue")
    await expect(desk.page.get_by_role("status")).to_have_text("L'issue est enregistrée.")
    await expect(desk.page.get_by_role("region", name="Le logement")).to_contain_text("Issue déclarée")
    await desk.at(f"Logement libéré {REF}")


async def learn_no_more(desk: Desk) -> None:
    await go_to(desk, "Accueil")
    await expect(desk.page.get_by_role("link", name=NEWS)).to_have_count(0)
    await go_to(desk, "Logements libérés")
    await desk.follow(OTHERS)
    await expect(desk.page.locator("main")).to_contain_text("Aucun en ce moment.")
    await desk.at(OTHERS)
