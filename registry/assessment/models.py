"""Rows of the assessment."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Identity, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, DOUBLE_PRECISION, JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base

_moment = TIMESTAMP(timezone=True)


class _Values:
    """An index; see :class:`registry.assessment.index.Index`.

    Attributes:
        components: ``{"L": {"low", "high", "completeness", "weight"}, …}``.
        knock_outs: ``{code: "yes" | "unknown"}``.
        grid_version: ``territory/version of its charter``, or the version of the defaults.
        territory_id: Whose charter's grid it is; ``None``: the defaults. No foreign key: history outlives territories.
    """

    low: Mapped[float] = mapped_column(DOUBLE_PRECISION)
    high: Mapped[float] = mapped_column(DOUBLE_PRECISION)
    completeness: Mapped[float] = mapped_column(DOUBLE_PRECISION)
    grade_low: Mapped[str | None] = mapped_column(Text)
    grade_high: Mapped[str | None] = mapped_column(Text)
    favourable: Mapped[str] = mapped_column(Text)
    homes: Mapped[int]
    adapted: Mapped[int]
    possibly_adapted: Mapped[int]
    components: Mapped[dict[str, Any]] = mapped_column(JSONB)
    knock_outs: Mapped[dict[str, str]] = mapped_column(JSONB)
    grid_version: Mapped[str] = mapped_column(Text)
    territory_id: Mapped[int | None]


class ResidenceIndex(_Values, Base):
    """The index of a residence as it was computed last."""

    __tablename__ = "residence_indexes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "residence_id"], ["residences.organisation_id", "residences.id"], ondelete="CASCADE"
        ),
        CheckConstraint("0 <= low AND low <= high AND high <= 100", name="interval"),
        CheckConstraint("favourable IN ('yes', 'no', 'unknown')", name="favourable"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    residence_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    computed_at: Mapped[datetime] = mapped_column(_moment)


class ResidenceIndexHistory(_Values, Base):
    """The index of a residence from a moment on, until the next row; kept for five years."""

    __tablename__ = "residence_index_history"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "residence_id"], ["residences.organisation_id", "residences.id"], ondelete="CASCADE",
            name="fk_residence_index_history_residences",  # the convention's name is longer than PostgreSQL allows
        ),
    )  # fmt: skip

    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    residence_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    valid_from: Mapped[datetime] = mapped_column(_moment, primary_key=True, index=True)


class AssessmentRequest(Base):
    """A residence whose index is to be computed; without one, every residence of the organisation."""

    __tablename__ = "assessment_requests"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    organisation_id: Mapped[uuid.UUID]
    residence_id: Mapped[uuid.UUID | None]


class AssessmentSweep(Base):
    """A territory whose residences are all to be computed: its charter, who signed it, or its communes changed.

    ``commune_codes``: communes that it has no more, whose residences are computed too.
    """

    __tablename__ = "assessment_sweeps"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"))
    commune_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
