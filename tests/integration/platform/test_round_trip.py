"""The hot path's own way to the database: one round trip, prepared statements, and nothing left behind by an error."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import AsyncConnection
from psycopg.pq import TransactionStatus

from registry.platform import round_trip
from registry.platform.database import Database, Role, create_engine
from registry.platform.round_trip import send
from registry.platform.settings import Settings

ORGANISATION = uuid.uuid4()


@pytest.fixture
async def connection(settings: Settings) -> AsyncIterator[AsyncConnection[Any]]:
    assert settings.web_database_url
    made = await AsyncConnection.connect(settings.web_database_url.get_secret_value())
    async with made:
        yield made


async def one(connection: AsyncConnection[Any], query: LiteralString, **values: Any) -> tuple[Any, ...] | None:
    return (await send(connection, [("BEGIN", {}), (query, values), ("COMMIT", {})])).first()


async def prepared(connection: AsyncConnection[Any]) -> list[str]:
    cursor = await connection.execute(
        "SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%round trip%'"
    )
    found = [statement for (statement,) in await cursor.fetchall()]
    await connection.rollback()
    return found


async def test_row_comes_back_as_python_values(connection: AsyncConnection[Any]) -> None:
    given = uuid.uuid4()
    row = await one(
        connection,
        "SELECT %(text)s::text, %(n)s::integer + 1, ARRAY[%(id)s::uuid], %(list)s::text[], 7 %% 4, %(text)s::text",
        text='it\'s "é" 100 %', n=41, id=given, list=["a,b", '"', "é"],
    )  # fmt: skip
    assert row == ('it\'s "é" 100 %', 42, [given], ["a,b", '"', "é"], 3, 'it\'s "é" 100 %')


async def test_statement_that_finds_nothing_gives_no_row(connection: AsyncConnection[Any]) -> None:
    assert await one(connection, "SELECT 1 WHERE %(n)s::integer = 2", n=1) is None


async def test_answer_larger_than_a_socket_takes_at_once_is_whole(connection: AsyncConnection[Any]) -> None:
    sent = "x" * 3_000_000
    assert await one(connection, "SELECT %(sent)s::text || 'y'", sent=sent) == (sent + "y",)


async def test_same_text_is_prepared_once_whatever_its_values(connection: AsyncConnection[Any]) -> None:
    for value in (1, 2_000_000_000, -5):
        assert await one(connection, "SELECT %(n)s::bigint /* round trip */", n=value) == (value,)
    assert len(await prepared(connection)) == 1


async def test_least_recently_used_statements_are_closed(
    connection: AsyncConnection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(round_trip, "PREPARED_MAX", 4)  # BEGIN, COMMIT and two of ours
    for query in ("SELECT 1 /* round trip */", "SELECT 2 /* round trip */", "SELECT 3 /* round trip */"):
        await one(connection, query)
    assert sorted(await prepared(connection)) == ["SELECT 2 /* round trip */", "SELECT 3 /* round trip */"]
    assert await one(connection, "SELECT 1 /* round trip */") == (1,)


async def test_first_failure_is_raised_and_nothing_after_it_is_done(connection: AsyncConnection[Any]) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        await send(
            connection,
            [("BEGIN", {}), ("SELECT 1 / %(n)s::integer", {"n": 0}), ("SELECT nonsense", {}), ("COMMIT", {})],
        )
    await connection.rollback()
    assert await one(connection, "SELECT 1 / %(n)s::integer", n=1) == (1,)


async def test_text_that_could_not_be_prepared_is_prepared_again(connection: AsyncConnection[Any]) -> None:
    """What is missing now may be there the next time."""
    await connection.execute("SET search_path = public")
    await connection.commit()
    query: LiteralString = "SELECT current_actor()"
    for _ in range(2):
        with pytest.raises(psycopg.errors.UndefinedFunction):
            await one(connection, query)
        await connection.rollback()
    await connection.execute("SET search_path = registry")
    await connection.commit()
    assert await one(connection, query) == (None,)


@pytest.mark.parametrize("gone", ["DEALLOCATE ALL", "DEALLOCATE PREPARE rt"], ids=["all", "the second"])
async def test_statement_that_was_deallocated_is_prepared_again(connection: AsyncConnection[Any], gone: str) -> None:
    """psycopg deallocates everything after a session's rollback; the caller does not notice."""
    query: LiteralString = "SELECT %(n)s::integer /* round trip */"
    assert await one(connection, query, n=1) == (1,)
    if gone != "DEALLOCATE ALL":
        cursor = await connection.execute("SELECT name FROM pg_prepared_statements WHERE statement LIKE '%round trip%'")
        (row,) = await cursor.fetchall()
        gone = f"DEALLOCATE {row[0]}"
    await connection.execute(gone.encode())
    await connection.commit()
    assert await one(connection, query, n=2) == (2,)
    assert connection.info.transaction_status == TransactionStatus.IDLE
    assert len(await prepared(connection)) == 1


async def test_session_that_was_rolled_back_does_not_disturb_the_hot_path(database: Database) -> None:
    async def found() -> tuple[Any, ...] | None:
        made = await database.alone("SELECT 1", {}, role=Role.LANDLORD, organisation=ORGANISATION, actor="a test")
        return made.first()

    assert await found() == (1,)
    for _ in range(5):  # from the third execution on, psycopg has prepared statements that a rollback deallocates
        with pytest.raises(ZeroDivisionError):
            async with database.transaction(Role.LANDLORD, organisation=ORGANISATION, actor="a test"):
                raise ZeroDivisionError
        assert await found() == (1,)


