"""What the assessment answers."""

import datetime as dt
import uuid
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from registry.vocabulary.grid import Component, Grade, ProfileCode
from registry.vocabulary.stock import Source
from registry.vocabulary.works import OutageSource

Answer = Literal["yes", "no", "unknown"]


class Label(BaseModel):
    fr: str
    en: str


class ComponentOut(BaseModel):
    """A component of the index, 0 to 100."""

    low: float = Field(description="What is proven.")
    high: float = Field(description="What is possible.")
    completeness: float = Field(description="Share of it that is known, 0 to 1.")
    weight: float = Field(description="Share of the index.")


class IndexOut(BaseModel):
    """An index, 0 to 100: from what is proven to what is possible if all that is unknown turns out well."""

    low: float
    high: float
    completeness: float = Field(description="Share of the grid's weight that is known, 0 to 1.")
    grade_low: Grade | None = Field(description="Proven. Null: less is known than the charter asks for.")
    grade_high: Grade | None = Field(description="Possible. Null: as above.")
    favourable: Answer = Field(description="By common parts, surroundings and services alone.")
    homes: int = Field(description="As many as are named, or as the residence declares.")
    adapted: int = Field(description="Homes of the class that the grid asks for.")
    possibly_adapted: int = Field(description="Those, and the homes that may be.")
    components: dict[Component, ComponentOut] = Field(
        description="L: adapted homes, P: common parts, A: surroundings, S: services."
    )
    knock_outs: dict[str, Answer] = Field(description="What caps the grade: yes, or unknown where it may.")


class AssessmentLine(IndexOut):
    """The index of one of your residences."""

    ref: str = Field(description="Of the residence.")
    grid_version: str = Field(description="Territory and version of its charter, or that of the defaults.")
    territory: str | None
    computed_at: datetime


class AssessmentPage(BaseModel):
    items: list[AssessmentLine]
    next: str | None


class HistoryLine(IndexOut):
    """What the index was from a moment on."""

    grid_version: str = Field(description="Territory and version of its charter, or that of the defaults.")
    territory: str | None
    valid_from: datetime


class HistoryPage(BaseModel):
    items: list[HistoryLine]
    next: str | None


class ThresholdOut(BaseModel):
    comparison: Literal[">=", "<="]
    value: float
    source: str = Field(description="The text that asks for it, or the charter's grid by its version.")
    date: str


class CriterionOut(BaseModel):
    """One criterion and what it adds to the index."""

    component: Component
    code: str
    label: Label
    unit: str | None
    value: str | float | None = Field(description="Null: unknown.")
    known: bool
    detail: dict[str, str | float | bool | None] | None = Field(
        description="Of services outcome, entrance and name, of homes their number, of a lift that it is out of order."
    )
    threshold: ThresholdOut | None
    text_source: str = Field(
        description="The text that defines it or its threshold; where there is none, the grid that asks for it: a"
        " charter's by its version, or the registry's proposal."
    )
    text_date: date | None = Field(description="Since when that text is in force, where its name does not say it.")
    declarant: str | None = Field(
        description="Where the value comes from: the source of a fact; a network or a source of services by its name."
    )
    stated_on: date | None = Field(description="Of when that is.")
    weight: float = Field(description="The most that it can add, 0 to 100.")
    low: float = Field(description="What it adds for certain.")
    high: float = Field(description="What it adds if what is unknown turns out well.")


class LeverOut(BaseModel):
    """Something to do or to find out, and what it would change."""

    kind: Literal["find_out", "improve", "work", "adapt_home"]
    code: str = Field(description="Of a fact or of works; adapted_homes: one more adapted home.")
    label: Label
    raises_low: float
    raises_high: float
    lowers_high: float = Field(description="Of what is possible, if it turns out badly; 0 unless it is to find out.")
    grade_low: Grade | None = Field(description="The proven grade if it turns out well.")
    cost_from_cents: int | None
    cost_to_cents: int | None


class KnockOutOut(BaseModel):
    code: str
    label: Label
    state: Answer
    cap: Grade


class GridOut(BaseModel):
    version: str
    territory: str | None
    profile: ProfileCode = Field(description="For whom surroundings and services are judged.")
    completeness_floor: float
    target_share: float
    adapted_class: int


class AssessmentOut(BaseModel):
    """The index of a residence as of now, with all that it is made of."""

    residence_ref: str
    index: IndexOut
    knock_outs: list[KnockOutOut]
    grid: GridOut
    criteria: list[CriterionOut]
    levers: list[LeverOut] = Field(description="What would raise it most, first.")
    computed_at: datetime


class ShareOut(BaseModel):
    """A share, 0 to 1: from what is proven to what is possible."""

    low: float
    high: float


class SimulationOut(BaseModel):
    """The index before and after; the costs are those stated as feasible, where every one of the works has one."""

    residence_ref: str
    before: IndexOut
    after: IndexOut
    passable_before: ShareOut | None = Field(
        description="Of the paths of the first 200 m, how much the grid's profile passes. Null: unknown."
    )
    passable_after: ShareOut | None = Field(
        description="So. Works that take steps off the paths raise what is possible for `senior` to all of it and prove"
        " nothing: nobody states their place. Other works outdoors leave it as it was, and all do a wheelchair's."
    )
    cost_from_cents: int | None
    cost_to_cents: int | None


class HomeClassOut(BaseModel):
    """A class of a home, by the vocabulary."""

    number: int = Field(ge=0, le=6)
    label: Label


