"""From the extract to the answer, on the real centre of Redon."""

import time
import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from registry.platform.database import Database, Role
from registry.surroundings import service
from registry.surroundings.service import imports, networks
from registry.surroundings.service.imports import ServiceFile
from tests.conftest import Register
from tests.support.extracts import DATA, extract
from tests.support.market import Market, market
from tests.support.stock import residence

REDON = DATA / "reseau-pieton-redon" / "redon.osm.gz"


pytestmark = pytest.mark.skipif(not REDON.exists(), reason="the extract of Redon is not here")


@pytest.fixture
async def redon(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register
) -> AsyncIterator[Market]:
    """Put the network and the services of Redon in service, and take them out again."""
    name = f"test-{uuid.uuid4().hex[:8]}"
    place = await market(database, job_database, client, register)
    async with job_database.transaction(Role.JOB) as session:
        graph = networks.read_file(path=REDON, srid=2154).graph
        await networks.store_network(session=session, name=name, graphs=[graph])
        await imports.import_services(session=session, name=name, file=ServiceFile(REDON, "osm"))
    yield place
    async with job_database.transaction(Role.JOB) as session:
        for statement in (
            "DELETE FROM networks WHERE name = :name",
            "DELETE FROM services WHERE source_id IN (SELECT id FROM service_sources WHERE name = :name)",
        ):
            await session.execute(text(statement), {"name": name})


def address(number: str, street: str) -> dict[str, float]:
    (found,) = [row for row in extract("redon").rows("adresses") if (row["numero"], row["voie"]) == (number, street)]
    return {"lon": float(found["lon"]), "lat": float(found["lat"])}


async def publish(place: Market, given: dict[str, float], **changes: Any) -> None:
    put = await place.client.put(
        "/v1/residences/R9",
        json=residence(place.territory.communes[0], given, **changes),
        headers=place.owner.headers,
    )
    assert put.status_code == 201, put.text


async def test_9bis_grande_rue_knows_what_it_reaches_and_why_the_rest_is_unknown(redon: Market) -> None:
    given, client, headers = address("9bis", "Grande Rue"), redon.client, redon.owner.headers
    await publish(redon, given)
    await service.recompute(redon.jobs)
    kept = (await client.get("/v1/residences/R9/services?path=true", headers=headers)).json()
    asked = {"from": given, "profile": "wheelchair"}
    now = (await client.post("/v1/accessible-distances", json=asked, headers=headers)).json()
    begun = time.perf_counter()
    await client.post("/v1/accessible-distances", json=asked, headers=headers)
    taken = time.perf_counter() - begun
    items = {item["family"]: item for item in kept["items"]}
    assert len(items) == 8
    for family in ("food", "pharmacy", "post_bank_administration", "social_life"):
        item = items[family]
        assert item["outcome"] == "reached", item
        assert item["service"]["entrance"]["wheelchair"] != "no"
        assert item["straight_m"] <= item["length_m"] <= item["cost_m"] <= 1_500
        assert item["path"]["coordinates"][0] == pytest.approx((given["lon"], given["lat"]), abs=1e-6)
    assert {item["outcome"] for item in items.values()} == {"reached", "unknown"}, (
        "the extract is clipped: never beyond"
    )
    assert [(item["family"], item["outcome"], item["cost_m"]) for item in now["items"]] == [
        (item["family"], item["outcome"], item["cost_m"] and pytest.approx(item["cost_m"], abs=0.01))
        for item in kept["items"]
    ]
    assert taken < 2.0, "the second question finds the network in memory"


async def test_a_residence_has_the_better_of_two_doors_and_each_building_its_own(redon: Market) -> None:
    here, there = address("9bis", "Grande Rue"), address("2", "Avenue de la Gare")
    buildings = [{"ref": "A", "position": here}, {"ref": "B", "position": there}]
    await publish(redon, here, buildings=buildings)
    await service.recompute(redon.jobs)
    answers = []
    for query in ("", "&building=A", "&building=B"):
        answer = await redon.client.get(
            f"/v1/residences/R9/services?profile=walking{query}", headers=redon.owner.headers
        )
        answers.append({item["family"]: item for item in answer.json()["items"] if item["outcome"] == "reached"})
    both, *each = answers
    assert {item["building_ref"] for item in both.values()} == {"A", "B"}
    for family, item in both.items():
        costs = {ref: found[family]["cost_m"] for ref, found in zip("AB", each, strict=True) if family in found}
        assert item["cost_m"] == pytest.approx(min(costs.values()), abs=0.01)
        assert item["building_ref"] == min(costs, key=lambda ref: costs[ref])


async def test_explanation_of_the_index_names_the_network_the_source_and_the_service_and_of_when_they_are(
    redon: Market,
) -> None:
    await publish(redon, address("9bis", "Grande Rue"))
    await service.recompute(redon.jobs)
    headers = redon.owner.headers
    kept = (await redon.client.get("/v1/residences/R9/services?profile=senior", headers=headers)).json()
    answer = await redon.client.get("/v1/residences/R9/assessment", headers=headers)
    criteria = {row["code"]: row for row in answer.json()["criteria"]}
    around = criteria["passable_share"]
    assert (around["declarant"], around["stated_on"]) == (kept["network"]["name"], "2019-09-09")
    for item in kept["items"]:
        row, reached = criteria[item["family"]], item["service"]
        if item["outcome"] == "reached":
            named = (reached["source"]["name"], reached["checked_on"] or reached["source"]["data_date"])
            assert (row["declarant"], row["stated_on"], row["detail"]["service"]) == (*named, reached["name"])
        else:
            assert (row["declarant"], row["stated_on"], row["detail"]["service"]) == (None, None, None)
    assert criteria["pharmacy"]["declarant"] is not None
