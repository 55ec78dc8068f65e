"""The SQL of what people grant and of the tokens that come of it; what one may do now."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from registry.identity.models import AccessToken, AuthorizationCode, Consent, DpopProof, RefreshToken


class Standing(NamedTuple):
    """What a token may do now, whatever it was made for. ``roles``: the person's; ``None``: it is a machine's own."""

    kind: str
    scopes: list[str]
    user_id: uuid.UUID | None
    roles: list[str] | None
    territories: dict[str, int]
    barred: list[str]


class Granted(NamedTuple):
    """A code or refresh token with the consent behind it."""

    consent_id: uuid.UUID
    organisation_id: uuid.UUID
    client_id: str
    user_id: uuid.UUID
    scopes: list[str]
    authenticated_at: datetime
    thumbprint: str | None
    used: bool
    good: bool
    redirect_uri: str = ""
    code_challenge: str = ""


class Person(NamedTuple):
    """A person who may act for an organisation now."""

    kind: str
    roles: list[str]


_HOLDS = """
    FROM access_tokens t
    JOIN oauth_clients c ON c.client_id = t.client_id AND c.status = 'active'
    JOIN organisations holder ON holder.id = c.organisation_id AND holder.status = 'active'
    JOIN organisations o ON o.id = t.organisation_id AND o.status = 'active'
    CROSS JOIN LATERAL (SELECT in_force.ids AS in_force, territories_searched(o.id, in_force.ids) AS searched
        FROM (SELECT territories_in_force(o.id) AS ids OFFSET 0) in_force OFFSET 0) standing
    LEFT JOIN consents n ON n.organisation_id = t.organisation_id AND n.id = t.consent_id
    LEFT JOIN users u ON u.id = n.user_id
    WHERE t.jti = :jti AND t.revoked_at IS NULL AND t.expires_at > now() AND (t.consent_id IS NULL
        OR n.revoked_at IS NULL AND u.status = 'active' AND EXISTS (SELECT FROM memberships m
            WHERE m.user_id = n.user_id AND m.organisation_id = t.organisation_id))
