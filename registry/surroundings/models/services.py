"""Services by source: public reference data, the same for everybody."""

from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base


class ServiceSource(Base):
    """Where services come from.

    Attributes:
        version: Counts the imports; a service carries the one that last changed it.
        data_date: Of the data, as the file or the operator says.
        counts: The report of the last import.
    """

    __tablename__ = "service_sources"
    __table_args__ = (CheckConstraint("kind IN ('osm', 'acceslibre', 'table')", name="kind"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    version: Mapped[int]
    data_date: Mapped[date | None]
    imported_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=text("now()"))
    name: Mapped[str] = mapped_column(Text(collation="C"), unique=True)
    kind: Mapped[str] = mapped_column(Text)
    licence: Mapped[str] = mapped_column(Text)
    attribution: Mapped[str] = mapped_column(Text)
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB)


class Service(Base):
    """A service as one source has it.

    Attributes:
        same_as: The row of another source that is the same place and knows its entrance better.
        family: Number of a :class:`~registry.vocabulary.services.Family`.
        steps: From the street to the inside; 0: level, ``None``: unknown.
        ref: The source's own id.
        reasons: Codes of :class:`~registry.surroundings.entrances.Reason`.
        facts: What is known of the entrance, by field of :class:`~registry.surroundings.entrances.EntranceFacts`.
        position: WGS84, at the entrance where that is known.
        content: Digest of what the source says: another one means that the service changed.
    """

    __tablename__ = "services"
    __table_args__ = (
        UniqueConstraint("source_id", "ref"),
        CheckConstraint("wheelchair IN ('yes', 'limited', 'no', 'unknown')", name="wheelchair"),
        Index("ix_services_position", "position", postgresql_using="gist"),
        Index("ix_services_same_as", "same_as", postgresql_where=text("same_as IS NOT NULL")),
        Index("ix_services_acceslibre_id", "acceslibre_id", postgresql_where=text("acceslibre_id IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    same_as: Mapped[int | None] = mapped_column(ForeignKey("services.id", ondelete="SET NULL"))
    source_id: Mapped[int] = mapped_column(ForeignKey("service_sources.id", ondelete="CASCADE"))
    version: Mapped[int]
    checked_on: Mapped[date | None]
    family: Mapped[int] = mapped_column(SmallInteger)
    steps: Mapped[int | None] = mapped_column(SmallInteger)
    door_width_cm: Mapped[int | None] = mapped_column(SmallInteger)
    ref: Mapped[str] = mapped_column(Text(collation="C"))
    name: Mapped[str | None] = mapped_column(Text)
    acceslibre_id: Mapped[str | None] = mapped_column(Text)
    wheelchair: Mapped[str] = mapped_column(Text)
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text))
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    position: Mapped[WKBElement] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    content: Mapped[bytes] = mapped_column(LargeBinary)
