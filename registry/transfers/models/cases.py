"""Rows of the cases: needs, what is told of them, and how near other homes are to their present ones."""

import uuid
from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
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
        filled: The fields of ``need`` that hold what the present home says of itself, and nobody stated.
        consent_until: The last day on which the need may be kept and told.
        wanted: Search tags (``listings.tags``) of which a listing must have every one to be possible.
        rent_limit_cents, rooms_least, rooms_most, communes, quarters: What else it must hold to, as ``need`` says; kept
            so that a home that falls vacant finds its cases by one statement. No communes: all of the territory.
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
        CheckConstraint("rooms_least BETWEEN 1 AND rooms_most AND rooms_most <= 9", name="rooms"),
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
    filled: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    deadline: Mapped[date | None]
    consent_basis: Mapped[str] = mapped_column(Text)
    consent_version: Mapped[str] = mapped_column(Text)
    consent_until: Mapped[date]
    wanted: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default=text("'{}'"))
    rent_limit_cents: Mapped[int | None]
    rooms_least: Mapped[int] = mapped_column(SmallInteger)
    rooms_most: Mapped[int] = mapped_column(SmallInteger)
    communes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    quarters: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    needs_lift: Mapped[bool] = mapped_column(server_default=text("false"))
    matched: Mapped[bool] = mapped_column(server_default=text("false"))
    reminded_until: Mapped[date | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    updated_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    closed_at: Mapped[datetime | None] = mapped_column(_moment)
    closing: Mapped[str | None] = mapped_column(Text)


class TransferTombstone(Base):
    """What is left of an erased case, so that nothing brings it back: a digest of its reference; kept for 24 months."""

    __tablename__ = "transfer_tombstones"
    __table_args__ = (Index("ix_transfer_tombstones_erased_at", "erased_at"),)

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    ref_sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    erased_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)


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


class CaseDoor(Base):
    """That the places of others' homes are compared with the present home of a case (ADR 0029); written by the job.

    Attributes:
        home_ref: The home that the case had then.
        state: ``open``; ``no_place``: nobody knows where that home is; ``later_home``: it was registered after the
            case, and is not compared.
        place: Of that home as it was then (EPSG:4326), so that nobody moves it about to ask again; so the quarters.
        quarters_known: Whether there were any: beside a home of no known quarter none is the same one or another.
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
    quarters_known: Mapped[bool] = mapped_column(server_default=text("false"))
    network: Mapped[bool] = mapped_column(server_default=text("false"))
    compared_in: Mapped[str | None] = mapped_column(TransactionNumber)
    opened_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)


class CaseNearness(Base):
    """What the door answers of a listing: same quarter or not, and in which band of accessible distance it is.

    No row: farther than the last band, and in another quarter where that of the present home is known; or not compared
    yet. ``quarter_known``: not where the quarter of either home is not; ``same_quarter`` says nothing then.
    ``walking``, ``senior``, ``wheelchair``: the band for each way of moving, from 1 (within 300 m) on; 0: farther, or
    out of reach; ``None``: not known.
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
    quarter_known: Mapped[bool] = mapped_column(server_default=text("true"))
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
