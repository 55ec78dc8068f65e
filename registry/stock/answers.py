"""What a landlord reads of its own stock. PostgreSQL builds most of these objects; the models state them."""

import datetime as dt
import uuid
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from registry.kernel.fields import without_default
from registry.vocabulary.stock import (
    EnergyLabel,
    Equipment,
    Financing,
    HousingForm,
    QuotaHolder,
    Source,
    Status,
    Typology,
)
from registry.vocabulary.works import Funder, OutageSource


class FactOut(BaseModel):
    """A fact as it was stated last."""

    value: str | int = Field(description='"yes", "no", a whole number in the fact\'s unit, or a code.')
    source: Source
    date: dt.date
    until: dt.date | SkipJsonSchema[None] = Field(
        None, description="The last day on which it holds.", json_schema_extra=without_default
    )
    evidence: str | SkipJsonSchema[None] = Field(
        None, description="Your reference of what proves it.", json_schema_extra=without_default
    )


class HomeOut(BaseModel):
    """One of your homes."""

    ref: str
    residence_ref: str
    building_ref: str | None
    typology: Typology
    rooms: int
    area_m2: float | None
    floor: int | None
    rent_cents: int | None
    charges_cents: int | None
    financing: Financing | None
    quota_holder: QuotaHolder | None
    energy_label: EnergyLabel | None
    rpls_id: str | None
    status: Status
    available_on: dt.date | None
    housing_form: HousingForm | None
    facts: dict[str, FactOut]
    listing_id: uuid.UUID = Field(description="Its id among the listings, where it is shared.")
    confirmed_at: datetime = Field(description="When you last stated it, changed or not.")
    updated_at: datetime = Field(description="When it last changed.")
    version: int = Field(description="Counts the changes; also the ETag.")


class HomePage(BaseModel):
    items: list[HomeOut]
    next: str | None


class SupersededStatus(BaseModel):
    """A status of a home that gave way to another, or to another day from which the home is free."""

    status: Status
    available_on: dt.date | None = Field(description="From which it was free, as you said then.")
    since: datetime | None = Field(
        description="When it was stated; null: not known any more, or since the home is registered."
    )
    superseded_at: datetime


class StatusHistoryPage(BaseModel):
    items: list[SupersededStatus] = Field(description="The last first; what gave way within three years.")
    next: str | None


class PositionOut(BaseModel):
    lon: float
    lat: float


class PositionSource(BaseModel):
    """Where a residence's position comes from; `score` is the geocoder's, 0 to 1."""

    method: Literal["given", "ban", "geoplateforme", "reviewed"] = Field(
        description="given: you stated it; ban, geoplateforme: found from the address; reviewed: you accepted it."
    )
    score: float | None
    type: Literal["housenumber", "street", "locality"] | None = Field(description="What was found.")
    doubtful: bool = Field(description="true: found, and not used until you review it; `position` is null.")


class PositionToReview(BaseModel):
    """A place that was found for the address of one of your residences, and is not certain."""

    ref: str
    name: str | None
    number: str | None
    street: str | None
    postcode: str | None
    commune_code: str
    candidate: PositionOut
    method: Literal["ban", "geoplateforme"]
    score: float = Field(description="0 to 1.")
    gap: float | None = Field(description="By how much the score is above the next best; null: nothing else came near.")
    type: Literal["housenumber", "street", "locality"]
    label: str = Field(description="The address that was found, as its source writes it.")
    version: int = Field(description="Of the residence; also the ETag to review it with.")


class PositionsToReview(BaseModel):
    items: list[PositionToReview]
    next: str | None


class BuildingOut(BaseModel):
    ref: str
    name: str | None
    position: PositionOut | None
    levels: int | None
    rnb_id: str | None
    ban_id: str | None


