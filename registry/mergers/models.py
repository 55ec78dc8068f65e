"""What a merger changed that others go on naming as it was."""

import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base

_ref = Text(collation="C")


class FormerReference(Base):
    """A reference that a merger changed since the successor had one like it.

    Attributes:
        kind: ``home`` or ``residence``.
        former_organisation_id: Whose reference ``former_ref`` was.
        ref: What it is now.
    """

    __tablename__ = "former_references"
    __table_args__ = (CheckConstraint("kind IN ('home', 'residence')", name="kind"),)

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    former_organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    former_ref: Mapped[str] = mapped_column(_ref, primary_key=True)
    ref: Mapped[str] = mapped_column(_ref)
