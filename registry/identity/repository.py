"""The SQL of identity. What takes a plain ``Session`` runs inside ``run_sync``: Authlib is synchronous."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from registry.identity.models import AssertionId, ClientSecret, OAuthClient, Organisation, SigningKey


class SecretRow(NamedTuple):
    id: uuid.UUID
    digest: bytes


class ClientRow(NamedTuple):
    """What the token endpoint needs to know of a client, in one query."""

    client_id: str
    organisation_id: uuid.UUID
    kind: str
    active: bool
    scopes: list[str]
    auth_method: str
    jwks: dict[str, Any] | None
    secrets: list[SecretRow]


class Standing(NamedTuple):
    """What a token may do now, whatever it was made for."""

    kind: str
    scopes: list[str]
    territories: dict[str, int]


# Organisations


async def insert_organisation(session: AsyncSession, values: dict[str, Any]) -> Organisation | None:
    """Insert, or return ``None`` when the SIREN is registered for this kind already."""
    statement = insert(Organisation).values(values).on_conflict_do_nothing(constraint="uq_organisations_siren_kind")
    return (await session.execute(statement.returning(Organisation))).scalar_one_or_none()


async def organisation(session: AsyncSession, organisation_id: uuid.UUID) -> Organisation | None:
    return await session.get(Organisation, organisation_id)


async def organisations(session: AsyncSession) -> Sequence[Organisation]:
    return (await session.scalars(select(Organisation).order_by(Organisation.name, Organisation.id))).all()


async def set_organisation_status(session: AsyncSession, organisation_id: uuid.UUID, status: str) -> bool:
    """Change the status; ``False`` when it was so already."""
    changed = await session.execute(
        update(Organisation)
        .where(Organisation.id == organisation_id, Organisation.status != status)
        .values(status=status)
        .returning(Organisation.id)
    )
    return changed.first() is not None


# Clients and secrets


async def insert_client(session: AsyncSession, values: dict[str, Any]) -> None:
    await session.execute(insert(OAuthClient).values(values))


async def client(session: AsyncSession, client_id: str, *, lock: bool = False) -> OAuthClient | None:
    statement = select(OAuthClient).where(OAuthClient.client_id == client_id)
    return (await session.scalars(statement.with_for_update() if lock else statement)).one_or_none()


async def clients(session: AsyncSession, organisation_id: uuid.UUID | None) -> Sequence[OAuthClient]:
    statement = select(OAuthClient).order_by(OAuthClient.organisation_id, OAuthClient.created_at)
    if organisation_id is not None:
        statement = statement.where(OAuthClient.organisation_id == organisation_id)
    return (await session.scalars(statement)).all()


async def revoke_client(session: AsyncSession, client_id: str) -> None:
    await session.execute(update(OAuthClient).where(OAuthClient.client_id == client_id).values(status="revoked"))


def _usable() -> ColumnElement[bool]:
    return ClientSecret.revoked_at.is_(None) & or_(
        ClientSecret.expires_at.is_(None), ClientSecret.expires_at > func.now()
    )


async def insert_secret(
    session: AsyncSession, secret_id: uuid.UUID, client_id: str, digest: bytes, expires_at: datetime | None
) -> None:
    await session.execute(
        insert(ClientSecret).values(id=secret_id, client_id=client_id, digest=digest, expires_at=expires_at)
    )


async def usable_secrets(session: AsyncSession, client_id: str) -> Sequence[ClientSecret]:
    statement = select(ClientSecret).where(ClientSecret.client_id == client_id, _usable())
    return (await session.scalars(statement.order_by(ClientSecret.created_at))).all()


async def revoke_secret(session: AsyncSession, client_id: str, secret_id: uuid.UUID) -> bool:
    changed = await session.execute(
        update(ClientSecret)
        .where(
            ClientSecret.client_id == client_id,
            ClientSecret.id == secret_id,
            ClientSecret.revoked_at.is_(None),
        )
        .values(revoked_at=func.now())
        .returning(ClientSecret.id)
    )
    return changed.first() is not None


# Signing keys


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


# The token endpoint

_CLIENT = text(
    """
    SELECT c.client_id, c.organisation_id, o.kind, c.status = 'active' AND o.status = 'active' AS active,
        c.scopes, c.auth_method, c.jwks,
        ARRAY(SELECT s.id FROM usable s) AS secret_ids, ARRAY(SELECT s.digest FROM usable s) AS digests
    FROM oauth_clients c JOIN organisations o ON o.id = c.organisation_id WHERE c.client_id = :client
    """.replace(
        "usable s",
        "client_secrets s WHERE s.client_id = c.client_id AND s.revoked_at IS NULL"
        " AND (s.expires_at IS NULL OR s.expires_at > now()) ORDER BY s.id",
    )
)


def client_for_token(session: Session, client_id: str) -> ClientRow | None:
    row = session.execute(_CLIENT, {"client": client_id}).one_or_none()
    if row is None:
        return None
    secrets = [SecretRow(*pair) for pair in zip(row.secret_ids, row.digests, strict=True)]
    return ClientRow(
        row.client_id,
        row.organisation_id,
        row.kind,
        row.active,
        row.scopes,
        row.auth_method,
        row.jwks,
        secrets,
    )


def touch_secret(session: Session, secret_id: uuid.UUID) -> None:
    """Note that the secret was used, at most once a minute: the date is for people."""
    session.execute(
        update(ClientSecret)
        .where(
            ClientSecret.id == secret_id,
            or_(
                ClientSecret.last_used_at.is_(None),
                ClientSecret.last_used_at < func.now() - text("interval '1 minute'"),
            ),
        )
        .values(last_used_at=func.now())
    )


def use_assertion(session: Session, client_id: str, jti: bytes, expires_at: datetime) -> bool:
    """Note the assertion as used; ``False`` when it was before. Parallel uses wait here for the first."""
    session.execute(delete(AssertionId).where(AssertionId.client_id == client_id, AssertionId.expires_at < func.now()))
    added = session.execute(
        insert(AssertionId)
        .values(client_id=client_id, jti=jti, expires_at=expires_at)
        .on_conflict_do_nothing()
        .returning(AssertionId.jti)
    )
    return added.first() is not None


# The verification of a token

_STANDING = text(
    """
    SELECT o.kind, c.scopes, (
        SELECT coalesce(jsonb_object_agg(t.slug, t.id), '{}')
        FROM unnest(territories_in_force(o.id)) AS f (id) JOIN territories t ON t.id = f.id) AS territories
    FROM oauth_clients c JOIN organisations o ON o.id = c.organisation_id
    WHERE c.client_id = :client AND o.id = :organisation AND c.status = 'active' AND o.status = 'active'
    """
)


async def standing(session: AsyncSession, client_id: str, organisation_id: uuid.UUID) -> Standing | None:
    """Return what the client may do now; ``None``: it or its organisation is no longer active."""
    row = (await session.execute(_STANDING, {"client": client_id, "organisation": organisation_id})).one_or_none()
    return None if row is None else Standing(row.kind, row.scopes, row.territories)
