"""What a landlord is told of homes that come free for its cases."""

import uuid
from datetime import datetime

from pydantic import BaseModel, Field


class CaseAlertOut(BaseModel):
    """A home that came free and may suit a case of yours."""

    id: uuid.UUID
    case_id: uuid.UUID
    case_ref: str
    listing_id: uuid.UUID
    available_month: str | None = Field(description="YYYY-MM; null: now.")
    created_at: datetime
    ended_at: datetime | None = Field(description="When it was no longer free; null: it still is.")


class CaseAlertPage(BaseModel):
    items: list[CaseAlertOut]
    next: str | None
