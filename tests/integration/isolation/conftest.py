"""The world of these tests: built once for the process, on the database that all its tests share."""

from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest
import pytest_asyncio
from fastapi import FastAPI

from registry.platform.database import Database
from registry.platform.settings import Settings
from tests.integration.isolation import crowd as crowds
from tests.integration.isolation import wall as walls
from tests.integration.isolation import world as worlds
from tests.integration.isolation.crowd import Crowd, Gather
from tests.integration.isolation.wall import Wall
from tests.integration.isolation.world import World
from tests.support.database import Server


@pytest_asyncio.fixture(scope="session")
async def world(
    app: FastAPI, client: httpx.AsyncClient, database: Database, job_database: Database, settings: Settings,
    admin: psycopg.Connection[Any],
) -> World:  # fmt: skip
    return await worlds.build(app, client, database, job_database, settings, admin)


@pytest_asyncio.fixture(scope="session")
async def wall(world: World, server: Server, database_name: str) -> Wall:
    return await walls.build(world, server, database_name)


@pytest.fixture(scope="session")
def another_crowd(database: Database, job_database: Database, client: httpx.AsyncClient) -> Gather:
    return lambda: crowds.gather(database, job_database, client)


@pytest_asyncio.fixture(scope="session")
async def crowd(another_crowd: Gather) -> Crowd:
    return await another_crowd()


@pytest.fixture(scope="session")
def admin(server: Server, database_name: str) -> Iterator[psycopg.Connection[Any]]:
    with server.connect(database_name) as connection:
        connection.execute("SET search_path = registry, public")
        yield connection
