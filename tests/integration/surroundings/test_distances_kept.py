"""What is near a residence is kept, and computed anew where what it comes from changed."""

import hashlib
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import numpy as np
import pytest
from sqlalchemy import text

from registry.platform.database import Database, Role
from registry.surroundings.repository import services
from registry.surroundings.repository.services import StagedService
from registry.surroundings.service import networks, recompute
from registry.surroundings.service.ground import unprojected
from tests.conftest import Register
from tests.support.market import Market, market
from tests.support.stock import residence
from tests.support.streets import streets

FOOD, PHARMACY = 1, 2
EAST, NORTH = 600_000.0, 6_400_000.0


def at(x: float, y: float = 0.0) -> tuple[float, float]:
    """Return longitude and latitude of metres from the corner of the test's street."""
    lon, lat = unprojected(2154, np.array([[EAST + x, NORTH + y]]))[0]
    return float(lon), float(lat)


def shop(ref: str, x: float, family: int = FOOD, wheelchair: str = "unknown") -> StagedService:
    lon, lat = at(x)
    said = f"{ref}{x}{family}{wheelchair}"
    return StagedService(
        ref, family, ref, lon, lat, wheelchair, [], None, None, "{}", None, None, hashlib.sha256(said.encode()).digest()
    )


@dataclass
class Street:
    """A street of 4 km with its own network and source of services, and a landlord's two residences on it."""

    market: Market
    name: str

    async def network(self, **columns: Any) -> None:
        corners = [(EAST - 20, NORTH), (EAST + 4_000, NORTH), (EAST - 20, NORTH - 300), (EAST - 20, NORTH + 300)]
        graph = streets(corners, [(0, 1, columns), (0, 2), (0, 3)])
        async with self.market.jobs.transaction(Role.JOB) as session:
            await networks.store_network(session=session, name=self.name, graphs=[graph])

    async def serve(self, *rows: StagedService) -> None:
        async with self.market.jobs.transaction(Role.JOB) as session:
            source, version, _ = await services.begin(
                session, name=self.name, kind="table", licence="test", attribution="test", data_date=None
            )
            await services.swap(session, source, version, rows)

    async def publish(self, ref: str, x: float, **changes: Any) -> None:
        lon, lat = at(x)
        given = residence(self.market.territory.communes[0], {"lon": lon, "lat": lat}, **changes)
        answer = await self.market.client.put(f"/v1/residences/{ref}", json=given, headers=self.market.owner.headers)
        assert answer.status_code in {200, 201}, answer.text

    async def rows(self, ref: str, family: int = FOOD, profile: int = 3) -> list[Any]:
        async with self.market.jobs.transaction(Role.JOB) as session:
            found = await session.execute(
                text(
                    "SELECT s.ref, round(d.cost_m), d.outcome, d.reason, u.computed_at, d.building_id"
                    " FROM accessible_distances d JOIN distance_runs u USING (organisation_id, residence_id)"
                    " JOIN residences r ON r.id = d.residence_id LEFT JOIN services s ON s.id = d.service_id"
                    " WHERE r.organisation_id = :owner AND r.ref = :ref AND d.family = :family AND d.profile = :profile"
                ),
                {"owner": self.market.owner.id, "ref": ref, "family": family, "profile": profile},
            )
            return list(found.one_or_none() or ())


@pytest.fixture
async def street(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register
) -> AsyncIterator[Street]:
    made = Street(await market(database, job_database, client, register), f"test-{uuid.uuid4().hex[:8]}")
    await made.network()
    await made.serve(shop("bakery", 200), shop("grocer", 3_500, wheelchair="yes"), shop("chemist", 150, PHARMACY))
    await made.publish("R1", 100)
    await made.publish("R2", 3_000)
    yield made
    async with job_database.transaction(Role.JOB) as session:
        await session.execute(text("DELETE FROM networks WHERE name = :name"), {"name": made.name})
        await session.execute(
            text("DELETE FROM services WHERE source_id IN (SELECT id FROM service_sources WHERE name = :name)"),
            {"name": made.name},
        )


async def test_each_residence_has_the_best_service_of_each_family_for_each_profile(street: Street) -> None:
    await recompute(street.market.jobs)
    assert (await street.rows("R1"))[:3] == ["bakery", 125.0, 1], "an unknown entrance counts as 25 m"
    assert (await street.rows("R1", profile=1))[:3] == ["bakery", 100.0, 1]
    assert (await street.rows("R2"))[:3] == ["grocer", 500.0, 1]
    assert (await street.rows("R2", PHARMACY))[:3] == [None, None, 2]


