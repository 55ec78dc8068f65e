"""The SQL of what is sealed under the master key: one list of the columns, so that none is forgotten."""

from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


class Column(NamedTuple):
    """A column of sealed values.

    Attributes:
        key: What names a row.
        place: Where its seal belongs, before ``of``.
        of: SQL of what the place names; where it is not given, ``key``.
    """

    name: str
    table: str
    column: str
    key: str
    place: str
    of: str = ""


class Sealed(NamedTuple):
    key: Any
    value: bytes
    place: str


COLUMNS: Final = (
    Column("signing keys", "signing_keys", "private_key", "kid", "signing_keys:"),
    Column("second factors", "users", "totp_seed", "id", "users.totp_seed:"),
    Column("warning hooks", "warning_hooks", "secret", "organisation_id", "warning_hooks:"),
    Column("mails", "mails", "sealed", "id", "mails:"),
    Column("upstream ID tokens", "sessions", "upstream_id_token", "digest", "sessions.upstream_id_token:", "user_id"),
    Column("upstream requests", "upstream_requests", "sealed", "digest", "upstream_requests:", "encode(digest, 'hex')"),
)


async def all_sealed(session: AsyncSession, column: Column) -> list[Sealed]:
    """Return every sealed value of a column, and hold the rows until the commit."""
    rows = await session.execute(
        text(
            f"SELECT {column.key}, {column.column}, {column.of or column.key} FROM {column.table}"
            f" WHERE {column.column} IS NOT NULL ORDER BY {column.key} FOR UPDATE"
        )
    )
    return [Sealed(key, bytes(value), f"{column.place}{of}") for key, value, of in rows]


async def replace(session: AsyncSession, column: Column, key: Any, value: bytes) -> None:
    await session.execute(
        text(f"UPDATE {column.table} SET {column.column} = :value WHERE {column.key} = :key"),
        {"value": value, "key": key},
    )
