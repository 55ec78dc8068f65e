"""The SQL of sessions."""

import uuid
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import func, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from registry.identity.models import UserSession


class SessionRow(NamedTuple):
    """A session that holds now, with what is needed of its person and organisation."""

    digest: bytes
    user_id: uuid.UUID
    email: str
    name: str
    language: str
    second_factor_set_up: bool
    organisation_id: uuid.UUID | None
    organisation: str | None
    kind: str | None
    roles: list[str]
    territories: dict[str, int]
    barred: list[str]
    authenticated_at: datetime
    second_factor_at: datetime | None
    upstream_id_token: bytes | None
    upstream_issuer: str | None
    upstream_subject: str | None
    upstream_siren: str | None
    has_password: bool
    linked_issuer: str | None


# An organisation that was suspended, or that the person left, is no longer chosen: the next page asks again. So is one
# of another enterprise than the provider vouched for.
_FIND: Final = text(
    """
    SELECT s.digest, s.user_id, u.email, u.name, u.language, u.totp_confirmed_at IS NOT NULL AS second_factor_set_up,
        o.id AS organisation_id, o.name AS organisation, o.kind,
        ARRAY(SELECT m.role FROM memberships m WHERE m.user_id = u.id AND m.organisation_id = o.id) AS roles,
        (SELECT coalesce(jsonb_object_agg(t.slug, t.id), '{}')
            FROM unnest(standing.searched) AS f (id) JOIN territories t ON t.id = f.id) AS territories,
        ARRAY(SELECT t.slug FROM territories t
            WHERE t.id = ANY (standing.in_force) AND t.id <> ALL (standing.searched)) AS barred,
        s.authenticated_at, s.second_factor_at, s.upstream_id_token, s.upstream_issuer, s.upstream_subject,
        s.upstream_siren, u.password_hash IS NOT NULL AS has_password, u.upstream_issuer AS linked_issuer
    FROM sessions s
    JOIN users u ON u.id = s.user_id AND u.status = 'active'
    LEFT JOIN organisations o ON o.id = s.organisation_id AND o.status = 'active'
        AND (s.upstream_siren IS NULL OR o.siren = s.upstream_siren)
        AND EXISTS (SELECT FROM memberships m WHERE m.user_id = u.id AND m.organisation_id = o.id)
    LEFT JOIN LATERAL (SELECT in_force.ids AS in_force, territories_searched(o.id, in_force.ids) AS searched
        FROM (SELECT territories_in_force(o.id) AS ids OFFSET 0) in_force OFFSET 0) standing ON true
    WHERE s.digest = :digest AND s.ended_at IS NULL
        AND s.created_at > now() - CAST(:absolute AS interval) AND s.seen_at > now() - CAST(:idle AS interval)
    """
)
_SEEN: Final = text(
    "UPDATE sessions SET seen_at = now() WHERE digest = :digest AND seen_at < now() - interval '1 minute'"
)


async def insert_session(session: AsyncSession, values: dict[str, Any]) -> None:
    await session.execute(insert(UserSession).values(values))


async def find(session: AsyncSession, digest: bytes, *, absolute: str, idle: str) -> SessionRow | None:
    """Return a session within its limits (PostgreSQL intervals), and note that it was used."""
    row = (await session.execute(_FIND, {"digest": digest, "absolute": absolute, "idle": idle})).one_or_none()
    if row is None:
        return None
    await session.execute(_SEEN, {"digest": digest})
    return SessionRow(*row)


async def change(session: AsyncSession, digest: bytes, **values: Any) -> None:
    """Change a session; with ``new_digest=`` it goes on under another cookie and the old one is worth nothing."""
    await session.execute(
        update(UserSession)
        .where(UserSession.digest == digest)
        .values({"digest" if name == "new_digest" else name: value for name, value in values.items()})
        .execution_options(synchronize_session=False)
    )


async def end_others(session: AsyncSession, user_id: uuid.UUID, but: bytes) -> int:
    """End every session of a person but one; return how many."""
    ended = await session.execute(
        update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.digest != but, UserSession.ended_at.is_(None))
        .values(ended_at=func.now())
        .returning(UserSession.digest)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())


async def end(session: AsyncSession, digest: bytes) -> None:
    await session.execute(
        update(UserSession)
        .where(UserSession.digest == digest, UserSession.ended_at.is_(None))
        .values(ended_at=func.now(), upstream_id_token=None)
        .execution_options(synchronize_session=False)
    )
