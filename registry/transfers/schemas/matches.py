"""What a landlord is answered of the homes that fit a case of its own."""

import datetime as dt
import uuid
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from registry.listings.schemas import Listing
from registry.listings.service import Bool
from registry.transfers.matching.present import Outlook
from registry.transfers.matching.requirements import Fit
from registry.transfers.matching.shares import Place
from registry.vocabulary.catalogue import Label
from registry.vocabulary.matching import Criterion

MOST: Final = 50
ORDINARY: Final = 20
Door = Literal["open", "comparing", "waiting", "no_place", "later_home", "none"]


class MatchQuery(BaseModel):
    """How many, and how far."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=MOST, description="Homes that fit; those that nearly do are ten at most.")] = (
        ORDINARY
    )
    beyond: Annotated[
        Bool, Field(description="With what is known to lie outside the quarters and communes that are wanted.")
    ] = False


class Demand(BaseModel):
    """One hard demand of the need, and what this home is to it."""

    code: str
    label: Label
    fit: Fit


class ScoreLine(BaseModel):
    """One criterion of the score; the points of all add up to it."""

    criterion: Criterion
    label: Label
    value: Label
    threshold: Label | None = Field(description="What has all points; null: it has no bound.")
    weight: int = Field(description="Of the charter (matching_weights), beside those of the other lines.")
    points: float = Field(description="Half of them where the value is not known.")
    source: Label
    source_date: dt.date = Field(description="Of the text, or the day on which it was read or proposed.")


class Rents(BaseModel):
    """Two tests, both shown: the principal rent, and the tenant's total cost. Euro cents a month; null: not known."""

    rent_cents: int | None
    present_rent_cents: int | None = Field(description="Of today, where it is known.")
    rent_bound_cents: int | None = Field(description="What it is tested against: of today, or the most that is wanted.")
    rent_test: Literal["lower", "no_more"] = Field(
        description="lower: strictly, where CCH art. L.442-3-1 or L.442-3-2 applies."
    )
    rent_met: bool | None
    total_cents: int | None
    present_total_cents: int | None = Field(description="Rent and charges of today, where both are known.")
    total_bound_cents: int | None = Field(description="The lesser of that and the most that is wanted.")
    total_met: bool | None


class Match(BaseModel):
    """A home beside a case: why, and what is missing."""

    listing: Listing
    own: bool
    home_ref: str | None = Field(description="Your own reference, of a home of yours.")
    fit: Fit = Field(description="The worst of all demands.")
    demands: list[Demand]
    missing: Demand | None = Field(description="The first demand that is not proven; null: all are.")
    place: Place | None = Field(description="Beside the present home; null: not known, or there is none.")
    beyond: bool | None = Field(
        description="Whether it lies outside the quarters and communes that are wanted; null: not known, to be asked."
    )
    distance_band_m: list[int] | None = Field(
        description="Accessible distance from the present home in metre-equivalents, from and up to; [1500] farther or"
        " out of reach; null: not known."
    )
    rents: Rents
    score: float = Field(description="0 to 100.")
    lines: list[ScoreLine]
    proposal: uuid.UUID | None = Field(description="Of an open proposal of this home for this case.")


class Work(BaseModel):
    """Works that would make the home fit."""

    code: str
    label: Label
    cost_from_cents: int | None = Field(
        description="As you stated it of a home of yours; of another's that agreed to the works before entry, widened"
        " to the next of 500, 1,000, 2,000, 5,000 … euros; otherwise it is to be asked."
    )
    cost_to_cents: int | None = Field(description="Null beside a least cost: more than 50,000 euros.")


class NearWork(Work):
    """Works that would make a home fit that nearly does."""

    before_entry: bool = Field(description="The owner agreed to have them done before somebody moves in.")


class NearMiss(Match):
    """A home that nearly fits: one work short, or one class lower with a check."""

    reason: Literal["one_work_short", "one_class_lower"]
    works: list[NearWork] = Field(description="Each alone delivers what is missing.")
    owner: Literal["yours", "agreed", "to_ask"] = Field(
        description="Who says whether it is adapted before entry: you; its owner, who agreed to one of the works; its"
        " owner, who is to be asked."
    )


class PresentWork(Work):
    """Works in the present home, or in the common parts that lead to it."""

    feasible: bool = Field(description="You stated them as feasible there.")


class PresentDemand(Demand):
    """One hard demand of the need, and what the present home is to it."""

    works: list[PresentWork] = Field(
        description="Works of the catalogue that would mend it where it is missed, those stated as feasible first."
    )
    together: bool = Field(description="All of the works are needed; false: any one of them.")


class PresentHome(BaseModel):
    """The other way out: to adapt the home in which somebody lives."""

    home_ref: str
    fit: Fit = Field(description="The worst of all demands.")
    outlook: Outlook = Field(
        description="What it takes to mend what is known to be missing. fits, to_check: nothing is; feasible_works:"
        " works that you stated as feasible there; works: others of the catalogue too; no_works: no works mend it all."
    )
    demands: list[PresentDemand]


class Matches(BaseModel):
    """The best homes for a case, first to last."""

    territory: str
    door: Door = Field(
        description="Whether others' places are compared with the present home's: open; comparing: within minutes;"
        " waiting: within minutes, or no comparison is left today; no_place: nobody knows where that home is;"
        " later_home: it was registered after the case; none: the case has no home of yours."
    )
    network: bool | None = Field(description="Whether distances are known around the present home; null: no door.")
    weights: dict[Criterion, int] = Field(description="What applies to this case.")
    present_home: PresentHome | None = Field(
        description="What the present home meets itself, and which works would make it fit; null: none of yours."
    )
    items: list[Match]
    near_misses: list[NearMiss]
