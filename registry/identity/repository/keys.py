"""The SQL of the signing keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, case, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from registry.identity.models import SigningKey

_LOCK: Final = text("SELECT pg_advisory_xact_lock(7301952)")


async def lock(session: AsyncSession) -> None:
    """Let one process at a time make keys or change over, until the commit."""
    await session.execute(_LOCK)


async def insert_signing_key(
    session: AsyncSession, kid: str, public_jwk: dict[str, Any], private_key: bytes, status: str
) -> None:
    await session.execute(
        insert(SigningKey).values(
            kid=kid,
            public_jwk=public_jwk,
            private_key=private_key,
            status=status,
            activated_at=func.now() if status == "active" else None,
        )
    )


async def keys_in_use(session: AsyncSession) -> Sequence[SigningKey]:
    """Return the key that signs and the one that will."""
    statement = select(SigningKey).where(SigningKey.status.in_(["active", "next"]))
    return (await session.scalars(statement.execution_options(populate_existing=True))).all()


async def promote(session: AsyncSession, outgoing: str) -> bool:
    """Retire the active key ``outgoing`` and activate the next one; ``False`` when it is not active any more."""
    retired = await session.execute(
        update(SigningKey)
        .where(SigningKey.kid == outgoing, SigningKey.status == "active")
        .values(status="retired", retired_at=func.now())
        .returning(SigningKey.kid)
        .execution_options(synchronize_session=False)
    )
    if retired.first() is None:
        return False
    await session.execute(
        update(SigningKey)
        .where(SigningKey.status == "next")
        .values(status="active", activated_at=func.now())
        .execution_options(synchronize_session=False)
    )
    return True


async def forget_retired(session: AsyncSession, *, before: datetime) -> None:
    await session.execute(
        delete(SigningKey)
        .where(SigningKey.status == "retired", SigningKey.retired_at < before)
        .execution_options(synchronize_session=False)
    )


async def all_keys(session: AsyncSession) -> Sequence[SigningKey]:
    """Return every key: the active one, the next one, then the retired ones."""
    order = case({"active": 0, "next": 1}, value=SigningKey.status, else_=2)
    return (await session.scalars(select(SigningKey).order_by(order, SigningKey.created_at.desc()))).all()


async def public_keys(session: AsyncSession, *, retired_after: datetime) -> Sequence[dict[str, Any]]:
    """Return the public JWKs of all keys but those retired before ``retired_after``, the newest first."""
    statement = select(SigningKey.public_jwk).where(_verifies(retired_after))
    return (await session.scalars(statement.order_by(SigningKey.created_at.desc()))).all()


def public_key(session: Session, kid: str, *, retired_after: datetime) -> dict[str, Any] | None:
    """Return the public JWK of that id, unless it was retired before ``retired_after``."""
    statement = select(SigningKey.public_jwk).where(SigningKey.kid == kid, _verifies(retired_after))
    return session.scalars(statement).one_or_none()


def _verifies(retired_after: datetime) -> ColumnElement[bool]:
    return or_(SigningKey.retired_at.is_(None), SigningKey.retired_at > retired_after)