class HomeClassRange(BaseModel):
    proven: HomeClassOut = Field(description="Whatever the unknown facts turn out to be; 0: nobody has looked.")
    possible: HomeClassOut = Field(description="If all of them turn out well.")


class MissingFact(BaseModel):
    code: str = Field(description="Of a fact; floor: the home's floor.")
    label: Label


class AskedOut(BaseModel):
    """What is asked of a fact: a measure at least or at most so great, a floor, or one of some codes."""

    comparison: Literal[">=", "<=", "=", "in"]
    value: int | None = Field(description="In the fact's unit; null: codes are asked for.")
    codes: list[str]
    source: Label | None = Field(description="The text that asks for it.")
    date: dt.date | None = Field(description="Since when it does.")


class HomeFactOut(BaseModel):
    """A fact as it counts now, and what is asked of it."""

    code: str = Field(description="Of a fact; floor: the home's floor.")
    label: Label
    unit: str | None
    value: str | int | None = Field(description="Null: unknown.")
    source: Source | None = Field(description="Who says so.")
    stated_on: dt.date | None = Field(description="The day from which it holds.")
    stated_of: Literal["home", "residence", "lift_outage"] | None = Field(
        description="Of the home itself or of its residence; lift_outage: while a lift stands it counts otherwise than"
        " it is stated, or not at all. Null: nobody states it."
    )
    applies: Answer = Field(description="Whether what must hold for it to mean anything does, a lift for its standard.")
    asked: AskedOut


class HomeConditionOut(BaseModel):
    """A condition, down to its facts."""

    rule: Literal["fact", "all", "any", "agreed"] = Field(
        description="fact: one decides; all, any: of those in `of`; agreed: none of them denies it, one says so."
    )
    state: Answer
    fact: HomeFactOut | None
    of: list["HomeConditionOut"]


class HomeClassStep(HomeClassOut):
    """Why a home is at least of a class, is not, or may be."""

    help: Label
    state: Answer = Field(description="Of its conditions and those of the classes that it includes.")
    includes: list[int]
    conditions: HomeConditionOut = Field(
        description="Its own, beside those of the classes that it includes. Of 1, ordinary, those of 3, step-free:"
        " where they are known to fail there are steps; 0 asks for nothing."
    )
    missing: list[str] = Field(description="Codes of the unknown facts that may still decide it.")


class HomeTagOut(BaseModel):
    """What a home is fitted for beside its class."""

    code: str
    label: Label
    state: Answer
    conditions: HomeConditionOut
    missing: list[str] = Field(description="Codes of the unknown facts that may still decide it.")


class PreviewGrade(BaseModel):
    """Residences with a grade, as it is proven, under both grids."""

    grade: Grade | None = Field(description="Null: not assessable.")
    before: int | None = Field(description="Under the grid in force. Rounded to five; null: fewer than eleven.")
    after: int | None = Field(description="Under the draft's. Rounded to five; null: fewer than eleven.")


class PreviewMoves(BaseModel):
    """What becomes of the residences' grades. Each rounded to five; null: fewer than eleven."""

    up: int | None
    same: int | None
    down: int | None
    assessed: int | None = Field(description="From not assessable to a grade.")
    unassessed: int | None = Field(description="From a grade to not assessable.")


class PreviewedLandlord(BaseModel):
    id: uuid.UUID
    name: str


class PreviewLandlord(BaseModel):
    """Residences of a landlord that has eleven or more of them."""

    landlord: PreviewedLandlord
    moves: PreviewMoves


class PreviewResult(BaseModel):
    grades: list[PreviewGrade] = Field(description="A to E, then not assessable.")
    moves: PreviewMoves
    landlords: list[PreviewLandlord]


class PreviewOut(BaseModel):
    """What the draft's grid would make of the residences that the grid in force assesses; figures are protected."""

    status: Literal["waiting", "running", "done", "failed"]
    percent: int = Field(description="How far it is.")
    draft_version: int
    compared_with: int = Field(description="Number of the version in force.")
    result: PreviewResult | None = Field(description="Null until it is done.")
    requested_at: datetime
    computed_at: datetime | None


class KnownOut(BaseModel):
    known: int
    counted: int = Field(description="Facts that completeness counts and whose condition is not known to fail.")


class HomeCompleteness(KnownOut):
    share: float = Field(description="0 to 1.")
    home: KnownOut = Field(description="From its door inwards.")
    common_parts: KnownOut = Field(description="From the street to its door, whoever states them.")


class StandingLift(BaseModel):
    """An open lift outage of the home's building, or of its whole residence."""

    id: uuid.UUID
    building_ref: str | None
    lift: str | None
    source: OutageSource
    started_at: datetime
    expected_end: datetime | None


class HomeAssessmentOut(BaseModel):
    """The class of a home as of now, with all that it is made of; the one that its listing shows."""

    home_ref: str
    residence_ref: str
    vocabulary_version: str
    home_class: HomeClassRange
    without_outages: HomeClassRange | None = Field(
        description="As it would be if every lift ran; null: no lift outage is open."
    )
    lift_outages: list[StandingLift] = Field(description="The open ones, the first that started first.")
    missing: list[MissingFact] = Field(
        description="The unknown facts that would decide on the next class above the proven one."
    )
    classes: list[HomeClassStep] = Field(description="Each, 0 to 6.")
    tags: list[HomeTagOut]
    completeness: HomeCompleteness = Field(description="As if every lift ran.")
    computed_at: datetime
