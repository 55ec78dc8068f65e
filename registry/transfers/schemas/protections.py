"""What the law says for a case: asked with what the landlord knows of the household, answered with each text."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field

from registry.transfers.need import Strict
from registry.transfers.schemas.law import LegalTextOut, Words
from registry.vocabulary.transfers import Exemption, LegalCondition

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
    tense_area: Annotated[
        State,
        Field(description="Whether the home is in a tense area, as the text means it; no: it attaches nothing."),
    ] = "unknown"

    def said(self) -> dict[Exemption | LegalCondition, State]:
        """Return it by code."""
        given: dict[str, State] = self.model_dump()
        return {each: given[each] for each in (*Exemption, *LegalCondition)}


class HouseholdFactOut(BaseModel):
    code: Exemption | LegalCondition
    label: Words
    state: State = Field(description="unknown: it was not said; never taken for no.")


class ProtectionOut(BaseModel):
    """What one text says for the household."""

    rule: LegalTextOut
    applies: State = Field(description="Whether it concerns the household, exemptions counted.")
    because: Words
    exemptions: list[HouseholdFactOut]
    conditions: list[HouseholdFactOut] = Field(description="What has to hold for the text to concern the household.")


class ProtectionsOut(BaseModel):
    """Protections and duties, shown with text and date. The registry draws no consequence from any of them."""

    items: list[ProtectionOut]
    facts: list[HouseholdFactOut] = Field(
        description="What may be said of the household for the texts in force, and what is taken for this answer."
    )
    refusals: int = Field(description="Homes that were proposed for this case and refused; nothing follows from them.")
    right: Words = Field(description="What a refusal changes: nothing.")


HOUSEHOLD_EXAMPLE: Final[dict[str, Any]] = {"over_65": "no", "qpv": "no", "tense_area": "yes"}
