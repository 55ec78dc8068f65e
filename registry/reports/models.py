"""Rows of the reports."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base

_moment = TIMESTAMP(timezone=True)


class TerritoryReport(Base):
    """One edition of a report on a territory's year; once published it never changes (a trigger sees to it).

    Attributes:
        kind: A :data:`registry.reports.tables.Kind`.
        edition: From 1 in each kind and year.
        requested_at: When it was last asked to be counted.
        attempts: How often the job has begun to since.
        computed_at: When it was counted; ``None``, or earlier than it was asked for: it is to be.
        document: What it says, protected already; see :mod:`registry.reports.schemas`.
        sha256: Of the document as RFC 8785 writes it, hexadecimal.
        pdf_fr: It as a PDF in French; ``pdf_en``: in English.
    """

    __tablename__ = "territory_reports"
    __table_args__ = (
        UniqueConstraint("territory_id", "kind", "year", "edition"),
        Index(
            "uq_territory_reports_draft", "territory_id", "kind", "year", unique=True,
            postgresql_where=text("published_at IS NULL"),
        ),
        CheckConstraint("kind IN ('accessible-housing', 'transfers')", name="kind"),
        CheckConstraint("year BETWEEN 2000 AND 2200", name="year"),
        CheckConstraint("edition > 0", name="edition"),
        CheckConstraint("num_nonnulls(computed_at, document, sha256, pdf_fr, pdf_en) IN (0, 5)", name="computed"),
        CheckConstraint("published_at IS NULL OR computed_at >= requested_at", name="published"),
    )  # fmt: skip

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"))
    kind: Mapped[str] = mapped_column(Text)
    year: Mapped[int] = mapped_column(SmallInteger)
    edition: Mapped[int]
    requested_at: Mapped[datetime] = mapped_column(_moment, server_default=text("now()"))
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    computed_at: Mapped[datetime | None] = mapped_column(_moment)
    document: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    sha256: Mapped[str | None] = mapped_column(Text)
    pdf_fr: Mapped[bytes | None] = mapped_column(LargeBinary)
    pdf_en: Mapped[bytes | None] = mapped_column(LargeBinary)
    published_at: Mapped[datetime | None] = mapped_column(_moment)
