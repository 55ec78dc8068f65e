"""What a coordinator reads of the census."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class CensusCell(BaseModel):
    commune_code: str
    kind: Literal["all", "status", "typology"] = Field(description="The table; all: every home of the commune.")
    category: str
    homes: int | None = Field(description="Rounded to five; null: below eleven, or it would give such a number away.")
    computed_at: datetime = Field(description="Counted each night.")


class Census(BaseModel):
    """Fixed tables of the homes that the territory's members have registered; communes without any are left out.

    Of a commune with fewer than eleven homes the tables by status and typology are left out as well.
    """

    items: list[CensusCell]
