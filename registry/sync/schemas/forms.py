"""What a form for a survey is to hold."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from registry.kernel.text import Language
from registry.sync.formats.forms import SURVEYED, Section


class FormQuery(BaseModel):
    """Which form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    section: Annotated[
        list[Section],
        Field(max_length=8, description="Of facts; the entrance and the surroundings where none is named."),
    ] = list(SURVEYED)
    labels: Annotated[
        Language | None, Field(description="Write a label in this language behind each name; it is read back as well.")
    ] = None
    prefilled: Annotated[bool, Field(description="Fill in what is held.")] = True
