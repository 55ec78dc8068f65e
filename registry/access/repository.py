"""The SQL of idempotent requests."""

from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation


class Held(NamedTuple):
    body_sha256: bytes
    status: int | None
    media_type: str | None
    body: bytes | None


_CLAIM: Final = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 7301951))")
_READ: Final = text(
    "SELECT body_sha256, status, media_type, body FROM idempotency_keys"
    " WHERE organisation_id = :organisation AND route = :route AND key = :key"
    " AND created_at > now() - interval '24 hours'"
)
_INSERT: Final = text(
    "INSERT INTO idempotency_keys (organisation_id, route, key, body_sha256)"
    " VALUES (:organisation, :route, :key, :digest) ON CONFLICT (organisation_id, route, key) DO UPDATE SET"
    " body_sha256 = excluded.body_sha256, created_at = now(), status = NULL, media_type = NULL, body = NULL"
)
_KEEP: Final = text(
    "UPDATE idempotency_keys SET status = :status, media_type = :media_type, body = :body"
    " WHERE organisation_id = :organisation AND route = :route AND key = :key"
)
_EXPIRE: Final = text("DELETE FROM idempotency_keys WHERE created_at < now() - interval '24 hours'")


async def claim(session: AsyncSession, organisation: OwnOrganisation, route: str, key: str) -> bool:
    """Hold the key until the commit; return whether nobody else does."""
    held: bool = (await session.execute(_CLAIM, {"name": f"{organisation} {route} {key}"})).scalar_one()
    return held


async def insert_key(
    session: AsyncSession, organisation: OwnOrganisation, route: str, key: str, digest: bytes
) -> Held | None:
    """Return what the key holds already, or write it and return ``None``."""
    values = {"organisation": organisation, "route": route, "key": key}
    row = (await session.execute(_READ, values)).one_or_none()
    if row is not None:
        return Held(*row)
    await session.execute(_INSERT, {**values, "digest": digest})
    return None


async def keep_answer(
    session: AsyncSession,
    organisation: OwnOrganisation,
    route: str,
    key: str,
    status: int,
    media_type: str,
    body: bytes,
) -> None:
    values = {"organisation": organisation, "route": route, "key": key}
    await session.execute(_KEEP, {**values, "status": status, "media_type": media_type, "body": body})


async def expire_keys(session: AsyncSession) -> None:
    """Delete the keys whose 24 hours are over. As the job."""
    await session.execute(_EXPIRE)
