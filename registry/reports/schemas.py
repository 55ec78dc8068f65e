"""What a report says: the form in which it is kept, answered and printed."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field


class Words(BaseModel):
    """A text in both languages: a published report keeps the words that it was published with."""

    fr: str
    en: str


class ReportColumn(BaseModel):
    """One figure, what it means, and the text that says so."""

    code: str
    label: Words
    definition: Words
    source: Words
    dated: date = Field(description="Of the source.")


class ReportRow(BaseModel):
    """A commune, or the whole territory: then without a code."""

    commune_code: str | None
    name: str
    cells: dict[str, int | None] = Field(
        description="By the code of the column; null: not shown, for it is too small or would give a small one away."
    )


class ReportProtection(BaseModel):
    """How the figures are protected."""

    least: int = Field(description="A count from 1 to one below this is not shown.")
    step: int = Field(description="The others are rounded to the nearest multiple of this, half up.")


class ReportTable(BaseModel):
    """One table by commune; the last row is the territory's. Each is rounded on its own: they need not add up."""

    code: Literal["homes", "works", "changes", "residences", "transfers", "moves", "vacated", "demand"]
    title: Words
    protection: ReportProtection
    columns: list[ReportColumn]
    rows: list[ReportRow]


class ReportTerritory(BaseModel):
    id: str
    name: str


class ReportLandlords(BaseModel):
    """How many landlords hold to the charter, and how many of them have registered a home in the territory."""

    signatories: int
    declaring: int


class ReportDocument(BaseModel):
    """What was counted. It is kept as it was published."""

    territory: ReportTerritory
    year: int
    edition: int = Field(description="A later count of the same year is another edition; each one stays.")
    counted_at: datetime = Field(description="Homes, classes and landlords are those of this moment.")
    charter_version: int | None
    vocabulary_version: str
    landlords: ReportLandlords
    tables: list[ReportTable]


class AccessibleHousingReport(BaseModel):
    """An edition of the yearly report of accessible housing (CGCT art. L.2143-3)."""

    published_at: datetime
    sha256: str = Field(description="Of `document` as RFC 8785 writes it, hexadecimal.")
    document: ReportDocument


class TransfersReport(AccessibleHousingReport):
    """An edition of the yearly report of transfers, of vacated adapted homes and of unmet demand."""
