"""A text of law as it is shown: what it says, its source and vintage, and whether somebody has verified it."""

import datetime as dt

from pydantic import BaseModel, Field


class Words(BaseModel):
    """In both languages."""

    fr: str
    en: str


class LegalTextOut(BaseModel):
    """What the registry informs by. It never decides, and never sanctions."""

    code: str = Field(description="Stable name of the rule.")
    article: str
    text: Words = Field(description="What it says, in short.")
    source: str = Field(description="Where it was read.")
    dated: dt.date = Field(description="The date of the text that was read.")
    in_force_from: dt.date
    verified: bool = Field(description="false: nobody has compared it with the text in force.")
