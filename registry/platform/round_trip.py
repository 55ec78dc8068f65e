"""Statements in one round trip: what the hot path uses instead of a session.

psycopg's own pipeline writes to the socket after every statement and adapts values for a general cursor: 4.3 times the
processor time of what is here (measured on reading one listing). Each statement is prepared, once on a connection, by
its text alone: values go as text of unknown type, so the server infers the types and there is one generic plan a text.
"""

import itertools
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, LiteralString
from weakref import WeakKeyDictionary

from psycopg import AsyncConnection, errors
from psycopg.abc import PQGen
from psycopg.abc import Transformer as Adapter
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg.waiting import Ready, Wait

Statement = tuple[LiteralString, Mapping[str, Any]]
"""SQL with ``%(name)s`` placeholders, and their values."""

PREPARED_MAX: Final = 100
"""Statements kept on one connection; each holds a plan of some 100 kB in the server."""
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


async def last_row(connection: AsyncConnection[Any], statements: Sequence[Statement]) -> tuple[Any, ...] | None:
    """Send all statements at once; return the first row of the last one that returns rows, ``None`` where none does.

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
    if rows is None or not rows.ntuples:
        return None
    adapter.set_pgresult(rows)
    return adapter.load_rows(0, 1, tuple)[0]


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
        results = await connection.wait(_collected(pgconn))
    except BaseException:
        for text in filter(None, made):
            kept.pop(text, None)  # perhaps prepared, perhaps not: the next one takes another name
        raise
    finally:
        _leave_pipeline(pgconn)
    _check(results, made, kept)
    return results


def _collected(pgconn: PGconn) -> PQGen[list[PGresult]]:
    """Write what is still to be written, then return every result up to the synchronisation."""
    while pgconn.flush():
        if (yield Wait.RW) & Ready.R:
            pgconn.consume_input()
    results: list[PGresult] = []
    ended = True  # each statement's results are followed by None
    while True:
        while pgconn.is_busy():
            yield Wait.R
            pgconn.consume_input()
        result = pgconn.get_result()
        if result is None:
            if ended:
                pgconn.finish()
                raise errors.OperationalError("the connection was lost")
            ended = True
        elif result.status == ExecStatus.PIPELINE_SYNC:
            return results
        else:
            results.append(result)
            ended = False


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
