"""SQL stands in repositories; no use case ends the transaction that it was given."""

import ast
from collections.abc import Iterator
from typing import Final

import pytest

from tests.arch.source import Module, imports, modules, parsed

STATEMENTS: Final = frozenset({
    "text", "select", "insert", "update", "delete", "func", "exists", "union", "union_all", "literal", "literal_column",
    "table", "column", "values", "case", "cast", "and_", "or_", "not_", "bindparam", "DDL",
})  # fmt: skip
SENDING: Final = frozenset({
    "execute", "executemany", "exec_driver_sql", "scalar", "scalars", "stream", "stream_scalars", "copy",
    "alone",
})  # fmt: skip
ENDING: Final = frozenset({"commit", "rollback"})

OUTSIDE_REPOSITORIES: Final = {
    "registry.platform.database": "takes the role and binds the organisation of every transaction",
    "registry.platform.diagnosis": "the doctor asks the catalogue, on connections of its own",
    "registry.platform.jobs": "defers through procrastinate's own function, in the transaction that it was given",
    "registry.platform.preparation": "roles, extensions and operators are made before there is a schema",
    "registry.platform.row_security": "asks the catalogue what the login may do, before anything is read with it",
    "registry.sync.routes.imports": "reads the body of a request as it comes: another stream",
    "registry.platform.schema_version": "reads the schema's version, before anything else may be read",
}


def sends_sql(module: Module) -> Iterator[str]:
    """Yield the places where a module states or sends SQL; ``text`` as a column's default in models is none."""
    for line, name in imports(module):
        package, _, what = name.rpartition(".")
        if name.startswith("registry.platform.round_trip."):
            yield f"{module.name}:{line} {name}"
        if package.split(".")[0] == "sqlalchemy" and what in STATEMENTS and ".models" not in module.name:
            yield f"{module.name}:{line} {name}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SENDING:
            yield f"{module.name}:{node.lineno} .{node.func.attr}("


def ends_transaction(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ENDING:
            yield f"{module.name}:{node.lineno} .{node.func.attr}("


def places_by_module(found: Iterator[str]) -> set[str]:
    return {place.split(":", 1)[0] for place in found}


def test_sql_stands_in_repositories_only() -> None:
    outside = [module for module in modules() if ".repository" not in module.name]
    found = [place for module in outside for place in sends_sql(module)]
    assert [place for place in found if place.split(":")[0] not in OUTSIDE_REPOSITORIES] == []
    assert places_by_module(iter(found)) == set(OUTSIDE_REPOSITORIES), "an exception that is no longer needed"


def test_nobody_ends_a_transaction_that_was_given() -> None:
    assert [place for module in modules() for place in ends_transaction(module)] == []


@pytest.mark.parametrize(
    "line",
    [
        "from sqlalchemy import text",
        "from sqlalchemy.sql.expression import select",
        "session.execute(Q)",
        "connection.cursor().copy('COPY homes FROM STDIN')",
        "database.alone(Q, {}, role=role)",
        "from registry.platform.round_trip import send",
    ],
)
def test_sql_in_a_service_is_found(line: str) -> None:
    assert list(sends_sql(parsed("registry.stock.service", line)))


def test_default_of_a_column_is_not_sql_in_a_service() -> None:
    assert not list(sends_sql(parsed("registry.stock.models", "from sqlalchemy import Text, text")))


def test_commit_in_a_service_is_found() -> None:
    assert list(ends_transaction(parsed("registry.stock.service", "async def f(session): await session.commit()")))