async def test_the_first_metres_are_kept_with_what_a_wheelchair_may_reach_of_them(street: Street) -> None:
    await recompute(street.market.jobs)
    client, headers = street.market.client, street.market.owner.headers
    far = (await client.get("/v1/residences/R2/services", headers=headers)).json()["first_metres"]
    assert far == {"paths_m": 400, "step_free_m": 400, "proven_m": 0, "possible_m": 400}
    await street.network(wheelchair=1)
    await recompute(street.market.jobs)
    near = (await client.get("/v1/residences/R1/services", headers=headers)).json()["first_metres"]
    assert near["paths_m"] == pytest.approx(320 + 2 * 80, abs=1)  # to both corners and round them
    assert near["proven_m"] == pytest.approx(320, abs=1), "of the side streets nobody said anything"
    assert near["possible_m"] == near["paths_m"]


async def test_only_the_residence_near_a_changed_service_is_computed_anew(street: Street) -> None:
    await recompute(street.market.jobs)
    before = {ref: (await street.rows(ref))[4] for ref in ("R1", "R2")}
    await street.serve(
        shop("bakery", 200, wheelchair="no"), shop("grocer", 3_500, wheelchair="yes"), shop("chemist", 150, PHARMACY)
    )
    await recompute(street.market.jobs)
    assert (await street.rows("R1"))[:3] == [None, None, 2]
    assert (await street.rows("R1"))[4] > before["R1"]
    assert (await street.rows("R2"))[4] == before["R2"]


async def test_nothing_is_computed_anew_where_nothing_changed(street: Street) -> None:
    await recompute(street.market.jobs)
    before = [await street.rows(ref) for ref in ("R1", "R2")]
    counts = await recompute(street.market.jobs)
    assert counts["computed"] == 0
    assert [await street.rows(ref) for ref in ("R1", "R2")] == before


async def test_another_version_of_the_network_has_all_its_residences_computed_anew(street: Street) -> None:
    await recompute(street.market.jobs)
    await street.network(width_m=0.5)
    await recompute(street.market.jobs)
    assert (await street.rows("R1"))[:2] == [None, None], "too narrow for a wheelchair"
    assert (await street.rows("R1"))[2] == 3, "never without services: its only edge is impassable"
    assert (await street.rows("R1", profile=1))[0] == "bakery"


async def test_a_residence_that_moved_is_computed_anew_and_one_that_left_the_network_is_forgotten(
    street: Street,
) -> None:
    await recompute(street.market.jobs)
    await street.publish("R1", 190)
    await street.publish("R2", 90_000)
    await recompute(street.market.jobs)
    assert (await street.rows("R1"))[:2] == ["bakery", 35.0]
    assert await street.rows("R2") == []


async def test_the_best_door_of_a_residence_counts(street: Street) -> None:
    lon, lat = at(195)
    await street.publish("R1", 100, buildings=[{"ref": "A", "position": {"lon": lon, "lat": lat}}])
    await recompute(street.market.jobs)
    row = await street.rows("R1", profile=1)
    assert row[:2] == ["bakery", 5.0]
    assert row[5] is not None


async def test_the_distances_of_a_deleted_residence_are_gone_with_it(street: Street) -> None:
    await recompute(street.market.jobs)
    gone = await street.market.client.delete("/v1/residences/R1", headers=street.market.owner.headers)
    assert gone.status_code == 204, gone.text
    assert await street.rows("R1") == []


async def test_a_landlord_reads_only_its_own_distances_and_writes_none(street: Street) -> None:
    await recompute(street.market.jobs)
    counted = text("SELECT count(*), count(DISTINCT organisation_id) FROM accessible_distances")
    for member, rows in ((street.market.owner, 2 * 3 * 8), (street.market.searcher, 0)):
        async with street.market.database.transaction(Role.LANDLORD, organisation=member.id) as session:
            assert tuple((await session.execute(counted)).one()) == (rows, min(rows, 1))
            refused = text("SELECT has_table_privilege('distance_runs', 'INSERT, UPDATE, DELETE')")
            assert not (await session.execute(refused)).scalar_one()


def by_family(answer: httpx.Response) -> dict[str | None, Any]:
    assert answer.status_code == 200, answer.text
    return {item["family"]: item for item in answer.json()["items"]}


