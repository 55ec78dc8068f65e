"""Databases at any point of their history."""

import secrets
from collections.abc import Callable, Iterator
from typing import LiteralString

import pytest
from psycopg import sql

from registry.platform.preparation import prepare_database
from tests.support.database import PASSWORD, Server, fresh_name

Unheld = Callable[[str], str]
BYPASSING, INHERITED = "by itself", "by what it may become"
INHERITED_SAID = "which may become {}_group, and that bypasses row-level security"


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


@pytest.fixture
def unheld(server: Server, migrated: str) -> Iterator[Unheld]:
    """Make a login that row-level security does not hold back, by itself or by what it may become; return its name."""
    made: list[str] = []

    def login(how: str) -> str:
        name = f"unheld_{secrets.token_hex(4)}"
        group = f"{name}_group"
        with server.connect(migrated) as admin:
            for role, options in how_to_make(how, name, group):
                admin.execute(sql.SQL(f"CREATE ROLE {{}} {options}").format(sql.Identifier(role)))
                made.append(role)
            if how == INHERITED:
                admin.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(group), sql.Identifier(name)))
            admin.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(name), sql.Literal(PASSWORD)))
            database = sql.Identifier(migrated)
            admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(name)))
        return name

    yield login
    with server.connect(migrated) as admin:
        for role in made:
            admin.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))
            admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def how_to_make(how: str, name: str, group: str) -> list[tuple[str, LiteralString]]:
    return [(name, "LOGIN BYPASSRLS")] if how == BYPASSING else [(group, "BYPASSRLS"), (name, "LOGIN")]
