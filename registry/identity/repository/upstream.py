"""The SQL of browsers on their way to an OpenID provider."""

from typing import Any

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from registry.identity.models import UpstreamRequest


async def insert_request(session: AsyncSession, **values: Any) -> None:
    """Insert, and delete those that nobody came back for: however many set out, only the last ten minutes' are kept."""
    await session.execute(delete(UpstreamRequest).where(UpstreamRequest.expires_at < func.now()))
    await session.execute(insert(UpstreamRequest).values(values))


async def take(session: AsyncSession, *, digest: bytes, browser: bytes) -> bytes | None:
    """Return what is kept under a ``state``, and delete it: of two that come at once, one gets it."""
    statement = (
        delete(UpstreamRequest)
        .where(
            UpstreamRequest.digest == digest,
            UpstreamRequest.browser == browser,
            UpstreamRequest.expires_at > func.now(),
        )
        .returning(UpstreamRequest.sealed)
        .execution_options(synchronize_session=False)
    )
    found: bytes | None = (await session.execute(statement)).scalar_one_or_none()
    return found
