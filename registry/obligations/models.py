"""Rows of the obligations."""

import uuid
from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base, TransactionNumber

_moment = TIMESTAMP(timezone=True)


class ObligationScore(Base):
    """What a member's homes measured on a day against what its charter asks; kept for three years.

    Attributes:
        obligation: See :class:`registry.obligations.schemas.Obligation`.
        met: Of ``counted``: homes, facts, proposals, or 1 of 1.
        asked: What the charter asks: days of freshness or for an answer, per cent of completeness; ``None``: it names
            no figure.
        floor_percent: The share from which on the obligation is held to; ``None``: the charter sets none.
        untold: Of what is not met, how much no other mail tells of.
    """

    __tablename__ = "obligation_scores"
    __table_args__ = (
        CheckConstraint(
            "obligation IN ('freshness', 'completeness', 'census', 'answer', 'examined', 'relet')", name="obligation"
        ),
        CheckConstraint("0 <= met AND met <= counted", name="part"),
        CheckConstraint("floor_percent BETWEEN 1 AND 100", name="floor"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    obligation: Mapped[str] = mapped_column(Text, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True, index=True)
    met: Mapped[int] = mapped_column(BigInteger)
    counted: Mapped[int] = mapped_column(BigInteger)
    asked: Mapped[int | None]
    floor_percent: Mapped[int | None] = mapped_column(SmallInteger)
    untold: Mapped[int] = mapped_column(BigInteger)
    measured_at: Mapped[datetime] = mapped_column(_moment)


class ObligationReminder(Base):
    """When a member was last written to of an obligation that it did not hold to."""

    __tablename__ = "obligation_reminders"

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    obligation: Mapped[str] = mapped_column(Text, primary_key=True)
    reminded_at: Mapped[datetime] = mapped_column(_moment)


class Standing(Base):
    """Whether a member may search where its adhesion is in force, by the rule of reciprocity of its charter.

    Attributes:
        rule: The term ``reciprocity`` as it binds the member.
        state: ``met``; ``warned``: not, and it still searches; ``barred``: it no longer does. Both walls read this.
        told: The state that its people have been written to about.
        bars_on: The day in France from which on it does not search unless the rule is met.
        in_force_version: The version of the charter that was in force; ``signed_version``: that it holds to.
        confirmed_at: When a source of its homes had last confirmed them as it was measured.
        horizon: Of transactions from this one on, the measure may have missed some.
    """

    __tablename__ = "standings"
    __table_args__ = (
        CheckConstraint("rule IN ('none', 'completeness')", name="rule"),
        CheckConstraint("state IN ('met', 'warned', 'barred')", name="state"),
        CheckConstraint("told IN ('met', 'warned', 'barred')", name="told"),
        CheckConstraint(
            "(state = 'met') = (unmet_since IS NULL) AND (unmet_since IS NULL) = (bars_on IS NULL)", name="unmet"
        ),
        Index("ix_standings_barred", "organisation_id", "territory_id", postgresql_where=text("state = 'barred'")),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    told: Mapped[str] = mapped_column(Text, server_default=text("'met'"))
    unmet_since: Mapped[datetime | None] = mapped_column(_moment)
    bars_on: Mapped[date | None]
    measured_at: Mapped[datetime] = mapped_column(_moment)
    in_force_version: Mapped[int]
    signed_version: Mapped[int]
    confirmed_at: Mapped[datetime | None] = mapped_column(_moment)
    horizon: Mapped[str] = mapped_column(
        TransactionNumber, server_default=text("pg_snapshot_xmin(pg_current_snapshot())")
    )


class TerritoryFigures(Base):
    """A territory in six figures on a day; kept for three years. See :data:`registry.obligations.schemas.FIGURES`."""

    __tablename__ = "territory_figures"

    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True, index=True)
    landlords: Mapped[int]
    residences: Mapped[int]
    listings: Mapped[int]
    available_now: Mapped[int]
    class_4: Mapped[int]
    fresh: Mapped[int]
    measured_at: Mapped[datetime] = mapped_column(_moment)
