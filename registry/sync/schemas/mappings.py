"""A landlord's mappings: its columns, codes and units to ours, in versions that never change."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class MappingOut(BaseModel):
    """One version of a mapping."""

    name: str
    version: int = Field(description="From 1; a source names the one by which it is read.")
    created_at: datetime
    document: dict[str, Any]


class MappingSummary(BaseModel):
    """A mapping; ``version`` is its latest."""

    name: str
    version: int
    created_at: datetime


class MappingPage(BaseModel):
    items: list[MappingSummary]
    next: str | None
