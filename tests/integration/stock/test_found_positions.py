"""Residences without a stated position: found from their address, reviewed where it is doubtful."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from registry.listings.service.place import place_requested
from registry.platform import events
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from registry.stock.service.geocode import geocode_waiting
from registry.territories.errors import GeocoderUnavailable
from registry.territories.events import QuartersLoaded
from registry.territories.geocoding import NOWHERE, Address, Kind, Located, Method, Verdict
from registry.territories.service import Geocoder, geocoder_of
from tests.conftest import Register
from tests.support import addresses as files
from tests.support import members
from tests.support import territory as territories
from tests.support.geocoder import Scripted, fake_geocoder, found, garbage
from tests.support.members import Member
from tests.support.stock import home, publish, residence
from tests.support.territory import Territory

ADDRESS = {"number": "12", "street": "rue des Acacias", "postcode": "33000"}


@dataclass
class Scene:
    client: httpx.AsyncClient
    database: Database
    jobs: Database
    territory: Territory
    owner: Member
    searcher: Member

    def find(self, verdict: Verdict = Verdict.EXACT, **changes: Any) -> Located:
        lon, lat = self.territory.point(100, 100).values()
        given: dict[str, Any] = {
            "lon": lon, "lat": lat, "score": 0.9, "gap": 0.3, "kind": Kind.HOUSE_NUMBER, "label": "12 Rue des Acacias",
            "ban_id": "33063_0010_00012",
        }  # fmt: skip
        return Located(verdict, Method.BAN, **{**given, **changes})

    async def put(self, ref: str = "R1", **changes: Any) -> dict[str, Any]:
        given = {**residence(self.territory.communes[0], None), **ADDRESS, **changes}
        answer = await self.client.put(f"/v1/residences/{ref}", json=given, headers=self.owner.headers)
        assert answer.status_code in {200, 201}, answer.text
        return dict(answer.json())

    async def furnish(self) -> None:
        """Publish homes in four residences to be found, and in four that are placed elsewhere in the commune.

        Either place holds enough dwellings for a zone of its own; together they are shown by commune.
        """
        for n in range(4):
            await self.put(f"R{n}", number=str(n + 1))
            await self.put(f"S{n}", position=self.territory.point(3_000, 3_000))
        homes = [{"ref": f"H-{ref}{n}", **home(f"{ref}{n % 4}")} for n in range(12) for ref in "RS"]
        result = await publish(self.client, self.owner, {}, homes)
        assert result["created"] == 24, result

    async def read(self, ref: str = "R1") -> dict[str, Any]:
        return dict((await self.client.get(f"/v1/residences/{ref}", headers=self.owner.headers)).json())

    async def geocode(self, geocoder: Geocoder) -> Counter[str]:
        """Run the job; what other tests left waiting is found nowhere, by a geocoder of its own."""
        async with self.jobs.transaction(Role.JOB, actor="tests") as session:
            waiting = await session.scalars(
                text("SELECT DISTINCT organisation_id FROM residences WHERE located_at IS NULL AND position IS NULL"
                     " AND street IS NOT NULL AND organisation_id <> :own"), {"own": self.owner.id},
            )  # fmt: skip
            assert list(waiting) == [], "tests clear up what they leave waiting"
        return await geocode_waiting(self.jobs, geocoder)

    async def review(self, body: dict[str, Any], ref: str = "R1", **headers: str) -> httpx.Response:
        return await self.client.put(
            f"/v1/positions-to-review/{ref}", json=body, headers={**self.owner.headers, **headers}
        )

    async def waiting(self, member: Member | None = None, **asked: int) -> dict[str, Any]:
        answer = await self.client.get("/v1/positions-to-review", params=asked, headers=(member or self.owner).headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def listed(self) -> list[dict[str, Any]]:
        await place_requested(self.jobs)
        asked: dict[str, str | int] = {"territory": self.territory.slug, "limit": 50}
        answer = await self.client.get("/v1/listings", params=asked, headers=self.searcher.headers)
        return list(answer.json()["items"])

    async def audited(self, action: str) -> list[tuple[str, dict[str, Any]]]:
        async with self.database.transaction(Role.AUTH, actor="tests") as session:
            rows = await session.execute(
                text("SELECT subject, detail FROM audit_events WHERE organisation_id = :own AND action = :action"
                     " ORDER BY sequence"), {"own": self.owner.id, "action": action},
            )  # fmt: skip
            return [(row[0], row[1]) for row in rows]


@pytest.fixture
async def scene(client: httpx.AsyncClient, database: Database, job_database: Database, register: Register) -> Scene:
    territory = await territories.create(database, job_database, client)
    owner, searcher = await register(), await register()
    await territories.sign(database, territory, [owner, searcher])
    for member in (owner, searcher):
        await members.renew(member, client)
    await geocode_waiting(job_database, Scripted(NOWHERE))
    return Scene(client, database, job_database, territory, owner, searcher)


async def test_exact_find_is_the_position_and_says_where_it_comes_from(scene: Scene) -> None:
    before = await scene.put()
    assert (before["position"], before["position_source"]) == (None, None)
    geocoder = Scripted(scene.find())
    assert await scene.geocode(geocoder) == {"exact": 1}
    assert geocoder.asked == [Address(scene.territory.communes[0], "rue des Acacias", "12", "33000")]
    after = await scene.read()
    assert after["position"] == pytest.approx(scene.territory.point(100, 100))
    assert after["position_source"] == {
        "method": "ban", "score": pytest.approx(0.9), "type": "housenumber", "doubtful": False,
    }  # fmt: skip
    assert after["ban_id"] == "33063_0010_00012"
    assert after["version"] == before["version"], "its landlord changed nothing"
    assert await scene.audited("stock:positions:found") == [("residences", {"exact": 1})]
    assert await scene.geocode(geocoder) == {}, "it is asked once"


async def test_listing_moves_from_its_commune_to_its_zone_once_the_address_is_found(scene: Scene) -> None:
    await scene.furnish()
    assert {item["location"]["precision"] for item in await scene.listed()} == {"commune"}
    assert await scene.geocode(Scripted(scene.find())) == {"exact": 4}
    assert "cell" in {item["location"]["precision"] for item in await scene.listed()}


async def test_doubtful_find_places_nothing_for_anybody_and_waits_for_a_person(scene: Scene) -> None:
    await scene.furnish()
    assert await scene.geocode(Scripted(scene.find(Verdict.DOUBTFUL))) == {"doubtful": 4}
    after = await scene.read()
    assert (after["position"], after["quarters"], after["ban_id"]) == (None, [], None)
    assert after["position_source"]["doubtful"] is True
    assert {item["location"]["precision"] for item in await scene.listed()} == {"commune"}
    page = await scene.waiting(limit=3)
    assert [item["ref"] for item in page["items"]] == ["R0", "R1", "R2"]
    assert page["items"][0]["candidate"] == pytest.approx(scene.territory.point(100, 100))
    following = await scene.client.get(page["next"], headers=scene.owner.headers)
    assert [item["ref"] for item in following.json()["items"]] == ["R3"]
    assert (await scene.waiting(scene.searcher))["items"] == [], "nobody else sees it"


async def test_nothing_found_leaves_no_position_and_is_not_asked_again(scene: Scene) -> None:
    await scene.put()
    geocoder = Scripted(NOWHERE)
    assert await scene.geocode(geocoder) == {"none": 1}
    assert await scene.geocode(geocoder) == {}
    assert len(geocoder.asked) == 1
    assert (await scene.read())["position_source"] is None


async def test_stated_position_is_never_looked_up_nor_changed(scene: Scene) -> None:
    stated = scene.territory.point(500, 0)
    await scene.put(position=stated)
    geocoder = Scripted(scene.find())
    assert await scene.geocode(geocoder) == {}
    after = await scene.read()
    assert after["position"] == pytest.approx(stated)
    assert after["position_source"] == {"method": "given", "score": None, "type": None, "doubtful": False}


async def test_silence_about_the_position_leaves_the_find(scene: Scene) -> None:
    await scene.put()
    await scene.geocode(Scripted(scene.find()))
    await scene.put(name="Les Ormes")
    assert (await scene.read())["position"] == pytest.approx(scene.territory.point(100, 100))
    assert await scene.geocode(Scripted(NOWHERE)) == {}


async def test_another_address_forgets_the_find_at_once_and_is_looked_up(scene: Scene) -> None:
    await scene.put()
    await scene.geocode(Scripted(scene.find()))
    await scene.put(number="14")
    after = await scene.read()
    assert (after["position"], after["position_source"], after["ban_id"]) == (None, None, None)
    geocoder = Scripted(NOWHERE)
    await scene.geocode(geocoder)
    assert [address.number for address in geocoder.asked] == ["14"]


async def test_address_that_changes_while_it_is_looked_up_waits_again(scene: Scene) -> None:
    await scene.put()

    class Slow(Scripted):
        async def locate(self, addresses: Sequence[Address]) -> list[Located]:
            if not self.asked:
                await scene.put(number="14")
            return await super().locate(addresses)

    geocoder = Slow(scene.find())
    assert await scene.geocode(geocoder) == {}
    assert (await scene.read())["position"] is None
    assert await scene.geocode(geocoder) == {"exact": 1}
    assert [address.number for address in geocoder.asked] == ["12", "14"]


async def test_geocoder_that_does_not_answer_leaves_addresses_waiting(scene: Scene) -> None:
    await scene.put()

    class Down(Scripted):
        async def locate(self, addresses: Sequence[Address]) -> list[Located]:
            raise GeocoderUnavailable

    assert await scene.geocode(Down(NOWHERE)) == {}
    assert await scene.geocode(Scripted(scene.find())) == {"exact": 1}


async def test_national_geocoder_that_is_down_holds_up_only_what_it_is_asked(
    scene: Scene, settings: Settings, tmp_path: Path
) -> None:
    await load_acacias(scene, tmp_path)
    async with fake_geocoder() as national:
        national.troubles = [(500, {})] * 9
        geocoder = geocoder_of(settings.model_copy(update={"geocoding_url": national.url}), scene.jobs)
        await scene.put("R1")
        await scene.put("R2", street="rue des Tilleuls")
        assert await scene.geocode(geocoder) == {"exact": 1}
        assert (await scene.read("R1"))["position"] is not None
        lon, lat = scene.territory.point().values()
        national.troubles = []
        national.finds = lambda address, commune: found(address, commune, longitude=lon, latitude=lat)
        assert await scene.geocode(geocoder) == {"exact": 1}
    assert (await scene.read("R2"))["position_source"]["method"] == "geoplateforme"


async def test_decision_stands_although_the_address_is_being_looked_up_again(scene: Scene, tmp_path: Path) -> None:
    await scene.put()
    await scene.geocode(Scripted(scene.find(Verdict.DOUBTFUL)))
    await load_acacias(scene, tmp_path)  # has it looked up again

    class Meanwhile(Scripted):
        async def locate(self, addresses: Sequence[Address]) -> list[Located]:
            place = scene.territory.point(-300, 200)
            assert (await scene.review({"decision": "correct", "position": place})).status_code == 200
            return await super().locate(addresses)

    geocoder = Meanwhile(scene.find())
    assert await scene.geocode(geocoder) == {}
    assert len(geocoder.asked) == 1
    assert (await scene.read())["position_source"]["method"] == "reviewed"
    assert await scene.geocode(geocoder) == {}


async def test_accepted_find_is_used_and_its_landlord_is_who_says_so(scene: Scene) -> None:
    await scene.put()
    await scene.geocode(Scripted(scene.find(Verdict.DOUBTFUL, kind=Kind.STREET)))
    (item,) = (await scene.waiting())["items"]
    answer = await scene.review({"decision": "accept"}, **{"If-Match": f'"{item["version"]}"'})
    assert answer.status_code == 200, answer.text
    after = answer.json()
    assert after["position"] == pytest.approx(scene.territory.point(100, 100))
    assert after["position_source"]["method"] == "reviewed"
    assert after["version"] == item["version"] + 1
    assert answer.headers["ETag"] == f'"{after["version"]}"'
    assert (await scene.waiting())["items"] == []
    assert await scene.audited("stock:position:reviewed") == [("R1", {"decision": "accept"})]
    again = await scene.review({"decision": "accept"})
    assert (again.status_code, again.json()["version"]) == (200, after["version"]), "PUT may be sent again"
    assert len(await scene.audited("stock:position:reviewed")) == 1


async def test_corrected_find_is_where_the_person_says(scene: Scene) -> None:
    await scene.put()
    await scene.geocode(Scripted(scene.find(Verdict.DOUBTFUL)))
    place = scene.territory.point(-300, 200)
    answer = await scene.review({"decision": "correct", "position": place})
    assert answer.status_code == 200, answer.text
    assert answer.json()["position"] == pytest.approx(place)
    assert answer.json()["position_source"] == {"method": "reviewed", "score": None, "type": None, "doubtful": False}


async def test_refused_find_is_gone_and_stays_so_when_addresses_are_loaded(scene: Scene, tmp_path: Path) -> None:
    await scene.put()
    await scene.geocode(Scripted(scene.find(Verdict.DOUBTFUL)))
    answer = await scene.review({"decision": "refuse"})
    assert (answer.json()["position"], answer.json()["position_source"]) == (None, None)
    await load_acacias(scene, tmp_path)
    assert await scene.geocode(Scripted(scene.find())) == {}
    accepted = await scene.review({"decision": "accept"})
    assert (accepted.status_code, accepted.json()["code"]) == (404, "position-not-waiting"), (
        "there is nothing to accept"
    )
    corrected = await scene.review({"decision": "correct", "position": scene.territory.point(50, 50)})
    assert corrected.json()["position_source"]["method"] == "reviewed"


async def test_certain_find_does_not_wait_for_a_decision(scene: Scene) -> None:
    await scene.put()
    await scene.geocode(Scripted(scene.find()))
    answer = await scene.review({"decision": "refuse"})
    assert (answer.status_code, answer.json()["code"]) == (404, "position-not-waiting")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"decision": "accept", "position": {"lon": 1.0, "lat": 45.0}}, 422, "input-invalid"),
        ({"decision": "correct"}, 422, "input-invalid"),
        ({"decision": "perhaps"}, 422, "input-invalid"),
        ({"decision": "correct", "position": {"lon": 2.35, "lat": 48.85}}, 422, "position-outside-commune"),
    ],
)
async def test_review_that_cannot_be_is_refused_by_name(
    scene: Scene, body: dict[str, Any], status: int, code: str
) -> None:
    await scene.put()
    await scene.geocode(Scripted(scene.find(Verdict.DOUBTFUL)))
    answer = await scene.review(body)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert len((await scene.waiting())["items"]) == 1


async def test_review_of_another_version_is_refused(scene: Scene) -> None:
    await scene.put()
    await scene.geocode(Scripted(scene.find(Verdict.DOUBTFUL)))
    answer = await scene.review({"decision": "accept"}, **{"If-Match": '"7"'})
    assert answer.status_code == 412


async def test_foreign_find_is_not_there(scene: Scene) -> None:
    await scene.put()
    await scene.geocode(Scripted(scene.find(Verdict.DOUBTFUL)))
    answer = await scene.client.put(
        "/v1/positions-to-review/R1", json={"decision": "accept"}, headers=scene.searcher.headers
    )
    unknown = await scene.client.put(
        "/v1/positions-to-review/R-unknown", json={"decision": "accept"}, headers=scene.searcher.headers
    )
    assert (answer.status_code, unknown.status_code) == (404, 404)
    assert answer.json()["code"] == unknown.json()["code"]


async def load_acacias(scene: Scene, tmp_path: Path) -> None:
    commune = scene.territory.communes[0]
    rows = [files.house(str(n), "Rue des Acacias", commune, scene.territory.point(100, 100)) for n in (11, 12)]
    await files.load(scene.jobs, files.write(tmp_path / "adresses-33.csv", rows))


async def test_addresses_loaded_later_find_what_was_not_found(scene: Scene, settings: Settings, tmp_path: Path) -> None:
    await scene.put()
    geocoder = geocoder_of(settings, scene.jobs)
    assert await scene.geocode(geocoder) == {"none": 1}
    await load_acacias(scene, tmp_path)
    assert await scene.geocode(geocoder) == {"exact": 1}
    assert (await scene.read())["position_source"]["method"] == "ban"


async def test_national_geocoder_is_asked_for_what_the_import_is_not_sure_of(
    scene: Scene, settings: Settings, tmp_path: Path
) -> None:
    await load_acacias(scene, tmp_path)
    lon, lat = scene.territory.point(-200, 0).values()
    async with fake_geocoder() as national:
        national.finds = lambda address, commune: found(address, commune, longitude=lon, latitude=lat)
        geocoder = geocoder_of(settings.model_copy(update={"geocoding_url": national.url}), scene.jobs)
        await scene.put("R1")
        await scene.put("R2", number="99")
        assert await scene.geocode(geocoder) == {"exact": 2}
        assert len(national.asked) == 1
        assert "99" in national.asked[0][0]
        assert (await scene.read("R2"))["position_source"]["method"] == "geoplateforme"
        assert (await scene.read("R1"))["position_source"]["method"] == "ban"
        national.finds = garbage
        await scene.put("R3", street="asdf qwer")
        assert await scene.geocode(geocoder) == {"none": 1}


async def test_find_outside_the_stated_commune_is_dropped_whoever_finds_it(scene: Scene, settings: Settings) -> None:
    await scene.put()
    async with fake_geocoder() as national:
        national.finds = lambda address, commune: found(address, commune, longitude=2.35, latitude=48.85)
        geocoder = geocoder_of(settings.model_copy(update={"geocoding_url": national.url}), scene.jobs)
        assert await scene.geocode(geocoder) == {"none": 1}
    assert (await scene.read())["position"] is None


async def test_quarters_of_a_find_follow_layers_that_are_loaded_later(scene: Scene) -> None:
    await scene.put()
    await scene.geocode(Scripted(scene.find()))
    west, south = scene.territory.point(-500, -500).values()
    east, north = scene.territory.point(500, 500).values()
    layer = f"f-{uuid.uuid4().hex[:8]}"
    async with scene.jobs.transaction(Role.JOB, actor="tests") as session:
        await session.execute(
            text("INSERT INTO quarters (layer, code, name, vintage, shape) VALUES (:layer, 'Q', 'Q', 2026,"
                 " ST_Multi(ST_MakeEnvelope(:west, :south, :east, :north, 4326)))"),
            {"layer": layer, "west": west, "south": south, "east": east, "north": north},
        )  # fmt: skip
        await events.publish(session, QuartersLoaded(layer))
    assert (await scene.read())["quarters"] == [f"{layer}:Q"]
    await scene.put(position=scene.territory.point(2_000, 0))
    assert (await scene.read())["quarters"] == []


async def test_find_stays_behind_the_wall_of_its_landlord(scene: Scene) -> None:
    await scene.put()
    await scene.geocode(Scripted(scene.find(Verdict.DOUBTFUL)))
    async with scene.database.transaction(Role.LANDLORD, organisation=scene.searcher.id, actor="tests") as session:
        seen = await session.scalar(
            text("SELECT count(*) FROM residences WHERE organisation_id = :owner"), {"owner": scene.owner.id}
        )
        changed = await session.execute(
            text("UPDATE residences SET found_position = candidate_position, candidate_position = NULL"
                 " WHERE organisation_id = :owner"), {"owner": scene.owner.id},
        )  # fmt: skip
        assert (seen, changed.rowcount) == (0, 0)  # type: ignore[attr-defined]
