"""Communes of a département from API Géo: from a server of ours that answers as it does."""

import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from registry.kernel.errors import RegistryError
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from registry.territories.errors import FileEmpty, FileRowInvalid, GeoApiUnavailable
from registry.territories.service import api_geo
from registry.territories.service.load import FileLoaded
from tests.support.certificates import for_localhost
from tests.support.commands import invoke
from tests.support.https import WebServer, web_server

COMMUNE = {
    "nom": "Essai-sur-Loire", "code": "49999", "codeEpci": "244900015", "codeDepartement": "49", "codeRegion": "52",
    "population": 812, "centre": {"type": "Point", "coordinates": [-0.55, 47.47]},
    "contour": {"type": "Polygon", "coordinates": [[[-0.6, 47.4], [-0.5, 47.4], [-0.5, 47.5], [-0.6, 47.4]]]},
}  # fmt: skip
KEPT = "SELECT name, epci_code, population, vintage, contour IS NOT NULL FROM communes WHERE code = '49999'"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    return for_localhost(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
async def web(certificate: tuple[Path, ssl.SSLContext]) -> AsyncIterator[WebServer]:
    async with web_server(certificate[1]) as running:
        yield running


async def fetch(jobs: Database, web: WebServer, certificate: tuple[Path, ssl.SSLContext]) -> FileLoaded:
    base = f"https://localhost:{web.port}"
    trusting = ssl.create_default_context(cafile=certificate[0])
    outbound = replace(api_geo.outbound_to(base, private=True), verify=trusting)
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        return await api_geo.load_departement(
            session=session, outbound=outbound, base_url=base, departement="49", vintage=2026
        )


async def kept(jobs: Database) -> list[tuple[object, ...]]:
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        return [tuple(row) for row in await session.execute(text(KEPT))]


async def test_communes_are_fetched_and_stay_as_they_are_where_the_next_answer_is_wrong(
    job_database: Database, web: WebServer, certificate: tuple[Path, ssl.SSLContext]
) -> None:
    web.body = json.dumps([COMMUNE]).encode()
    assert await fetch(job_database, web, certificate) == ("communes", 1, 0)
    assert web.heads[0].startswith("GET /departements/49/communes?fields=nom,code,codeEpci,")
    good = [("Essai-sur-Loire", "244900015", 812, 2026, True)]
    assert await kept(job_database) == good

    wrong: list[tuple[bytes, str, type[RegistryError]]] = [
        (json.dumps([{**COMMUNE, "nom": "Autre"}, {"code": "1"}]).encode(), "200 OK", FileRowInvalid),
        (b"[]", "200 OK", FileEmpty), (b"\xff", "200 OK", GeoApiUnavailable),
        (b"", "404 Not Found", GeoApiUnavailable), (b"", "302 Found", GeoApiUnavailable),
    ]  # fmt: skip
    for body, status, error in wrong:
        web.body, web.status = body, status
        with pytest.raises(error):
            await fetch(job_database, web, certificate)
        assert await kept(job_database) == good


def test_command_says_what_to_set_and_asks_only_over_https(settings: Settings) -> None:
    unset = invoke(settings, "territories", "fetch-communes", "49")
    assert unset.exit_code == 1
    assert "Set REGISTRY_GEO_API_URL" in unset.stderr
    with pytest.raises(ValueError, match="must be an https address"):
        Settings(geo_api_url="http://geo.example")
