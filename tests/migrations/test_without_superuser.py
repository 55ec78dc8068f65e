"""A database whose administrator is no superuser, as providers give it: all of it works, the search less fast."""

import json
import random
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx
import psycopg
import pytest
import pytest_asyncio

from deploy.local.cluster import Cluster, ClusterError, binaries
from registry.asgi import at_the_edge, create_application
from registry.listings.service.place import place_requested
from registry.platform.database import Database, create_engine
from registry.platform.settings import Settings
from tests.support import members
from tests.support import territory as territories
from tests.support.commands import invoke
from tests.support.database import BASE_URL, PASSWORD, Server, fresh_name
from tests.support.members import Member
from tests.support.stock import fact, home, publish, residence
from tests.support.territory import Territory

NAME: Final = "managed"
ADMINISTRATOR: Final = "provider_admin"
MISSING: Final = {
    "leak-proof operators: the search filters after row-level security, without its index",
    "set_config stays callable by every role: one wall less against injected SQL",
    "PostGIS's statistics stay readable by every role: one wall less against injected SQL",
}


@pytest.fixture(scope="module")
def provider() -> Iterator[Server]:
    """A server of its own: roles are shared by all databases of one, and here somebody else makes them."""
    try:
        binaries()
    except ClusterError as error:
        pytest.skip(str(error))
    with TemporaryDirectory(prefix="registry-managed-") as directory:
        cluster = Cluster(Path(directory), throwaway=True)
        server = Server(cluster.start())
        try:
            with server.connect("template1") as superuser:  # what a provider switches on
                superuser.execute("CREATE EXTENSION postgis")
            with server.connect() as superuser:
                superuser.execute(
                    f"CREATE ROLE {ADMINISTRATOR} LOGIN CREATEROLE CREATEDB PASSWORD '{PASSWORD}'".encode()
                )
                superuser.execute(f"CREATE DATABASE {NAME} OWNER {ADMINISTRATOR}".encode())
            yield server
        finally:
            cluster.stop()


@pytest.fixture(scope="module")
def managed(provider: Server) -> Settings:
    """The settings of a process on the prepared and migrated database, by the operator's commands alone."""
    settings = provider.settings(NAME, database_url=provider.url(NAME, ADMINISTRATOR))
    with pytest.MonkeyPatch.context() as environment:
        for login in ("OWNER", "WEB", "WORKER"):
            environment.setenv(f"REGISTRY_{login}_PASSWORD", PASSWORD)
        for _ in range(2):
            done = invoke(settings, "database", "prepare")
            assert done.exit_code == 0, done.output
            *missing, last = done.stdout.splitlines()
            assert {line.removeprefix("not done without a superuser: ") for line in missing} == MISSING
            assert last == "prepared"
    assert invoke(settings, "database", "migrate").exit_code == 0
    return settings


@asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[tuple[httpx.AsyncClient, Database]]:
    assert settings.web_database_url
    database = Database(create_engine(settings.web_database_url.get_secret_value()))
    app = create_application(settings, database)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(at_the_edge(app, settings))
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
            yield client, database


