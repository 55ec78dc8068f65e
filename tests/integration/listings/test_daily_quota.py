"""The daily quota is an organisation's, and what the charter says now."""

import uuid
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from registry.access.principal import Principal
from registry.asgi import at_the_edge, create_application
from registry.charter import service as charter
from registry.charter.schemas import Terms
from registry.identity import service as identity
from registry.listings.errors import DailyHomesUsedUp
from registry.listings.service.meter import Meter
from registry.platform.database import Database, Role, create_engine
from registry.platform.settings import Settings
from tests.conftest import Register
from tests.support import members, territory
from tests.support.database import BASE_URL
from tests.support.members import Member
from tests.support.stock import home, publish, residence
from tests.support.territory import Territory

Place = tuple[Territory, Member, Member]


@pytest_asyncio.fixture
async def place(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Place:
    """A territory in which three homes a day may be seen, a landlord that shows six, and one that searches."""
    made = await territory.create(database, job_database, client, terms=Terms(listing_daily_homes=3))
    owner, searcher = await register(), await register()
    await territory.sign(database, made, [owner, searcher])
    for member in (owner, searcher):
        await members.renew(member, client)
    given = {"R1": residence(made.communes[0], made.point())}
    await publish(client, owner, given, [{"ref": f"H{n}", **home()} for n in range(6)])
    return made, owner, searcher


@pytest_asyncio.fixture
async def other_process(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A second process on the same database, with counters of its own."""
    assert settings.web_database_url
    made = create_application(settings, Database(create_engine(settings.web_database_url.get_secret_value())))
    async with made.router.lifespan_context(made):
        transport = httpx.ASGITransport(at_the_edge(made, settings), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as caller:
            yield caller


async def enact(database: Database, place: Territory, homes: int) -> None:
    coordinator = place.coordinator.id
    async with database.transaction(Role.COORDINATOR, organisation=coordinator, actor="tests") as session:
        await charter.put_in_force(
            session=session, organisation=coordinator, territory_id=place.id, terms=Terms(listing_daily_homes=homes)
        )


async def search(client: httpx.AsyncClient, searcher: Member, limit: int) -> int:
    return (await client.get(f"/v1/listings?limit={limit}", headers=searcher.headers)).status_code


async def second_client_of(database: Database, client: httpx.AsyncClient, member: Member) -> Member:
    async with database.transaction(Role.AUTH, actor="tests") as session:
        made = await identity.create_client(
            session=session, organisation=member.id, name="another", scopes=("listings:read",)
        )
    assert made.secret is not None
    other = Member(member.id, member.name, member.kind, made.client_id, made.secret)
    await members.renew(other, client)
    return other


@pytest.mark.parametrize("elsewhere", [False, True], ids=["in this process", "in another"])
async def test_further_client_gives_an_organisation_no_further_homes(
    client: httpx.AsyncClient,
    app: FastAPI,
    database: Database,
    place: Place,
    other_process: httpx.AsyncClient,
    *,
    elsewhere: bool,
) -> None:
    _, owner, searcher = place
    assert await search(client, searcher, 3) == 200
    await app.state.meter.flush()
    other = await second_client_of(database, client, searcher)
    asked = other_process if elsewhere else client
    assert await search(asked, other, 3) == 200, "the same three"
    listed = (await client.get("/v1/listings?limit=6", headers=owner.headers)).json()["items"]
    read = [await asked.get(f"/v1/listings/{item['id']}", headers=other.headers) for item in listed]
    assert [answer.status_code for answer in read] == [200, 200, 200, 429, 429, 429]


async def test_quota_that_the_charter_raises_holds_for_who_has_used_it_up(
    client: httpx.AsyncClient, database: Database, place: Place
) -> None:
    made, _, searcher = place
    assert await search(client, searcher, 3) == 200
    assert await search(client, searcher, 4) == 429
    await enact(database, made, 5)
    assert await search(client, searcher, 5) == 200
    assert await search(client, searcher, 6) == 429


async def test_quota_that_the_charter_lowers_holds_from_the_next_flush(
    client: httpx.AsyncClient, app: FastAPI, database: Database, place: Place
) -> None:
    made, _, searcher = place
    assert await search(client, searcher, 1) == 200
    await enact(database, made, 2)
    await app.state.meter.flush()
    assert await search(client, searcher, 3) == 429
    assert await search(client, searcher, 2) == 200


async def test_people_of_two_organisations_at_the_console_each_use_up_the_quota_of_their_own(
    database: Database, place: Place
) -> None:
    """They use one client, and look at the same homes."""
    made, owner, searcher = place
    here = {made.slug: made.id}
    people = [Principal(each.id, "landlord", "console", frozenset(), here) for each in (owner, searcher)]
    homes = [uuid.uuid4() for _ in range(3)]
    first = Meter(database, daily_homes=3)
    for person in people:
        await first.see(person, homes)
        first.searched(person, "console")
    await first.flush()
    for person in people:
        other_process = Meter(database, daily_homes=3)
        await other_process.see(person, homes)
        with pytest.raises(DailyHomesUsedUp):
            await other_process.see(person, [uuid.uuid4()])
