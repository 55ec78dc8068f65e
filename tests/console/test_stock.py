"""A small landlord without an IT team: from a first sign-in to homes that it looks after in the browser; the audit."""

import csv
import io
import re
import uuid
from collections.abc import AsyncIterator
from typing import Final

import pytest
from playwright.async_api import FilePayload, expect

from registry import wiring
from registry.platform.database import Database, create_engine
from registry.sync.service.run import Runner
from tests.console.desk import Desk
from tests.support.territory import add_commune, commune_code

FILES: Final = "Fichiers du patrimoine"
ODD: Final = "LILAS/A 1?"
"""A reference with what an address takes for its own."""


@pytest.fixture
async def jobs(desk: Desk) -> AsyncIterator[Database]:
    assert desk.settings.worker_database_url
    made = Database(create_engine(desk.settings.worker_database_url.get_secret_value()))
    yield made
    await made.dispose()


async def blank(desk: Desk) -> list[str]:
    """Download the empty table; return its columns."""
    table = await desk.download("Télécharger le tableau vide (CSV)")
    return next(csv.reader(io.StringIO(table.decode("utf-8-sig")), delimiter=";"))


def filled(columns: list[str], commune: str, rooms: str) -> FilePayload:
    rows = [
        {"ref": ODD, "rooms": rooms, "status": "vacant", "floor": "0", "step_free_entrance": "oui",
         "bedroom_on_entrance_level": "oui", "grab_bars": "non"},
        {"ref": "LILAS/A 2", "rooms": "3", "status": "occupied"},
    ]  # fmt: skip
    shared = {"residence_ref": "LILAS", "typology": "T2", "residence.name": "Les Lilas",
              "residence.street": "rue des Lilas", "residence.commune_code": commune}  # fmt: skip
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=";", restval="")
    writer.writeheader()
    writer.writerows({**shared, **row} for row in rows)
    return {"name": "logements.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode()}


async def send(desk: Desk, given: FilePayload, *, trial: bool) -> None:
    await desk.attach("Fichier à envoyer", given)
    await desk.tick("Essai : comparer et montrer, sans rien écrire", on=trial)
    await desk.press("Envoyer")


async def seated(desk: Desk, organisation: uuid.UUID, role: str) -> None:
    address = await desk.accept(organisation, role=role)
    await desk.give_password(address)
    await desk.enrol()
    await desk.follow("Je les ai gardés, continuer")
    await desk.at("Accueil")


async def test_newcomer_publishes_a_file_and_looks_after_its_homes(desk: Desk, jobs: Database) -> None:
    wiring.wire()
    organisation = await desk.organisation()
    commune = commune_code()
    await add_commune(jobs, commune, -0.5792, 44.8378)
    runner, menu = Runner(jobs), desk.page.get_by_role("navigation", name="Rubriques")

    async def work() -> None:
        await runner.run_waiting(organisation)
        if not desk.javascript:
            await desk.follow("Actualiser cette page")

    await seated(desk, organisation, "landlord_publisher")
    await desk.follow("Logements", menu)
    await desk.at("Vos logements")
    await expect(desk.page.get_by_text("Aucun logement n'est encore enregistré.")).to_be_visible()
    await desk.follow("Envoyer un fichier")
    await desk.at(FILES)
    await desk.follow("Colonnes d'un fichier de logements")
    await desk.at("Colonnes d'un fichier de logements")
    columns = await blank(desk)

    await desk.follow("Envoyer un fichier")
    await send(desk, filled(columns, commune, "deux"), trial=True)
    await work()
    await desk.at("Fichier logements.csv")
    await expect(desk.page.get_by_role("region", name="Valeurs refusées ou douteuses")).to_contain_text("deux")
    await desk.follow("Retour aux fichiers")
    await send(desk, filled(columns, commune, "2"), trial=False)
    await work()
    await desk.at("Fichier logements.csv")
    await desk.follow("Voir vos logements")
    await desk.at("Vos logements")

    await find(desk)
    await correct(desk)
    await agree(desk)
    await look_after(desk)
    await desk.follow("Résidences", menu)
    await desk.at("Vos résidences")


async def find(desk: Desk) -> None:
    """Search for a home by a part of its reference, and open it."""
    await desk.fill(**{"Référence, ou une partie": "a 1?"})
    await desk.page.get_by_label("Référence, ou une partie").press("Enter")
    await expect(desk.page.get_by_role("link", name="LILAS/A 2")).to_have_count(0)
    assert "q=a" in desk.page.url
    await desk.look("Vos logements")
    await desk.use(desk.page.get_by_role("link", name=ODD))
    await desk.at(f"Logement {ODD}")
    await expect(desk.page.get_by_role("region", name="Classe du logement")).to_contain_text("3 – Plain-pied")


async def correct(desk: Desk) -> None:
    """Correct a fact, first with what may not be said."""
    await desk.follow("Corriger : Barres d'appui")
    await desk.look(f"Logement {ODD}")
    await desk.tick("Oui")
    await desk.choose("Source de l'information", "Mesuré")
    await desk.fill(Justificatif="0612345678")
    await desk.press("Enregistrer")
    await expect(desk.page.get_by_role("alert")).to_contain_text("donnée personnelle")
    await desk.look("Erreur")
    await desk.fill(Justificatif="REL-12")
    await desk.press("Enregistrer")
    await expect(desk.page.get_by_role("status")).to_have_text("La caractéristique est enregistrée.")
    await expect(desk.page.get_by_role("region", name="Caractéristiques")).to_contain_text("REL-12")
    await expect(desk.page.get_by_role("region", name="Ce qui était connu avant")).to_contain_text("Barres d'appui")


async def agree(desk: Desk) -> None:
    """State works, at first with an amount that is none; agree to them before entry, and take them back."""
    await desk.follow("Travaux faisables dans ce logement")
    await desk.at(f"Travaux faisables dans le logement {ODD}")
    works, stated = "Douche de plain-pied", desk.page.get_by_role("region", name="Travaux déclarés")
    await desk.choose("Travaux", works)
    await desk.fill(**{"Coût au moins, en euros": "cher", "Coût au plus, en euros": "1 200,50"})
    await desk.press("Enregistrer")
    await expect(desk.page.get_by_role("alert")).to_contain_text("en euros")
    await desk.look("Erreur")
    await desk.fill(**{"Coût au moins, en euros": "850"})
    await desk.press("Enregistrer")
    await expect(stated).to_contain_text("de 850,00 € à 1\u202f200,50 €")
    await desk.follow(f"Modifier : {works}")
    await desk.tick(re.compile("J'accepte de les faire avant l'entrée"))
    await desk.press("Enregistrer")
    await expect(stated).to_contain_text("Accepté")
    await desk.look("Travaux faisables")
    await desk.follow(f"Modifier : {works}")
    await desk.press("Ne plus les déclarer")
    await expect(stated).to_contain_text("Aucuns travaux ne sont déclarés.")
    await desk.follow("Retour au logement")
    await desk.at(f"Logement {ODD}")


async def look_after(desk: Desk) -> None:
    """Say what its status is, that it still is so, and that all of its residence is."""
    await desk.choose("Statut", "Congé donné")
    await desk.fill(**{"Disponible à partir du": "2027-02-01"})
    await desk.press("Enregistrer le statut")
    await expect(desk.page.get_by_role("status")).to_have_text("Le statut est enregistré et confirmé.")
    await desk.press("Toujours exact : confirmer")
    await expect(desk.page.get_by_role("status")).to_have_text("Le logement est confirmé tel qu'il est.")
    await desk.look(f"Logement {ODD}")
    await desk.follow("Les Lilas")
    await desk.at("Résidence Les Lilas")
    await desk.follow("Voir ses logements")
    await desk.press("Confirmer les 2 logements affichés")
    await expect(desk.page.get_by_role("status")).to_have_text("2 logement(s) confirmé(s).")


async def test_administrator_searches_and_verifies_the_audit(desk: Desk) -> None:
    organisation = await desk.organisation()
    await seated(desk, organisation, "landlord_admin")
    await desk.follow("Journal d'audit")
    await desk.at("Journal d'audit")
    await desk.choose("Sujet", "Connexions")
    await desk.press("Rechercher")
    await expect(desk.page.get_by_role("rowheader")).to_have_count(1)
    await desk.look("Journal d'audit")
    assert b"identity:session:opened" in await desk.download("Télécharger en CSV")
    await desk.follow("Vérifier la chaîne")
    await desk.at("Vérification du journal d'audit")
    await expect(desk.page.get_by_role("status")).to_contain_text("La chaîne est intacte")
