"""What the terms of a charter change in what its members see, and what ends and brings back an adhesion."""

from collections import Counter
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from registry.charter import service as charter
from registry.charter.errors import AdhesionNotFound, AdhesionSuspended
from registry.charter.schemas import Obligations, Terms
from registry.identity.service import reinstate_organisation, suspend_organisation
from registry.listings.service.place import place_requested
from registry.platform.database import Database, Role
from tests.conftest import Register
from tests.support import members
from tests.support import territory as territories
from tests.support.database import Server
from tests.support.market import Market, market
from tests.support.members import Member
from tests.support.stock import fact, home, publish, residence

STATUSES = ("vacant", "notice", "works", "occupied", "reserved", "withdrawn")


class Place:
    """Markets under terms of their own, and what coordinator and landlords do there."""

    def __init__(self, database: Database, jobs: Database, client: httpx.AsyncClient, register: Register) -> None:
        self._given = (database, jobs, client, register)
        self.database, self.jobs, self.client, _ = self._given

    async def market(self, **terms: Any) -> Market:
        return await market(*self._given, Terms(**terms))

    async def enact(self, here: Market, **terms: Any) -> int:
        """Put a further version in force; both landlords sign it."""
        coordinator = here.territory.coordinator
        async with self.database.transaction(Role.COORDINATOR, organisation=coordinator.id, actor="tests") as session:
            version = await charter.put_in_force(
                session=session, organisation=coordinator.id, territory_id=here.territory.id, terms=Terms(**terms)
            )
        await territories.sign(self.database, here.territory, [here.owner, here.searcher])
        return version

    async def adhesion(self, here: Market, member: Member, verb: str) -> None:
        """Have the landlord withdraw, or the coordinator suspend or reinstate."""
        own = verb == "withdraw"
        role, acting = (Role.LANDLORD, member) if own else (Role.COORDINATOR, here.territory.coordinator)
        async with self.database.transaction(role, organisation=acting.id, actor="tests") as session:
            await getattr(charter, verb)(session=session, organisation=member.id, territory_id=here.territory.id)

    async def organisation(self, member: Member, *, suspended: bool) -> None:
        async with self.jobs.transaction(Role.JOB, actor="tests") as session:
            use_case = suspend_organisation if suspended else reinstate_organisation
            await use_case(session=session, organisation=member.id)


