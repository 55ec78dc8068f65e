"""A landlord's mappings: its columns, codes and units to ours, in versions that never change."""

from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, Field

MAPPING_EXAMPLE: Final = {
    "columns": [
        {"from": "NUM_LOGEMENT", "to": "ref"},
        {"from": "PROGRAMME", "to": "residence_ref"},
        {"from": "TYPE", "to": "typology", "values": {"F1": "T1", "F2": "T2", "F3": "T3"}},
        {"from": "NB_PIECES", "to": "rooms"},
    ],
    "empty_values": ["NC"],
}


class MappingOut(BaseModel):
    """One version of a mapping."""

    name: str
    version: int = Field(description="From 1; a source names the one by which it is read.")
    created_at: datetime
    document: dict[str, Any] = Field(description="As it was sent.")


class MappingSummary(BaseModel):
    """A mapping; ``version`` is its latest."""

    name: str
    version: int
    created_at: datetime


class MappingPage(BaseModel):
    items: list[MappingSummary]
    next: str | None
