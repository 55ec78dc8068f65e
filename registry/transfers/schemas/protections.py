"""What the law says for a case: asked with what the landlord knows of the household, answered with each text."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field

from registry.transfers.need import Strict
from registry.transfers.schemas.law import LegalTextOut, Words
from registry.vocabulary.transfers import Exemption

State = Literal["yes", "no", "unknown"]


class HouseholdFacts(Strict):
    """What you know of a household for this one answer; nothing of it is kept or logged."""

    over_65: Annotated[
        State,
        Field(description="Over the age of the texts, as `facts` says it; the lowest where they differ."),
    ] = "unknown"
    disability: State = "unknown"
    dependant: State = "unknown"
    loss_of_autonomy: State = "unknown"
    qpv: State = "unknown"


class HouseholdFactOut(BaseModel):
    code: Exemption
    label: Words
    state: State = Field(description="unknown: it was not said; never taken for no.")


class ProtectionOut(BaseModel):
    """What one text says for the household."""

    rule: LegalTextOut
    applies: State = Field(description="Whether it concerns the household, exemptions counted.")
    because: Words
    exemptions: list[HouseholdFactOut]


class ProtectionsOut(BaseModel):
    """Protections and duties, shown with text and date. The registry draws no consequence from any of them."""

    items: list[ProtectionOut]
    facts: list[HouseholdFactOut] = Field(
        description="What may be said of the household for the texts in force, and what is taken for this answer."
    )
    refusals: int = Field(description="Homes that were proposed for this case and refused; nothing follows from them.")
    right: Words = Field(description="What a refusal changes: nothing.")


HOUSEHOLD_EXAMPLE: Final[dict[str, Any]] = {"over_65": "yes", "qpv": "no"}
