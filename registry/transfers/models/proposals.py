"""Rows of the proposals: what was done to them, how long a home is kept, help with the move and what it changed."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Numeric,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, TSTZRANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base

_moment = TIMESTAMP(timezone=True)
_now = text("now()")
_random = text("gen_random_uuid()")


class TransferProposal(Base):
    """A home that is proposed for a case; its landlord (the owner) answers. Both read it, each its own part.

    Attributes:
        organisation_id: Of the case: the origin. ``owner_id``: of the home; may be the same.
        case_id: Without a foreign key: a case is erased, what became of a proposal is not. ``None`` from then on.
        state: See :class:`registry.transfers.workflow.State`; ``reason``: its code, where it has one.
        shared: The part of the need that the owner has to know for this home; codes only.
        shared_until: The last day on which the owner may read it: that of the consent.
        month: From which the home is free, as its listing said.
        answer_by: By when the charter asks the owner for an answer.
        held_until: Until when the home is kept for it; see :class:`HomeHold`.
        disclosed_at: When its address was told.
    """

    __tablename__ = "transfer_proposals"
    __table_args__ = (
        Index("uq_transfer_proposals_open", "case_id", "listing_id", unique=True,
              postgresql_where=text("closed_at IS NULL")),
        Index("uq_transfer_proposals_housed", "case_id", unique=True, postgresql_where=text(
            "state IN ('leased', 'moved', 'followed_3_months', 'followed_12_months')")),
        Index("ix_transfer_proposals_organisation_id", "organisation_id", "created_at", "id"),
        Index("ix_transfer_proposals_owner_id", "owner_id", "created_at", "id"),
        Index("ix_transfer_proposals_territory_id", "territory_id", "created_at", "id"),
        Index("ix_transfer_proposals_listing_id", "listing_id"),
        Index("ix_transfer_proposals_held_until", "held_until", postgresql_where=text("held_until IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=_random)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"))
    case_id: Mapped[uuid.UUID | None]
    listing_id: Mapped[uuid.UUID]
    state: Mapped[str] = mapped_column(Text, server_default=text("'proposed'"))
    reason: Mapped[str | None] = mapped_column(Text)
    shared: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    shared_until: Mapped[date]
    month: Mapped[date | None]
    answer_by: Mapped[date]
    held_until: Mapped[datetime | None] = mapped_column(_moment)
    disclosed_at: Mapped[datetime | None] = mapped_column(_moment)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    updated_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    answered_at: Mapped[datetime | None] = mapped_column(_moment)
    closed_at: Mapped[datetime | None] = mapped_column(_moment)


class TransferStep(Base):
    """What was done to a proposal, by which side, and when; never changed.

    ``told``: whether the job has told the other side.
    """

    __tablename__ = "transfer_steps"
    __table_args__ = (
        Index("ix_transfer_steps_proposal_id", "proposal_id", "id"),
        Index("ix_transfer_steps_untold", "id", postgresql_where=text("NOT told")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("transfer_proposals.id", ondelete="CASCADE"))
    organisation_id: Mapped[uuid.UUID]
    owner_id: Mapped[uuid.UUID]
    territory_id: Mapped[int]
    party: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    happened_at: Mapped[datetime] = mapped_column(_moment, server_default=text("clock_timestamp()"))
    told: Mapped[bool] = mapped_column(server_default=text("false"))


class HomeHold(Base):
    """The time for which a home is kept for a proposal: of one home no two overlap, whoever asks at once.

    ``during`` has no end once the home is let, until somebody has moved in.
    """

    __tablename__ = "home_holds"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=_random)
    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("transfer_proposals.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[uuid.UUID]
    owner_id: Mapped[uuid.UUID]
    listing_id: Mapped[uuid.UUID]
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)


class MovingHelp(Base):
    """What helps with a move, by kind: as it is planned, which both sides read, and as it was delivered.

    Attributes:
        part: ``planned``, or ``delivered``: the origin's alone.
        cents: What it costs, euro cents.
        on_day: For when it is planned, or when it was delivered.
    """

    __tablename__ = "moving_help"
    __table_args__ = (CheckConstraint("part IN ('planned', 'delivered')", name="part"),)

    proposal_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("transfer_proposals.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    part: Mapped[str] = mapped_column(Text, primary_key=True)
    organisation_id: Mapped[uuid.UUID]
    owner_id: Mapped[uuid.UUID]
    cents: Mapped[int | None]
    on_day: Mapped[date | None]


class TransferMove(Base):
    """What a move changed: rent, surface and rooms before and after. The origin's alone.

    Rents are principal rents in euro cents a month, areas in m²; ``None``: not known.
    """

    __tablename__ = "transfer_moves"
    __table_args__ = (Index("ix_transfer_moves_territory_id", "territory_id", "moved_on"),)

    proposal_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("transfer_proposals.id", ondelete="CASCADE"), primary_key=True
    )
    organisation_id: Mapped[uuid.UUID]
    territory_id: Mapped[int]
    moved_on: Mapped[date]
    rent_before_cents: Mapped[int | None]
    rent_after_cents: Mapped[int | None]
    area_before_m2: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    area_after_m2: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    rooms_before: Mapped[int | None] = mapped_column(SmallInteger)
    rooms_after: Mapped[int | None] = mapped_column(SmallInteger)


class TransferReminder(Base):
    """A reminder that was sent: one for each proposal, kind and moment that it is of."""

    __tablename__ = "transfer_reminders"

    proposal_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("transfer_proposals.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    due: Mapped[date] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