"""
_STANDING = text(
    f"""
    SELECT o.kind, c.scopes, n.user_id,
        CASE WHEN n.user_id IS NOT NULL THEN ARRAY(SELECT m.role FROM memberships m
            WHERE m.user_id = n.user_id AND m.organisation_id = t.organisation_id) END AS roles,
        (SELECT coalesce(jsonb_object_agg(t.slug, t.id), '{{}}')
            FROM unnest(standing.searched) AS f (id) JOIN territories t ON t.id = f.id) AS territories,
        ARRAY(SELECT t.slug FROM territories t
            WHERE t.id = ANY (standing.in_force) AND t.id <> ALL (standing.searched)) AS barred
    {_HOLDS} AND t.client_id = :client AND t.organisation_id = :organisation
    """
)
_PERSON = text(
    """
    SELECT o.kind, array_agg(m.role) FROM memberships m
    JOIN users u ON u.id = m.user_id AND u.status = 'active'
    JOIN organisations o ON o.id = m.organisation_id AND o.status = 'active'
    WHERE m.user_id = :user AND m.organisation_id = :organisation GROUP BY o.kind
    """
)


async def standing(
    session: AsyncSession, jti: uuid.UUID, client_id: str, organisation_id: uuid.UUID
) -> Standing | None:
    """Return what the token may do now; ``None``: it, its client, its person or its organisation is stopped."""
    return await session.run_sync(lambda sync: standing_of(sync, jti, client_id, organisation_id))


def standing_of(session: Session, jti: uuid.UUID, client_id: str, organisation_id: uuid.UUID) -> Standing | None:
    """Do what :func:`standing` does, for the protocol side."""
    values = {"jti": jti, "client": client_id, "organisation": organisation_id}
    row = session.execute(_STANDING, values).one_or_none()
    return None if row is None else Standing(*row)


def person(session: Session, user: uuid.UUID, organisation: uuid.UUID) -> Person | None:
    row = session.execute(_PERSON, {"user": user, "organisation": organisation}).one_or_none()
    return Person(*row) if row else None


# Consents and what follows from them


def insert_consent(
    session: Session,
    *,
    organisation: uuid.UUID,
    client_id: str,
    user: uuid.UUID,
    scopes: Sequence[str],
    authenticated_at: datetime,
    id_: uuid.UUID,
) -> None:
    session.execute(
        insert(Consent).values(
            id=id_, organisation_id=organisation, client_id=client_id, user_id=user, scopes=list(scopes),
            authenticated_at=authenticated_at,
        )
    )  # fmt: skip


def revoke_consent(session: Session, consent: uuid.UUID) -> None:
    """End the family: its refresh tokens and access tokens are useless from now on."""
    session.execute(
        update(Consent).where(Consent.id == consent, Consent.revoked_at.is_(None)).values(revoked_at=func.now())
    )


def insert_code(
    session: Session,
    *,
    digest: bytes,
    organisation: uuid.UUID,
    consent: uuid.UUID,
    redirect_uri: str,
    code_challenge: str,
    thumbprint: str | None,
    expires_at: datetime,
) -> None:
    session.execute(
        insert(AuthorizationCode).values(
            digest=digest,
            organisation_id=organisation,
            consent_id=consent,
            redirect_uri=redirect_uri,
            code_challenge=code_challenge,
            dpop_thumbprint=thumbprint,
            expires_at=expires_at,
        )
    )


def code(session: Session, digest: bytes) -> Granted | None:
    """Return a code and hold it until the commit: two parallel uses are one use and one replay."""
    row = session.execute(
        _granted(AuthorizationCode)
        .add_columns(AuthorizationCode.redirect_uri, AuthorizationCode.code_challenge)
        .where(AuthorizationCode.digest == digest)
        .with_for_update(of=AuthorizationCode)
    ).one_or_none()
    return Granted(*row) if row else None


def use_code(session: Session, digest: bytes) -> None:
    session.execute(update(AuthorizationCode).where(AuthorizationCode.digest == digest).values(used_at=func.now()))


def insert_refresh_token(
    session: Session,
    *,
    digest: bytes,
    organisation: uuid.UUID,
    consent: uuid.UUID,
    thumbprint: str | None,
    expires_at: datetime,
) -> None:
    session.execute(
        insert(RefreshToken).values(
            digest=digest,
            organisation_id=organisation,
            consent_id=consent,
            dpop_thumbprint=thumbprint,
            expires_at=expires_at,
        )
    )


def refresh_token(session: Session, digest: bytes) -> Granted | None:
    """Return a refresh token and hold it until the commit."""
    row = session.execute(
        _granted(RefreshToken).where(RefreshToken.digest == digest).with_for_update(of=RefreshToken)
    ).one_or_none()
    return Granted(*row) if row else None


def use_refresh_token(session: Session, digest: bytes) -> None:
    session.execute(update(RefreshToken).where(RefreshToken.digest == digest).values(used_at=func.now()))


def _granted(table: type[AuthorizationCode | RefreshToken]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Consent.id,
            Consent.organisation_id,
            Consent.client_id,
            Consent.user_id,
            Consent.scopes,
            Consent.authenticated_at,
            table.dpop_thumbprint,
            table.used_at.is_not(None),
            Consent.revoked_at.is_(None) & (table.expires_at > func.now()),
        )
        .select_from(table)
        .join(Consent, (Consent.organisation_id == table.organisation_id) & (Consent.id == table.consent_id))
    )


# Access tokens


def insert_access_token(
    session: Session,
    *,
    jti: uuid.UUID,
    organisation: uuid.UUID,
    client_id: str,
    consent: uuid.UUID | None,
    credential: str,
    expires_at: datetime,
) -> None:
    session.execute(
        insert(AccessToken).values(
            jti=jti, organisation_id=organisation, client_id=client_id, consent_id=consent, credential=credential,
            expires_at=expires_at,
        )
    )  # fmt: skip


def revoke_access_token(session: Session, jti: uuid.UUID) -> None:
    session.execute(
        update(AccessToken)
        .where(AccessToken.jti == jti, AccessToken.revoked_at.is_(None))
        .values(revoked_at=func.now())
    )


def use_proof(session: Session, thumbprint: str, jti: bytes, expires_at: datetime) -> bool:
    """Note a DPoP proof as used; ``False`` when it was before."""
    added = session.execute(
        insert(DpopProof)
        .values(thumbprint=thumbprint, jti=jti, expires_at=expires_at)
        .on_conflict_do_nothing()
        .returning(DpopProof.jti)
    )
    return added.first() is not None