async def test_a_landlord_reads_what_is_near_its_residence_with_the_shop_that_a_wheelchair_cannot_enter(
    street: Street,
) -> None:
    await street.serve(shop("bakery", 200, wheelchair="no"), shop("grocer", 600, wheelchair="yes"))
    await recompute(street.market.jobs)
    client, headers = street.market.client, street.market.owner.headers
    asked = {"profile": "wheelchair", "path": "true"}
    food = by_family(await client.get("/v1/residences/R1/services", params=asked, headers=headers))["food"]
    assert (food["outcome"], food["service"]["name"], food["length_m"]) == ("reached", "grocer", 500.0)
    assert food["nearer"]["name"] == "bakery"
    assert [met["barrier"] for met in food["obstacles"]] == ["entrance"]
    assert food["path"]["coordinates"][0] == pytest.approx(at(100), abs=1e-6)
    assert food["path"]["coordinates"][-1] == pytest.approx(at(600), abs=1e-6)
    walking = await client.get("/v1/residences/R1/services", params={"profile": "walking"}, headers=headers)
    assert by_family(walking)["food"]["service"]["name"] == "bakery"
    assert by_family(walking)["food"]["path"] is None


async def test_paths_are_lines_of_geojson_for_who_prefers_it(street: Street) -> None:
    await recompute(street.market.jobs)
    headers = {**street.market.owner.headers, "Accept": "application/geo+json"}
    answer = await street.market.client.get("/v1/residences/R1/services?path=true", headers=headers)
    assert answer.status_code == 200, answer.text
    found = {feature["properties"]["family"]: feature for feature in answer.json()["features"]}
    assert found["food"]["geometry"]["type"] == "LineString"
    assert found["home_help"]["geometry"] is None


async def test_another_landlords_residence_is_not_found(street: Street) -> None:
    await recompute(street.market.jobs)
    answer = await street.market.client.get("/v1/residences/R1/services", headers=street.market.searcher.headers)
    assert answer.status_code == 404, answer.text


def building(ref: str, x: float | None) -> dict[str, Any]:
    lon, lat = at(x or 0)
    return {"ref": ref, "position": {"lon": lon, "lat": lat} if x is not None else None}


async def test_each_answer_names_the_building_whose_door_it_is_from(street: Street) -> None:
    await street.publish("R1", 100, buildings=[building("A", 0), building("B", 195)])
    await recompute(street.market.jobs)
    headers = street.market.owner.headers
    both = by_family(await street.market.client.get("/v1/residences/R1/services?profile=walking", headers=headers))
    assert {family: both[family]["building_ref"] for family in ("food", "pharmacy")} == {"food": "B", "pharmacy": "B"}
    whole = by_family(await street.market.client.get("/v1/residences/R2/services", headers=headers))
    assert {item["building_ref"] for item in whole.values()} == {None}


async def test_a_building_is_asked_at_its_own_door_as_it_is_at_this_moment(street: Street) -> None:
    await street.publish("R1", 100, buildings=[building("A", 0), building("B", 195)])
    asked = {"profile": "walking", "building": "A", "path": "true"}
    answer = await street.market.client.get(
        "/v1/residences/R1/services", params=asked, headers=street.market.owner.headers
    )
    food = by_family(answer)["food"]
    assert (food["service"]["name"], food["building_ref"]) == ("bakery", "A")
    assert food["length_m"] == pytest.approx(200.0, abs=0.1), "from its own door, though B is nearer"
    assert food["path"]["coordinates"][0] == pytest.approx(at(0), abs=1e-6)
    assert answer.json()["computed_at"] is not None, "nothing was kept before"
    lon, lat = at(0)
    same = await street.market.client.post(
        "/v1/accessible-distances",
        json={"from": {"lon": lon, "lat": lat}, "profile": "walking"},
        headers=street.market.owner.headers,
    )
    assert [{**item, "building_ref": "A"} for item in same.json()["items"]] == answer.json()["items"]


async def test_a_building_of_unknown_place_is_answered_from_the_residences_and_named_by_no_item(street: Street) -> None:
    await street.publish("R1", 100, buildings=[building("A", None), building("B", 195)])
    asked = {"profile": "walking", "building": "A"}
    answer = await street.market.client.get(
        "/v1/residences/R1/services", params=asked, headers=street.market.owner.headers
    )
    items = by_family(answer)
    assert items["food"]["length_m"] == pytest.approx(100.0, abs=0.1)
    assert items["food"]["path"] is None, "nobody asked for it"
    assert {item["building_ref"] for item in items.values()} == {None}


