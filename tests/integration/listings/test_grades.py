"""What a listing shows of its residence, by the k rule; what a search finds by it; how both follow."""

import itertools
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import text

from registry.charter.schemas import Terms
from registry.listings.service.place import place_requested
from registry.platform.database import Database, Role
from tests.conftest import Register
from tests.support.following import past
from tests.support.market import Market, market
from tests.support.stock import home, publish, residence

HOMES = 4
FOOD, PHARMACY = 1, 2
WHEELCHAIR = 3
_turn = itertools.count(1)


@dataclass
class Town:
    """A market whose residences stand in one cell, ``R0``, ``R1``, … with four homes each."""

    market: Market
    count: int = 0

    async def build(self, count: int, **changes: Any) -> None:
        refs = [f"R{self.count + n}" for n in range(count)]
        self.count += count
        made = {ref: residence(self.market.territory.communes[0], self.place(), **changes) for ref in refs}
        homes = [{"ref": f"{ref}-{n}", **home(ref)} for ref in refs for n in range(HOMES)]
        result = await publish(self.market.client, self.market.owner, made, homes)
        assert result["rejected"] == 0, result

    def place(self) -> dict[str, float]:
        return self.market.territory.point(next(_turn) % 7, 0)

    async def run(self, statement: str, **values: Any) -> None:
        async with self.market.jobs.transaction(Role.JOB, actor="tests") as session:
            await session.execute(text(statement), {"owner": self.market.owner.id, **values})

    async def know(self, ref: str, grade: str | None, costs: dict[int, float | None] | None = None,
                   profile: int = WHEELCHAIR, reason: int = 0) -> None:  # fmt: skip
        """Have the jobs know of a residence: its grade, and metre-equivalents by family, ``None``: none is reached."""
        await self.run(
            "INSERT INTO residence_indexes (organisation_id, residence_id, computed_at, low, high, completeness,"
            " grade_low, favourable, homes, adapted, possibly_adapted, components, knock_outs, grid_version)"
            " SELECT organisation_id, id, now(), 50, 50, 1, :grade, 'unknown', 1, 1, 1, '{}', '{}', 'tests'"
            " FROM residences WHERE organisation_id = :owner AND ref = :ref"
            " ON CONFLICT (organisation_id, residence_id) DO UPDATE SET grade_low = excluded.grade_low",
            ref=ref, grade=grade,
        )  # fmt: skip
        await self.run(
            "DELETE FROM distance_runs WHERE residence_id IN"
            " (SELECT id FROM residences WHERE organisation_id = :owner AND ref = :ref)",
            ref=ref,
        )
        await self.run(
            "INSERT INTO distance_runs (organisation_id, residence_id, network, network_version, profile_version,"
            " doors, fingerprint) SELECT organisation_id, id, 'tests', 1, 1, 1, 1 FROM residences"
            " WHERE organisation_id = :owner AND ref = :ref",
            ref=ref,
        )
        for family, cost in (costs or {}).items():
            reached = cost is not None
            await self.run(
                "INSERT INTO accessible_distances (organisation_id, residence_id, profile, family, service_id,"
                " straight_m, length_m, cost_m, known, outcome, reason)"
                " SELECT organisation_id, id, :profile, :family, CAST(:one AS bigint), :one, :one,"
                " CAST(:cost AS real), :one, :outcome, :reason FROM residences"
                " WHERE organisation_id = :owner AND ref = :ref",
                ref=ref, profile=profile, family=family, one=1 if reached else None, cost=cost,
                outcome=1 if reached else 2, reason=reason,
            )  # fmt: skip

    async def place_all(self) -> None:
        await self.run(
            "INSERT INTO zoning_requests (territory_id, everything) VALUES (:territory, false)",
            territory=self.market.territory.id,
        )
        await place_requested(self.market.jobs)

    async def shown(self) -> dict[str, tuple[str | None, Any]]:
        """Return grade and services by residence, as another landlord sees them; all homes of one say the same."""
        refs, found = await self.market.refs(), dict[str, tuple[str | None, Any]]()
        for listing in await self.market.listings():
            ref = refs[listing["id"]].split("-")[0]
            said = (listing["residence_grade"], listing["services"])
            assert found.setdefault(ref, said) == said
        return found

    async def found(self, **asked: Any) -> set[str]:
        """Return the residences that a search finds, and that the same search around a place and a count find."""
        territory = self.market.territory
        refs = await self.market.refs()
        listings = await self.market.listings(**asked)
        around = await self.market.listings(near=f"{territory.lon},{territory.lat}", within_m=30_000, **asked)
        assert {each["id"] for each in around} == {each["id"] for each in listings}
        return {refs[each["id"]].split("-")[0] for each in listings}


