"""Databases at any point of their history."""

from collections.abc import Iterator

import pytest

from registry.platform.preparation import prepare_database
from tests.support.database import Server, fresh_name


@pytest.fixture(scope="session")
def prepared_template(server: Server) -> Iterator[str]:
    """A database that an administrator has prepared and nobody has migrated."""
    name = fresh_name()
    with server.connect() as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
    with server.connect(name) as admin:
        assert prepare_database(admin) == []
    yield name
    server.drop(name)


@pytest.fixture
def prepared(server: Server, prepared_template: str) -> Iterator[str]:
    """A prepared, empty database of the test's own."""
    name = fresh_name()
    server.clone(name, prepared_template)
    yield name
    server.drop(name)


@pytest.fixture
def migrated(server: Server) -> Iterator[str]:
    """A database with the present schema, of the test's own."""
    name = fresh_name()
    server.clone(name)
    yield name
    server.drop(name)
