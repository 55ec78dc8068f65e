"""Who owns a residence and who manages it, where that is not its landlord: its landlord reads it, nobody else does."""

import httpx
import pytest

from registry.platform.database import Database
from registry.sync.service.run import Runner
from tests.conftest import Register
from tests.support.market import Market, market
from tests.support.stock import home, publish, residence

COMMUNE = "217500016"
MANAGER = "552081317"


@pytest.fixture
async def place(client: httpx.AsyncClient, database: Database, job_database: Database, register: Register) -> Market:
    return await market(database, job_database, client, register)


async def test_owner_and_manager_are_read_by_the_landlord_and_shown_to_nobody(place: Market) -> None:
    given = residence(place.territory.communes[0], place.territory.point(), owner_siren=COMMUNE, manager_siren=MANAGER)
    await publish(place.client, place.owner, {"R1": given}, [{"ref": "H1", **home()}])
    own = place.owner.headers
    read = (await place.client.get("/v1/residences/R1", headers=own)).json()
    assert (read["owner_siren"], read["manager_siren"]) == (COMMUNE, MANAGER)
    exported = await place.client.get("/v1/exports/residences", headers={**own, "Accept": "text/csv"})
    assert f"{COMMUNE},{MANAGER}" in exported.text
    (listing,) = await place.listings()
    detail = await place.client.get(f"/v1/listings/{listing['id']}", headers=place.searcher.headers)
    for said in (str(listing), detail.text):
        assert COMMUNE not in said
        assert MANAGER not in said
    assert listing["landlord"]["id"] == str(place.owner.id), "who publishes is whom one turns to"
    replaced = {name: value for name, value in given.items() if not name.endswith("_siren")}
    await place.client.put("/v1/residences/R1", json=replaced, headers=own)
    assert (await place.client.get("/v1/residences/R1", headers=own)).json()["owner_siren"] is None


async def test_file_of_residences_states_owner_and_manager(place: Market) -> None:
    own = place.owner.headers
    source = {"kind": "push", "format": {"kind": "csv", "content": "residences"}, "mode": "delta"}
    assert (await place.client.put("/v1/sources/default", json=source, headers=own)).status_code == 201
    table = (
        "ref,commune_code,owner_siren,manager_siren\n"
        f"R1,{place.territory.communes[0]},{COMMUNE},\n"
        f"R2,{place.territory.communes[0]},,{MANAGER}\n"
    )
    sent = await place.client.post(
        "/v1/imports", params={"mode": "delta"}, content=table, headers={**own, "Content-Type": "text/csv"}
    )
    assert sent.status_code == 202, sent.text
    await Runner(place.jobs).run_waiting(place.owner.id)
    items = (await place.client.get("/v1/residences", headers=own)).json()["items"]
    assert [(row["owner_siren"], row["manager_siren"]) for row in items] == [(COMMUNE, None), (None, MANAGER)]
