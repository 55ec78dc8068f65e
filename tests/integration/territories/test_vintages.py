"""A newer vintage: territories, residences and listings follow what becomes of communes and EPCI."""

import itertools
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from registry.listings.service.place import place_requested
from registry.platform.database import Database, Role
from registry.territories.service.load import FileLoaded, load_file
from tests.conftest import Register
from tests.support import members
from tests.support import territory as territories
from tests.support.stock import home, publish, residence
from tests.support.territory import Territory

_numbers = itertools.count(1)


def features(*properties: dict[str, Any]) -> str:
    listed = [{"type": "Feature", "properties": each, "geometry": None} for each in properties]
    return json.dumps({"type": "FeatureCollection", "features": listed})


async def load(jobs: Database, directory: Path, content: str, *, vintage: int = 2027) -> FileLoaded:
    path = directory / f"f{next(_numbers)}"
    path.write_text(content)
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        return await load_file(session=session, path=path, vintage=vintage)


async def rows(jobs: Database, query: str, **values: Any) -> list[Any]:
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        return [row[0] if len(row) == 1 else tuple(row) for row in await session.execute(text(query), values)]


@pytest.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient) -> Territory:
    return await territories.create(database, job_database, client, communes=2)


def epci_of(commune: str) -> str:
    return f"2{commune:0>8}"


COMMUNES = "SELECT commune_code FROM territory_communes WHERE territory_id = :territory ORDER BY 1"


async def test_territory_of_an_epci_gains_the_commune_that_joins_it(
    client: httpx.AsyncClient, job_database: Database, place: Territory, tmp_path: Path
) -> None:
    inside, outside = place.communes
    path = f"/v1/territories/{place.slug}/definition"
    change = {"name": "x", "composition": {"epcis": [epci_of(inside)]}}
    answer = await client.put(path, json=change, headers=place.coordinator.headers)
    assert answer.json()["effect"]["leaving"]["count"] == 1, answer.text
    joins = {"code": outside, "nom": "Voisine", "codeEpci": epci_of(inside), "codeDepartement": "33"}

    await load(job_database, tmp_path, features({**joins, "codeEpci": None}), vintage=2025)
    assert await rows(job_database, COMMUNES, territory=place.id) == [inside], "an earlier vintage changes nothing"
    await load(job_database, tmp_path, features(joins))

    assert await rows(job_database, COMMUNES, territory=place.id) == [inside, outside]
    now = (await client.get(path, headers=place.coordinator.headers)).json()
    assert (now["communes"], now["vintage"], now["composition"]["epcis"]) == (2, 2027, [epci_of(inside)])
    told = await rows(
        job_database, "SELECT detail->'joining' FROM audit_events WHERE organisation_id = :coordinator"
        " AND action = 'territories:territory:followed'", coordinator=place.coordinator.id,
    )  # fmt: skip
    assert told == [[outside]]


async def test_commune_that_merges_takes_its_residences_and_listings_with_it(
    database: Database,
    job_database: Database,
    client: httpx.AsyncClient,
    register: Register,
    place: Territory,
    tmp_path: Path,
) -> None:
    old, new = place.communes
    owner = await register()
    await territories.sign(database, place, [owner])
    await members.renew(owner, client)
    await publish(client, owner, {"R1": residence(old, place.point())}, [{"ref": "H1", **home("R1")}])

    async def found() -> list[str]:
        answer = await client.get("/v1/listings", params={"territory": place.slug}, headers=owner.headers)
        return [item["commune"]["code"] for item in answer.json()["items"]]

    assert await found() == [old]
    merged = f"code_ancien,nom,type,code_actuel\n{old},Ancienne,COMD,{new}\n"
    await load(job_database, tmp_path, merged)
    assert await found() == [old], "its vintage is that of its successor: it is a commune still"

    await load(job_database, tmp_path, features({"code": new, "nom": "Nouvelle", "codeDepartement": "33"}))
    await place_requested(job_database)

    assert await found() == [new]
    assert (await client.get("/v1/residences/R1", headers=owner.headers)).json()["commune_code"] == new
    assert await rows(job_database, "SELECT code FROM communes WHERE code = :old", old=old) == []
    assert await rows(job_database, COMMUNES, territory=place.id) == [new]
    path = f"/v1/territories/{place.slug}"
    searched = await client.get(f"{path}/communes", params={"q": old}, headers=owner.headers)
    assert [each["code"] for each in searched.json()["items"]] == [new], "a retired code finds its successor"


async def test_quarters_and_communes_are_found_by_name_whatever_the_accents_and_by_code(
    client: httpx.AsyncClient, job_database: Database, place: Territory
) -> None:
    commune = place.communes[0]
    layer = f"l{commune.lower()}"
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        for code, name in (("Q1", "Saint-Éloi / Cœur de ville"), ("Q2", "Mériadeck"), ("X3", "Éloise")):
            await session.execute(
                text(
                    "INSERT INTO quarters (layer, code, name, commune_code, vintage, shape) SELECT :layer, :code,"
                    " :name, :commune, 2026, contour FROM communes WHERE code = :commune"
                ),
                {"layer": layer, "code": code, "name": name, "commune": commune},
            )

    async def found(part: str, q: str) -> list[str]:
        answer = await client.get(
            f"/v1/territories/{place.slug}/{part}", params={"q": q}, headers=place.coordinator.headers
        )
        assert answer.status_code == 200, answer.text
        return [each["code"].removeprefix(f"{layer}:") for each in answer.json()["items"]]

    for asked, codes in {
        "eloi": ["Q1", "X3"], "saint eloi": ["Q1"], "COEUR": ["Q1"], "MÉRIA": ["Q2"], "riadeck": [], "q": ["Q1", "Q2"],
        f"{layer.upper()}:x": ["X3"], "%": [], "-": [],
    }.items():  # fmt: skip
        assert await found("quarters", asked) == codes, asked
    assert await found("communes", f"commune {commune}") == [commune]
    assert await found("communes", commune[:3].lower()) == place.communes
