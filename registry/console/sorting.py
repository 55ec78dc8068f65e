"""Sort a table that a page shows whole, by the heads of its columns."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from fastapi import Request

Row = TypeVar("Row")
Columns = Mapping[str, Callable[[Row], Any]]
"""What a row is sorted by, by the key of the column in the page's address: a value, text without regard to case."""


def order_of(request: Request, keys: Iterable[str], usual: str = "") -> str:
    """Return the order that an address asks for, a key or ``-key``; the usual one where there is none such."""
    asked = request.query_params.get("sort", "")
    return asked if asked.removeprefix("-") in set(keys) else usual


def in_order(rows: Iterable[Row], columns: Columns[Row], sort: str) -> list[Row]:
    """Return rows by a column, downwards with ``-`` before its key; what is not known comes last either way.

    Rows that are alike keep their order, and all of them do where ``sort`` is no column of theirs.
    """
    given, value = list(rows), columns.get(sort.removeprefix("-"))
    if value is None:
        return given
    known = [(_comparable(value(row)), row) for row in given if value(row) is not None]
    known.sort(key=lambda each: each[0], reverse=sort.startswith("-"))
    return [row for _, row in known] + [row for row in given if value(row) is None]


def _comparable(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
