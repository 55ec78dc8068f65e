"""What readers of changes are given. PostgreSQL builds these objects; the models state them."""

import uuid
from typing import Literal

from pydantic import BaseModel, Field

from registry.listings.schemas import Listing
from registry.stock.answers import HomeOut, ResidenceOut

Change = Literal["upserted", "deleted"]


class StockChange(BaseModel):
    """A home or residence as it is now, or that it is deleted. What is given replaces what you hold under its ref."""

    kind: Literal["home", "residence"]
    change: Change
    ref: str
    home: HomeOut | None
    residence: ResidenceOut | None


class StockChangePage(BaseModel):
    items: list[StockChange] = Field(description="By transaction, deletions first; empty where there is nothing new.")
    next: str = Field(description="Where to go on, now or later; keep it with what you took over.")


class ListingChange(BaseModel):
    """A listing as it is now, or that it was withdrawn."""

    change: Change
    id: uuid.UUID
    listing: Listing | None


class ListingChangePage(BaseModel):
    items: list[ListingChange] = Field(description="By transaction, deletions first; empty where there is nothing new.")
    next: str = Field(description="Where to go on, now or later; keep it with what you took over.")
