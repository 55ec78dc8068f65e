"""What an organisation reads of its own audit chain."""

import uuid
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class AuditEventOut(BaseModel):
    """One event of the chain."""

    sequence: int = Field(description="Its number in the chain, from 1 without a gap.")
    happened_at: datetime
    actor: str = Field(description="Who did it, as it is hashed: a client, or a person through one; ids only.")
    user_id: uuid.UUID | None = Field(description="The person, where one acted.")
    action: str = Field(description="noun:object:verb, stock:home:updated say.")
    subject: str = Field(description="The object's id or your own reference.")
    detail: dict[str, Any] = Field(description="Codes, counts, digests; no personal data.")
    previous_hash: str = Field(description="SHA-256 of the event before it, in hexadecimal; empty for the first.")
    hash: str = Field(description="SHA-256 over the previous hash and this event, in hexadecimal.")


class AuditPage(BaseModel):
    items: list[AuditEventOut] = Field(description="The latest first.")
    next: str | None


class AuditHead(BaseModel):
    """The last event of a chain. Whoever keeps it elsewhere can prove later that nothing before it has changed."""

    sequence: int
    hash: str = Field(description="SHA-256 in hexadecimal.")
    happened_at: datetime


class AuditVerification(BaseModel):
    """What recomputing a part of the chain found."""

    first: int | None = Field(description="The first event that was looked at; null: there was none.")
    last: int | None = Field(description="The last one.")
    count: int = Field(description="How many events were looked at.")
    intact: bool = Field(description="Each of them fits the one before it.")
    broken_at: int | None = Field(description="The first event that does not fit; null: all do.")
    head: AuditHead | None = Field(description="Of the whole chain, at this moment; null: it has no event yet.")
    verified_at: datetime
    next: str | None = Field(description="Where the rest of the chain is verified; null: this was its end.")
