"""A stock manager says beside one of their files what its columns state, tries that on it, and stores it."""

import re
import uuid
from typing import Final

from playwright.async_api import FilePayload, expect

from registry.access.principal import Principal
from registry.platform.crypto import keyring
from registry.platform.database import Role
from registry.platform.outbound import Outbound
from registry.sync.schemas.sources import SourceIn
from registry.sync.service import sources
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
    await declare_source(desk, organisation)
    await move_source(desk)


async def declare_source(desk: Desk, organisation: uuid.UUID) -> None:
    """Have a source read by the version that is stored, as the landlord's software does over the API."""
    principal = Principal(organisation, "landlord", "tests", frozenset())
    given = SourceIn.model_validate(
        {"kind": "push", "format": {"kind": "csv"}, "mapping": {"name": "erp", "version": 1}}
    )
    async with desk.database.transaction(Role.LANDLORD, organisation=organisation, actor="tests") as session:
        await sources.put_source(
            session=session, principal=principal, vault=sources.Vault(keyring(desk.settings), Outbound(frozenset())),
            name="weekly", given=given,
        )  # fmt: skip


async def move_source(desk: Desk) -> None:
    """Store a second version, see what it changes for the source, and have the source read by it."""
    await desk.follow("erp")
    await desk.at("Correspondance erp")
    await expect(desk.page.get_by_text("weekly lit par la version 1")).to_be_visible()
    await desk.choose("Votre unité", "cent")
    await desk.press("Enregistrer une version")
    await expect(desk.page.locator(".notice")).to_have_text("La correspondance est enregistrée, en version 2.")
    await desk.follow("weekly lit encore par la version 1 : voir ce que la version 2 change")
    await desk.at("Correspondance de la source weekly")
    changed = desk.page.get_by_role("row", name="Loyer principal")
    await expect(changed.get_by_role("cell")).to_have_text([re.compile("euro"), re.compile("cent")])
    await desk.press("Lire par la version 2")
    await expect(desk.page.get_by_role("status")).to_have_text(
        "La source lit son prochain fichier par la nouvelle version."
    )
    await desk.at("Sources du patrimoine")
    await expect(desk.page.get_by_role("region", name="weekly")).to_contain_text("en version 2")
