"""Rows of what each month leaves of the cases and moves of a territory."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base


class TransferCount(Base):
    """One cell of a fixed table of a month: rounded to five, ``None`` where it is too small or would tell of one.

    It names no case, no move and no landlord, and stays when those are erased.

    Attributes:
        month: Its first day; the month is over when it is counted.
        topic: ``unanswered`` (cases without a home) or ``freed`` (homes that moves set free, of the twelve months that
            end with this one).
        zone: An INSEE code; ``several``: several communes or any; ``territory``: all together.
        code: Of :mod:`registry.vocabulary.demand`.
    """

    __tablename__ = "transfer_counts"
    __table_args__ = (
        CheckConstraint("extract(day FROM month) = 1", name="month"),
        CheckConstraint("count = 0 OR (count >= 10 AND count % 5 = 0)", name="protected"),
    )

    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(Text, primary_key=True)
    zone: Mapped[str] = mapped_column(Text, primary_key=True)
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    count: Mapped[int | None]
    counted_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=text("now()"))