@pytest.fixture
async def town(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Town:
    return Town(await market(database, job_database, client, register))


def wheelchair(**bands: str) -> dict[str, dict[str, str]]:
    return {family: {"wheelchair": band} for family, band in bands.items()}


async def test_residences_that_are_alike_are_shown_with_grade_and_bands(town: Town) -> None:
    await town.build(3)
    for n, (food, pharmacy) in enumerate([(120, 500), (299, 301), (300, 600)]):
        await town.know(f"R{n}", "B", {FOOD: food, PHARMACY: pharmacy, 4: 601, 6: None})
    await town.place_all()
    bands = wheelchair(food="within_300", pharmacy="within_600", transport_stop="further", social_life="further")
    assert await town.shown() == {f"R{n}": ("B", bands) for n in range(3)}


async def test_nothing_is_shown_of_a_residence_that_was_never_assessed(town: Town) -> None:
    await town.build(3)
    await town.place_all()
    assert await town.shown() == {f"R{n}": (None, {}) for n in range(3)}


async def test_lone_residence_of_a_rare_grade_is_shown_without_it(town: Town) -> None:
    await town.build(4)
    for n in range(4):
        await town.know(f"R{n}", "A" if n == 0 else "C", {FOOD: 100 if n == 0 else 400})
    await town.place_all()
    assert await town.shown() == {f"R{n}": ("C", wheelchair(food="within_600")) for n in range(4)}


async def test_search_finds_what_is_shown_and_nothing_that_is_hidden(town: Town) -> None:
    await town.build(4)
    for n in range(4):
        await town.know(f"R{n}", "A" if n == 0 else "C", {FOOD: 100 if n == 0 else 400, PHARMACY: 700})
    await town.place_all()
    everybody = {f"R{n}" for n in range(4)}
    assert await town.found(index_min="A") == set()
    assert await town.found(index_min="B") == set()
    assert await town.found(index_min="C") == everybody
    assert await town.found(service="food:300:wheelchair") == set()
    assert await town.found(service="food:600:wheelchair") == everybody
    assert await town.found(service=["food:600:wheelchair", "pharmacy:600:wheelchair"]) == set()
    assert await town.found(service="food:300:wheelchair", possible="true") == everybody
    assert await town.found(service="pharmacy:600:wheelchair", possible="true") == set(), "it is further"
    assert await town.found(service="food:500:wheelchair") == set(), "within 600 m proves nothing about 500"
    assert await town.found(service="food:500:wheelchair", possible="true") == everybody
    assert await town.found(service="food:1500:wheelchair") == everybody
    assert await town.found(service="pharmacy:700:wheelchair") == set(), "further than 600 proves nothing about 700"
    assert await town.found(service="pharmacy:700:wheelchair", possible="true") == everybody
    assert await town.found(service="food:600:walking") == set(), "nothing is known"
    assert await town.found(service="food:600:walking", possible="true") == everybody


async def test_grade_that_is_unknown_may_be_any_and_a_worse_one_may_not(town: Town) -> None:
    await town.build(6)
    for n in range(6):
        await town.know(f"R{n}", "D" if n < 3 else None, {FOOD: 100 if n < 3 else None})
    await town.place_all()
    assert await town.found(index_min="B", possible="true") == {"R3", "R4", "R5"}
    assert await town.found(index_min="D") == {"R0", "R1", "R2"}
    assert await town.found(service="food:500:wheelchair") == {"R0", "R1", "R2"}


async def test_what_is_farther_is_unknown_where_the_network_ends_before(town: Town) -> None:
    await town.build(3)
    for n in range(3):
        await town.know(f"R{n}", None, {FOOD: 900, PHARMACY: 250}, reason=4)
    await town.place_all()
    assert set(map(str, (await town.shown()).values())) == {str((None, wheelchair(pharmacy="within_300")))}


async def test_listings_follow_what_is_known_and_those_who_remember_learn_no_more(town: Town) -> None:
    """A pharmacy closes to one of three: all three say so, and nobody is told which."""
    await town.build(6)
    for n in range(6):
        await town.know(f"R{n}", "B" if n < 3 else "D", {PHARMACY: 100 if n < 3 else 800})
    await town.place_all()
    near, far = ("B", wheelchair(pharmacy="within_300")), ("D", wheelchair(pharmacy="further"))
    assert await town.shown() == {f"R{n}": near if n < 3 else far for n in range(6)}
    await town.know("R1", "D", {PHARMACY: 800})
    await town.place_all()
    assert await town.shown() == {f"R{n}": ("D", {}) if n < 3 else far for n in range(6)}
    await town.know("R1", "B", {PHARMACY: 100})
    await town.place_all()
    assert (await town.shown())["R0"] == near


async def test_new_residence_that_is_not_assessed_hides_nothing_of_its_neighbours(town: Town) -> None:
    await town.build(3)
    for n in range(3):
        await town.know(f"R{n}", "B", {FOOD: 100})
    await town.place_all()
    await town.build(1)
    await town.place_all()
    shown = await town.shown()
    assert shown["R0"] == ("B", wheelchair(food="within_300"))
    assert shown["R3"] == (None, {})


async def test_changes_of_what_is_shown_reach_the_feed(town: Town) -> None:
    await town.build(3)
    await town.place_all()
    client, slug = town.market.client, town.market.territory.slug
    headers = town.market.searcher.headers

    async def changes(url: str) -> tuple[list[Any], str]:
        items: list[Any] = []
        while True:
            answer = await client.get(url, headers=headers)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            items += page["items"]
            url = page["next"]
            if not page["items"]:
                return items, url

    await past()
    first, position = await changes(f"/v1/territories/{slug}/changes")
    assert len(first) == 3 * HOMES
    for n in range(3):
        await town.know(f"R{n}", "B", {FOOD: 100})
    await town.place_all()
    await past()
    changed, position = await changes(position)
    assert {(item["listing"]["residence_grade"], item["change"]) for item in changed} == {("B", "upserted")}
    await town.place_all()
    assert (await changes(position))[0] == [], "nothing changed, nothing is written"


async def test_owner_that_writes_a_home_shows_what_the_job_decided(town: Town) -> None:
    await town.build(3)
    for n in range(3):
        await town.know(f"R{n}", "B", {FOOD: 100})
    await town.place_all()
    answer = await town.market.client.put(
        "/v1/homes/R0-0", json=home("R0", rent_cents=39_999), headers=town.market.owner.headers
    )
    assert answer.status_code == 200, answer.text
    assert (await town.shown())["R0"] == ("B", wheelchair(food="within_300"))


async def test_where_places_are_exact_each_residence_is_shown_as_it_is(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register
) -> None:
    town = Town(await market(database, job_database, client, register, Terms(location_precision="residence")))
    await town.build(2)
    await town.know("R0", "A", {FOOD: 100})
    await town.know("R1", "E", {FOOD: None})
    await town.place_all()
    shown = {"R0": ("A", wheelchair(food="within_300")), "R1": ("E", wheelchair(food="further"))}
    assert await town.shown() == shown
    await town.know("R1", "C", {FOOD: 500})
    await town.place_all()
    assert (await town.shown())["R1"] == ("C", wheelchair(food="within_600"))


@pytest.mark.parametrize(
    ("asked", "field", "told"),
    [
        ({"service": "pharmacy:299:wheelchair"}, "service", "ask for 300 to 1500 m"),
        ({"service": "pharmacy:1501:wheelchair"}, "service", "ask for 300 to 1500 m"),
        ({"service": "pharmacy:0500:wheelchair"}, "service", "ask for 300 to 1500 m"),
        ({"service": "pharmacy:300"}, "service", "family:metres:profile"),
        ({"service": "other:300:walking"}, "service", "family one of"),
        ({"service": "pharmacy:300:cane"}, "service", "profile one of"),
        ({"index_min": "70"}, "index_min", "grade only"),
    ],
)
async def test_search_for_what_no_listing_says_is_refused_with_what_to_ask(
    town: Town, asked: dict[str, Any], field: str, told: str
) -> None:
    answer = await town.market.client.get("/v1/listings", params=asked, headers=town.market.searcher.headers)
    assert answer.status_code == 400, answer.text
    (error,) = answer.json()["errors"]
    assert error["field"].split(".")[0] == field
    assert told in error["message"]


async def test_no_landlord_reads_with_whom_its_residences_are_grouped(town: Town, database: Database) -> None:
    async with database.transaction(Role.LANDLORD, organisation=town.market.owner.id, actor="tests") as session:
        with pytest.raises(Exception, match="permission denied") as caught:
            await session.execute(text("SELECT group_id FROM shown_residences"))
    assert isinstance(getattr(caught.value, "orig", None), psycopg.errors.InsufficientPrivilege)


async def test_what_is_kept_of_a_residence_goes_with_it(town: Town) -> None:
    await town.build(3)
    for n in range(3):
        await town.know(f"R{n}", "B")
    await town.place_all()
    client, headers = town.market.client, town.market.owner.headers
    for n in range(HOMES):
        assert (await client.delete(f"/v1/homes/R0-{n}", headers=headers)).status_code == 204
    assert (await client.delete("/v1/residences/R0", headers=headers)).status_code == 204
    await town.place_all()
    assert await town.shown() == {"R1": (None, {}), "R2": (None, {})}, "two residences are too few"