async def test_texts_are_the_bytes_of_every_first_column(connection: AsyncConnection[Any]) -> None:
    query: LiteralString = "SELECT nullif(x, ''), 'second' FROM unnest(%(given)s::text[]) x"
    answer = await send(connection, [("BEGIN", {}), (query, {"given": ["été", "", '"']}), ("COMMIT", {})])
    assert answer.texts() == ["été".encode(), b"", b'"']
    assert (await send(connection, [("BEGIN", {}), ("COMMIT", {})])).texts() == []


async def test_cancelled_caller_leaves_a_usable_connection(connection: AsyncConnection[Any]) -> None:
    waiting = asyncio.create_task(one(connection, "SELECT pg_sleep(30) /* round trip */"))
    await asyncio.sleep(0.1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(waiting, 10)
    await connection.rollback()
    assert await one(connection, "SELECT 1") == (1,)


async def test_cancelled_caller_of_a_server_that_answers_nothing_closes_the_connection(
    connection: AsyncConnection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unheard(**_: float) -> None:
        """The server is gone without a word: it learns of no cancellation."""

    monkeypatch.setattr(connection, "cancel_safe", unheard)
    monkeypatch.setattr("registry.platform.round_trip.CANCEL_S", 0.1)
    waiting = asyncio.create_task(one(connection, "SELECT pg_sleep(30)"))
    await asyncio.sleep(0.1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(waiting, 10)
    assert connection.closed


async def lose(connection: AsyncConnection[Any], settings: Settings) -> None:
    """Have the server end a connection amid a statement; see what its caller is told."""
    assert settings.web_database_url
    pid = connection.info.backend_pid
    async with await AsyncConnection.connect(settings.web_database_url.get_secret_value(), autocommit=True) as other:
        waiting = asyncio.create_task(one(connection, "SELECT pg_sleep(30)"))
        await asyncio.sleep(0.1)
        await other.execute("SELECT pg_terminate_backend(%s)", [pid])
        with pytest.raises(psycopg.OperationalError):
            await asyncio.wait_for(waiting, 10)


async def test_lost_connection_is_an_operational_error(connection: AsyncConnection[Any], settings: Settings) -> None:
    await lose(connection, settings)
    assert connection.closed


async def test_socket_of_a_lost_connection_is_not_watched_any_more(
    connection: AsyncConnection[Any], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next connection gets its number, and could not be watched."""
    loop, socket = asyncio.get_running_loop(), connection.pgconn.socket
    watched: list[bool] = []

    class Exchange(round_trip._Exchange):
        def start(self) -> None:
            if self._socket == socket:  # the application of the other tests goes on beside, on connections of its own
                self.done.add_done_callback(lambda _: watched.append(loop.remove_reader(socket)))
            super().start()

    monkeypatch.setattr(round_trip, "_Exchange", Exchange)
    await lose(connection, settings)
    assert watched == [False]


async def test_pool_gives_no_connection_again_that_was_lost(settings: Settings) -> None:
    assert settings.web_database_url
    engine = create_engine(settings.web_database_url.get_secret_value(), pool_size=1)
    database = Database(engine)

    async def process() -> int:
        made = await database.alone(
            "SELECT pg_backend_pid()", {}, role=Role.LANDLORD, organisation=ORGANISATION, actor="a test"
        )
        row = made.first()
        assert row is not None
        return int(row[0])

    pid = await process()
    assert await process() == pid
    async with await AsyncConnection.connect(settings.web_database_url.get_secret_value(), autocommit=True) as other:
        await other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    with pytest.raises(psycopg.OperationalError):
        await process()
    assert await process() != pid
    await engine.dispose()


async def test_statement_alone_runs_bound_and_leaves_the_pool_unbound(database: Database) -> None:
    seen = await database.alone(
        "SELECT current_user::text, current_organisation(), current_actor(), current_setting('enable_sort')", {},
        role=Role.LANDLORD, organisation=ORGANISATION, actor="a test", planned=("SET LOCAL enable_sort = off",),
    )  # fmt: skip
    assert seen.first() == ("registry_landlord", ORGANISATION, "a test", "off")
    async with database.engine.connect() as pooled:
        raw = (await pooled.get_raw_connection()).driver_connection
        assert raw is not None
        assert await one(raw, "SELECT current_user::text, current_setting('registry.actor', true)") in {
            ("registry_web", ""),
            ("registry_web", None),
        }


async def test_caller_that_is_gone_once_it_is_answered_leaves_the_connection_whole(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is cancelled as the connection is given back: neither is that an error, nor is the connection thrown away."""
    assert settings.web_database_url
    database = Database(create_engine(settings.web_database_url.get_secret_value(), pool_size=1))

    async def gone(*given: Any) -> Any:
        answer = await send(*given)
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        return answer

    async def pid() -> int:
        answer = await database.alone(
            "SELECT pg_backend_pid()", {}, role=Role.LANDLORD, organisation=ORGANISATION, actor="tests"
        )
        (found,) = answer.first() or (0,)
        return int(found)

    before = await pid()
    monkeypatch.setattr("registry.platform.database.send", gone)
    monkeypatch.setattr("psycopg.waiting.MAX_BUSY_TIME", 0)  # psycopg lets others run first where it was busy for long
    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(pid())
    monkeypatch.undo()
    await asyncio.sleep(0)
    assert await pid() == before
    assert not [record for record in caplog.records if record.name.startswith("sqlalchemy.pool")]
    await database.dispose()
