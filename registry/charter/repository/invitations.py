"""Invitations of landlords: the coordinator's rows, what the job sends of them, who comes with a link."""

import datetime as dt
import uuid
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


class InvitationRow(NamedTuple):
    """An invitation as its coordinator sees it; ``status`` is what holds now."""

    siren: str
    name: str
    email: str
    status: str
    invited_at: dt.datetime
    last_sent_at: dt.datetime
    expires_at: dt.datetime
    ended_at: dt.datetime | None


class DueRow(NamedTuple):
    """An invitation whose mail is to be sent. ``landlord``: the organisation of its SIREN, if there is one."""

    organisation_id: uuid.UUID
    territory_id: int
    siren: str
    name: str
    email: str
    expires_at: dt.datetime
    territory: str
    coordinator: str
    landlord: uuid.UUID | None
    landlord_active: bool | None


class LinkRow(NamedTuple):
    """What a mail's link leads to. ``landlord``: the organisation of its SIREN, if there is one."""

    organisation_id: uuid.UUID
    territory_id: int
    siren: str
    name: str
    email: str
    status: str
    expires_at: dt.datetime
    territory: str
    slug: str
    coordinator: str
    landlord: uuid.UUID | None


class SettledRow(NamedTuple):
    organisation_id: uuid.UUID
    territory_id: int
    siren: str
    status: str


_COLUMNS: Final = """siren, name, email,
    CASE WHEN status = 'sent' AND expires_at <= now() THEN 'expired' ELSE status END AS status,
    invited_at, asked_at[cardinality(asked_at)] AS last_sent_at, expires_at,
    CASE WHEN status = 'sent' AND expires_at <= now() THEN expires_at ELSE ended_at END AS ended_at"""
_OWN: Final = "FROM landlord_invitations WHERE organisation_id = :organisation AND territory_id = :territory"
_ONE: Final = text(f"SELECT {_COLUMNS} {_OWN} AND siren = :siren")
_PAGE: Final = text(f"SELECT {_COLUMNS} {_OWN} AND siren > :after ORDER BY siren LIMIT :limit")
_ASKED: Final = text(
    """
    SELECT count(*) AS everywhere, count(*) FILTER (WHERE territory_id = :territory AND siren = :siren) AS of_one
    FROM landlord_invitations, unnest(asked_at) AS asked
    WHERE organisation_id = :organisation AND asked > now() - interval '1 day'
    """
)
_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtextextended('landlord_invitations', hashtext(:organisation)))")
# What was asked for longer ago than a day counts no more.
_INVITE: Final = text(
    """
    INSERT INTO landlord_invitations AS i (organisation_id, territory_id, siren, name, email, asked_at, expires_at)
    VALUES (:organisation, :territory, :siren, :name, :email, ARRAY[now()], :expires_at)
    ON CONFLICT (organisation_id, territory_id, siren) DO UPDATE SET name = excluded.name, email = excluded.email,
        status = 'sent', waits = true, expires_at = excluded.expires_at, ended_at = NULL,
        invited_at = CASE WHEN i.status = 'sent' THEN i.invited_at ELSE now() END,
        asked_at = (SELECT coalesce(array_agg(asked ORDER BY asked), '{}') FROM unnest(i.asked_at) asked
            WHERE asked > now() - interval '1 day') || now()
    """
)
_REVOKE: Final = text(
    "UPDATE landlord_invitations SET status = 'revoked', ended_at = now(), waits = false"
    " WHERE organisation_id = :organisation AND territory_id = :territory AND siren = :siren AND status = 'sent'"
)
_ACCEPT: Final = text(
    "UPDATE landlord_invitations SET status = 'accepted', ended_at = now()"
    " WHERE organisation_id = :organisation AND territory_id = :territory AND siren = :siren AND status = 'sent'"
    " RETURNING siren"
)
_BY_LINK: Final = text(
    """
    SELECT i.organisation_id, i.territory_id, i.siren, i.name, i.email, i.status, i.expires_at, t.name, t.slug, c.name,
        o.id
    FROM landlord_invitations i
    JOIN territories t ON t.id = i.territory_id
    JOIN organisations c ON c.id = i.organisation_id AND c.status = 'active'
    LEFT JOIN organisations o ON o.siren = i.siren AND o.kind = 'landlord'
    WHERE i.digest = :digest AND NOT i.waits AND i.status IN ('sent', 'accepted') AND i.expires_at > now()
    FOR UPDATE OF i
    """
)
_SETTLE: Final = text(
    """
    WITH signed AS (
        UPDATE landlord_invitations i SET status = 'accepted', ended_at = now(), waits = false
        FROM organisations o JOIN adhesions a ON a.organisation_id = o.id AND a.status <> 'withdrawn'
        WHERE i.status = 'sent' AND i.expires_at > now() AND o.kind = 'landlord' AND o.siren = i.siren
            AND a.territory_id = i.territory_id
        RETURNING i.organisation_id, i.territory_id, i.siren, i.status),
    late AS (
        UPDATE landlord_invitations i SET status = 'expired', ended_at = i.expires_at, waits = false
        WHERE i.status = 'sent' AND i.expires_at <= now()
        RETURNING i.organisation_id, i.territory_id, i.siren, i.status)
    SELECT * FROM signed UNION ALL SELECT * FROM late ORDER BY 1, 2, 3
    """
)
_DUE: Final = text(
    """
    SELECT i.organisation_id, i.territory_id, i.siren, i.name, i.email, i.expires_at, t.name, c.name, o.id,
        o.status = 'active'
    FROM landlord_invitations i
    JOIN territories t ON t.id = i.territory_id
    JOIN organisations c ON c.id = i.organisation_id
    LEFT JOIN organisations o ON o.siren = i.siren AND o.kind = 'landlord'
    WHERE i.waits AND i.status = 'sent'
    ORDER BY i.organisation_id, i.territory_id, i.siren LIMIT :most FOR UPDATE OF i SKIP LOCKED
    """
)
_SENT: Final = text(
    "UPDATE landlord_invitations SET waits = false, digest = :digest"
    " WHERE organisation_id = :organisation AND territory_id = :territory AND siren = :siren"
)
_FORGET: Final = text("DELETE FROM landlord_invitations WHERE ended_at < :before")


