"""What the loader reads of files that others publish, and what it says of those that it cannot use."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from registry.platform.database import Database, Role
from registry.territories.errors import FileNotNeeded, FileRowInvalid
from registry.territories.service.load import FileLoaded, load_file
from registry.territories.service.places import Layer

SQUARE = {"type": "Polygon", "coordinates": [[[0, 45], [0.1, 45], [0.1, 45.1], [0, 45.1], [0, 45]]]}
QUARTERS = Layer("quartier", 2026, None, "nom", "insee")


def features(*properties: Any, geometry: Any = SQUARE) -> str:
    listed = [{"type": "Feature", "properties": given, "geometry": geometry} for given in properties]
    return json.dumps({"type": "FeatureCollection", "features": listed})


async def load(jobs: Database, path: Path, content: str, layer: Layer | None = None) -> FileLoaded:
    await asyncio.to_thread(path.write_text, content)
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        return await load_file(session=session, path=path, vintage=2026, layer=layer)


@pytest.mark.parametrize(
    "content",
    [
        "code,nom,chef_lieu\n01,Guadeloupe,97105\n",
        features({"code": "75", "nom": "Nouvelle-Aquitaine"}),
        json.dumps([{"code": "04", "nom": "La Réunion"}]),
    ],
)
async def test_file_of_regions_is_said_to_be_one(job_database: Database, tmp_path: Path, content: str) -> None:
    with pytest.raises(FileNotNeeded) as refused:
        await load(job_database, tmp_path / "file", content)
    assert refused.value.detail is not None
    assert refused.value.detail.en == "file describes régions, of which the registry keeps the codes alone."


@pytest.mark.parametrize(
    "content",
    [
        "code,nom,region,chef_lieu\n99,Ailleurs,84,01053\n",
        json.dumps([{"code": "99", "nom": "Ailleurs", "codeRegion": "84"}]),
        features({"INSEE_DEP": "99", "NOM": "Ailleurs", "INSEE_REG": "84"}),
    ],
)
async def test_departement_is_read_from_csv_api_geo_and_admin_express(
    job_database: Database, tmp_path: Path, content: str
) -> None:
    assert await load(job_database, tmp_path / "file", content) == ("departements", 1, 0)
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        row = await session.execute(text("SELECT name, region, vintage FROM departements WHERE code = '99'"))
        assert tuple(row.one()) == ("Ailleurs", "84", 2026)


async def test_commune_with_the_objects_of_api_geo_is_read(job_database: Database, tmp_path: Path) -> None:
    given = {
        "code": "97499", "nom": "Outre-mer", "population": 12, "departement": {"code": "974", "nom": "La Réunion"},
        "region": {"code": "04", "nom": "La Réunion"}, "epci": {"code": "249740101", "nom": "CIREST"},
        "centre": {"type": "Point", "coordinates": [55.6, -21.1]},
    }  # fmt: skip
    assert await load(job_database, tmp_path / "communes.json", json.dumps([given])) == ("communes", 1, 0)
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        row = await session.execute(text("SELECT departement, region, epci_code FROM communes WHERE code = '97499'"))
        assert tuple(row.one()) == ("974", "04", "249740101")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (None, "'properties' is null"),
        ([], "'properties' is not an object"),
        ({"nom": "Nameless"}, "'code' is missing"),
        ({"code": "97498", "nom": "X", "departement": 974}, "'departement' is 974, not a code"),
        ({"code": "97498", "nom": "X", "departement": {"nom": "La Réunion"}}, "'code' is missing"),
    ],
)
async def test_commune_with_wrong_properties_is_named(
    job_database: Database, tmp_path: Path, wrong: Any, why: str
) -> None:
    with pytest.raises(FileRowInvalid) as refused:
        await load(job_database, tmp_path / "c.geojson", features({"code": "97497", "nom": "Right"}, wrong))
    assert refused.value.detail is not None
    assert refused.value.detail.en == f"c.geojson, feature 2: {why}."
    said = why.replace("'code' is missing", "il manque 'code'")
    assert refused.value.detail.fr == f"c.geojson, objet 2 : {said}."


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (features(None), "'properties' is null"),
        (features({"nom": "Centre", "insee": "33063"}, geometry=None), "'geometry' is null"),
        (features({"insee": "33063"}), "'nom' is missing"),
    ],
)
async def test_quarter_with_wrong_properties_is_named(
    job_database: Database, tmp_path: Path, content: str, why: str
) -> None:
    with pytest.raises(FileRowInvalid) as refused:
        await load(job_database, tmp_path / "q.geojson", content, QUARTERS)
    assert refused.value.detail is not None
    assert refused.value.detail.en == f"q.geojson, feature 1: {why}."
