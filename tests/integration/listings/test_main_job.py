"""The main job: one landlord publishes, another finds."""

from collections import Counter
from typing import Any

import httpx
import pytest

from registry.listings.service.place import place_requested
from registry.platform.database import Database
from tests.conftest import Register
from tests.support import members
from tests.support import territory as territories
from tests.support.members import Member
from tests.support.stock import fact, home, publish, residence
from tests.support.territory import Territory

Place = tuple[Territory, Member, Member]


@pytest.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Place:
    """A territory where two landlords have signed."""
    territory = await territories.create(database, job_database, client)
    owner, searcher = await register(), await register()
    await territories.sign(database, territory, [owner, searcher])
    for member in (owner, searcher):
        await members.renew(member, client)
    return territory, owner, searcher


async def found(client: httpx.AsyncClient, member: Member, **asked: Any) -> list[dict[str, Any]]:
    answer = await client.get("/v1/listings", params=asked, headers=member.headers)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_home_published_by_one_landlord_is_found_by_another(client: httpx.AsyncClient, place: Place) -> None:
    territory, owner, searcher = place
    result = await publish(
        client, owner, {"R1": residence(territory.communes[0], territory.point())}, [{"ref": "H/1", **home()}]
    )
    assert result["created"] == 1
    near = {"near": f"{territory.lon},{territory.lat}", "within_m": 10_000}
    (listing,) = await found(client, searcher, **near)
    assert listing["landlord"] == {"id": str(owner.id), "name": owner.name}
    assert listing["features"]["zero_step_shower"]["proven"] is True
    assert listing["location"]["precision"] == "commune", "until its zone is computed"
    assert "H/1" not in str(listing)
    assert await found(client, searcher, commune=territory.communes[0]) == [
        {name: value for name, value in listing.items() if name != "distance_m"}
    ]
    one = await client.get(f"/v1/listings/{listing['id']}", headers=searcher.headers)
    assert one.status_code == 200, one.text
    assert one.json()["id"] == listing["id"]
    assert (await client.delete("/v1/homes/H%2F1", headers=owner.headers)).status_code == 204
    assert await found(client, searcher, **near) == []


async def test_home_without_a_shared_feature_is_not_listed(client: httpx.AsyncClient, place: Place) -> None:
    territory, owner, searcher = place
    await publish(
        client, owner, {"R1": residence(territory.communes[0], territory.point())},
        [{"ref": "plain", **home(facts={})}, {"ref": "no", **home(facts={"zero_step_shower": fact("no")})},
         {"ref": "reserved", **home(status="reserved")}],
    )  # fmt: skip
    assert await found(client, searcher, territory=territory.slug) == []


async def test_zones_where_enough_is_registered_show_the_cell(
    client: httpx.AsyncClient, place: Place, job_database: Database
) -> None:
    territory, owner, searcher = place
    # The residences of a place share one point: a few metres apart, the limit of a square might run between them.
    near = {f"R{n}": residence(territory.communes[0], territory.point()) for n in range(4)}
    far = {f"F{n}": residence(territory.communes[0], territory.point(3_000, 3_000)) for n in range(4)}
    homes = [{"ref": f"{ref}-{n}", **home(ref)} for ref in near for n in range(5)]
    homes += [{"ref": f"{ref}-{n}", **home(ref)} for ref in far for n in range(4)]
    await publish(client, owner, near | far, homes)
    await place_requested(job_database)
    listings = await found(client, searcher, territory=territory.slug, limit=50)
    shown = Counter(item["location"]["precision"] for item in listings)
    assert shown == {"cell": 20, "commune": 16}, "what the cell leaves over of the commune holds enough too"


async def test_bound_on_a_band_admits_what_is_proven_and_when_asked_what_is_possible(
    client: httpx.AsyncClient, place: Place
) -> None:
    territory, owner, searcher = place
    stated: list[dict[str, Any]] = [
        {"floor": -1, "area_m2": 39.9}, {"floor": 1, "area_m2": 40}, {"floor": 2, "area_m2": 49.9},
        {"floor": 3, "area_m2": 50}, {"floor": 4, "area_m2": 55}, {"floor": 12, "area_m2": 60},
        {"floor": None, "area_m2": None},
    ]  # fmt: skip
    await publish(
        client, owner, {"R1": residence(territory.communes[0], territory.point())},
        [{"ref": f"H{n}", **home(rooms=n + 1, **given)} for n, given in enumerate(stated)],
    )  # fmt: skip

    async def homes(**asked: Any) -> set[int]:
        answer = await found(client, searcher, territory=territory.slug, limit=50, **asked)
        return {item["rooms"] - 1 for item in answer}

    for bound, proven, possible in [
        (0, {0}, {0}), (1, {0, 1}, {0, 1}), (2, {0, 1}, {0, 1, 2, 3}), (3, {0, 1, 2, 3}, {0, 1, 2, 3}),
        (4, {0, 1, 2, 3}, {0, 1, 2, 3, 4, 5}), (100, {0, 1, 2, 3}, {0, 1, 2, 3, 4, 5}),
    ]:  # fmt: skip
        assert await homes(floor_max=bound) == proven
        assert await homes(floor_max=bound, possible="true") == possible | {6}
    for bound, proven, possible in [
        (40, {1, 2, 3, 4, 5}, {1, 2, 3, 4, 5}), (41, {3, 4, 5}, {1, 2, 3, 4, 5}),
        (49, {3, 4, 5}, {1, 2, 3, 4, 5}), (50, {3, 4, 5}, {3, 4, 5}), (60, {5}, {5}), (70, set(), set()),
    ]:  # fmt: skip
        assert await homes(area_min=bound) == proven
        assert await homes(area_min=bound, possible="true") == possible | {6}
