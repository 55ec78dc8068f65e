"""How many homes are registered, as a coordinator may know it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base


class CensusCount(Base):
    """One cell of a fixed table: rounded to five, ``None`` where it is below eleven or would give such a number away.

    Attributes:
        kind: The table: ``all``, ``status`` or ``typology``.
        category: Its row; ``all`` in the table of that name.
    """

    __tablename__ = "census_counts"
    __table_args__ = (CheckConstraint("homes IS NULL OR homes >= 10 AND homes % 5 = 0", name="protected"),)

    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    commune_code: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    category: Mapped[str] = mapped_column(Text, primary_key=True)
    homes: Mapped[int | None]
    computed_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=text("now()"))
