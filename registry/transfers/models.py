"""Rows of the transfers: cases, proposals, what was done to them, and the time for which a home is kept."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP, TSTZRANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base, TransactionNumber

_moment = TIMESTAMP(timezone=True)
_now = text("now()")
_random = text("gen_random_uuid()")


class TransferCase(Base):
    """Somebody who looks for a home that fits, under a reference that only their landlord can resolve.

    Attributes:
        id: Random: the owner of a proposed home sees it.
        need: A :class:`registry.transfers.need.NeedProfile`; only its landlord ever reads it.
        home_ref: The present home, of its landlord's own stock; ``None`` for a first entry or once the home is gone.
        consent_until: The last day on which the need may be kept and told.
        wanted: Search tags (``listings.tags``) of which a listing must have every one to be possible.
        rent_limit_cents, rooms_least, rooms_most, communes: What else it must hold to, as ``need`` says; kept so that
            a home that falls vacant finds its cases by one statement. No communes: all of the territory.
        needs_lift: Whether it is on the ground floor or has a lift: of two ways one, so not among the tags.
        matched: Whether the homes that are there already were compared with it as it is now.
        reminded_until: The end of the consent of which its landlord was reminded.
        closed_at: When it ended; it is deleted the charter's ``case_retention_months`` later.
    """

    __tablename__ = "transfer_cases"
    __table_args__ = (
        UniqueConstraint("organisation_id", "ref"),
        UniqueConstraint("organisation_id", "id"),
        # A home that is deleted leaves its case, without one: as a constraint of the database, for that column alone.
        ForeignKeyConstraint(
            ["organisation_id", "home_ref"], ["homes.organisation_id", "homes.ref"], ondelete="SET NULL (home_ref)"
        ),
        CheckConstraint("(closed_at IS NULL) = (closing IS NULL)", name="closed"),
        Index("ix_transfer_cases_open", "territory_id", postgresql_where=text("closed_at IS NULL")),
        Index("ix_transfer_cases_closed_at", "closed_at", postgresql_where=text("closed_at IS NOT NULL")),
        Index("ix_transfer_cases_organisation_id_home_ref", "organisation_id", "home_ref"),
        Index("ix_transfer_cases_organisation_id_created_at", "organisation_id", "created_at", "id"),
        Index("ix_transfer_cases_territory_id_created_at", "territory_id", "created_at", "id"),
    )  # fmt: skip

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=_random)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"))
    ref: Mapped[str] = mapped_column(Text(collation="C"))
    kind: Mapped[str] = mapped_column(Text)
    ground: Mapped[str | None] = mapped_column(Text)
    home_ref: Mapped[str | None] = mapped_column(Text(collation="C"))
    need: Mapped[dict[str, Any]] = mapped_column(JSONB)
    deadline: Mapped[date | None]
    consent_basis: Mapped[str] = mapped_column(Text)
    consent_version: Mapped[str] = mapped_column(Text)
    consent_until: Mapped[date]
    wanted: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default=text("'{}'"))
    rent_limit_cents: Mapped[int | None]
    rooms_least: Mapped[int] = mapped_column(SmallInteger)
    rooms_most: Mapped[int] = mapped_column(SmallInteger)
    communes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    needs_lift: Mapped[bool] = mapped_column(server_default=text("false"))
    matched: Mapped[bool] = mapped_column(server_default=text("false"))
    reminded_until: Mapped[date | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    updated_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    closed_at: Mapped[datetime | None] = mapped_column(_moment)
    closing: Mapped[str | None] = mapped_column(Text)


class CaseAlert(Base):
    """A home that came free and may suit a case: one row for one fact, whoever writes it.

    Attributes:
        month: From which it is free, as its listing says; ``None``: now.
        told_at: When its landlord was told; a home that was there before the case is never told, ``known`` instead.
        ended_at: When the home was no longer free.
    """

    __tablename__ = "case_alerts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "case_id"], ["transfer_cases.organisation_id", "transfer_cases.id"], ondelete="CASCADE",
            name="fk_case_alerts_organisation_id_case_id_transfer_cases",
        ),
        # Two of one name would be two for one fact: of a month, and of a home that is free now.
        Index("uq_case_alerts_month", "case_id", "listing_id", "month", unique=True,
              postgresql_where=text("month IS NOT NULL")),
        Index("uq_case_alerts_now", "case_id", "listing_id", unique=True,
              postgresql_where=text("month IS NULL AND ended_at IS NULL")),
        Index("ix_case_alerts_organisation_id", "organisation_id", "created_at", "id"),
        Index("ix_case_alerts_case_id", "organisation_id", "case_id"),
        Index("ix_case_alerts_untold", "organisation_id", postgresql_where=text("told_at IS NULL AND NOT known")),
        Index("ix_case_alerts_listing_id", "listing_id", postgresql_where=text("ended_at IS NULL")),
    )  # fmt: skip

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=_random)
    organisation_id: Mapped[uuid.UUID]
    case_id: Mapped[uuid.UUID]
    territory_id: Mapped[int]
    listing_id: Mapped[uuid.UUID]
    month: Mapped[date | None]
    known: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    told_at: Mapped[datetime | None] = mapped_column(_moment)
    ended_at: Mapped[datetime | None] = mapped_column(_moment)


class CaseAlertHorizon(Base):
    """Up to which transaction a territory's listings were compared with the open cases."""

    __tablename__ = "case_alert_horizons"

    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True, autoincrement=False)
    horizon: Mapped[str] = mapped_column(TransactionNumber)


class TransferTombstone(Base):
    """What is left of an erased case, so that nothing brings it back: a digest of its reference; kept for 24 months."""

    __tablename__ = "transfer_tombstones"
    __table_args__ = (Index("ix_transfer_tombstones_erased_at", "erased_at"),)

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    ref_sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    erased_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)


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
