"""Plans as the product gets them: its own statements, prepared, under generic plans, as its role, bound."""

import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, LiteralString

import psycopg
from psycopg import sql

OPTIONS: Final = "-c plan_cache_mode=force_generic_plan -c jit=off -c timezone=UTC"
"""As :func:`registry.platform.database.create_engine` connects."""
_PLACEHOLDER: Final = re.compile(r"%\((\w+)\)s")

Node = dict[str, Any]


def as_text(value: Any) -> str:
    """Return a value as PostgreSQL reads it."""
    if isinstance(value, list | tuple):
        return "{" + ",".join(map(as_text, value)) + "}"
    return value.isoformat() if isinstance(value, date) else str(value)


def placeholders(statement: str) -> list[str]:
    """Return the names of a statement's values, each once."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(statement)))


def in_marks(query: Any, **types: str) -> str:
    """Return a repository's text (``:name``) with ``%(name)s`` for its values, cast where ``types`` says so."""
    return re.sub(r"(?<!:):(\w+)", lambda found: f"%({found[1]})s" + types.get(found[1], ""), str(query))


def with_marks(statement: str, mark: str) -> str:
    """Return the statement with ``$1``… for its values, or with ``:name`` where ``mark`` is a colon."""
    names = placeholders(statement)
    given = {name: str(n) if mark == "$" else name for n, name in enumerate(names, start=1)}
    return _PLACEHOLDER.sub(lambda found: mark + given[found[1]], statement).replace("%%", "%")


class Explainer:
    """One connection on which statements are explained as they would run.

    Args:
        url: Of a login that may become ``role``.
        role: The role of the transactions.
        organisation: What they are bound to; ``None`` for the job, which is bound to none.
    """

    def __init__(self, url: str, role: LiteralString, organisation: uuid.UUID | None) -> None:
        self.url = url
        self.connection = psycopg.connect(url, options=f"{OPTIONS} -c search_path=registry,public", autocommit=True)
        self._role = role
        self._organisation = organisation
        self._names: dict[str, str] = {}

    def explain(
        self,
        statement: str,
        values: Mapping[str, Any],
        *,
        planned: Sequence[LiteralString] = (),
        options: LiteralString = "ANALYZE, BUFFERS",
    ) -> Node:
        """Return what EXPLAIN says of one execution, in a transaction of its own."""
        with self.connection.transaction():
            self.connection.execute(f"SET LOCAL ROLE {self._role}")
            self.connection.execute("SELECT bind(%s::uuid, 'tests')", [self._organisation])
            for setting in planned:
                self.connection.execute(setting)
            name = sql.Identifier(self._prepared(statement))
            texts = [sql.Literal(as_text(values[each])) for each in placeholders(statement)]
            given = sql.SQL(" ({})").format(sql.SQL(", ").join(texts)) if texts else sql.SQL("")
            head = sql.SQL("EXPLAIN ({}, FORMAT JSON) EXECUTE ").format(sql.SQL(options))
            row = self.connection.execute(head + name + given).fetchone()
            assert row is not None
            explained: Node = (json.loads(row[0]) if isinstance(row[0], str) else row[0])[0]
            return explained

    def _prepared(self, statement: str) -> str:
        if statement not in self._names:
            name = self._names[statement] = f"asked_{len(self._names)}"
            self.connection.execute(f"PREPARE {name} AS {with_marks(statement, '$')}".encode())
        return self._names[statement]

    def close(self) -> None:
        self.connection.close()


def buffers(explained: Node) -> int:
    """Return the pages that an execution touched."""
    plan = explained["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def nodes(plan: Node, above: tuple[Node, ...] = ()) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """Yield every node of a plan with those above it, the nearest last."""
    yield plan, above
    for inner in plan.get("Plans", ()):
        yield from nodes(inner, (*above, plan))
