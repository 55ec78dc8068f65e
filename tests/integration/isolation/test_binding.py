"""A transaction is bound, or it is nothing: whatever happens to the statements that bind it."""

import uuid
from collections.abc import AsyncIterator

import pytest
from psycopg import errors
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from registry.platform.database import Database, Role, bind, create_engine
from registry.platform.settings import Settings


@pytest.fixture
async def one_connection(settings: Settings) -> AsyncIterator[Database]:
    """A pool of one connection, which has prepared the statements that bind."""
    assert settings.web_database_url
    made = Database(create_engine(settings.web_database_url.get_secret_value(), pool_size=1))
    async with made.transaction(Role.LANDLORD, organisation=uuid.uuid4(), actor="tests"):
        pass
    yield made
    await made.dispose()


async def test_binding_is_made_anew_where_the_server_has_forgotten_its_statements(one_connection: Database) -> None:
    async with one_connection.engine.connect() as connection:
        await connection.execute(text("DEALLOCATE ALL"))
        await connection.commit()
    organisation = uuid.uuid4()
    async with one_connection.transaction(Role.LANDLORD, organisation=organisation, actor="tests") as session:
        found = (await session.execute(text("SELECT current_user, current_organisation()"))).one()
    assert tuple(found) == ("registry_landlord", organisation)


async def test_binding_that_cannot_be_repeated_within_its_transaction_fails(one_connection: Database) -> None:
    """To begin again would leave the transaction, and what follows would run without a role."""
    async with one_connection._sessions() as session:
        await session.execute(text("DEALLOCATE ALL"))
        with pytest.raises((errors.InvalidSqlStatementName, ProgrammingError)):
            await bind(session, Role.LANDLORD, organisation=uuid.uuid4(), actor="tests")
        await session.rollback()


async def test_transaction_bound_already_is_not_bound_again(one_connection: Database) -> None:
    async with one_connection.transaction(Role.LANDLORD, organisation=uuid.uuid4(), actor="tests") as session:
        with pytest.raises((errors.InsufficientPrivilege, ProgrammingError)):
            await bind(session, Role.LANDLORD, organisation=uuid.uuid4(), actor="tests")
        await session.rollback()


async def test_statement_of_the_hot_path_runs_in_its_own_binding(one_connection: Database) -> None:
    for organisation in (uuid.uuid4(), uuid.uuid4()):
        row = await one_connection.alone(
            "SELECT current_user, current_organisation(), current_actor()", {},
            role=Role.LANDLORD, organisation=organisation, actor="tests",
        )  # fmt: skip
        assert row.first() == ("registry_landlord", organisation, "tests")


async def test_hot_path_answers_nothing_where_its_binding_is_refused(one_connection: Database) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        await one_connection.alone("SELECT 'answered'", {}, role=Role.LANDLORD, organisation=uuid.uuid4(), actor="")
    async with one_connection.engine.connect() as connection:
        assert (await connection.execute(text("SELECT current_user"))).scalar_one() == "registry_web"
