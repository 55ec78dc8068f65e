"""A stock manager says beside one of their files what its columns state, tries that on it, and stores it."""

from typing import Final

from playwright.async_api import FilePayload, expect

from tests.console.desk import Desk

TITLE: Final = "Correspondances"
LINES: Final = ("ref;RESID;TYPE;ETAT;LOYER", "H1;R1;F2;L;312,50", "H2;R1;F3;V;abc")
SAMPLE: Final[FilePayload] = {"name": "parc.csv", "mimeType": "text/csv", "buffer": "\n".join(LINES).encode()}


async def test_manager_writes_a_mapping_beside_a_file(desk: Desk) -> None:
    organisation = await desk.organisation()
    address = await desk.accept(organisation, role="landlord_publisher")
    await desk.give_password(address)
    await desk.enrol()
    await desk.follow("Je les ai gardés, continuer")
    await desk.follow("Fichiers du patrimoine")
    await desk.follow("Dire ce que portent vos colonnes")
    await desk.at(TITLE)

    await desk.fill(**{"Nom de la correspondance": "erp"})
    await desk.attach("Fichier d'exemple", SAMPLE)
    await desk.press("Lire les colonnes")
    await desk.at("Correspondance erp")
    await desk.choose("Ce que porte RESID", "Référence de la résidence")
    await desk.choose("Ce que porte TYPE", "Typologie")
    await desk.choose("Ce que porte ETAT", "État")
    await desk.choose("Ce que porte LOYER", "Loyer principal (cent)")
    await desk.press("Essayer")
    trial = desk.page.get_by_role("region", name="Ce que l'exemple donne")
    await expect(trial.get_by_role("status")).to_contain_text("2 lignes lues, 2 refusées")
    await expect(trial).to_contain_text("TYPE « F2 »")
    await desk.at("Correspondance erp")

    await desk.choose("F2, au registre", "T2 : 2 pièce(s) principale(s)")
    await desk.choose("F3, au registre", "T3 : 3 pièce(s) principale(s)")
    await desk.choose("L, au registre", "Occupé")
    await desk.choose("V, au registre", "Vacant")
    await desk.choose("Votre unité", "euro")
    await desk.press("Essayer")
    await expect(trial.get_by_role("status")).to_contain_text("2 lignes lues, 1 refusées")
    await expect(trial.get_by_role("row", name="H1")).to_contain_text("31250")
    await expect(trial).to_contain_text("LOYER « abc »")
    await desk.at("Correspondance erp")

    await desk.press("Enregistrer une version")
    await expect(desk.page.locator(".notice")).to_have_text("La correspondance est enregistrée, en version 1.")
    await desk.at("Correspondance erp")
    await desk.follow("Retour aux correspondances")
    await expect(desk.page.get_by_role("row", name="erp")).to_be_visible()
