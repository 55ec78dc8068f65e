"""``registry positions …`` as it is typed."""

import asyncio
from pathlib import Path

import httpx

from registry.platform.database import Database
from registry.platform.settings import Settings
from registry.stock.service.geocode import geocode_waiting
from registry.territories.geocoding import NOWHERE
from tests.support import addresses as files
from tests.support import territory as territories
from tests.support.commands import invoke
from tests.support.geocoder import Scripted, doubtful
from tests.support.members import Member
from tests.support.stock import residence


async def typed(settings: Settings, *words: str) -> str:
    """Type a command, in a thread: it has an event loop of its own; return its last line."""
    done = await asyncio.to_thread(invoke, settings, "positions", *words)
    assert done.exit_code == 0, done.output
    return done.stdout.splitlines()[-1]


async def test_operator_finds_lists_and_asks_again(
    settings: Settings, client: httpx.AsyncClient, database: Database, job_database: Database, landlord: Member,
    tmp_path: Path,
) -> None:  # fmt: skip
    await geocode_waiting(job_database, Scripted(NOWHERE))  # what other tests left waiting
    made = await territories.create(database, job_database, client)
    commune = made.communes[0]
    for ref, number in (("R1", "12"), ("R2", "99")):
        given = {**residence(commune, None), "number": number, "postcode": "33000"}
        answer = await client.put(f"/v1/residences/{ref}", json=given, headers=landlord.headers)
        assert answer.status_code == 201, answer.text
    assert await typed(settings, "find") == "0 exact, 0 doubtful, 2 none"
    assert await typed(settings, "find") == "0 exact, 0 doubtful, 0 none"
    rows = [files.house("12", "Rue des Acacias", commune, made.point())]
    await files.load(job_database, files.write(tmp_path / "adresses-33.csv", rows))
    assert await typed(settings, "find") == "1 exact, 1 doubtful, 0 none"
    listed = await typed(settings, "review-list", "--organisation", str(landlord.id))
    assert listed == f"R2\t99 rue des Acacias 33000 {commune}\tRue des Acacias, 33000\t0.80"
    await typed(settings, "retry", commune)
    geocoder = Scripted(doubtful(made.lon, made.lat))
    assert await geocode_waiting(job_database, geocoder) == {"doubtful": 1}
    assert [address.number for address in geocoder.asked] == ["99"], "what is certain is not asked again"
