"""A network is kept version by version; the one in service stays so until the next is complete."""

import uuid
from typing import Any

import numpy as np
import psycopg
import pytest
from sqlalchemy.exc import ProgrammingError

from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from registry.surroundings.errors import NetworkShrinks
from registry.surroundings.graph import Graph
from registry.surroundings.repository import networks
from registry.surroundings.service.networks import read_file, store_network
from tests.conftest import Register
from tests.support.commands import invoke
from tests.support.database import Server
from tests.support.networks import LE_MANS, REDON, edge, line, real, same


@pytest.fixture
def name() -> str:
    return f"test-{uuid.uuid4().hex[:8]}"


async def stored(database: Database, name: str, *graphs: Graph) -> int:
    async with database.transaction(Role.JOB) as session:
        return await store_network(session=session, name=name, graphs=graphs)


async def loaded(database: Database, version: int) -> Graph | None:
    async with database.transaction(Role.JOB) as session:
        return await networks.load(session, version)


async def test_network_read_back_is_the_one_that_was_stored(job_database: Database, name: str) -> None:
    given = line([(0.5, 1.5), (10.0, 0.25), (20.0, 7.0)], slope_pct=[3.5, np.nan], steps=[-1, 12], wheelchair=[0, -1])
    given.frontier[2] = True
    back = await loaded(job_database, await stored(job_database, name, given))
    assert back is not None
    assert same(given, back)


async def test_extract_read_back_is_the_one_that_was_stored(job_database: Database, name: str) -> None:
    given = read_file(path=real(REDON), srid=2154).graph
    back = await loaded(job_database, await stored(job_database, name, given))
    assert back is not None
    assert same(given, back)


async def test_version_that_is_not_there_is_none(job_database: Database) -> None:
    assert await loaded(job_database, 0) is None


async def test_next_version_serves_and_only_the_one_before_it_is_kept(job_database: Database, name: str) -> None:
    versions = [await stored(job_database, name, edge(length_m=length)) for length in (10, 20, 30)]
    async with job_database.transaction(Role.JOB) as session:
        serving = await networks.named(session, name)
        assert serving is not None
        assert serving.version == versions[2]
    kept = [await loaded(job_database, version) for version in versions]
    assert kept[0] is None
    assert [float(graph.length_m[0]) for graph in kept[1:] if graph] == [20, 30]


async def test_edges_of_a_forgotten_version_are_gone(
    job_database: Database, name: str, server: Server, database_name: str
) -> None:
    versions = [await stored(job_database, name, edge()) for _ in range(3)]
    with server.connect(database_name) as admin:
        for table in ("network_edges", "network_nodes"):
            found = admin.execute(
                f"SELECT DISTINCT version FROM registry.{table} WHERE version = ANY (%s) ORDER BY 1".encode(),
                [versions],
            ).fetchall()
            assert [version for (version,) in found] == versions[1:]


async def test_import_that_fails_leaves_the_version_before_it_in_service(job_database: Database, name: str) -> None:
    first = await stored(job_database, name, edge())

    async def broken() -> None:
        async with job_database.transaction(Role.JOB) as session:
            await store_network(session=session, name=name, graphs=[edge()])
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await broken()
    async with job_database.transaction(Role.JOB) as session:
        serving = await networks.named(session, name)
    assert serving is not None
    assert serving.version == first


async def test_network_that_lost_most_of_its_edges_is_refused_unless_that_is_accepted(
    job_database: Database, name: str
) -> None:
    street = line([(float(x), 0.0) for x in range(0, 110, 10)])
    before = await stored(job_database, name, street)
    with pytest.raises(NetworkShrinks) as refused:
        await stored(job_database, name, edge())
    assert refused.value.faults[0].value == f"{name}: 1 < 10"
    async with job_database.transaction(Role.JOB) as session:
        assert (await networks.named(session, name)).version == before  # type: ignore[union-attr]  # it was stored
        accepted = await store_network(session=session, name=name, graphs=[edge()], shrink_per_cent=90)
    assert accepted > before


async def test_reader_sees_the_version_before_until_the_next_is_committed(job_database: Database, name: str) -> None:
    first = await stored(job_database, name, edge())
    async with job_database.transaction(Role.JOB) as session:
        second = await store_network(session=session, name=name, graphs=[edge()])
        async with job_database.transaction(Role.JOB) as reader:
            serving = await networks.named(reader, name)
    assert serving is not None
    assert (serving.version, second > first) == (first, True)


async def test_network_covers_what_its_box_meets_in_its_projection(job_database: Database, name: str) -> None:
    at = 7_654_321.0
    version = await stored(job_database, name, line([(at, at), (at + 10, at + 10)]))

    async def found(srid: int, west: float, south: float) -> list[int]:
        async with job_database.transaction(Role.JOB) as session:
            covering = await networks.covering(session, srid=srid, west=west, south=south, east=west, north=south)
        return [each.version for each in covering]

    assert version in await found(2154, at + 5, at + 5)
    assert version not in await found(2154, at + 11, at + 5)
    assert version not in await found(2975, at + 5, at + 5)


async def test_what_lies_between_two_far_sources_is_covered_by_none(job_database: Database, name: str) -> None:
    at = 8_000_000.0
    graphs = [line([(at + x, at), (at + x + 10, at + 10)]) for x in (0, 5_000)]
    for graph in graphs:
        low, high = graph.nodes.min(axis=0), graph.nodes.max(axis=0)
        graph.sources[0]["box"] = [float(value) for value in (*low, *high)]
    version = await stored(job_database, name, *graphs)

    async def covered(east: float) -> bool:
        async with job_database.transaction(Role.JOB) as session:
            found = await networks.covering(session, srid=2154, west=east, south=at, east=east, north=at)
        return version in [each.version for each in found]

    assert [await covered(at + x) for x in (5, 2_500, 5_005)] == [True, False, True]


async def test_landlord_reads_networks_and_changes_none(
    database: Database, job_database: Database, name: str, register: Register
) -> None:
    version = await stored(job_database, name, edge())
    member = await register()
    async with database.transaction(Role.LANDLORD, organisation=member.id) as session:
        assert await networks.load(session, version) is not None

    async def write() -> Any:
        async with database.transaction(Role.LANDLORD, organisation=member.id) as session:
            return await networks.store(session, name, edge())

    with pytest.raises((ProgrammingError, psycopg.errors.InsufficientPrivilege)):
        await write()


def test_command_imports_a_survey_and_shows_what_is_known(settings: Settings, name: str) -> None:
    path = real(LE_MANS)
    done = invoke(settings, "network", "import", name, str(path))
    assert done.exit_code == 0, done.output
    assert "71 edges, 1.0 km" in done.output
    assert "troncons 39, longueur 19.0: 25.6 m long on the map" in done.output
    assert name in invoke(settings, "network", "list").output
    shown = invoke(settings, "network", "show", name).output
    for said in ("corridor", "lift", "hall", "ramp", "Licence Ouverte", "surface known on"):
        assert said in shown


def test_command_says_what_is_wrong_with_a_file(settings: Settings, name: str, tmp_path: Any) -> None:
    file = tmp_path / "broken.osm"
    file.write_text("hello")
    refused = invoke(settings, "network", "import", name, str(file))
    assert refused.exit_code == 1
    assert "broken.osm" in refused.output


def test_command_knows_no_network_of_that_name(settings: Settings, name: str) -> None:
    refused = invoke(settings, "network", "show", name)
    assert refused.exit_code == 1
    assert "registry network list" in refused.output
