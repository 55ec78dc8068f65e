"""What the assessment answers."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from registry.vocabulary.grid import Component, Grade, ProfileCode

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
    source: str | None = Field(description="The text that asks for it; null: the charter's grid does.")
    date: str | None


class CriterionOut(BaseModel):
    """One criterion and what it adds to the index."""

    component: Component
    code: str
    label: Label
    unit: str | None
    value: str | float | None = Field(description="Null: unknown.")
    known: bool
    detail: dict[str, str | float | bool | None] | None = Field(
        description="Of services outcome and entrance, of homes their number, of a lift that it is out of order."
    )
    threshold: ThresholdOut | None
    text_source: str | None = Field(description="The text that defines it.")
    declarant: str | None = Field(description="Where the value comes from, as of a fact.")
    stated_on: date | None
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


class SimulationOut(BaseModel):
    """The index before and after; the costs are those stated as feasible, where every one of the works has one."""

    residence_ref: str
    before: IndexOut
    after: IndexOut
    cost_from_cents: int | None
    cost_to_cents: int | None
