"""The worlds of these tests, each built once for the process: the wall has a database of its own."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
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
from tests.support.application import serving
from tests.support.database import Server, fresh_name


@pytest.fixture(autouse=True)
def _no_limit_of_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every actor try wrong credentials: the thirteen together are more than a minute has room for.

    From the eleventh on they would be told to wait, whoever they are. That limit has tests of its own.
    """
    monkeypatch.setattr("registry.identity.service.oauth.server.MAX_FAILURES", 1_000_000)


@pytest_asyncio.fixture(scope="session")
async def world(
    app: FastAPI, client: httpx.AsyncClient, database: Database, job_database: Database, settings: Settings,
    admin: psycopg.Connection[Any],
) -> World:  # fmt: skip
    return await worlds.build(app, client, database, job_database, settings, admin)


@pytest_asyncio.fixture(scope="session")
async def wall(server: Server) -> AsyncIterator[Wall]:
    """A world in a database of its own: its rows would be secrets and surprises to the routes' tests."""
    name = fresh_name()
    server.clone(name)
    async with serving(server, name) as (settings, app, client, database, jobs):
        with administrator(server, name) as admin:
            world = await worlds.build(app, client, database, jobs, settings, admin)
            yield await walls.build(world, server, name)
    server.drop(name)


@pytest.fixture(scope="session")
def another_crowd(database: Database, job_database: Database, client: httpx.AsyncClient) -> Gather:
    return lambda: crowds.gather(database, job_database, client)


@pytest_asyncio.fixture(scope="session")
async def crowd(another_crowd: Gather) -> Crowd:
    return await another_crowd()


@pytest.fixture(scope="session")
def admin(server: Server, database_name: str) -> Iterator[psycopg.Connection[Any]]:
    with administrator(server, database_name) as connection:
        yield connection


@contextmanager
def administrator(server: Server, name: str) -> Iterator[psycopg.Connection[Any]]:
    with server.connect(name) as connection:
        connection.execute("SET search_path = registry, public")
        yield connection
