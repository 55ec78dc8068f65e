"""The SQL of what is sealed under the master key: one list of the columns, so that none is forgotten."""

from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


class Column(NamedTuple):
    """A column of sealed values. ``key``: what names a row; ``place``: where its seal belongs, before that name."""

    name: str
    table: str
    column: str
    key: str
    place: str


class Sealed(NamedTuple):
    key: Any
    value: bytes
    place: str


COLUMNS: Final = (
    Column("signing keys", "signing_keys", "private_key", "kid", "signing_keys:"),
    Column("second factors", "users", "totp_seed", "id", "users.totp_seed:"),
    Column("warning hooks", "warning_hooks", "secret", "organisation_id", "warning_hooks:"),
    Column("mails", "mails", "sealed", "id", "mails:"),
)


async def all_sealed(session: AsyncSession, column: Column) -> list[Sealed]:
    """Return every sealed value of a column, and hold the rows until the commit."""
    rows = await session.execute(
        text(
            f"SELECT {column.key}, {column.column} FROM {column.table}"
            f" WHERE {column.column} IS NOT NULL ORDER BY {column.key} FOR UPDATE"
        )
    )
    return [Sealed(key, bytes(value), f"{column.place}{key}") for key, value in rows]


async def replace(session: AsyncSession, column: Column, key: Any, value: bytes) -> None:
    await session.execute(
        text(f"UPDATE {column.table} SET {column.column} = :value WHERE {column.key} = :key"),
        {"value": value, "key": key},
    )