@pytest_asyncio.fixture(scope="module")
async def client(managed: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with served(managed) as (client, _):
        yield client


@pytest_asyncio.fixture(scope="module")
async def place(managed: Settings, client: httpx.AsyncClient) -> AsyncIterator[tuple[Territory, Member]]:
    """Three communes where two landlords share some two hundred homes of all kinds; and one who searches."""
    assert managed.web_database_url
    assert managed.worker_database_url
    web = Database(create_engine(managed.web_database_url.get_secret_value()))
    jobs = Database(create_engine(managed.worker_database_url.get_secret_value()))
    territory = await territories.create(web, jobs, client, communes=3)
    landlords = [await members.register(web, client) for _ in range(3)]
    await territories.sign(web, territory, landlords)
    chance = random.Random(7)  # the same homes in every run
    for owner in landlords[:2]:
        await members.renew(owner, client)
        await publish(client, owner, *_stock(territory, chance))
    await members.renew(landlords[2], client)
    await place_requested(jobs)
    yield territory, landlords[2]
    await jobs.dispose()
    await web.dispose()


def _stock(territory: Territory, chance: random.Random) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    residences: dict[str, dict[str, Any]] = {}
    homes: list[dict[str, Any]] = []
    for n in range(25):
        east, north = (n % 3) * 7_880 + chance.uniform(-900, 900), chance.uniform(-900, 900)
        residences[f"R{n}"] = residence(territory.communes[n % 3], territory.point(east, north))
        homes += [
            {"ref": f"R{n}-{m}", **home(f"R{n}", {
                "zero_step_shower": fact(chance.choice(("yes", "yes", "no"))),
                "grab_bars": fact(chance.choice(("yes", "no"))),
                "entrance_door_width": fact(chance.choice((78, 83, 90))),
            }, rooms=chance.randint(1, 5), floor=chance.randint(0, 6), rent_cents=chance.randint(30_000, 80_000),
               status=chance.choice(("vacant", "occupied", "notice")))}
            for m in range(4)
        ]  # fmt: skip
    return residences, homes


@pytest.fixture(scope="module")
def same_with_superuser(provider: Server, server: Server, place: tuple[Territory, Member]) -> Iterator[Settings]:
    """The same rows in a database that a superuser has prepared."""
    del place
    name = fresh_name()
    server.clone(name)
    rows = subprocess.run(
        [binaries() / "pg_dump", "--data-only", "--disable-triggers", "--schema=registry",
         "--exclude-table=registry.alembic_version", "--exclude-table=registry.change_feeds",
         "--dbname", provider.url(NAME)],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    subprocess.run(
        [binaries() / "psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--dbname", server.url(name)],
        input=rows, capture_output=True, check=True,
    )  # fmt: skip
    yield server.settings(name)
    server.drop(name)


def searches(territory: Territory) -> Iterator[dict[str, str]]:
    lon, lat = territory.lon, territory.lat
    near = {"near": f"{lon},{lat}"}
    yield {**near, "within_m": "1500"}
    yield {**near, "within_m": "12000", "availability": "any", "limit": "50"}
    yield {**near, "within_m": "30000", "feature": "grab_bars", "possible": "true"}
    yield {**near, "within_m": "30000", "sort": "rent", "rooms_min": "3", "availability": "soon"}
    yield {**near, "within_m": "30000", "sort": "freshness", "rent_max": "60000"}
    yield {"bbox": f"{lon - 0.02},{lat - 0.02},{lon + 0.02},{lat + 0.02}"}
    yield {"commune": territory.communes[1], "availability": "any"}
    yield {"territory": territory.slug, "sort": "rent", "floor_max": "2"}
    yield {"territory": territory.slug, "feature": "zero_step_shower", "sort": "freshness"}


def ring(territory: Territory) -> dict[str, Any]:
    lon, lat = territory.lon, territory.lat
    corners = [(-0.03, -0.02), (0.13, -0.01), (0.08, 0.02), (-0.01, 0.015), (-0.03, -0.02)]
    return {"type": "Polygon", "coordinates": [[[lon + east, lat + north] for east, north in corners]]}


async def pages(client: httpx.AsyncClient, member: Member, asked: dict[str, str]) -> list[str]:
    """Return every page of a search as its text."""
    found: list[str] = []
    address = httpx.URL("/v1/listings", params=asked)
    for _ in range(100):
        answer = await client.get(address, headers=member.headers)
        assert answer.status_code == 200, answer.text
        found.append(answer.text)
        following = answer.json()["next"]
        if following is None:
            return found
        address = httpx.URL(following)
    pytest.fail("a search without an end")


async def test_every_search_answers_as_with_a_superuser_to_the_byte(
    client: httpx.AsyncClient, place: tuple[Territory, Member], same_with_superuser: Settings
) -> None:
    territory, searcher = place
    async with served(same_with_superuser) as (other, _):
        for asked in searches(territory):
            plain, fast = await pages(client, searcher, asked), await pages(other, searcher, asked)
            assert plain == fast, asked
            assert json.loads(plain[0])["items"], f"nothing to compare: {asked}"
        within = {"area": ring(territory), "availability": "any"}
        answers = [
            await one.post("/v1/listings/search", json=within, headers=searcher.headers) for one in (client, other)
        ]
        assert answers[0].status_code == 200, answers[0].text
        assert answers[0].json()["items"]
        assert answers[0].text == answers[1].text


async def test_one_landlord_still_sees_nothing_of_the_others_rows(
    client: httpx.AsyncClient, place: tuple[Territory, Member]
) -> None:
    _, searcher = place
    for path in ("/v1/homes", "/v1/residences"):
        answer = await client.get(path, headers=searcher.headers)
        assert answer.json()["items"] == []
    assert (await client.get("/v1/homes/R0-0", headers=searcher.headers)).status_code == 404


def test_the_operators_that_need_a_superuser_are_absent_and_the_doctor_says_what_follows(managed: Settings) -> None:
    assert managed.owner_database_url
    with psycopg.connect(managed.owner_database_url.get_secret_value()) as owner:
        made = owner.execute("SELECT opcname FROM pg_opclass WHERE opcnamespace = 'registry'::regnamespace").fetchall()
    assert made == []
    said = invoke(managed, "doctor").stdout
    assert (
        "ok   leak-proof operators: absent: searches filter after row-level security\n"
        "       → a superuser's 'registry database prepare' on an empty database makes them (ADR 0004)\n"
    ) in said
    assert (
        "FAIL set_config: callable by the service's roles\n"
        "       → a superuser's 'registry database prepare' closes it: injected SQL could bind another organisation\n"
    ) in said
