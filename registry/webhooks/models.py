"""Where organisations have events posted, and what was posted."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base, TransactionNumber

_moment = TIMESTAMP(timezone=True)


class WebhookEndpoint(Base):
    """An address of an organisation, under a name that it chose.

    Attributes:
        secret: Signs what is posted, sealed; ``previous_secret`` signs too, until ``previous_until``.
        failing_since: The first failure since something was taken last; ``last_error``: of the last one.
        disabled_at: Nothing is posted any more: it failed for days, said that it is gone, or was switched off.
        stock_seen, listings_seen: The last transaction whose changes were announced.
    """

    __tablename__ = "webhook_endpoints"
    __table_args__ = (UniqueConstraint("organisation_id", "name"), UniqueConstraint("organisation_id", "id"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str] = mapped_column(Text(collation="C"))
    url: Mapped[str] = mapped_column(Text)
    events: Mapped[list[str]] = mapped_column(ARRAY(Text))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    previous_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    previous_until: Mapped[datetime | None] = mapped_column(_moment)
    created_at: Mapped[datetime] = mapped_column(_moment, server_default=text("now()"))
    last_posted_at: Mapped[datetime | None] = mapped_column(_moment)
    failing_since: Mapped[datetime | None] = mapped_column(_moment)
    last_error: Mapped[str | None] = mapped_column(Text)
    disabled_at: Mapped[datetime | None] = mapped_column(_moment)
    stock_seen: Mapped[str | None] = mapped_column(TransactionNumber)
    listings_seen: Mapped[str | None] = mapped_column(TransactionNumber)


class WebhookDelivery(Base):
    """One event for one endpoint, written in the transaction of the fact; kept for thirty days.

    Attributes:
        data: Ids and counts only.
        next_at: When it is posted, or posted again; ``None``: it was taken, or is given up.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "endpoint_id"],
            ["webhook_endpoints.organisation_id", "webhook_endpoints.id"],
            name="fk_webhook_deliveries_endpoint",
            ondelete="CASCADE",
        ),
        Index("ix_webhook_deliveries_next_at", "next_at", postgresql_where=text("next_at IS NOT NULL")),
        Index("ix_webhook_deliveries_created_at", "created_at"),
        Index("ix_webhook_deliveries_organisation_id_endpoint_id_id", "organisation_id", "endpoint_id", "id"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    endpoint_id: Mapped[uuid.UUID]
    kind: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(_moment, server_default=text("now()"))
    next_at: Mapped[datetime | None] = mapped_column(_moment, server_default=text("now()"))
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    delivered_at: Mapped[datetime | None] = mapped_column(_moment)
    given_up_at: Mapped[datetime | None] = mapped_column(_moment)
    last_error: Mapped[str | None] = mapped_column(Text)
