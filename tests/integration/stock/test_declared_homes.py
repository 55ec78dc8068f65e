"""How many homes a residence is said to have: kept one by one and by the file, and never shown to others."""

import httpx

from registry.platform.database import Database
from tests.conftest import Register
from tests.support import territory
from tests.support.stock import home, publish, residence


async def test_number_of_homes_is_kept_replaced_and_read_by_its_owner(
    client: httpx.AsyncClient, database: Database, job_database: Database, register: Register
) -> None:
    place, owner = await territory.create(database, job_database, client), await register()
    commune = place.communes[0]
    await publish(client, owner, {"R1": residence(commune, declared_homes=48)}, [{"ref": "H1", **home("R1")}])
    answer = await client.get("/v1/residences/R1", headers=owner.headers)
    assert answer.json()["declared_homes"] == 48
    await client.put("/v1/residences/R1", json=residence(commune), headers=owner.headers)
    answer = await client.get("/v1/residences/R1", headers=owner.headers)
    assert answer.json()["declared_homes"] is None