@pytest.fixture
def place(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Place:
    return Place(database, job_database, client, register)


def one_of_each_status() -> list[dict[str, Any]]:
    return [{"ref": status, **home(status=status)} for status in STATUSES]


def one_of_each_feature() -> list[dict[str, Any]]:
    return [
        {"ref": "shower", **home(facts={"zero_step_shower": fact()})},
        {"ref": "bars", **home(facts={"grab_bars": fact()})},
        {"ref": "lift", **home(facts={"lift": fact()})},
        {"ref": "no steps", **home(facts={"steps_to_door": fact(0)})},
        {"ref": "steps", **home(facts={"steps_to_door": fact(3)})},
        {"ref": "no lift", **home(facts={"lift": fact("no")})},
    ]


@pytest.mark.parametrize(
    "shared", [("vacant",), ("notice", "works"), ("occupied",), ("vacant", "notice", "works", "occupied")]
)
async def test_homes_of_the_statuses_that_the_charter_shares_are_listed_and_no_others(
    place: Place, shared: tuple[str, ...]
) -> None:
    here = await place.market(shared_statuses=shared)
    await here.publish(one_of_each_status())

    assert await here.shown() == set(shared)


@pytest.mark.parametrize(
    ("shared", "found"),
    [
        (("grab_bars",), {"bars"}),
        (("lift",), {"lift"}),
        (("steps_to_door",), {"no steps"}),
        (("lift", "zero_step_shower"), {"lift", "shower"}),
    ],
)
async def test_home_is_listed_for_a_feature_that_the_charter_shares_and_for_no_other(
    place: Place, shared: tuple[str, ...], found: set[str]
) -> None:
    here = await place.market(shared_features=shared)
    await here.publish(one_of_each_feature())

    assert await here.shown() == found


@pytest.mark.parametrize(("least", "found"), [(None, set()), (2, {"level"}), (3, {"level"}), (4, set())])
async def test_home_is_listed_for_its_proven_class(place: Place, least: int | None, found: set[str]) -> None:
    here = await place.market(shared_features=("hearing_loop",), shared_class_min=least)
    level = {"steps_to_door": fact(0), "bedroom_on_entrance_level": fact()}
    await here.publish(
        [
            {"ref": "level", **home(facts=level)},
            {"ref": "unknown", **home(facts={"steps_to_door": fact(0)})},
        ]
    )

    assert await here.shown() == found


async def test_of_two_classes_the_higher_binds(place: Place) -> None:
    here = await place.market(shared_features=("hearing_loop",), shared_class_min=4)
    level = {"steps_to_door": fact(0), "bedroom_on_entrance_level": fact()}
    await here.publish([{"ref": "level", **home(facts=level)}])
    coordinator = here.territory.coordinator
    async with place.database.transaction(Role.COORDINATOR, organisation=coordinator.id, actor="tests") as session:
        await charter.put_in_force(
            session=session, organisation=coordinator.id, territory_id=here.territory.id,
            terms=Terms(shared_features=("hearing_loop",), shared_class_min=3),
        )  # fmt: skip
    assert await here.shown() == set(), "its landlord agreed to class 4"

    await territories.sign(place.database, here.territory, [here.owner])
    assert await here.shown() == {"level"}


async def test_second_version_takes_from_the_listings_and_gives_to_them(place: Place) -> None:
    here = await place.market(shared_statuses=("vacant",), shared_features=("zero_step_shower",))
    await here.publish([*one_of_each_status(), *one_of_each_feature()])
    assert await here.shown() == {"vacant", "shower"}

    assert await place.enact(here, shared_statuses=("occupied",), shared_features=("zero_step_shower",)) == 2
    assert await here.shown() == {"occupied"}

    assert await place.enact(here, shared_statuses=("vacant",), shared_features=("lift",)) == 3
    assert await here.shown() == {"lift"}
    seen = await here.client.get(f"/v1/territories/{here.territory.slug}", headers=here.searcher.headers)
    assert seen.json()["charter"]["version"] == 3
    assert seen.json()["charter"]["terms"]["shared_features"] == ["lift"]
    assert seen.json()["adhesion"]["charter_version"] == 3


@pytest.mark.parametrize(
    ("terms", "precision"),
    [
        ({}, "cell"),  # 16 homes in 4 residences of one place
        ({"k": 16}, "cell"),
        ({"k": 17}, "commune"),
        ({"k_residences": 4}, "cell"),
        ({"k_residences": 5}, "commune"),
    ],
)
async def test_cell_holds_what_the_charter_asks_of_it(place: Place, terms: dict[str, int], precision: str) -> None:
    here = await place.market(**terms)
    await fill(here, place)

    refs = await here.refs()
    shown = {item["location"]["precision"] for item in await here.listings() if refs[item["id"]].startswith("N")}
    assert shown == {precision}


async def fill(here: Market, place: Place) -> None:
    """Publish four homes in each of four residences of one place, and for what its cell leaves over as many elsewhere.

    Elsewhere are three places, of two residences each: too few for cells of their own.
    """
    commune, point = here.territory.communes[0], here.territory.point
    residences = {f"N{n}": residence(commune, point()) for n in range(4)}
    for east, north in ((3_000, 3_000), (-3_000, 3_000), (3_000, -3_000)):
        residences |= {f"F{east}{north}{n}": residence(commune, point(east, north)) for n in range(2)}
    homes = [{"ref": f"{ref}-{n}", **home(ref)} for ref in residences for n in range(4)]
    await publish(here.client, here.owner, residences, homes)
    await place_requested(place.jobs)


async def test_charter_that_shows_residences_shows_each_home_at_its_place(place: Place) -> None:
    here = await place.market(location_precision="residence")
    await here.publish([{"ref": "here", **home()}])

    (listing,) = await here.listings()

    point = here.territory.point()
    assert listing["location"]["precision"] == "residence"
    assert listing["location"]["lon"] == pytest.approx(point["lon"], abs=2e-5)
    assert listing["location"]["lat"] == pytest.approx(point["lat"], abs=2e-5)
    await place.enact(here, location_precision="cell")
    await place_requested(place.jobs)
    assert Counter(item["location"]["precision"] for item in await here.listings()) == {"commune": 1}


async def test_landlord_that_withdraws_neither_shares_nor_searches_until_it_signs_again(place: Place) -> None:
    here = await place.market()
    await here.publish([{"ref": "here", **home()}])
    assert await here.shown() == {"here"}

    await place.adhesion(here, here.owner, "withdraw")

    assert await here.listings() == [], "at once"
    await place_requested(place.jobs)
    assert await here.listings() == []
    await members.renew(here.owner, here.client)
    refused = await here.client.get("/v1/listings", headers=here.owner.headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "adhesion-required")
    await place.adhesion(here, here.owner, "withdraw")  # again: nothing happens
    with pytest.raises(AdhesionNotFound):
        await place.adhesion(here, here.owner, "reinstate")

    await territories.sign(place.database, here.territory, [here.owner])
    assert await here.shown() == {"here"}


async def test_suspended_adhesion_takes_the_listings_at_once_and_reinstating_brings_them_back(place: Place) -> None:
    here = await place.market()
    await here.publish([{"ref": "here", **home()}])

    await place.adhesion(here, here.owner, "suspend")

    assert await here.listings() == [], "at once"
    await here.publish([{"ref": "meanwhile", **home()}])
    assert await here.shown() == set()
    with pytest.raises(AdhesionSuspended):
        await territories.sign(place.database, here.territory, [here.owner])
    with pytest.raises(AdhesionSuspended):
        await place.adhesion(here, here.owner, "withdraw")

    await place.adhesion(here, here.owner, "reinstate")
    assert await here.shown() == {"here", "meanwhile"}


async def test_listings_of_a_suspended_organisation_leave_at_once_and_return_when_it_is_reinstated(
    place: Place,
) -> None:
    here = await place.market()
    await here.publish([{"ref": "here", **home()}])
    assert await here.shown() == {"here"}

    await place.organisation(here.owner, suspended=True)

    assert await here.listings() == [], "at once"
    await place_requested(place.jobs)
    assert await here.listings() == []

    await place.organisation(here.owner, suspended=False)
    assert await here.shown() == {"here"}


async def obligations(place: Place, member: Member) -> Obligations:
    async with place.database.transaction(Role.LANDLORD, organisation=member.id, actor="tests") as session:
        own = await charter.obligations_of(session=session, organisation=member.id)
    async with place.jobs.transaction(Role.JOB, actor="tests") as session:
        assert await charter.obligations_of(session=session, organisation=member.id) == own
    return own


async def test_landlord_owes_the_strictest_of_what_it_signed_and_of_what_is_in_force_since(place: Place) -> None:
    here = await place.market(freshness_days=40, import_guard_percent=10)
    there = await place.market(freshness_days=30, import_guard_percent=30)
    assert await obligations(place, here.owner) == (40, 10)
    await territories.sign(place.database, there.territory, [here.owner])
    assert await obligations(place, here.owner) == (30, 10)

    await enacted_alone(place, there, freshness_days=14, import_guard_percent=50)
    assert await obligations(place, here.owner) == (14, 10), "in force, though not signed"
    await enacted_alone(place, there, freshness_days=60)
    assert await obligations(place, here.owner) == (30, 10), "signed, though no longer in force"

    async with place.database.transaction(Role.LANDLORD, organisation=here.owner.id, actor="tests") as session:
        await charter.withdraw(session=session, organisation=here.owner.id, territory_id=there.territory.id)
    assert await obligations(place, here.owner) == (40, 10)


async def enacted_alone(place: Place, here: Market, **terms: Any) -> None:
    """Put a further version in force that nobody has signed yet."""
    coordinator = here.territory.coordinator.id
    async with place.database.transaction(Role.COORDINATOR, organisation=coordinator, actor="tests") as session:
        await charter.put_in_force(
            session=session, organisation=coordinator, territory_id=here.territory.id, terms=Terms(**terms)
        )


async def test_landlord_that_signed_nowhere_owes_what_a_charter_says_by_default(
    place: Place, register: Register
) -> None:
    assert await obligations(place, await register()) == (35, 20)


async def test_charter_of_before_these_terms_asks_for_the_default(
    place: Place, server: Server, database_name: str
) -> None:
    here = await place.market(freshness_days=7, import_guard_percent=1)
    with server.connect(database_name) as admin:
        admin.execute("SET session_replication_role = replica")  # no charter is changed once it is proposed
        admin.execute(
            "UPDATE registry.charters SET terms = terms - 'freshness_days' - 'import_guard_percent'"
            " WHERE territory_id = %s", (here.territory.id,),
        )  # fmt: skip
    assert await obligations(place, here.owner) == (35, 20)
    seen = await here.client.get(f"/v1/territories/{here.territory.slug}", headers=here.owner.headers)
    assert seen.json()["charter"]["terms"]["freshness_days"] == 35


@pytest.mark.parametrize(
    "terms",
    [{"freshness_days": 6}, {"freshness_days": 401}, {"import_guard_percent": 0}, {"import_guard_percent": 101}],
)
def test_term_beyond_its_bounds_is_refused(terms: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Terms(**terms)
