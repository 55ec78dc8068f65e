"""The SQL of the signing keys."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from registry.identity.models import SigningKey


async def insert_signing_key(session: AsyncSession, kid: str, public_jwk: dict[str, Any], private_key: bytes) -> None:
    """Insert an active key, unless another process was first."""
    await session.execute(
        insert(SigningKey)
        .values(kid=kid, public_jwk=public_jwk, private_key=private_key, status="active")
        .on_conflict_do_nothing()
    )


async def active_signing_key(session: AsyncSession) -> SigningKey | None:
    return (await session.scalars(select(SigningKey).where(SigningKey.status == "active"))).one_or_none()


async def public_keys(session: AsyncSession) -> Sequence[dict[str, Any]]:
    """Return the public JWKs of all keys, the newest first."""
    return (await session.scalars(select(SigningKey.public_jwk).order_by(SigningKey.created_at.desc()))).all()


def public_key(session: Session, kid: str) -> dict[str, Any] | None:
    """Return the public JWK of that id, whatever its state."""
    return session.scalars(select(SigningKey.public_jwk).where(SigningKey.kid == kid)).one_or_none()
