"""Times inside the database: what the server itself says that a search took, without any client."""

import json
import uuid
from collections.abc import Sequence
from statistics import median
from typing import Any

import psycopg
from psycopg import sql

from tests.perf.pgbench import OPTIONS, as_text, numbered, placeholders
from tests.perf.searches import Asked
from tests.support.database import Server

BYPASSING = "bench_bypassing"


class Inside:
    """One connection on which searches are explained as the product runs them: prepared, as a role, bound.

    Args:
        role: The product's, or :data:`BYPASSING`, to which row-level security does not apply.
    """

    def __init__(self, server: Server, database: str, role: str, organisation: uuid.UUID) -> None:
        login = None if role == BYPASSING else "registry_web"
        self._connection = psycopg.connect(server.url(database, login), options=OPTIONS, autocommit=True)
        if role == BYPASSING:
            self._connection.execute("SET search_path = registry, public")
        self._role = sql.Identifier(role)
        self._organisation = organisation
        self._names: dict[str, str] = {}

    def time(self, asked: Asked) -> tuple[float, int]:
        """Return milliseconds of execution and buffers touched."""
        with self._connection.transaction():
            self._connection.execute(sql.SQL("SET LOCAL ROLE {}").format(self._role))
            self._connection.execute("SELECT registry.bind(%s, 'bench')", [self._organisation])
            name = self._prepared(asked.sql)
            values = sql.SQL(", ").join(sql.Literal(as_text(asked.values[key])) for key in placeholders(asked.sql))
            explain = sql.SQL("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) EXECUTE {} ({})")
            row = self._connection.execute(explain.format(sql.Identifier(name), values)).fetchone()
            assert row is not None
            explained: dict[str, Any] = (json.loads(row[0]) if isinstance(row[0], str) else row[0])[0]
            plan = explained["Plan"]
            return explained["Execution Time"], plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]

    def _prepared(self, statement: str) -> str:
        if statement not in self._names:
            name = self._names[statement] = f"asked_{len(self._names)}"
            self._connection.execute(
                sql.SQL("PREPARE {} AS ").format(sql.Identifier(name)) + sql.SQL(numbered(statement))
            )
        return self._names[statement]

    def close(self) -> None:
        self._connection.close()


def allow_bypassing(server: Server, database: str) -> None:
    """Create the role that row-level security does not apply to."""
    with server.connect(database) as admin:
        if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [BYPASSING]).fetchone():
            admin.execute(f"CREATE ROLE {BYPASSING} NOLOGIN BYPASSRLS")
        admin.execute(f"GRANT USAGE ON SCHEMA registry TO {BYPASSING}")
        admin.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA registry TO {BYPASSING}")
        admin.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA registry TO {BYPASSING}")


def times(sides: Sequence[Inside], asked: Sequence[Asked], rounds: int = 3) -> list[list[float]]:
    """Return each side's milliseconds for each search: the median of ``rounds``, the sides taking turns."""
    seen: list[list[list[float]]] = [[[] for _ in asked] for _ in sides]
    for _ in range(rounds + 1):
        for number, one in enumerate(asked):
            for side, of_side in zip(sides, seen, strict=True):
                of_side[number].append(side.time(one)[0])
    return [[median(rounds_[1:]) for rounds_ in of_side] for of_side in seen]  # the first round warms
