"""A territory from its coordinator's first login to the yearly report, by the people who take part in it."""

import csv
import io
import json
import re
import uuid
from collections.abc import AsyncIterator
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from playwright.async_api import FilePayload, expect

from registry import wiring
from registry.access.principal import Principal
from registry.assessment.service import compute_previews
from registry.assessment.tasks import compute as assess
from registry.charter.tasks import write_invitations
from registry.kernel.clock import today
from registry.listings.service.place import place_requested
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role, create_engine
from registry.reports import service as reports
from registry.reports.tasks import count
from registry.stock import service as stock
from registry.sync.service.run import MAX_ATTEMPTS, Runner
from tests.console.conftest import SitDown
from tests.console.desk import Desk
from tests.console.steps import (
    SEARCHER,
    SENDER,
    TODAY,
    Life,
    admit_both,
    create_territory,
    expect_moves,
    invite,
    log_in_for_the_first_time,
    propose_and_enact,
    prove_again,
    register_and_sign,
    registered,
    write_charter,
)
from tests.support.territory import add_commune, commune_code
from tests.support.upstream import new_siren

HOMES: Final = 13
"""More than the figures about residences need to be shown (privacy rules, §7)."""


@pytest.fixture
async def life(sit_down: SitDown) -> AsyncIterator[Life]:
    wiring.wire()
    coordinator, sender, searcher = [await sit_down(person) for person in ("coordinator", "sender", "searcher")]
    assert coordinator.settings.worker_database_url
    jobs = Database(create_engine(coordinator.settings.worker_database_url.get_secret_value()))
    organisation = await coordinator.organisation("Métropole", kind="coordinator")
    codes = (commune_code(), commune_code())
    for place, code in enumerate(codes):
        await add_commune(jobs, code, -0.6 + place / 10, 44.8)
    address = await coordinator.accept(organisation, role="coordinator_admin")
    yield Life(jobs, coordinator, sender, searcher, address, f"Vallée {organisation.hex[-6:]}", codes)
    await jobs.dispose()


@pytest.mark.takes_minutes(1)
async def test_territory_lives_from_first_login_to_yearly_report(life: Life) -> None:
    await log_in_for_the_first_time(life.coordinator, life.address)
    await create_territory(life)
    await write_charter(life)
    siren = new_siren()
    sender, searcher = await invite(life, SENDER, siren), await invite(life, SEARCHER, new_siren())
    await write_invitations(life.jobs, keyring(life.coordinator.settings), life.coordinator.settings.base_url)
    await register_and_sign(life, life.sender, sender)
    await register_and_sign(life, life.searcher, searcher)
    life.landlord = await registered(life.sender, siren)
    await admit_both(life)
    await publish_a_file(life)
    await find_in_list_and_map(life)
    await survey(life)
    await read_index(life, "E – C")
    await edit_grid(life)
    await read_index(life, "C – A")
    await suspend(life)
    await retry(life)
    await report(life)