class ResidenceOut(BaseModel):
    """One of your residences."""

    ref: str
    name: str | None
    number: str | None
    street: str | None
    postcode: str | None
    commune_code: str
    position: PositionOut | None = Field(description="As you stated it, or else as it was found from the address.")
    position_source: PositionSource | None
    quarters: list[str] = Field(description="layer:code, from the position.")
    territory: str | None
    housing_form: HousingForm
    equipment: list[Equipment]
    construction_year: int | None
    declared_homes: int | None = Field(description="How many homes you say it has, named here or not.")
    in_priority_quarter: bool | None
    facts: dict[str, FactOut] = Field(description="Of the common parts and the surroundings.")
    rnb_id: str | None
    ban_id: str | None
    owner_siren: str | None = Field(description="Who owns it, where you manage it for somebody else.")
    manager_siren: str | None = Field(description="Who manages it for you, where you own it.")
    buildings: list[BuildingOut]
    updated_at: datetime
    version: int


class ResidenceFactsOut(BaseModel):
    """What is known of the common parts of a residence and of its surroundings; what is not stated is unknown."""

    residence_ref: str
    facts: dict[str, FactOut]


class SupersededFact(FactOut):
    """A fact that gave way to another, or was withdrawn."""

    code: str
    superseded_at: datetime


class SupersededFacts(BaseModel):
    items: list[SupersededFact] = Field(description="The last first; at most a thousand.")


class ResidencePage(BaseModel):
    items: list[ResidenceOut]
    next: str | None


class DuplicateOut(BaseModel):
    """One of your homes whose RPLS id another landlord states as well."""

    ref: str
    rpls_id: str
    found_at: datetime


class DuplicatePage(BaseModel):
    items: list[DuplicateOut]
    next: str | None


class FaultOut(BaseModel):
    """One thing wrong with a line."""

    field: str = Field(description='Dotted; "line" for the line as a whole.')
    value: Any = Field(description="What stood there, shortened.")
    message: str
    remedy: str | None


class LineResult(BaseModel):
    line: int = Field(description="From 1.")
    ref: str | None
    status: Literal["created", "updated", "unchanged", "rejected"]
    errors: list[FaultOut]


class BatchResult(BaseModel):
    """What became of each line; a rejected one changes nothing, the others are saved together."""

    created: int
    updated: int
    unchanged: int
    rejected: int
    lines: list[LineResult]


class LiftOutageOut(BaseModel):
    """A time in which a lift of yours stands, or stood."""

    id: uuid.UUID
    residence_ref: str
    building_ref: str | None = Field(description="Whose lifts stand; null: those of the whole residence.")
    lift: str | None = Field(description="Your own code of one lift; null: all of them.")
    source: OutageSource
    started_at: datetime
    expected_end: datetime | None
    ended_at: datetime | None = Field(description="null: it stands.")
    updated_at: datetime
    version: int = Field(description="Counts the changes; also the ETag.")


class LiftOutagePage(BaseModel):
    items: list[LiftOutageOut]
    next: str | None


class AdaptationOut(BaseModel):
    work: str = Field(description="A code of the vocabulary's works.")
    delivered_on: dt.date
    cost_cents: int | None
    funder: Funder | None
    removable: bool
    life_span_years: int | None
    evidence_ref: str | None


class AdaptationsOut(BaseModel):
    """The adaptations that a home has."""

    home_ref: str
    adaptations: list[AdaptationOut]


class ReservationConventionOut(BaseModel):
    departement: str
    quota_holder: QuotaHolder
    own_transfers: bool | None = Field(
        description="Whether a transfer within your own stock is deducted from the flow; null: not stated."
    )
    others_transfers: bool | None = Field(
        description="Whether a transfer between landlords is deducted from the flow; null: not stated."
    )
    dated: dt.date | None
    updated_at: datetime


class ReservationConventionsOut(BaseModel):
    """What your reservation conventions say of transfers, by département and quota holder."""

    conventions: list[ReservationConventionOut]


class FeasibleWorkOut(BaseModel):
    work: str = Field(description="A code of the vocabulary's works.")
    cost_from_cents: int
    cost_to_cents: int
    source: Source
    stated_on: dt.date
    before_entry: bool


class HomeFeasibleWorks(BaseModel):
    """The works that a home could have."""

    home_ref: str
    feasible_works: list[FeasibleWorkOut]


class ResidenceFeasibleWorks(BaseModel):
    """The works that a residence could have."""

    residence_ref: str
    feasible_works: list[FeasibleWorkOut]