async def test_a_building_of_a_residence_of_unknown_place_is_unknown_with_that_reason(street: Street) -> None:
    given = residence(street.market.territory.communes[0], None, buildings=[{"ref": "A"}])
    client, headers = street.market.client, street.market.owner.headers
    assert (await client.put("/v1/residences/R3", json=given, headers=headers)).status_code == 201
    items = by_family(await client.get("/v1/residences/R3/services?building=A", headers=headers))
    assert len(items) == 8
    assert {(item["outcome"], item["reason"]["code"]) for item in items.values()} == {("unknown", "no_position")}


@pytest.mark.parametrize(("x", "reason"), [(100, "not_yet"), (90_000, "no_network"), (None, "no_position")])
async def test_a_residence_of_which_nothing_is_computed_is_unknown_in_every_family_with_the_reason(
    street: Street, x: float | None, reason: str
) -> None:
    client, headers = street.market.client, street.market.owner.headers
    place = None if x is None else dict(zip(("lon", "lat"), at(x), strict=True))
    given = residence(street.market.territory.communes[0], place)
    assert (await client.put("/v1/residences/R3", json=given, headers=headers)).status_code == 201
    answer = await client.get("/v1/residences/R3/services", headers=headers)
    items = by_family(answer)
    assert len(items) == 8
    assert {(item["outcome"], item["reason"]["code"]) for item in items.values()} == {("unknown", reason)}
    assert (answer.json()["computed_at"], answer.json()["first_metres"]) == (None, None)


async def test_a_building_that_the_residence_has_not_is_refused_by_name(street: Street) -> None:
    await street.publish("R1", 100, buildings=[building("A", 0)])
    client, owner = street.market.client, street.market.owner
    answer = await client.get("/v1/residences/R2/services?building=A", headers=owner.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "building-unknown"), "it is another residence's"
    assert answer.json()["errors"][0]["field"] == "building"
    hidden = await client.get("/v1/residences/R1/services?building=A", headers=street.market.searcher.headers)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "residence-not-found")


async def test_any_member_asks_from_any_door(street: Street) -> None:
    lon, lat = at(100)
    for member in (street.market.searcher, street.market.territory.coordinator):
        answer = await street.market.client.post(
            "/v1/accessible-distances",
            json={"from": {"lon": lon, "lat": lat}, "profile": "walking"},
            headers=member.headers,
        )
        food = by_family(answer)["food"]
        assert (food["outcome"], food["service"]["name"]) == ("reached", "bakery")
        assert food["length_m"] == pytest.approx(100.0, abs=0.1)


async def test_a_door_in_metres_of_a_projection_is_refused_with_that_remark(street: Street) -> None:
    asked = {"from": {"lon": 312_345.0, "lat": 6_743_210.0}, "profile": "walking"}
    client, headers = street.market.client, street.market.searcher.headers
    answer = await client.post("/v1/accessible-distances", json=asked, headers=headers)
    assert answer.status_code == 422
    assert {(each["field"], each["message"]) for each in answer.json()["errors"]} == {
        (f"from.{name}", "WGS84 degrees are expected, not metres of a projection") for name in ("lon", "lat")
    }


async def test_the_way_to_a_point_is_searched_both_ways_alike(street: Street) -> None:
    (lon, lat), (east, north) = at(100), at(900)
    ends = {"from": {"lon": lon, "lat": lat}, "to": {"lon": east, "lat": north}}
    answer = await street.market.client.post(
        "/v1/accessible-distances", json=ends, headers=street.market.searcher.headers
    )
    way = by_family(answer)[None]
    assert (way["outcome"], way["service"]) == ("reached", None)
    assert way["length_m"] == pytest.approx(800.0, abs=0.1)


async def test_where_no_network_is_known_everything_is_unknown(street: Street) -> None:
    answer = await street.market.client.post(
        "/v1/accessible-distances",
        json={"from": {"lon": 2.0, "lat": 45.1}},
        headers=street.market.searcher.headers,
    )
    items = by_family(answer)
    assert {item["outcome"] for item in items.values()} == {"unknown"}
    assert {item["reason"]["code"] for item in items.values()} == {"no_network"}
    assert answer.json()["network"] is None
