"""Quarters that are loaded after the landlords published reach what is registered and what is shown."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from registry.listings.service.place import place_requested
from registry.platform.database import Database, Role
from registry.territories.service.load import load_file
from registry.territories.service.places import Layer
from tests.conftest import Register
from tests.support import members, territory
from tests.support.members import Member
from tests.support.stock import home, publish, residence
from tests.support.territory import Territory


async def load(jobs: Database, path: Path, made: Territory, vintage: int, quarters: dict[str, tuple[int, int]]) -> None:
    """Load quarters of a layer of the territory's own: bands from one meridian to another, metres from its centre."""
    features = []
    for code, (west, east) in quarters.items():
        (w, s), (e, n) = (tuple(made.point(x, y).values()) for x, y in ((west, -6_000), (east, 6_000)))
        ring = [[w, s], [e, s], [e, n], [w, n], [w, s]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        given = {"code": code, "nom": code, "insee": made.communes[0]}
        features.append({"type": "Feature", "properties": given, "geometry": shape})
    await asyncio.to_thread(path.write_text, json.dumps({"type": "FeatureCollection", "features": features}))
    layer = Layer(made.slug, vintage, "code", "nom", "insee")
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        await load_file(session=session, path=path, vintage=vintage, layer=layer)


async def registered(client: httpx.AsyncClient, owner: Member, ref: str) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"/v1/residences/{ref}", headers=owner.headers)).json()
    return found


async def shown(client: httpx.AsyncClient, searcher: Member, **asked: Any) -> set[tuple[str, ...]]:
    answer = await client.get("/v1/listings", params={"limit": 50, **asked}, headers=searcher.headers)
    assert answer.status_code == 200, answer.text
    return {tuple(item["quarters"]) for item in answer.json()["items"]}


async def quarters_of_buildings(jobs: Database, owner: Member) -> dict[str, list[str]]:
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        asked = text("SELECT ref, quarter_codes FROM buildings WHERE organisation_id = :owner")
        return {row[0]: row[1] for row in await session.execute(asked, {"owner": owner.id})}


async def test_layer_and_vintage_loaded_later_reach_registered_homes(
    client: httpx.AsyncClient, database: Database, job_database: Database, register: Register, tmp_path: Path
) -> None:
    made = await territory.create(database, job_database, client)
    owner, searcher = await register(), await register()
    await territory.sign(database, made, [owner, searcher])
    for member in (owner, searcher):
        await members.renew(member, client)
    apart = [{"ref": "B1", "position": made.point(2_000)}, {"ref": "B2"}]
    given = {f"R{n}": residence(made.communes[0], made.point(-2_000)) for n in range(4)}
    given |= {f"E{n}": residence(made.communes[0], made.point(2_000)) for n in range(4)}
    given["apart"] = residence(made.communes[0], made.point(-2_000), buildings=apart)
    given["nowhere"] = residence(made.communes[0])
    homes = [{"ref": f"{ref}-{n}", **home(ref)} for ref in given if ref[0] in "RE" for n in range(4)]
    await publish(client, owner, given, homes)
    await place_requested(job_database)
    before = await registered(client, owner, "R0")
    assert before["quarters"] == []
    assert await shown(client, searcher, territory=made.slug) == {()}

    file, west, east, whole = tmp_path / "q.json", f"{made.slug}:west", f"{made.slug}:east", f"{made.slug}:whole"
    await load(job_database, file, made, 2025, {"west": (-6_000, 0), "east": (0, 6_000)})
    assert await registered(client, owner, "R0") == {**before, "quarters": [west]}, "its version stays"
    assert (await registered(client, owner, "E0"))["quarters"] == [east]
    assert (await registered(client, owner, "nowhere"))["quarters"] == []
    assert await quarters_of_buildings(job_database, owner) == {"B1": [east], "B2": []}

    await load(job_database, file, made, 2026, {"whole": (-6_000, 6_000)})
    for ref in ("R0", "E0"):
        assert (await registered(client, owner, ref))["quarters"] == [whole], "the latest vintage is the layer"
    assert await quarters_of_buildings(job_database, owner) == {"B1": [whole], "B2": []}
    await place_requested(job_database)
    assert await shown(client, searcher, territory=made.slug) == {(whole,)}
    assert await shown(client, searcher, quarter=whole) == {(whole,)}
