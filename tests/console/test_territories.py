"""A coordinator makes a territory of an EPCI, looks a quarter up, and lets a commune go."""

import json
from pathlib import Path

from playwright.async_api import expect

from registry import wiring
from registry.platform.database import Database, Role, create_engine
from registry.territories.service.load import load_file
from registry.territories.service.places import Layer
from tests.console.desk import Desk

TITLE = "Territoires"
LON, LAT = 0.1, 46.0


def square(east: float) -> dict[str, object]:
    """Return a commune of 0.1 degree, ``east`` degrees from the first."""
    west, south = LON + east - 0.05, LAT - 0.05
    ring = [[west, south], [west + 0.1, south], [west + 0.1, south + 0.1], [west, south + 0.1], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


async def load_reference_data(desk: Desk, directory: Path, number: int) -> tuple[str, list[str]]:
    """Load an EPCI of two communes with a quarter, as the operator does; return its SIREN and the communes' codes."""
    wiring.wire()
    siren, codes = f"2{number:08}", [f"B{number % 1000:03}{place}" for place in (1, 2)]
    communes = [
        {"type": "Feature", "geometry": square(n / 10), "properties": {
            "code": code, "nom": f"Vallée {code}", "codeEpci": siren, "codeDepartement": "33", "population": 1200}}
        for n, code in enumerate(codes)
    ]  # fmt: skip
    quarter = {"type": "Feature", "geometry": square(0), "properties": {"nom": "Éloi-Nord", "insee": codes[0]}}
    files: list[tuple[str, object, Layer | None]] = [
        ("communes.geojson", {"features": communes}, None),
        ("quarters.geojson", {"features": [quarter]}, Layer(f"quartier-{number}", 2026)),
        ("epcis.json", [{"code": siren, "nom": f"Communauté de la Vallée {number}"}], None),
    ]
    assert desk.settings.worker_database_url
    jobs = Database(create_engine(desk.settings.worker_database_url.get_secret_value()))
    for name, content, layer in files:
        path = directory / name
        path.write_text(json.dumps(content))
        async with jobs.transaction(Role.JOB, actor="tests") as session:
            await load_file(session=session, path=path, vintage=2026, layer=layer)
    await jobs.dispose()
    return siren, codes


async def test_coordinator_makes_a_territory_and_lets_a_commune_go(desk: Desk, tmp_path: Path) -> None:
    organisation = await desk.organisation("Coordination", kind="coordinator")
    number = organisation.int % 100_000_000
    siren, (stays, goes) = await load_reference_data(desk, tmp_path, number)
    address = await desk.accept(organisation, role="coordinator_admin")
    await desk.give_password(address)
    await desk.enrol()
    await desk.follow("Je les ai gardés, continuer")
    await desk.follow(TITLE)
    await desk.at(TITLE)
    await desk.follow("Créer un territoire")
    await desk.at("Créer un territoire")
    await desk.follow("Trouver un code par le nom")
    await desk.at("Trouver un code")
    await desk.fill(**{"Nom ou code": f"communaute de la vallee {number}"})
    await desk.press("Chercher")
    await expect(desk.page.get_by_role("cell", name=siren)).to_be_visible()
    await desk.look("Trouver un code")
    await desk.open("/console/territories/-/new")
    slug = f"vallee-{number}"
    await desk.fill(**{"Identifiant": slug, "Nom": "La Vallée", "EPCI (SIREN)": "12"})
    await desk.press("Créer le territoire")
    await expect(desk.page.get_by_role("alert")).to_contain_text("« 12 »")
    await desk.at("Créer un territoire")
    await desk.fill(**{"EPCI (SIREN)": siren})
    await desk.press("Créer le territoire")
    await expect(desk.page.get_by_role("status")).to_have_text("Le territoire est créé.")
    await desk.at("La Vallée")
    await expect(desk.page.get_by_text(f"EPCI : Communauté de la Vallée {number} ({siren})")).to_be_visible()
    await expect(desk.page.get_by_role("img", name="Contours des communes de La Vallée")).to_be_visible()
    await desk.fill(**{"Nom ou code": "eloi"})
    await desk.press("Chercher")
    await expect(desk.page.get_by_role("rowheader", name="Éloi-Nord")).to_be_visible()
    await desk.look("La Vallée")
    await desk.follow("Changer le nom ou la composition")
    await desk.at("Changer La Vallée")
    await desk.fill(**{"EPCI (SIREN)": "", "Communes (codes INSEE)": stays})
    await desk.press("Voir ce que cela change")
    await desk.at("Confirmer le changement de La Vallée")
    await expect(desk.page.get_by_text(f"Vallée {goes} ({goes})")).to_be_visible()
    await desk.press("Confirmer le changement")
    await expect(desk.page.get_by_role("status")).to_contain_text("Le territoire est changé.")
    await desk.at("La Vallée")
