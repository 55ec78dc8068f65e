"""Rows of the assessment."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    SmallInteger,
    Text,
    text,
)
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


class GridPreview(Base):
    """What the grid of a charter's draft would make of the residences that the grid in force assesses; kept for a week.

    Attributes:
        digest: SHA-256 of both grids: what was counted for them is found by it.
        grid_before: In force when it was asked for; ``grid_after``: the draft's.
        percent: How far it is.
        result: Figures rounded to five, ``null`` where fewer than eleven residences are counted.
        begun_at: When a job last took it up.
    """

    __tablename__ = "grid_previews"
    __table_args__ = (
        CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="digest"),
        CheckConstraint("status IN ('waiting', 'running', 'done', 'failed')", name="status"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        CheckConstraint("(status = 'done') = (result IS NOT NULL)", name="result"),
        Index("ix_grid_previews_territory_id_requested_at", "territory_id", "requested_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"))
    digest: Mapped[str] = mapped_column(Text)
    draft_version: Mapped[int]
    compared_with: Mapped[int]
    grid_before: Mapped[dict[str, Any]] = mapped_column(JSONB)
    grid_after: Mapped[dict[str, Any]] = mapped_column(JSONB)
    status: Mapped[str] = mapped_column(Text, server_default=text("'waiting'"))
    percent: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    requested_at: Mapped[datetime] = mapped_column(_moment, server_default=text("now()"))
    begun_at: Mapped[datetime | None] = mapped_column(_moment)
    computed_at: Mapped[datetime | None] = mapped_column(_moment)
