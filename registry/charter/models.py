"""Charters and who has signed them."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base


class Charter(Base):
    """One version of a territory's charter. ``terms``: see :class:`registry.charter.schemas.Terms`."""

    __tablename__ = "charters"
    __table_args__ = (
        UniqueConstraint("territory_id", "version"),
        Index("uq_charters_in_force", "territory_id", unique=True, postgresql_where=text("status = 'in_force'")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"))
    version: Mapped[int]
    status: Mapped[str] = mapped_column(Text)
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    in_force_from: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))


class Adhesion(Base):
    """An organisation's signature of a charter version: who signed, when, and whether it holds."""

    __tablename__ = "adhesions"
    __table_args__ = (
        ForeignKeyConstraint(["territory_id", "charter_version"], ["charters.territory_id", "charters.version"]),
    )

    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True, index=True)
    charter_version: Mapped[int]
    status: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    signed_by: Mapped[str] = mapped_column(Text)
