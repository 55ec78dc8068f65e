"""A member shares no more than it signed: of two versions of a charter the stricter holds, term by term."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
import pytest_asyncio

from registry.charter import service as charter
from registry.charter.schemas import Terms
from registry.listings.service.place import place_requested
from registry.platform.database import Database, Role
from tests.conftest import Register
from tests.support import members, territory
from tests.support.members import Member
from tests.support.stock import fact, home, publish, residence
from tests.support.territory import Territory

Place = tuple[Territory, Member, Member]
SignedUnder = Callable[[Terms], Awaitable[Place]]
Enact = Callable[[Territory, Terms], Awaitable[None]]
CELL, EXACT = Terms(), Terms(location_precision="residence")


@pytest_asyncio.fixture
async def signed_under(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register
) -> SignedUnder:
    """Return a territory with a charter of given terms, a landlord that signed it and publishes, one that searches."""

    async def made(terms: Terms) -> Place:
        place = await territory.create(database, job_database, client, terms=terms)
        owner, searcher = await register(), await register()
        await territory.sign(database, place, [owner, searcher])
        for member in (owner, searcher):
            await members.renew(member, client)
        return place, owner, searcher

    return made


@pytest_asyncio.fixture
async def enact(database: Database, job_database: Database) -> Enact:
    """Put other terms in force, and have the worker place the homes anew."""

    async def done(place: Territory, terms: Terms) -> None:
        coordinator = place.coordinator.id
        async with database.transaction(Role.COORDINATOR, organisation=coordinator, actor="tests") as session:
            await charter.put_in_force(session=session, organisation=coordinator, territory_id=place.id, terms=terms)
        await place_requested(job_database)

    return done


async def sign(database: Database, jobs: Database, place: Territory, *signatories: Member) -> None:
    await territory.sign(database, place, signatories)
    await place_requested(jobs)


async def shown(client: httpx.AsyncClient, searcher: Member, place: Territory) -> list[dict[str, Any]]:
    answer = await client.get(f"/v1/listings?territory={place.slug}&limit=50", headers=searcher.headers)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def precisions(client: httpx.AsyncClient, searcher: Member, place: Territory) -> set[str]:
    return {item["location"]["precision"] for item in await shown(client, searcher, place)}


async def test_exact_places_hold_for_homes_of_those_who_signed_them_alone(
    client: httpx.AsyncClient, database: Database, job_database: Database, signed_under: SignedUnder, enact: Enact
) -> None:
    place, owner, searcher = await signed_under(CELL)
    near = residence(place.communes[0], place.point(900, 400))
    await publish(client, owner, {"R1": near}, [{"ref": "H1", **home("R1")}])
    await enact(place, EXACT)
    assert await precisions(client, searcher, place) == {"commune"}, "enacted, and not signed by the owner"
    await publish(client, owner, {"R1": near}, [{"ref": "H2", **home("R1")}])
    assert await precisions(client, searcher, place) == {"commune"}, "its own writing is no signature"
    await sign(database, job_database, place, searcher)
    assert await precisions(client, searcher, place) == {"commune"}, "another member's signature binds that one"
    await sign(database, job_database, place, owner)
    assert await precisions(client, searcher, place) == {"residence"}
    for item in await shown(client, searcher, place):
        assert item["location"]["lon"] == pytest.approx(place.point(900)["lon"], abs=2e-5)


async def test_zones_divide_the_homes_of_those_who_have_not_signed_exact_places(
    client: httpx.AsyncClient, database: Database, job_database: Database, signed_under: SignedUnder, enact: Enact
) -> None:
    place, owner, searcher = await signed_under(CELL)
    await enact(place, EXACT)
    await two_villages(client, owner, place, homes_each=5)
    await place_requested(job_database)
    assert await precisions(client, searcher, place) == {"cell", "commune"}, "divided though the charter is exact"
    await sign(database, job_database, place, owner)
    assert await precisions(client, searcher, place) == {"residence"}
    await place_requested(job_database)
    assert await precisions(client, searcher, place) == {"residence"}


async def test_cells_that_come_into_force_hold_for_those_who_signed_exact_places(
    client: httpx.AsyncClient, signed_under: SignedUnder, enact: Enact
) -> None:
    place, owner, searcher = await signed_under(EXACT)
    await publish(client, owner, {"R1": residence(place.communes[0], place.point())}, [{"ref": "H1", **home("R1")}])
    assert await precisions(client, searcher, place) == {"residence"}
    await enact(place, CELL)
    assert await precisions(client, searcher, place) == {"commune"}


async def two_villages(client: httpx.AsyncClient, owner: Member, place: Territory, *, homes_each: int) -> None:
    """Publish four residences at one point and four far from it, each with some homes."""
    near = {f"N{n}": residence(place.communes[0], place.point()) for n in range(4)}
    far = {f"F{n}": residence(place.communes[0], place.point(3_000, 3_000)) for n in range(4)}
    refs = [*near, *far]
    await publish(client, owner, near | far, [{"ref": f"{r}-{n}", **home(r)} for r in refs for n in range(homes_each)])


@pytest.mark.parametrize("larger", [{"k": 30}, {"k_residences": 5}], ids=["k", "k_residences"])
async def test_zones_satisfy_the_greatest_k_of_any_member(
    client: httpx.AsyncClient,
    database: Database,
    job_database: Database,
    signed_under: SignedUnder,
    enact: Enact,
    larger: dict[str, int],
) -> None:
    place, owner, searcher = await signed_under(Terms(**larger))
    await two_villages(client, owner, place, homes_each=5)
    await place_requested(job_database)
    assert await precisions(client, searcher, place) == {"commune"}
    await enact(place, Terms())
    assert await precisions(client, searcher, place) == {"commune"}, "nobody has signed the smaller one"
    await sign(database, job_database, place, owner)
    assert await precisions(client, searcher, place) == {"commune"}, "zones are everybody's: one member has not"
    await sign(database, job_database, place, searcher)
    assert await precisions(client, searcher, place) == {"cell", "commune"}


async def test_member_that_is_suspended_still_counts_for_the_zones(
    client: httpx.AsyncClient,
    database: Database,
    job_database: Database,
    signed_under: SignedUnder,
    enact: Enact,
    register: Register,
) -> None:
    place, owner, searcher = await signed_under(Terms(k=30))
    await two_villages(client, owner, place, homes_each=5)
    absent = await register()
    await territory.sign(database, place, [absent])
    await enact(place, Terms())
    coordinator = place.coordinator.id
    async with database.transaction(Role.COORDINATOR, organisation=coordinator, actor="tests") as session:
        await charter.suspend(session=session, organisation=absent.id, territory_id=place.id)
    await sign(database, job_database, place, owner, searcher)
    assert await precisions(client, searcher, place) == {"commune"}
    async with database.transaction(Role.COORDINATOR, organisation=coordinator, actor="tests") as session:
        await charter.reinstate(session=session, organisation=absent.id, territory_id=place.id)
    async with database.transaction(Role.LANDLORD, organisation=absent.id, actor="tests") as session:
        await charter.withdraw(session=session, organisation=absent.id, territory_id=place.id)
    await place_requested(job_database)
    assert await precisions(client, searcher, place) == {"cell", "commune"}, "who has left binds nobody"


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        (Terms(shared_statuses=("vacant",)), Terms(shared_statuses=("vacant", "occupied"))),
        (Terms(shared_features=("grab_bars",)), Terms(shared_features=("grab_bars", "zero_step_shower"))),
    ],
    ids=["statuses", "features"],
)
async def test_homes_are_shared_that_both_versions_share(
    client: httpx.AsyncClient,
    database: Database,
    job_database: Database,
    signed_under: SignedUnder,
    enact: Enact,
    narrow: Terms,
    wide: Terms,
) -> None:
    place, owner, searcher = await signed_under(narrow)
    await publish(
        client, owner, {"R1": residence(place.communes[0], place.point())},
        [
            {"ref": "agreed", **home("R1", {"grab_bars": fact()}, rooms=1)},
            {"ref": "occupied", **home("R1", {"grab_bars": fact()}, rooms=2, status="occupied")},
            {"ref": "shower", **home("R1", {"zero_step_shower": fact()}, rooms=3)},
        ],
    )  # fmt: skip

    async def rooms() -> set[int]:
        return {item["rooms"] for item in await shown(client, searcher, place)}

    agreed = await rooms()
    await enact(place, wide)
    assert await rooms() == agreed
    await sign(database, job_database, place, owner)
    more = await rooms()
    assert more > agreed
    await enact(place, narrow)
    assert await rooms() == agreed, "what the version in force no longer shares is withdrawn without a signature"
