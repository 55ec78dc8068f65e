"""Proposals, their steps, help with a move and what it changed, as callers send and read them."""

import datetime as dt
import uuid
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from registry.kernel.clock import latest_date_in_france
from registry.kernel.fields import NUMBER, WHOLE, FullDate, Printable
from registry.kernel.validation import Wrong
from registry.surroundings.schemas import FamilyCode
from registry.transfers.matching.requirements import Fit
from registry.transfers.workflow import Action, Party, State
from registry.vocabulary.transfers import Help

Side = Literal["origin", "owner"]
SERVICE_ONLY: Final = frozenset({Action.LAPSE, Action.END})
Cents = Annotated[int, Field(ge=0, le=100_000_000), WHOLE]
Area = Annotated[float, Field(ge=5, le=999, description="m²."), NUMBER]
CaseRef = Annotated[Printable, Field(min_length=1, max_length=100)]
Reason = Annotated[str, Field(pattern="^[a-z_]{2,40}$")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProposalIn(Strict):
    """Which home is proposed for whom."""

    case_ref: Annotated[CaseRef, Field(description="Your own reference of the case.")]
    listing_id: Annotated[uuid.UUID, Field(description="Of the case's territory; free or soon free.")]


class StepIn(Strict):
    """What is done to a proposal."""

    action: Annotated[
        Action,
        Field(
            description="GET /v1/proposals/{proposal_id} says which are possible now.",
            json_schema_extra={"enum": [action.value for action in Action if action not in SERVICE_ONLY]},
        ),
    ]
    reason: Annotated[
        Reason | None, Field(description="A code; asked for by decline, refuse and reject, and by nothing else.")
    ] = None

    @field_validator("action")
    @classmethod
    def _somebodys(cls, value: Action) -> Action:
        if value in SERVICE_ONLY:
            raise Wrong("le service seul fait cette étape", "the service alone takes this step")
        return value


class HelpLineIn(Strict):
    """One kind of help; what is left out is not known yet."""

    kind: Help
    planned_cents: Cents | None = None
    planned_on: FullDate | None = None
    delivered_cents: Cents | None = None
    delivered_on: FullDate | None = None


class HelpIn(Strict):
    """All the help that comes with a move; it replaces what was stated."""

    help: Annotated[tuple[HelpLineIn, ...], Field(max_length=len(Help))]

    @field_validator("help")
    @classmethod
    def _once(cls, value: tuple[HelpLineIn, ...]) -> tuple[HelpLineIn, ...]:
        if len({line.kind for line in value}) < len(value):
            raise Wrong("une aide est donnée deux fois", "a kind of help is given twice")
        return value


class MoveIn(Strict):
    """What a move changed; null: not known."""

    rent_before_cents: Annotated[Cents | None, Field(description="Principal rent, euro cents a month.")] = None
    rent_after_cents: Cents | None = None
    area_before_m2: Area | None = None
    area_after_m2: Area | None = None
    rooms_before: Annotated[int, Field(ge=1, le=15), WHOLE] | None = None
    rooms_after: Annotated[int, Field(ge=1, le=15), WHOLE] | None = None
    moved_on: Annotated[
        FullDate | None,
        Field(description="Not before the day of the proposal, nor in the future; null: as it is on record."),
    ] = None

    @field_validator("moved_on")
    @classmethod
    def _past(cls, value: dt.date | None) -> dt.date | None:
        if value is not None and value > latest_date_in_france():
            raise Wrong("cette date est dans l'avenir", "this date is in the future")
        return value


class PartyOut(BaseModel):
    id: uuid.UUID
    name: str


class DemandOut(BaseModel):
    """One demand on the home, and whether its listing proved it when it was proposed."""

    code: str
    fit: Fit


class PossibleOut(BaseModel):
    """A step that you may take now; ``reasons``: the codes of which it asks for one."""

    action: Action
    reasons: list[str]


class ProposalLineOut(BaseModel):
    """A home that is proposed for a case, as your side of it sees it in a list."""

    id: uuid.UUID
    sides: list[Side] = Field(description="Yours: of the case, of the home, or both.")
    territory: str
    origin: PartyOut = Field(description="The landlord of the case.")
    owner: PartyOut = Field(description="The landlord of the home.")
    case_ref: str | None = Field(description="Your reference of the case; null for the owner, or once it is deleted.")
    home_ref: str | None = Field(description="Your reference of the home; null for the origin.")
    listing_id: uuid.UUID
    state: State
    reason: str | None = Field(description="Why it ended, or fell back, where it did.")
    available_month: str | None = Field(description="As the listing said when it was proposed.")
    answer_by: dt.date = Field(description="By when the charter asks the owner for an answer.")
    held_until: dt.datetime | None = Field(description="Until when the home is kept for it.")
    disclosed_at: dt.datetime | None
    answered_at: dt.datetime | None
    created_at: dt.datetime
    updated_at: dt.datetime
    closed_at: dt.datetime | None
    version: int
    possible: list[PossibleOut]


class ProposalOut(ProposalLineOut):
    """A home that is proposed for a case, with what is shared of the need: each reading is in your audit chain."""

    demands: list[DemandOut] = Field(
        description="What the home must have for this case, by code; empty once the consent ends or the matter is over."
    )


class ProposalPage(BaseModel):
    items: list[ProposalLineOut]
    next: str | None


class StepOut(BaseModel):
    """What was done to a proposal."""

    number: int
    party: Party
    action: Action | Literal["propose"]
    state: State
    reason: str | None
    happened_at: dt.datetime


class StepPage(BaseModel):
    items: list[StepOut]
    next: str | None


class WayOut(BaseModel):
    """How far a place of the case's week is from the home itself, by accessible path."""

    family: FamilyCode | None
    within_m: int = Field(description="What is still possible, metres.")
    distance_m: int | None = Field(
        description="Metre-equivalents to the middle of the place's square; null: farther, out of reach or not known."
    )
    within: bool | None = Field(description="Null: not known.")


class AddressOut(BaseModel):
    """Where a home is. Its owner reads in its audit chain that you read it."""

    residence: str | None
    building: str | None
    number: str | None
    street: str | None
    postcode: str | None
    commune_code: str
    floor: int | None
    lon: float | None = Field(description="WGS84.")
    lat: float | None = Field(description="WGS84.")
    ways: list[WayOut] = Field(description="By place of the need, where the home's place and its case are there.")


class HelpLineOut(BaseModel):
    """One kind of help; what was delivered is shown to the origin alone."""

    kind: Help
    planned_cents: int | None
    planned_on: dt.date | None
    delivered_cents: int | None
    delivered_on: dt.date | None


class HelpOut(BaseModel):
    help: list[HelpLineOut]


class MoveOut(BaseModel):
    """What a move changed."""

    moved_on: dt.date
    rent_before_cents: int | None
    rent_after_cents: int | None
    area_before_m2: float | None
    area_after_m2: float | None
    rooms_before: int | None
    rooms_after: int | None
    rooms_released: int | None = Field(description="Rooms more than the new home has: a larger home was set free.")


class FollowedOut(BaseModel):
    """A proposal as the coordinator follows it: states, delays, coded reasons."""

    id: uuid.UUID
    origin: PartyOut
    owner: PartyOut
    state: State
    reason: str | None
    created_at: dt.datetime
    answer_by: dt.date
    answered_at: dt.datetime | None
    late: bool = Field(description="Not answered by then.")
    held_until: dt.datetime | None
    updated_at: dt.datetime
    closed_at: dt.datetime | None


class FollowedPage(BaseModel):
    items: list[FollowedOut]
    next: str | None


PROPOSAL_EXAMPLE: Final[dict[str, Any]] = {
    "case_ref": "b0Jq3n7Xo1mY5sT9vKc2Lw", "listing_id": "7f9c2a64-3a0e-4d5b-9a47-2f1d8c6b0e11",
}  # fmt: skip
STEP_EXAMPLE: Final[dict[str, Any]] = {"action": "decline", "reason": "works"}
HELP_EXAMPLE: Final[dict[str, Any]] = {
    "help": [{"kind": "removal", "planned_cents": 90_000, "planned_on": "2027-02-01"}]
}
MOVE_EXAMPLE: Final[dict[str, Any]] = {
    "rent_before_cents": 52_000, "rent_after_cents": 41_250, "rooms_before": 4, "rooms_after": 2,
}  # fmt: skip
