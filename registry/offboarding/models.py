"""Organisations that leave."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base

_moment = TIMESTAMP(timezone=True)


class Offboarding(Base):
    """That an organisation asked to leave, leaves, or has left; kept for ever, without anything of its stock.

    Attributes:
        due_at: When it leaves, where it asked for it itself.
        left_at: When it left: its listings went, its credentials and signatures ended.
        purge_at: When its stock, files and people are deleted.
        counts: How much that was, once it has begun.
        purged_at: When nothing of it was left.
    """

    __tablename__ = "offboardings"

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(_moment, server_default=text("now()"))
    due_at: Mapped[datetime] = mapped_column(_moment)
    left_at: Mapped[datetime | None] = mapped_column(_moment)
    purge_at: Mapped[datetime | None] = mapped_column(_moment)
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    purged_at: Mapped[datetime | None] = mapped_column(_moment)
