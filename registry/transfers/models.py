"""Rows of the transfers: cases, proposals, what was done to them, and the time for which a home is kept."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from geoalchemy2 import Geometry, WKBElement
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


class CaseDoor(Base):
    """That the places of others' homes are compared with the present home of a case (ADR 0029); written by the job.

    Attributes:
        home_ref: The home that the case had then.
        state: ``open``; ``no_place``: nobody knows where that home is; ``later_home``: it was registered after the
            case, and is not compared.
        place: Of that home as it was then (EPSG:4326), so that nobody moves it about to ask again; so the quarters.
        network: Whether a pedestrian network is complete there: without one no distance is answered.
        compared_in: Listings changed by earlier transactions are compared.
    """

    __tablename__ = "case_doors"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "case_id"], ["transfer_cases.organisation_id", "transfer_cases.id"], ondelete="CASCADE"
        ),
        CheckConstraint("state IN ('open', 'no_place', 'later_home')", name="state"),
        CheckConstraint("state <> 'open' OR place IS NOT NULL", name="place"),
        Index("ix_case_doors_territory_id", "territory_id", postgresql_where=text("state = 'open'")),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    territory_id: Mapped[int]
    home_ref: Mapped[str] = mapped_column(Text(collation="C"))
    state: Mapped[str] = mapped_column(Text)
    place: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    quarter_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    network: Mapped[bool] = mapped_column(server_default=text("false"))
    compared_in: Mapped[str | None] = mapped_column(TransactionNumber)
    opened_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)


class CaseNearness(Base):
    """What the door answers of a listing: same quarter or not, and in which band of accessible distance it is.

    No row: another quarter and farther than the last band, or not compared yet. ``walking``, ``senior``,
    ``wheelchair``: the band for each way of moving, from 1 (within 300 m) on; 0: farther, or out of reach; ``None``:
    not known.
    """

    __tablename__ = "case_nearness"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "case_id"], ["case_doors.organisation_id", "case_doors.case_id"], ondelete="CASCADE"
        ),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    listing_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    same_quarter: Mapped[bool]
    walking: Mapped[int | None] = mapped_column(SmallInteger)
    senior: Mapped[int | None] = mapped_column(SmallInteger)
    wheelchair: Mapped[int | None] = mapped_column(SmallInteger)


class CaseDoorDay(Base):
    """For how many cases a landlord was given the door on a day (UTC), the erased ones included; kept two days."""

    __tablename__ = "case_door_days"

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    territory_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    cases: Mapped[int]


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


class VacatedHome(Base):
    """An adapted home that fell vacant: it was opened by the vacancy and is closed by what its landlord states of it.

    Adapted: its proven class is 4 or higher, or works were done for it. One row for a vacancy, from the notice until
    the home is occupied again, is let no more, or is gone; kept for three years after that.

    Attributes:
        listing_id: Of the home, where it is shared; it stays when the landlord's own reference changes.
        home_class, works, rooms: As the vacancy began; ``works``: codes of :mod:`registry.vocabulary.works`.
        month: From which it is free, as its landlord said.
        relet_on: The day in France from which it is occupied again, or let no more.
        examined: Whether the adaptation was examined at the allotment.
        under_occupied: Whether the household that left was too small for it (CCH art. L.621-2).
        outcome: A :class:`registry.vocabulary.transfers.Outcome`; ``loss``: why, where it is lost.
        announced_at: When the members of the territory were told.
    """

    __tablename__ = "vacated_homes"
    __table_args__ = (
        Index("uq_vacated_homes_vacancy", "organisation_id", "home_ref", unique=True,
              postgresql_where=text("relet_on IS NULL")),
        Index("ix_vacated_homes_organisation_id", "organisation_id", "id"),
        Index("ix_vacated_homes_territory_id", "territory_id", "stated_at"),
        Index("ix_vacated_homes_unannounced", "territory_id",
              postgresql_where=text("announced_at IS NULL AND relet_on IS NULL AND outcome IS NULL")),
        CheckConstraint("(outcome IS NULL) = (stated_at IS NULL) AND (outcome IS NULL) = (examined IS NULL)",
                        name="stated"),
        CheckConstraint("(loss IS NOT NULL) = (outcome IS NOT DISTINCT FROM 'lost')", name="loss"),
    )  # fmt: skip

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=_random)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"))
    home_ref: Mapped[str] = mapped_column(Text(collation="C"))
    listing_id: Mapped[uuid.UUID] = mapped_column(index=True)
    rooms: Mapped[int] = mapped_column(SmallInteger)
    home_class: Mapped[int] = mapped_column(SmallInteger)
    works: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    month: Mapped[date | None]
    opened_on: Mapped[date]
    relet_on: Mapped[date | None]
    examined: Mapped[bool | None]
    under_occupied: Mapped[bool | None]
    outcome: Mapped[str | None] = mapped_column(Text)
    loss: Mapped[str | None] = mapped_column(Text)
    stated_at: Mapped[datetime | None] = mapped_column(_moment)
    announced_at: Mapped[datetime | None] = mapped_column(_moment)
    version: Mapped[int] = mapped_column(server_default=text("1"))


class LegalRule(Base):
    """A text that was loaded in place of one that the service comes with; public, and nobody's.

    Attributes:
        rule: A :class:`registry.transfers.protections.law.LegalRule`.
    """

    __tablename__ = "legal_rules"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    in_force_from: Mapped[date] = mapped_column(primary_key=True)
    rule: Mapped[dict[str, Any]] = mapped_column(JSONB)
    loaded_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