def table(columns: list[str], life: Life, *, rooms: str) -> FilePayload:
    """Return a table of homes, each in a residence of its own, with a number of rooms in the first line."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=";", restval="")
    writer.writeheader()
    for n in range(HOMES):
        writer.writerow({
            "ref": f"T-{n}", "residence_ref": f"R-{n}", "typology": "T2", "rooms": "2" if n else rooms,
            "status": "vacant", "floor": "0", "rent_cents": str(30_000 + 1_000 * n),
            "step_free_entrance": "oui", "zero_step_shower": "oui", "low_thresholds": "non",
            "bedroom_on_entrance_level": "oui", "residence.name": f"Les Tilleuls {n}",
            "residence.street": "rue des Tilleuls", "residence.commune_code": life.communes[n % 2],
        })  # fmt: skip
    return {"name": "logements.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode()}


async def send(desk: Desk, file: FilePayload, *, trial: bool) -> None:
    await desk.attach("Fichier à envoyer", file)
    await desk.tick("Essai : comparer et montrer, sans rien écrire", on=trial)
    await desk.press("Envoyer")
    await desk.at("Fichier logements.csv")


async def reload(desk: Desk) -> None:
    """Ask how a file stands; with JavaScript the page asks by itself."""
    if not desk.javascript:
        await desk.follow("Actualiser cette page")


async def publish_a_file(life: Life) -> None:
    desk = life.sender
    runner = Runner(life.jobs)
    await desk.follow("Accueil")
    await desk.at("Accueil")
    await desk.follow("Fichiers")
    await desk.at("Fichiers du patrimoine")
    await desk.follow("Colonnes d'un fichier de logements")
    empty = await desk.download("Télécharger le tableau vide (CSV)")
    columns = next(csv.reader(io.StringIO(empty.decode("utf-8-sig")), delimiter=";"))
    await desk.follow("Envoyer un fichier")
    await send(desk, table(columns, life, rooms="deux"), trial=True)
    await runner.run_waiting(life.landlord)
    await reload(desk)
    await expect(desk.page.get_by_role("region", name="Valeurs refusées ou douteuses")).to_contain_text("deux")
    await desk.at("Fichier logements.csv")
    await desk.follow("Retour aux fichiers")
    await send(desk, table(columns, life, rooms="2"), trial=False)
    await runner.run_waiting(life.landlord)
    await reload(desk)
    await expect(desk.page.get_by_text("Appliqué", exact=True)).to_be_visible()
    await desk.at("Fichier logements.csv")
    await desk.follow("Voir vos logements")
    await desk.at("Vos logements")
    await place_requested(life.jobs)


async def find_in_list_and_map(life: Life) -> None:
    desk = life.searcher
    await desk.follow("Recherche")
    await desk.at("Recherche")
    await expect(desk.page.locator("#found")).to_have_text(f"{HOMES} annonces trouvées")
    await desk.use(desk.page.locator("ol.listings a").first)
    await expect(desk.page.get_by_role("heading", level=1)).to_contain_text("T2 à Commune")
    await expect(desk.page.get_by_role("main")).to_contain_text(SENDER)
    await desk.follow("Carte", desk.page.get_by_role("navigation", name="Rubriques"))
    if desk.javascript:
        await expect(desk.page.locator("#map-status")).to_have_text(f"Annonces dans la vue : {HOMES}")
        await desk.at("Carte")
    else:
        await expect(desk.page.get_by_text("La carte demande JavaScript.")).to_be_visible()
        await desk.use(desk.page.locator("#map").get_by_role("link"))
        await desk.at("Recherche")


async def survey(life: Life) -> None:
    """State of each residence what a survey found: good paths to the door of a building without a lift."""
    found = {
        "step_free_entrance": "yes", "lift": "no", "stair_handrails": "both_sides", "path_steps": 0, "path_width": 140,
        "path_slope": 2, "path_surface": "smooth",
    }  # fmt: skip
    facts = {code: {"value": value, "source": "measured", "date": str(today())} for code, value in found.items()}
    lines = [json.dumps({"ref": f"R-{n}", "facts": facts}) for n in range(HOMES)]
    principal = Principal(life.landlord, "landlord", "tests", frozenset())
    async with life.sender.database.transaction(Role.LANDLORD, organisation=life.landlord, actor="tests") as session:
        written = await stock.write_facts(session=session, principal=principal, body="\n".join(lines).encode())
    assert {line.status for line in written} == {"updated"}


async def read_index(life: Life, grade: str) -> None:
    """Read the proven and the possible grade of a residence as its landlord does."""
    desk = life.sender
    await assess(life.jobs)
    await desk.follow("Résidences", desk.page.get_by_role("navigation", name="Rubriques"))
    await desk.at("Vos résidences")
    row = desk.page.get_by_role("row", name=re.compile(r"^R-0 "))
    await expect(row.get_by_role("cell").nth(4)).to_have_text(grade)


async def edit_grid(life: Life) -> None:
    desk = life.coordinator
    await desk.follow("Charte", desk.page.get_by_role("navigation", name="Rubriques"))
    await desk.press("Préparer un projet à partir de la version en vigueur")
    await desk.follow("Modifier la grille et en voir l'effet")
    title = f"Grille de l'indice, version 2 – {life.name}"
    await desk.at(title)
    await desk.fill(**{
        "Poids : Logements adaptés (%)": "10", "Poids : Parties communes (%)": "10", "Poids : Abords (%)": "70",
        "Poids : Services accessibles à pied (%)": "10",
    })  # fmt: skip
    await desk.press("Enregistrer et calculer l'aperçu")
    await expect(desk.page.get_by_text("L'aperçu attend un travail libre.")).to_be_visible()
    await compute_previews(life.jobs)
    if not desk.javascript:
        await desk.follow("Actualiser cette page")
    await expect_moves(desk, Montent="15")  # 13, rounded to what may be shown
    await desk.at(title)
    await desk.follow("Retour au projet")
    await propose_and_enact(desk, life.name, 2)


async def suspend(life: Life) -> None:
    desk = life.coordinator
    await desk.follow("Membres", desk.page.get_by_role("navigation", name="Rubriques"))
    await desk.follow(SENDER, desk.page.get_by_role("region", name="Adhésions"))
    await expect(desk.page.get_by_text(f"quittent la recherche en moins de cinq secondes : {HOMES}.")).to_be_visible()
    await desk.press("Suspendre")
    await expect(desk.page.get_by_role("status")).to_have_text("L'adhésion est suspendue.")
    await desk.at(SENDER)
    await life.searcher.follow("Recherche", life.searcher.page.get_by_role("navigation", name="Rubriques"))
    await expect(life.searcher.page.locator("#found")).to_have_text("0 annonces trouvées")
    await life.searcher.at("Recherche")
    await life.sender.follow("Charte", life.sender.page.get_by_role("navigation", name="Rubriques"))
    await life.sender.follow(life.name)
    await life.sender.at(f"Charte de {life.name}")


def _cannot(*_: object) -> Any:
    raise OSError("the disk is away")


async def retry(life: Life) -> None:
    """A file fails five times by no fault of its own; the coordinator sees that, the landlord has it tried again."""
    desk, columns = life.sender, ["ref", "residence_ref", "typology", "rooms", "status"]
    lines = [columns, *([f"T-{n}", f"R-{n}", "T2", "2", "vacant"] for n in range(HOMES))]
    body = "\n".join(";".join(line) for line in lines).encode()
    await desk.follow("Fichiers", desk.page.get_by_role("navigation", name="Rubriques"))
    await send(desk, {"name": "logements.csv", "mimeType": "text/csv", "buffer": body}, trial=False)
    run = uuid.UUID(urlsplit(desk.page.url).path.rpartition("/")[2])
    broken = Runner(life.jobs, open_file=_cannot)
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(OSError, match="the disk is away"):
            await broken.run(life.landlord, run)
    await life.coordinator.follow("Synchronisations")
    await life.coordinator.at("Synchronisations")
    needing = life.coordinator.page.get_by_role("region", name="Ce qui demande l'attention d'un bailleur")
    await life.coordinator.follow("Fichiers en échec : 1", needing)
    failed = life.coordinator.page.get_by_role("region", name="Fichiers", exact=True).get_by_role("row")
    await expect(failed.filter(has_text=SENDER)).to_contain_text("En échec")
    await expect(life.coordinator.page.locator("main")).not_to_contain_text("logements.csv")
    await desk.follow("Accueil")
    await desk.at("Accueil")
    await expect(desk.page.get_by_role("region", name=TODAY)).to_contain_text("Votre adhésion est suspendue")
    await desk.follow("Fichiers en échec : 1")
    await desk.use(desk.page.get_by_role("region", name="Attendent votre décision").get_by_role("link"))
    await desk.at("Fichier logements.csv")
    await desk.press("Reprendre le fichier")
    await Runner(life.jobs).run_waiting(life.landlord)
    await reload(desk)
    await expect(desk.page.get_by_text("Appliqué", exact=True)).to_be_visible()


async def report(life: Life) -> None:
    desk, year = life.coordinator, reports.years_open()[0]
    await desk.follow("Membres", desk.page.get_by_role("navigation", name="Rubriques"))
    await desk.follow(SENDER, desk.page.get_by_role("region", name="Adhésions"))
    await desk.press("Lever la suspension")
    await desk.follow("Rapports")
    await desk.at("Rapports")
    await desk.choose("Année", str(year))
    await desk.press("Compter")
    await count(life.jobs)
    row = desk.page.get_by_role("row").filter(has_text=str(year))
    if not desk.javascript:
        await desk.follow("Regarder où en est le comptage")
    await expect(row).to_contain_text("Compté, à publier")
    await desk.use(row.get_by_role("link"))
    title = f"Recensement de l'offre de logements accessibles : {life.name}, {year}"
    await desk.press("Publier ce rapport")
    if await prove_again(desk, title):
        await desk.press("Publier ce rapport")
    await expect(desk.page.get_by_role("status")).to_have_text("Le rapport est publié.")
    await desk.at(title)
    whole = desk.page.get_by_role("row", name=life.name).first
    await expect(whole.get_by_role("cell").first).to_have_text("15")  # 13, rounded to what may be shown
    assert (await desk.download("PDF balisé (PDF/UA)")).startswith(b"%PDF-")
