"""Rows of adapted homes that fell vacant, and of the texts of law."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base

_moment = TIMESTAMP(timezone=True)
_now = text("now()")
_random = text("gen_random_uuid()")


class VacatedHome(Base):
    """An adapted home that fell vacant: it was opened by the vacancy and is closed by what its landlord states of it.

    Adapted: its proven class is 4 or higher, or works were done for it. One row for a vacancy, from the notice (or
    from works or a reservation that empty it) until the home is occupied again, is let no more, or is gone; kept for
    three years after that.

    Attributes:
        listing_id: Of the home, where it is shared; it stays when the landlord's own reference changes.
        home_class, works, rooms: As the vacancy began; ``works``: codes of :mod:`registry.vocabulary.works`.
        month: From which it is free, as its landlord said.
        relet_on: The day in France from which it is occupied again or, where ``gone``, withdrawn or removed.
        gone: Whether the vacancy ended because the home left the stock; nobody was allotted it, unless that is stated.
        examined: Whether the adaptation was examined at the allotment.
        under_occupied: Whether the household that left was too small for it (CCH art. L.621-2).
        outcome: A :class:`registry.vocabulary.transfers.Outcome`; ``loss``: why, where it is lost.
        proposal_id: The proposal whose lease said what became of it; ``None`` where its landlord stated that. It may be
            deleted by now.
        announced_at: When the members of the territory were told; ``digested_at``: when the daily mail named it.
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
        CheckConstraint("NOT gone OR relet_on IS NOT NULL", name="gone"),
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
    gone: Mapped[bool] = mapped_column(server_default=text("false"))
    examined: Mapped[bool | None]
    under_occupied: Mapped[bool | None]
    outcome: Mapped[str | None] = mapped_column(Text)
    loss: Mapped[str | None] = mapped_column(Text)
    stated_at: Mapped[datetime | None] = mapped_column(_moment)
    announced_at: Mapped[datetime | None] = mapped_column(_moment)
    digested_at: Mapped[datetime | None] = mapped_column(_moment)
    proposal_id: Mapped[uuid.UUID | None]
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
