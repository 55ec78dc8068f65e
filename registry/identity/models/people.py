"""People, what they may do for which organisation, how they proved who they are, and the mail they get."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import CIDR, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base

_moment = TIMESTAMP(timezone=True)
_now = text("now()")


class User(Base):
    """A person who works for one or more organisations.

    Attributes:
        email: Lower case; what they sign in with.
        password_hash: argon2id; ``None`` for those who sign in upstream only.
        totp_seed: RFC 6238 seed, sealed under the master key; counts once ``totp_confirmed_at`` is set.
        totp_last_step: The last time step whose code was used: no code serves twice.
        upstream_issuer: With ``upstream_subject`` the person at an OpenID provider (ProConnect).
        vacated_digest: Whether they want the daily mail of adapted homes that fell vacant.
    """

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("upstream_issuer", "upstream_subject"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, server_default="fr")
    status: Mapped[str] = mapped_column(Text, server_default="active")
    password_hash: Mapped[str | None] = mapped_column(Text)
    totp_seed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(_moment)
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    upstream_issuer: Mapped[str | None] = mapped_column(Text)
    upstream_subject: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    last_login_at: Mapped[datetime | None] = mapped_column(_moment)
    vacated_digest: Mapped[bool] = mapped_column(server_default=text("true"))


class RecoveryCode(Base):
    """The SHA-256 of a code of 80 random bits that stands in once for a lost second factor."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_at: Mapped[datetime | None] = mapped_column(_moment)


class Membership(Base):
    """A role that a person has in an organisation; see :mod:`registry.access.roles`."""

    __tablename__ = "memberships"

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(Text, primary_key=True)
    created_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)


class SingleUseLink(Base):
    """An invitation or a password reset, under the SHA-256 of the random token that its mail carries.

    ``id`` names it to its organisation: of no use to anybody who would use it.
    """

    __tablename__ = "single_use_links"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(server_default=text("gen_random_uuid()"), unique=True)
    purpose: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    role: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    expires_at: Mapped[datetime] = mapped_column(_moment)
    used_at: Mapped[datetime | None] = mapped_column(_moment)


class Session(Base):
    """A signed-in browser, under the SHA-256 of its cookie.

    Attributes:
        organisation_id: For whom they act; ``None`` until it is chosen.
        authenticated_at: When they last proved who they are, by a password or code here, or as the upstream provider
            says: it may have been long before the session.
        second_factor_at: When the second factor did; ``None``: not yet, and nothing but it may be done.
        upstream_id_token: Sealed; named at the provider's logout.
        upstream_issuer: With ``upstream_subject`` who the provider says this is. Linked to the person once the second
            factor is proven; asked again where a fresh proof is needed.
        upstream_siren: The provider vouched for work in this enterprise: they act for its organisations only.
    """

    __tablename__ = "sessions"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    seen_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    authenticated_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    second_factor_at: Mapped[datetime | None] = mapped_column(_moment)
    ended_at: Mapped[datetime | None] = mapped_column(_moment)
    upstream_id_token: Mapped[bytes | None] = mapped_column(LargeBinary)
    upstream_issuer: Mapped[str | None] = mapped_column(Text)
    upstream_subject: Mapped[str | None] = mapped_column(Text)
    upstream_siren: Mapped[str | None] = mapped_column(Text)


class UpstreamRequest(Base):
    """A browser on its way to an OpenID provider and back, under the SHA-256 of its ``state``; used once.

    Attributes:
        browser: SHA-256 of the cookie of the browser that set out: no other may come back.
        sealed: Nonce, code verifier, what for and where to after, under the master key.
    """

    __tablename__ = "upstream_requests"
    __table_args__ = (Index("ix_upstream_requests_expires_at", "expires_at"),)

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    browser: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(_moment)


class FailedAttempts(Base):
    """Wrong credentials within a few seconds, by what was tried (SHA-256 of the name) and the network it came from."""

    __tablename__ = "failed_attempts"
    __table_args__ = (Index("ix_failed_attempts_since", "since"),)

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    subject: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    network: Mapped[str] = mapped_column(CIDR, primary_key=True)
    since: Mapped[datetime] = mapped_column(_moment, primary_key=True)
    failures: Mapped[int]


class Mail(Base):
    """A mail to be sent. ``sealed``: language, subject and text under the master key, since they may hold a link."""

    __tablename__ = "mails"
    __table_args__ = (Index("ix_mails_unsent", "created_at", postgresql_where=text("sent_at IS NULL")),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[uuid.UUID | None]
    kind: Mapped[str] = mapped_column(Text)
    recipient: Mapped[str] = mapped_column(Text)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    sent_at: Mapped[datetime | None] = mapped_column(_moment)
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
