"""What a mapping makes of a sample."""

from typing import Any

from pydantic import BaseModel, Field

from registry.sync.schemas.imports import NoteOut


class TriedRecord(BaseModel):
    """One record of the sample."""

    line: int
    home: dict[str, Any] | None = Field(description="What it states of a home, by our names.")
    residence: dict[str, Any] | None = Field(description="What it states of a residence, by our names.")
    rejected: bool
    notes: list[NoteOut]


class Trial(BaseModel):
    items: list[TriedRecord]
