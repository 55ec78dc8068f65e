"""Statements in one round trip: what the hot path uses instead of a session.

psycopg's own pipeline writes to the socket after every statement and adapts values for a general cursor: 4.3 times the
processor time of what is here (measured on reading one listing). Each statement is prepared, once on a connection, by
its text alone: values go as text of unknown type, so the server infers the types and there is one generic plan a text.
"""

import asyncio
import itertools
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final, LiteralString
from weakref import WeakKeyDictionary

from psycopg import AsyncConnection, errors
from psycopg.abc import Transformer as Adapter
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

Statement = tuple[LiteralString, Mapping[str, Any]]
"""SQL with ``%(name)s`` placeholders, and their values."""

PREPARED_MAX: Final = 100
"""Statements kept on one connection; each holds a plan of some 100 kB in the server."""
CANCEL_S: Final = 5.0
"""How long a cancelled task tries to tell the server, and then waits for what it answers."""
_PLACEHOLDER: Final = re.compile(r"%\((\w+)\)s|%%")
_prepared: WeakKeyDictionary[AsyncConnection[Any], OrderedDict[bytes, bytes]] = WeakKeyDictionary()
_numbers = itertools.count()


@lru_cache(maxsize=1_000)
def _translated(query: str) -> tuple[bytes, tuple[str, ...]]:
    """Return the query with ``$1``… for its placeholders, and the names they stand for."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return "%" if found[0] == "%%" else f"${names.setdefault(found[1], len(names) + 1)}"

    return _PLACEHOLDER.sub(number, query).encode(), tuple(names)


class Answer:
    """What the last statement that returns rows returned."""

    def __init__(self, rows: PGresult | None, adapter: Adapter) -> None:
        self._rows, self._adapter = rows, adapter

    def first(self) -> tuple[Any, ...] | None:
        """Return the first row, ``None`` where there is none."""
        if self._rows is None or not self._rows.ntuples:
            return None
        self._adapter.set_pgresult(self._rows)
        return self._adapter.load_rows(0, 1, tuple)[0]

    def all(self) -> list[tuple[Any, ...]]:
        """Return every row."""
        if self._rows is None or not self._rows.ntuples:
            return []
        self._adapter.set_pgresult(self._rows)
        return self._adapter.load_rows(0, self._rows.ntuples, tuple)

    def texts(self) -> list[bytes]:
        """Return the first column of every row as the server wrote it (UTF-8; a null is empty): nothing is decoded."""
        rows = self._rows
        return [rows.get_value(n, 0) or b"" for n in range(rows.ntuples)] if rows is not None else []


async def send(connection: AsyncConnection[Any], statements: Sequence[Statement]) -> Answer:
    """Send all statements at once.

    The caller begins and ends the transaction, as statements. After an error the connection is where the error left
    it: in a failed transaction, which its pool rolls back, or closed.

    Raises:
        psycopg.Error: What the first statement that failed says; the later ones were not run.
    """
    kept = _prepared.setdefault(connection, OrderedDict())
    adapter = Transformer(connection)
    try:
        results = await _run(connection, statements, kept, adapter)
    except errors.InvalidSqlStatementName:  # psycopg deallocates everything when a session is rolled back
        kept.clear()
        if statements[0][0] != "BEGIN":
            raise  # the transaction that it was part of is lost: it would go on outside, without its role and binding
        if connection.pgconn.transaction_status != TransactionStatus.IDLE:
            statements = [("ROLLBACK", {}), *statements]
        results = await _run(connection, statements, kept, adapter)
    rows = next((result for result in reversed(results) if result.status == ExecStatus.TUPLES_OK), None)
    return Answer(rows, adapter)


async def _run(
    connection: AsyncConnection[Any],
    statements: Sequence[Statement],
    kept: OrderedDict[bytes, bytes],
    adapter: Adapter,
) -> list[PGresult]:
    """Prepare what is not ``kept`` on the connection, execute everything, and return the results."""
    pgconn = connection.pgconn
    made: list[bytes | None] = []  # for each expected result: the text that it prepares, if it does
    pgconn.enter_pipeline_mode()
    try:
        for query, values in statements:
            text, names = _translated(query)
            name = kept.get(text)
            if name is None:
                name = f"rt_{next(_numbers)}".encode()
                pgconn.send_prepare(name, text)
                made.append(text)
                kept[text] = name
            kept.move_to_end(text)
            given = adapter.dump_sequence([values[each] for each in names], [PyFormat.TEXT] * len(names))
            pgconn.send_query_prepared(name, given)
            made.append(None)
        while len(kept) > PREPARED_MAX:
            pgconn.send_close_prepared(kept.popitem(last=False)[1])
        pgconn.pipeline_sync()
        results = await _exchanged(connection)
    except BaseException:
        for text in filter(None, made):
            kept.pop(text, None)  # perhaps prepared, perhaps not: the next one takes another name
        raise
    finally:
        _leave_pipeline(pgconn)
    _check(results, made, kept)
    return results


class _Exchange:
    """The results of one pipeline, taken as they arrive.

    The loop must not watch the socket any longer than there is something to come: a connection that breaks closes it,
    and the next one that opens has its number.
    """

    def __init__(self, pgconn: PGconn) -> None:
        self._loop = asyncio.get_running_loop()
        self.done: asyncio.Future[list[PGresult]] = self._loop.create_future()
        self._pgconn, self._socket = pgconn, pgconn.socket
        self._watching = self._writing = False
        self._results: list[PGresult] = []
        self._ended = True  # each statement's results are followed by None

    def start(self) -> None:
        self._loop.add_reader(self._socket, self._go_on)
        self._watching = True
        self._go_on()

    def stop(self) -> None:
        if self._watching:
            self._watching = False
            self._loop.remove_reader(self._socket)
        if self._writing:
            self._writing = False
            self._loop.remove_writer(self._socket)

    def _go_on(self) -> None:
        """Write and read what can be at this moment; the loop calls it whenever that is something."""
        try:
            self._write()
            self._pgconn.consume_input()
            while not self._pgconn.is_busy():
                if self._take(self._pgconn.get_result()):
                    self.stop()
                    self.done.set_result(self._results)
                    return
        except errors.Error as lost:
            self.stop()
            self.done.set_exception(lost)

    def _write(self) -> None:
        left = bool(self._pgconn.flush())
        if left and not self._writing:
            self._loop.add_writer(self._socket, self._go_on)
        elif self._writing and not left:
            self._loop.remove_writer(self._socket)
        self._writing = left

    def _take(self, result: PGresult | None) -> bool:
        """Take a result; return whether it is the last."""
        if result is None:
            if self._ended:
                raise errors.OperationalError("the connection was lost")
            self._ended = True
        elif result.status == ExecStatus.PIPELINE_SYNC:
            return True
        else:
            self._results.append(result)
            self._ended = False
        return False


async def _exchanged(connection: AsyncConnection[Any]) -> list[PGresult]:
    """Write what is still to be written, then return every result up to the synchronisation.

    psycopg's own waiting wakes the task for each piece that arrives, some seventy for a thousand homes: twice the
    processor time. A task that is cancelled cancels the statement and takes what is left, as psycopg does; the
    connection to a server that answers nothing is closed when the pipeline is left.
    """
    exchange = _Exchange(connection.pgconn)
    exchange.start()
    try:
        return await asyncio.shield(exchange.done)
    except asyncio.CancelledError:
        with suppress(errors.Error, TimeoutError):
            await connection.cancel_safe(timeout=CANCEL_S)
            await asyncio.wait_for(asyncio.shield(exchange.done), CANCEL_S)
        raise
    except errors.OperationalError:
        connection.pgconn.finish()
        raise
    finally:
        exchange.stop()


def _leave_pipeline(pgconn: PGconn) -> None:
    if pgconn.status == ConnStatus.OK:
        try:
            pgconn.exit_pipeline_mode()
        except errors.OperationalError:
            pgconn.finish()  # results are left on it: nobody may take it for a clean connection


def _check(results: Sequence[PGresult], made: Sequence[bytes | None], kept: dict[bytes, bytes]) -> None:
    failed = next((result for result in results if result.status == ExecStatus.FATAL_ERROR), None)
    if failed is None:
        return
    for result, text in zip(results, made, strict=False):
        if text is not None and result.status != ExecStatus.COMMAND_OK:
            kept.pop(text, None)
    raise errors.error_from_result(failed, encoding="utf-8")
