"""Charters and who has signed them."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base


class Charter(Base):
    """One version of a territory's charter: its articles and terms, as :mod:`registry.charter.schemas` has them.

    ``revision`` counts the changes of a draft; ``told`` is the status that members have been written to about.
    """

    __tablename__ = "charters"
    __table_args__ = (
        UniqueConstraint("territory_id", "version"),
        Index("uq_charters_in_force", "territory_id", unique=True, postgresql_where=text("status = 'in_force'")),
        Index("uq_charters_draft", "territory_id", unique=True, postgresql_where=text("status = 'draft'")),
        Index("uq_charters_proposed", "territory_id", unique=True, postgresql_where=text("status = 'proposed'")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"))
    version: Mapped[int]
    status: Mapped[str] = mapped_column(Text)
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    in_force_from: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    articles: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'"))
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    proposed_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    reply_by: Mapped[date | None]
    superseded_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    told: Mapped[str | None] = mapped_column(Text)


class Adhesion(Base):
    """What an organisation's signature is worth now: the version that it holds to, and whether it does.

    ``unsigned``: suspended because it did not sign a later version in time.
    """

    __tablename__ = "adhesions"
    __table_args__ = (
        ForeignKeyConstraint(["territory_id", "charter_version"], ["charters.territory_id", "charters.version"]),
    )

    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True, index=True)
    charter_version: Mapped[int]
    status: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    signed_by: Mapped[str] = mapped_column(Text)
    unsigned: Mapped[bool] = mapped_column(server_default=text("false"))


class Signature(Base):
    """That a person signed a version for an organisation; kept for ever, ``withdrawn_at`` when it ended."""

    __tablename__ = "signatures"
    __table_args__ = (
        ForeignKeyConstraint(["territory_id", "charter_version"], ["charters.territory_id", "charters.version"]),
        Index("ix_signatures_territory_id_charter_version", "territory_id", "charter_version"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    territory_id: Mapped[int]
    charter_version: Mapped[int]
    text_sha256: Mapped[str | None] = mapped_column(Text)
    signed_by: Mapped[str] = mapped_column(Text)
    signed_as: Mapped[str | None] = mapped_column(Text)
    signed_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=text("now()"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))


class LandlordInvitation(Base):
    """A landlord that a coordinator invites to its territory, by SIREN; kept for half a year after its end.

    Attributes:
        organisation_id: The coordinator that invites.
        name: The landlord's, as the coordinator gives it; it is registered by this name if it is not yet.
        email: Of the person who will administer it; lower case.
        status: ``sent`` until it ended.
        waits: A mail is to be sent; the link of one before is worth nothing from then on.
        asked_at: When mails were asked for, of the last day; at least the last one.
        digest: SHA-256 of the random token that the last mail's link carries.
    """

    __tablename__ = "landlord_invitations"

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True, index=True)
    siren: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default="sent")
    waits: Mapped[bool] = mapped_column(server_default=text("true"))
    asked_at: Mapped[list[datetime]] = mapped_column(ARRAY(TIMESTAMP(timezone=True)))
    digest: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    invited_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=text("now()"))
    expires_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
