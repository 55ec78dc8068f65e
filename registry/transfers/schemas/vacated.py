"""Adapted homes that fell vacant, as their landlord reads them and states what became of them."""

import datetime as dt
import uuid
from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, Field, model_validator

from registry.kernel.fields import YesNo
from registry.kernel.text import Text
from registry.kernel.validation import Wrong
from registry.listings.schemas import Commune, Landlord
from registry.transfers.need import Strict
from registry.transfers.schemas.law import LegalTextOut
from registry.vocabulary.transfers import LARGE_ROOMS, Loss, Outcome

Vacancy = Literal["vacant", "asked", "stated"]


class OutcomeIn(Strict):
    """What became of an adapted home that fell vacant. It replaces what was stated before."""

    examined: Annotated[YesNo, Field(description="Whether the adaptation was examined at the allotment.")]
    outcome: Outcome
    loss: Annotated[Loss | None, Field(description="Why, where the outcome is 'lost'.")] = None
    under_occupied: Annotated[
        YesNo | None,
        Field(
            description=f"Whether the home was under-occupied before; null: not known. 'large_home_to_family' is not"
            f" possible where it was not; with fewer than {LARGE_ROOMS} rooms only where it was."
        ),
    ] = None

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if self.outcome is Outcome.LOST and self.loss is None:
            raise Wrong(
                "la raison est attendue quand l'adaptation est perdue", "the reason is expected where it is lost",
                field="loss", remedy=Text(f"L'un de : {', '.join(Loss)}", f"One of: {', '.join(Loss)}"),
            )  # fmt: skip
        if self.outcome is not Outcome.LOST and self.loss is not None:
            raise Wrong(
                "une raison ne s'applique qu'à « lost »", "a reason applies to 'lost' only", field="loss",
                remedy=Text("Retirez-la.", "Leave it out."),
            )  # fmt: skip
        if self.outcome is Outcome.LARGE_TO_FAMILY and self.under_occupied is False:
            raise Wrong(
                "un grand logement attribué à une famille n'est pas une perte s'il était sous-occupé ; vous dites non",
                "a large home given to a family is no loss where it was under-occupied; you say that it was not",
                field="under_occupied",
                remedy=Text(
                    "Donnez « lost » avec sa raison ; ou corrigez under_occupied ; ou ne le dites pas s'il n'est pas"
                    " connu.",
                    "State 'lost' with its reason; or correct under_occupied; or leave it out if it is not known.",
                ),
            )  # fmt: skip
        return self


class VacatedHome(BaseModel):
    """An adapted home of yours that fell vacant."""

    id: uuid.UUID
    territory: str
    home_ref: str = Field(description="Yours.")
    listing_id: uuid.UUID = Field(description="Its id among the listings, where it is shared.")
    rooms: int
    home_class: int = Field(description="Proven as it fell vacant, 0 to 6.")
    works: list[str] = Field(description="Codes of the works that were done for it.")
    month: str | None = Field(description="From which it is free, YYYY-MM, as you said.")
    opened_on: dt.date
    relet_on: dt.date | None = Field(description="Since when it is occupied again, or gone.")
    gone: bool = Field(
        description="Whether it was withdrawn or removed instead of let: no allotment, unless you state one."
    )
    state: Vacancy
    examined: bool | None
    under_occupied: bool | None
    outcome: Outcome | None
    loss: Loss | None
    stated_at: datetime | None
    source: Literal["landlord", "proposal"] | None = Field(
        description="Who stated the outcome: you, or the lease of a proposal, which you may correct."
    )
    proposal_id: uuid.UUID | None = Field(description="The proposal whose lease stated it.")
    version: int = Field(description="Counts the statements; also the ETag.")


class VacatedPage(BaseModel):
    items: list[VacatedHome]
    next: str | None


class VacatedHomeRead(VacatedHome):
    priority: LegalTextOut = Field(description="For whom the law has such a home kept (CCH art. R.441-4).")


class OthersVacatedHome(BaseModel):
    """An adapted home of another landlord that fell vacant, as its listing says it."""

    listing_id: uuid.UUID
    territory: str
    landlord: Landlord
    commune: Commune
    typology: str
    home_class: int = Field(description="Proven, 0 to 6.")
    available_month: str | None = Field(description="YYYY-MM; null: now.")


class OthersVacatedPage(BaseModel):
    items: list[OthersVacatedHome]
    next: str | None


OUTCOME_EXAMPLE: Final[dict[str, Any]] = {"examined": True, "outcome": "allotted_to_elderly"}
