"""Unmet demand, and what transfers set free, as the members of a territory and its coordinator read it."""

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from registry.vocabulary.demand import CLASSES, FREED

MONTH_FORM: Final = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"
Count = int | None
_NOT_SHOWN: Final = (
    "Rounded to five; null: below eleven, or it would give such a number away, to who knows its own too."
)


class UnmetDemandZone(BaseModel):
    """A commune of the territory in which there are unanswered cases, or what is not of one commune."""

    zone: Literal["commune", "several", "territory"] = Field(
        description="several: cases that want several communes, or any; territory: all together."
    )
    commune_code: str | None
    name: str | None
    counts: dict[str, Count] = Field(
        description=f"By kind of home that is asked for: {', '.join(each.code for each in CLASSES)}. {_NOT_SHOWN}"
    )


class UnmetDemand(BaseModel):
    """Fixed tables of a month. They name nobody, and stay when cases are erased."""

    territory: str
    month: Annotated[str, Field(description="The month that was counted, YYYY-MM, once it was over.")]
    months: list[str] = Field(description="All months that are counted, the last one first.")
    counted_at: datetime
    items: list[UnmetDemandZone] = Field(description="Communes by name; a commune without a case is left out.")
    freed: dict[str, Count] = Field(
        description="What the moves of the twelve months that end with this one set free:"
        f" {', '.join(each.code for each in FREED)}. {_NOT_SHOWN}"
    )