async def lock(session: AsyncSession, organisation: uuid.UUID) -> None:
    """Let a coordinator's invitations be written one after another: its mails of a day are counted."""
    await session.execute(_LOCK, {"organisation": str(organisation)})


async def one(session: AsyncSession, organisation: uuid.UUID, territory_id: int, siren: str) -> InvitationRow | None:
    values = {"organisation": organisation, "territory": territory_id, "siren": siren}
    row = (await session.execute(_ONE, values)).one_or_none()
    return InvitationRow(*row) if row else None


async def page(
    session: AsyncSession, organisation: uuid.UUID, territory_id: int, after: str, limit: int
) -> list[InvitationRow]:  # fmt: skip
    """Return a coordinator's invitations to a territory by SIREN."""
    values = {"organisation": organisation, "territory": territory_id, "after": after, "limit": limit}
    return [InvitationRow(*row) for row in await session.execute(_PAGE, values)]


async def asked(session: AsyncSession, organisation: uuid.UUID, territory_id: int, siren: str) -> tuple[int, int]:
    """Return how many mails a coordinator asked for in the last day: altogether, and for one landlord."""
    values = {"organisation": organisation, "territory": territory_id, "siren": siren}
    everywhere, of_one = (await session.execute(_ASKED, values)).one()
    return everywhere, of_one


async def invite(
    session: AsyncSession, organisation: uuid.UUID, territory_id: int, siren: str, *, name: str, email: str,
    expires_at: dt.datetime,
) -> None:  # fmt: skip
    """Write an invitation, or have it sent again as it is now."""
    values = {
        "organisation": organisation, "territory": territory_id, "siren": siren, "name": name, "email": email,
        "expires_at": expires_at,
    }  # fmt: skip
    await session.execute(_INVITE, values)


async def revoke(session: AsyncSession, organisation: uuid.UUID, territory_id: int, siren: str) -> None:
    await session.execute(_REVOKE, {"organisation": organisation, "territory": territory_id, "siren": siren})


async def accept(session: AsyncSession, organisation: uuid.UUID, territory_id: int, siren: str) -> bool:
    """Note that an invitation was accepted; ``False`` where it was before."""
    values = {"organisation": organisation, "territory": territory_id, "siren": siren}
    return (await session.execute(_ACCEPT, values)).first() is not None


async def by_link(session: AsyncSession, digest: bytes) -> LinkRow | None:
    """Return the invitation of a link that is good now, and hold it until the commit."""
    row = (await session.execute(_BY_LINK, {"digest": digest})).one_or_none()
    return LinkRow(*row) if row else None


async def settle(session: AsyncSession) -> list[SettledRow]:
    """End the invitations of those who have signed, and those that are too old; return them."""
    return [SettledRow(*row) for row in await session.execute(_SETTLE)]


async def due(session: AsyncSession, most: int) -> list[DueRow]:
    """Return invitations whose mail is to be sent, held until the commit."""
    return [DueRow(*row) for row in await session.execute(_DUE, {"most": most})]


async def sent(session: AsyncSession, organisation: uuid.UUID, territory_id: int, siren: str, digest: bytes) -> None:
    values = {"organisation": organisation, "territory": territory_id, "siren": siren, "digest": digest}
    await session.execute(_SENT, values)


async def forget(session: AsyncSession, before: dt.datetime) -> None:
    """Delete what ended before a moment."""
    await session.execute(_FORGET, {"before": before})
