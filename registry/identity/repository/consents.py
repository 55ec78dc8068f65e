"""The SQL of what people let clients do, as they see it themselves."""

import uuid
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


class ConsentRow(NamedTuple):
    """A consent from which something can still follow: ``client`` of ``owner`` acts for ``organisation``."""

    id: uuid.UUID
    client: str
    owner: str
    organisation: str
    scopes: list[str]
    given_at: datetime


_IN_FORCE = text(
    """
    SELECT n.id, c.name, owner.name, o.name, n.scopes, n.created_at FROM consents n
    JOIN oauth_clients c ON c.client_id = n.client_id
    JOIN organisations owner ON owner.id = c.organisation_id
    JOIN organisations o ON o.id = n.organisation_id
    WHERE n.user_id = :user AND n.revoked_at IS NULL AND EXISTS (
        SELECT FROM refresh_tokens r WHERE r.organisation_id = n.organisation_id AND r.consent_id = n.id
            AND r.used_at IS NULL AND r.expires_at > now()
        UNION ALL SELECT FROM authorization_codes a WHERE a.organisation_id = n.organisation_id
            AND a.consent_id = n.id AND a.used_at IS NULL AND a.expires_at > now()
        UNION ALL SELECT FROM access_tokens t WHERE t.organisation_id = n.organisation_id AND t.consent_id = n.id
            AND t.revoked_at IS NULL AND t.expires_at > now())
    ORDER BY n.created_at DESC, n.id
    """
)
_WITHDRAW = text(
    "UPDATE consents SET revoked_at = now() WHERE id = :id AND user_id = :user AND revoked_at IS NULL"
    " RETURNING organisation_id, client_id"
)


async def in_force(session: AsyncSession, user: uuid.UUID) -> list[ConsentRow]:
    return [ConsentRow(*row) for row in await session.execute(_IN_FORCE, {"user": user})]


async def withdraw(session: AsyncSession, user: uuid.UUID, consent: uuid.UUID) -> tuple[uuid.UUID, str] | None:
    """End a consent of the person; return for which organisation and client, ``None`` where there is none."""
    row = (await session.execute(_WITHDRAW, {"id": consent, "user": user})).one_or_none()
    return (row[0], row[1]) if row else None
