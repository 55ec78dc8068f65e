"""What people grant to clients, and the tokens that come of it. Nothing here can be replayed: digests and ids only."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base

_moment = TIMESTAMP(timezone=True)
_now = text("now()")


def _of_consent() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["organisation_id", "consent_id"], ["consents.organisation_id", "consents.id"], ondelete="CASCADE"
    )


class Consent(Base):
    """A person let a client act for one organisation, once: the family of all tokens that follow from it.

    ``authenticated_at``: when they had last proven who they are.
    """

    __tablename__ = "consents"
    __table_args__ = (UniqueConstraint("organisation_id", "id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_clients.client_id"), index=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    authenticated_at: Mapped[datetime] = mapped_column(_moment)
    created_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    revoked_at: Mapped[datetime | None] = mapped_column(_moment)


class AuthorizationCode(Base):
    """A code of sixty seconds (RFC 6749 §4.1.2), bound to redirect URI and PKCE challenge.

    It is kept once used, so that a second use is seen and ends the family.
    """

    __tablename__ = "authorization_codes"
    __table_args__ = (
        _of_consent(),
        Index("ix_authorization_codes_organisation_id_consent_id", "organisation_id", "consent_id"),
    )

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    organisation_id: Mapped[uuid.UUID]
    consent_id: Mapped[uuid.UUID]
    redirect_uri: Mapped[str] = mapped_column(Text)
    code_challenge: Mapped[str] = mapped_column(Text)
    dpop_thumbprint: Mapped[str | None] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(_moment)
    used_at: Mapped[datetime | None] = mapped_column(_moment)


class RefreshToken(Base):
    """A refresh token, good once; its second use revokes the family (RFC 9700 §4.14.2)."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (
        _of_consent(),
        Index("ix_refresh_tokens_organisation_id_consent_id", "organisation_id", "consent_id"),
    )

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    organisation_id: Mapped[uuid.UUID]
    consent_id: Mapped[uuid.UUID]
    dpop_thumbprint: Mapped[str | None] = mapped_column(Text)
    issued_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    expires_at: Mapped[datetime] = mapped_column(_moment)
    used_at: Mapped[datetime | None] = mapped_column(_moment)


class AccessToken(Base):
    """The ``jti`` of an access token that was issued, so that it can be revoked; the token itself is not kept.

    ``credential`` is the id of the secret, or the ``kid`` of the key, that the client proved itself with: where that is
    retired, the token goes with it.
    """

    __tablename__ = "access_tokens"
    __table_args__ = (
        _of_consent(),
        Index("ix_access_tokens_organisation_id_consent_id", "organisation_id", "consent_id"),
        Index("ix_access_tokens_expires_at", "expires_at"),
    )

    jti: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[uuid.UUID]
    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_clients.client_id"), index=True)
    consent_id: Mapped[uuid.UUID | None]
    credential: Mapped[str] = mapped_column(Text)
    issued_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    expires_at: Mapped[datetime] = mapped_column(_moment)
    revoked_at: Mapped[datetime | None] = mapped_column(_moment)


class DpopProof(Base):
    """A DPoP proof that was used (RFC 9449 §11.1): the SHA-256 of its ``jti``, by the key that signed it."""

    __tablename__ = "dpop_proofs"
    __table_args__ = (Index("ix_dpop_proofs_expires_at", "expires_at"),)

    thumbprint: Mapped[str] = mapped_column(Text, primary_key=True)
    jti: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(_moment)


class TokenCount(Base):
    """Answers of the token endpoint to one client in one hour; ``outcome``: ``issued``, or the error's code.

    The job takes them into the audit chain of the organisation and deletes them.
    """

    __tablename__ = "token_counts"

    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(Text, primary_key=True)
    hour: Mapped[datetime] = mapped_column(_moment, primary_key=True)
    outcome: Mapped[str] = mapped_column(Text, primary_key=True)
    answers: Mapped[int]
