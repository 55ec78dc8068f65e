"""Organisations, their OAuth clients and credentials, and the keys that sign our tokens."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base

_moment = TIMESTAMP(timezone=True)


class Organisation(Base):
    """A member of the registry or one who will be.

    Attributes:
        kind: A code of :class:`~registry.vocabulary.organisations.OrganisationKind`.
        siren: Nine digits (INSEE), or ``None`` where it is not known: never invented.
        status: ``active``, or ``suspended``: its tokens stop and its listings vanish. ``leaving`` until its stock is
            purged, then ``left``; ``merged``: another one goes on with its stock.
        parent_id: The group that it belongs to (ADR 0023).
        successor_id: Who goes on with its stock.
    """

    __tablename__ = "organisations"
    __table_args__ = (UniqueConstraint("siren", "kind"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    siren: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default="active")
    created_at: Mapped[datetime] = mapped_column(_moment, server_default=text("now()"))
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisations.id"))
    successor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisations.id"))


class OAuthClient(Base):
    """One machine of one organisation.

    Attributes:
        scopes: What it may ask for; at each use narrowed to what the organisation's kind allows.
        auth_method: ``client_secret_basic`` or ``private_key_jwt`` (RFC 7523); the latter has ``jwks`` or ``jwks_uri``.
        grant_types: ``client_credentials``, ``authorization_code``, ``refresh_token``.
        redirect_uris: Compared character by character.
        jwks: Public keys only (RFC 7517); those given, or those last fetched from ``jwks_uri``.
        jwks_error: Why the last fetch failed; the keys fetched before stay.
        dpop_bound: Its tokens are bound to a key of its own (RFC 9449).
        shared: Software that serves several organisations: a person may let it act for any of theirs. Set by the
            operator only; any other client acts for its own organisation.
        keys_used: When each of its present keys was used last, in ISO 8601 by ``kid``; to the minute.
        token_endpoint_audience: Whether its assertions may name the token endpoint instead of the issuer.
        status: ``active`` or ``revoked``.
    """

    __tablename__ = "oauth_clients"

    client_id: Mapped[str] = mapped_column(Text, primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    auth_method: Mapped[str] = mapped_column(Text)
    grant_types: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{client_credentials}'"))
    redirect_uris: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    jwks: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    jwks_uri: Mapped[str | None] = mapped_column(Text)
    jwks_fetched_at: Mapped[datetime | None] = mapped_column(_moment)
    jwks_error: Mapped[str | None] = mapped_column(Text)
    dpop_bound: Mapped[bool] = mapped_column(server_default=text("false"))
    shared: Mapped[bool] = mapped_column(server_default=text("false"))
    token_endpoint_audience: Mapped[bool] = mapped_column(server_default=text("true"))
    last_used_at: Mapped[datetime | None] = mapped_column(_moment)
    keys_used: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"))
    status: Mapped[str] = mapped_column(Text, server_default="active")
    created_at: Mapped[datetime] = mapped_column(_moment, server_default=text("now()"))


class ClientSecret(Base):
    """The SHA-256 of a secret of 256 random bits: too many for guessing, so that no slow hash is needed."""

    __tablename__ = "client_secrets"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_clients.client_id"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(_moment, server_default=text("now()"))
    expires_at: Mapped[datetime | None] = mapped_column(_moment)
    revoked_at: Mapped[datetime | None] = mapped_column(_moment)
    last_used_at: Mapped[datetime | None] = mapped_column(_moment)
    warned_days: Mapped[int | None] = mapped_column(SmallInteger)


class SigningKey(Base):
    """A key of the authorization server.

    Attributes:
        kid: Its RFC 7638 thumbprint.
        private_key: The private JWK, sealed under the master key.
        status: ``next`` (published, not yet used), ``active`` (at most one: it signs) or ``retired`` (still
            verifies).
    """

    __tablename__ = "signing_keys"
    __table_args__ = (
        Index("uq_signing_keys_active", "status", unique=True, postgresql_where=text("status = 'active'")),
    )

    kid: Mapped[str] = mapped_column(Text, primary_key=True)
    public_jwk: Mapped[dict[str, Any]] = mapped_column(JSONB)
    private_key: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(_moment, server_default=text("now()"))
    activated_at: Mapped[datetime | None] = mapped_column(_moment)
    retired_at: Mapped[datetime | None] = mapped_column(_moment)


class AssertionId(Base):
    """A client assertion that was used (RFC 7523 §3, ``jti``); kept as a digest, so of bounded length."""

    __tablename__ = "assertion_ids"

    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_clients.client_id"), primary_key=True)
    jti: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(_moment)
