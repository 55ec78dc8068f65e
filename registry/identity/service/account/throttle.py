"""Wrong passwords and codes: counted by what was tried and where from: guessing is slow, and nobody is locked out.

Second factors are counted from everywhere together as well. A million codes, three of them right at a time, do not
withstand somebody with the password and a network for every ten tries; with a hundred tries an hour, guessing takes
three months to succeed as often as not. The price: who has the password can keep its owner from signing in, for an hour
after the last wrong code that was counted and no longer. Sessions that are open go on, and a new password, by the link
in the mailbox, ends the guessing. Passwords have no such count: anybody could keep out anybody.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from registry.identity.errors import CodeWrong, CredentialsWrong, TooManyFailures
from registry.identity.repository import attempts
from registry.kernel.text import Text
from registry.platform.database import Database, Role

MAX_FAILURES: Final = 10
WINDOW_MINUTES: Final = 10
SECOND_FACTOR: Final = "second_factor"
MAX_FAILURES_ANYWHERE: Final = 100
WINDOW_ANYWHERE_MINUTES: Final = 60
_AN_HOUR: Final = Text("Attendez une heure, puis réessayez.", "Wait an hour, then try again.")


async def check_not_throttled(session: AsyncSession, kind: str, subject: str, network: str) -> None:
    """Refuse another try while too many failed lately.

    Raises:
        TooManyFailures: ``subject`` failed ten times in ten minutes from this network, or, a second factor, a hundred
            times in an hour from anywhere.
    """

    def recent(sync: Session, where: str | None, minutes: int) -> int:
        return attempts.recent_failures(sync, kind, subject, where, minutes=minutes)

    if await session.run_sync(recent, network, WINDOW_MINUTES) >= MAX_FAILURES:
        raise TooManyFailures(headers={"Retry-After": str(WINDOW_MINUTES * 60)})
    if kind != SECOND_FACTOR:
        return
    if await session.run_sync(recent, None, WINDOW_ANYWHERE_MINUTES) >= MAX_FAILURES_ANYWHERE:
        raise TooManyFailures(remedy=_AN_HOUR, headers={"Retry-After": str(WINDOW_ANYWHERE_MINUTES * 60)})


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
