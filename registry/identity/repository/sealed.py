"""The SQL of what is sealed under the master key: one list of the columns, so that none is left out."""

from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.platform.database import Role


class Column(NamedTuple):
    """A column of sealed values.

    Attributes:
        key: What names a row.
        place: Where its seal belongs, before ``of``.
        of: SQL of what the place names; where it is not given, ``key``.
        forget: SQL that does without the value of one row, where its master key is lost.
        role: Who may do that.
    """

    name: str
    table: str
    column: str
    key: str
    place: str
    forget: str
    of: str = ""
    role: Role = Role.AUTH


class Sealed(NamedTuple):
    key: Any
    value: bytes
    place: str


def _delete(table: str, key: str) -> str:
    return f"DELETE FROM {table} WHERE {key} = :key"


COLUMNS: Final = (
    Column("signing keys", "signing_keys", "private_key", "kid", "signing_keys:", _delete("signing_keys", "kid")),
    Column(
        "second factors", "users", "totp_seed", "id", "users.totp_seed:",
        "UPDATE users SET totp_seed = NULL, totp_confirmed_at = NULL, totp_last_step = NULL WHERE id = :key",
    ),
    Column(
        "webhook secrets", "webhook_endpoints", "secret", "id", "warning_hooks:", _delete("webhook_endpoints", "id"),
        of="organisation_id",
    ),
    Column(
        "replaced webhook secrets", "webhook_endpoints", "previous_secret", "id", "warning_hooks:",
        "UPDATE webhook_endpoints SET previous_secret = NULL, previous_until = NULL WHERE id = :key",
        of="organisation_id",
    ),
    Column("mails", "mails", "sealed", "id", "mails:", _delete("mails", "id"), role=Role.JOB),
    Column(
        "upstream ID tokens", "sessions", "upstream_id_token", "digest", "sessions.upstream_id_token:",
        "UPDATE sessions SET upstream_id_token = NULL, ended_at = coalesce(ended_at, now()) WHERE digest = :key",
        of="user_id",
    ),
    Column(
        "upstream requests", "upstream_requests", "sealed", "digest", "upstream_requests:",
        _delete("upstream_requests", "digest"), of="encode(digest, 'hex')",
    ),
    Column(
        "secrets of sources", "sync_sources", "secret", "id", "sync_sources.secret:",
        "UPDATE sync_sources SET secret = NULL WHERE id = :key",
    ),
)  # fmt: skip


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


async def forget(session: AsyncSession, column: Column, key: Any) -> None:
    await session.execute(text(column.forget), {"key": key})
