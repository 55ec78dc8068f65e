"""From the extract to the answer, on the real centre of Redon."""

import time
import uuid

import httpx
import pytest
from sqlalchemy import text

from registry.platform.database import Database, Role
from registry.surroundings import service
from registry.surroundings.service import ServiceFile
from tests.conftest import Register
from tests.support.extracts import DATA, extract
from tests.support.market import market
from tests.support.stock import residence

REDON = DATA / "reseau-pieton-redon" / "redon.osm.gz"


@pytest.mark.skipif(not REDON.exists(), reason="the extract of Redon is not here")
async def test_9bis_grande_rue_knows_what_it_reaches_and_why_the_rest_is_unknown(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register
) -> None:
    place = await market(database, job_database, client, register)
    name = f"test-{uuid.uuid4().hex[:8]}"
    (door,) = [
        row for row in extract("redon").rows("adresses") if (row["numero"], row["voie"]) == ("9bis", "Grande Rue")
    ]
    given = {"lon": float(door["lon"]), "lat": float(door["lat"])}
    headers = place.owner.headers
    put = await client.put("/v1/residences/R9", json=residence(place.territory.communes[0], given), headers=headers)
    assert put.status_code == 201, put.text
    async with job_database.transaction(Role.JOB) as session:
        graph = service.read_file(path=REDON, srid=2154).graph
        await service.store_network(session=session, name=name, graphs=[graph])
        await service.import_services(session=session, name=name, file=ServiceFile(REDON, "osm"))
    try:
        await service.recompute(job_database)
        kept = (await client.get("/v1/residences/R9/services?path=true", headers=headers)).json()
        asked = {"from": given, "profile": "wheelchair"}
        why = (await client.get("/v1/residences/R9/assessment", headers=headers)).json()["criteria"]
        now = (await client.post("/v1/accessible-distances", json=asked, headers=headers)).json()
        begun = time.perf_counter()
        await client.post("/v1/accessible-distances", json=asked, headers=headers)
        taken = time.perf_counter() - begun
    finally:
        async with job_database.transaction(Role.JOB) as session:
            for statement in (
                "DELETE FROM networks WHERE name = :name",
                "DELETE FROM services WHERE source_id IN (SELECT id FROM service_sources WHERE name = :name)",
            ):
                await session.execute(text(statement), {"name": name})
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
    criteria = {row["code"]: row for row in why}
    for code in ("passable_share", "food", "pharmacy"):
        row = criteria[code]
        assert (row["declarant"], row["stated_on"]) == (name, "2019-09-09"), "who says it, and of when"
    assert criteria["pharmacy"]["detail"]["service"] == "Pharmacie Centrale"
    assert taken < 2.0, "the second question finds the network in memory"
