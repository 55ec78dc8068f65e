"""What a landlord declares of its files: how they are written, and what their records are about."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from registry.kernel.fields import Printable

Kind = Literal["csv", "ndjson", "xlsx", "rpls"]
Content = Literal["homes", "residences"]


class Format(BaseModel):
    """How a source's files are written.

    Attributes:
        delimiter: Of the columns of a CSV; ``None``: found in the header.
        encoding: ``None``: UTF-8 where the file is, Windows-1252 otherwise.
        sheet: Of a workbook; ``None``: the first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    content: Content = "homes"
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    encoding: Literal["utf-8", "windows-1252", "iso-8859-1"] | None = None
    sheet: Annotated[Printable | None, Field(min_length=1, max_length=31)] = None
