"""Wrong passwords and codes: counted by what was tried and where from: guessing is slow, and nobody is locked out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.identity.errors import CodeWrong, CredentialsWrong, TooManyFailures
from registry.identity.repository import attempts
from registry.platform.database import Database, Role

MAX_FAILURES: Final = 10
WINDOW_MINUTES: Final = 10


async def check_not_throttled(session: AsyncSession, kind: str, subject: str, network: str) -> None:
    """Refuse another try while too many failed lately.

    Raises:
        TooManyFailures: ``subject`` failed ten times in ten minutes from this network.
    """
    recent = await session.run_sync(
        lambda sync: attempts.recent_failures(sync, kind, subject, network, minutes=WINDOW_MINUTES)
    )
    if recent >= MAX_FAILURES:
        raise TooManyFailures(headers={"Retry-After": str(WINDOW_MINUTES * 60)})


async def count_failure(session: AsyncSession, kind: str, subject: str, network: str) -> None:
    await session.run_sync(lambda sync: attempts.add_failure(sync, kind, subject, network))


@asynccontextmanager
async def proving(database: Database) -> AsyncIterator[AsyncSession]:
    """A transaction of ``Role.AUTH`` for proving credentials: it commits although they are wrong.

    Otherwise the failure that was counted in it would be undone with it.
    """
    refused: CredentialsWrong | CodeWrong | None = None
    async with database.transaction(Role.AUTH, actor="account") as session:
        try:
            yield session
        except (CredentialsWrong, CodeWrong) as error:
            refused = error
    if refused is not None:
        raise refused
