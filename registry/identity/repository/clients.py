"""The SQL of clients and their secrets, and of what the token endpoint reads and writes of them."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from registry.identity.models import AccessToken, AssertionId, ClientSecret, OAuthClient


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
    grant_types: list[str]
    redirect_uris: list[str]
    dpop_bound: bool
    shared: bool
    token_endpoint_audience: bool
    name: str
    organisation: str
    secrets: list[SecretRow]


NOBODY: Final = ClientRow(
    client_id="", organisation_id=uuid.UUID(int=0), kind="", active=False, scopes=[], auth_method="", jwks=None,
    grant_types=[], redirect_uris=[], dpop_bound=False, shared=False, token_endpoint_audience=True, name="",
    organisation="", secrets=[],
)  # fmt: skip
"""What an unknown client id stands for: a client that nobody can authenticate as."""


async def insert_client(session: AsyncSession, values: dict[str, Any]) -> None:
    await session.execute(insert(OAuthClient).values(values))


async def client(
    session: AsyncSession, client_id: str, *, organisation: uuid.UUID | None = None, lock: bool = False
) -> OAuthClient | None:
    """Return a client, of ``organisation`` only where one is given."""
    statement = select(OAuthClient).where(OAuthClient.client_id == client_id).execution_options(populate_existing=True)
    if organisation is not None:
        statement = statement.where(OAuthClient.organisation_id == organisation)
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


async def revoke_tokens_of_credential(session: AsyncSession, client_id: str, credential: str) -> None:
    """Stop the access tokens that a client obtained with one secret or key."""
    await session.execute(
        update(AccessToken)
        .where(
            AccessToken.client_id == client_id, AccessToken.credential == credential, AccessToken.revoked_at.is_(None)
        )
        .values(revoked_at=func.now())
    )


_CLIENT = text(
    """
    SELECT c.client_id, c.organisation_id, o.kind, c.status = 'active' AND o.status = 'active' AS active,
        c.scopes, c.auth_method, c.jwks, c.grant_types, c.redirect_uris, c.dpop_bound, c.shared,
        c.token_endpoint_audience, c.name, o.name AS organisation,
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
    found = row._asdict()
    del found["secret_ids"], found["digests"]
    return ClientRow(**found, secrets=secrets)


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


async def forget_key(session: AsyncSession, client_id: str, kid: str) -> None:
    """Forget when a key was used: another one may have its name later."""
    await session.execute(
        update(OAuthClient)
        .where(OAuthClient.client_id == client_id)
        .values(keys_used=OAuthClient.keys_used.op("-")(kid))
        .execution_options(synchronize_session=False)
    )


_TOUCH_KEY: Final = text(
    """
    UPDATE oauth_clients SET last_used_at = now(), keys_used = jsonb_build_object(CAST(:kid AS text), now())
        || (SELECT coalesce(jsonb_object_agg(u.key, u.value), '{}') FROM jsonb_each(keys_used) u
            WHERE u.key <> :kid AND jwks -> 'keys' @> jsonb_build_array(jsonb_build_object('kid', u.key)))
    WHERE client_id = :client
        AND coalesce(CAST(keys_used ->> :kid AS timestamptz) < now() - interval '1 minute', true)
    """
)


def touch_key(session: Session, client_id: str, kid: str) -> None:
    """Note that one of the client's keys was used, at most once a minute; forget those that it has no more."""
    session.execute(_TOUCH_KEY, {"client": client_id, "kid": kid})


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


# Keys that clients publish themselves; as the job


async def remote_keys_due(session: AsyncSession, *, before: datetime) -> list[tuple[str, str]]:
    """Return client and address of each key set that was not asked for since ``before``."""
    rows = await session.execute(
        select(OAuthClient.client_id, OAuthClient.jwks_uri).where(
            OAuthClient.jwks_uri.is_not(None),
            OAuthClient.status == "active",
            or_(OAuthClient.jwks_fetched_at.is_(None), OAuthClient.jwks_fetched_at < before),
        )
    )
    return [(client_id, uri) for client_id, uri in rows if uri is not None]


async def keep_remote_keys(
    session: AsyncSession, client_id: str, keys: dict[str, Any] | None, error: str | None
) -> None:
    """Note a fetch; without ``keys`` those fetched before stay."""
    values: dict[str, Any] = {"jwks_fetched_at": func.now(), "jwks_error": error}
    if keys is not None:
        values["jwks"] = keys
    await session.execute(
        update(OAuthClient)
        .where(OAuthClient.client_id == client_id)
        .values(values)
        .execution_options(synchronize_session=False)
    )


class ExpiringSecret(NamedTuple):
    """A secret whose end is near, and who is told: the administrators; where there are none, all members."""

    secret_id: uuid.UUID
    client_id: str
    client: str
    organisation_id: uuid.UUID
    organisation: str
    expires_at: datetime
    days: int
    recipients: list[tuple[str, str]]


_EXPIRING = text(
    """
    SELECT s.id, c.client_id, c.name, o.id, o.name, s.expires_at, w.days, coalesce(p.administrators, p.all, '[]')
    FROM client_secrets s
    JOIN oauth_clients c ON c.client_id = s.client_id AND c.status = 'active'
    JOIN organisations o ON o.id = c.organisation_id
    CROSS JOIN LATERAL (SELECT jsonb_agg(DISTINCT jsonb_build_array(u.email, u.language)) AS all,
            jsonb_agg(DISTINCT jsonb_build_array(u.email, u.language))
                FILTER (WHERE m.role IN ('landlord_admin', 'coordinator_admin')) AS administrators
        FROM memberships m JOIN users u ON u.id = m.user_id AND u.status = 'active'
        WHERE m.organisation_id = o.id) p
    CROSS JOIN LATERAL (SELECT min(d) AS days FROM unnest(CAST(:days AS integer[])) AS d
        WHERE s.expires_at <= now() + make_interval(days => d)) w
    WHERE s.revoked_at IS NULL AND s.expires_at > now() AND w.days IS NOT NULL
        AND (s.warned_days IS NULL OR s.warned_days > w.days)
    FOR UPDATE OF s
    """
)


async def expiring_secrets(session: AsyncSession, days: Sequence[int]) -> list[ExpiringSecret]:
    """Return the secrets that come within one of ``days`` of their end and were not warned of for it."""
    rows = await session.execute(_EXPIRING, {"days": list(days)})
    return [
        ExpiringSecret(
            secret_id, client_id, client, organisation_id, organisation, expires_at, within,
            [(email, language) for email, language in recipients],
        )
        for secret_id, client_id, client, organisation_id, organisation, expires_at, within, recipients in rows
    ]  # fmt: skip


async def warned(session: AsyncSession, secret_id: uuid.UUID, days: int) -> None:
    await session.execute(
        update(ClientSecret)
        .where(ClientSecret.id == secret_id)
        .values(warned_days=days)
        .execution_options(synchronize_session=False)
    )
