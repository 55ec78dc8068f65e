"""The SQL of mails."""

import uuid
from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


class MailRow(NamedTuple):
    recipient: str
    sealed: bytes
    attempts: int


_INSERT: Final = text(
    "INSERT INTO mails (id, kind, recipient, sealed, organisation_id)"
    " VALUES (:id, :kind, :recipient, :sealed, :organisation)"
)
_UNSENT: Final = text(
    "SELECT recipient, sealed, attempts FROM mails WHERE id = :id AND sent_at IS NULL FOR UPDATE SKIP LOCKED"
)
_SENT: Final = text("DELETE FROM mails WHERE id = :id")
_ATTEMPTED: Final = text("UPDATE mails SET attempts = attempts + 1 WHERE id = :id")
_WAITING: Final = text(
    "SELECT id FROM mails WHERE sent_at IS NULL AND attempts < :most AND created_at < now() - interval '2 minutes'"
    " ORDER BY created_at LIMIT 100"
)

_ADMINISTRATORS: Final = text(
    """
    WITH people AS (
        SELECT u.email, u.language, bool_or(m.role IN ('landlord_admin', 'coordinator_admin')) AS administers
        FROM memberships m JOIN users u ON u.id = m.user_id AND u.status = 'active'
        WHERE m.organisation_id = :organisation GROUP BY u.email, u.language)
    SELECT email, language FROM people
    WHERE administers OR NOT EXISTS (SELECT FROM people WHERE administers) ORDER BY email
    """
)


async def insert(
    session: AsyncSession, id_: uuid.UUID, kind: str, recipient: str, sealed: bytes, organisation: uuid.UUID | None
) -> None:
    values = {"id": id_, "kind": kind, "recipient": recipient, "sealed": sealed, "organisation": organisation}
    await session.execute(_INSERT, values)


async def unsent(session: AsyncSession, id_: uuid.UUID) -> MailRow | None:
    """Return a mail that is not sent, and hold it; ``None`` where it is sent, or held by another worker."""
    row = (await session.execute(_UNSENT, {"id": id_})).one_or_none()
    return MailRow(*row) if row else None


async def sent(session: AsyncSession, id_: uuid.UUID) -> None:
    """Delete a mail that was handed over: nothing of it is kept."""
    await session.execute(_SENT, {"id": id_})


async def attempted(session: AsyncSession, id_: uuid.UUID) -> None:
    await session.execute(_ATTEMPTED, {"id": id_})


async def waiting(session: AsyncSession, most: int) -> Sequence[uuid.UUID]:
    """Return mails that should have left, were tried fewer than ``most`` times, the oldest first."""
    return (await session.execute(_WAITING, {"most": most})).scalars().all()


async def administrators(session: AsyncSession, organisation: uuid.UUID) -> list[tuple[str, str]]:
    """Return address and language of an organisation's administrators, of all members where it has none. As the job."""
    rows = await session.execute(_ADMINISTRATORS, {"organisation": organisation})
    return [(email, language) for email, language in rows]
