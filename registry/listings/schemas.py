"""What a listing looks like from outside.

PostgreSQL builds these objects (``repository.projection``); the models state them in the API's document.
"""

import uuid
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from registry.kernel.fields import without_default
from registry.vocabulary.grid import Grade, ProfileCode
from registry.vocabulary.services import Band

Month = Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]


class Landlord(BaseModel):
    id: uuid.UUID
    name: str


class Commune(BaseModel):
    code: str = Field(description="INSEE code.")
    name: str


class Location(BaseModel):
    """Where the home is shown: a random point of its cell, kept; the true point only under a charter that says so."""

    precision: Literal["cell", "commune", "residence"]
    cell_m: int | None = Field(
        description="Side in metres of the square that the home's zone lies in: 500, 1000 or 2000; null otherwise."
    )
    lon: float = Field(description="WGS84.")
    lat: float = Field(description="WGS84.")


class Feature(BaseModel):
    """A fact as it is shared. A fact that is not listed is unknown, never absent."""

    value: Literal["yes", "no"] | float
    proven: bool = Field(description="Whether it meets the vocabulary's threshold.")
    source: str
    month: Month | None = Field(description="When it was established.")


class HomeClass(BaseModel):
    """0: not assessed, 1: ordinary, 2: few steps, 3: step-free, 4: walking with an aid, 5 and 6: wheelchair."""

    proven: int = Field(ge=0, le=6, description="Whatever the unknown facts turn out to be.")
    possible: int = Field(ge=1, le=6, description="If they turn out well.")


class Listing(BaseModel):
    """A shared home."""

    model_config = ConfigDict(title="Listing")

    id: uuid.UUID
    territory: str
    landlord: Landlord
    commune: Commune
    quarters: list[str] = Field(description="layer:code; empty where showing them would single a residence out.")
    location: Location
    typology: str
    rooms: int
    area_band_m2: list[int] | None = Field(description="From, up to (excluded).")
    rent_cents: int | None = Field(description="Principal rent, euro cents a month.")
    charges_cents: int | None = Field(description="Charges, euro cents a month.")
    floor_band: Literal["ground", "1", "2-3", "4+"] | None
    home_class: HomeClass
    features: dict[str, Feature]
    residence_grade: Grade | None = Field(
        description="Of the residence's index: this grade or a better one is proven. null: not assessable, or withheld "
        "because it would single a residence out."
    )
    services: dict[str, dict[ProfileCode, Band]] = Field(
        description="How far the best service is by accessible path (metre-equivalents), by family and profile; "
        "within_600 may be nearer. What is not listed is unknown, or withheld: never absent."
    )
    availability: Literal["now", "soon", "occupied"]
    available_month: Month | None
    fresh_week: str = Field(description="ISO week of the landlord's last confirmation.", examples=["2026-W47"])


class FoundListing(Listing):
    """A listing on a page; ``distance_m`` where the search was around a point."""

    distance_m: int | SkipJsonSchema[None] = Field(
        None,
        description="From the searched point to the shown point, in hundreds of metres: approximate.",
        json_schema_extra=without_default,
    )


class ListingPage(BaseModel):
    items: list[FoundListing]
    next: str | None = Field(description="Address of the next page; the same method and body.")
    count: int | None = Field(description="Matches, where asked for; 1,001 means more than 1,000.")


class ListingFeature(BaseModel):
    type: Literal["Feature"]
    id: uuid.UUID
    geometry: dict[str, Any]
    properties: FoundListing


class ListingFeatureCollection(BaseModel):
    """The same page as GeoJSON (RFC 7946)."""

    type: Literal["FeatureCollection"]
    features: list[ListingFeature]
    next: str | None
    count: int | None
