"""The vocabulary as a document: what ``GET /v1/vocabulary`` answers."""

from dataclasses import asdict
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, Field

from registry.kernel.text import Text
from registry.vocabulary import facts, grid, services, stock, works
from registry.vocabulary.contradictions import CONTRADICTIONS
from registry.vocabulary.fact import Fact, Kind, Part, Place, Version


class Label(BaseModel):
    fr: str
    en: str


class Code(BaseModel):
    code: str
    label: Label


class Threshold(BaseModel):
    comparison: Literal[">=", "<="]
    value: int
    source: str
    date: str


class Condition(BaseModel):
    code: str
    value: str


class Contradiction(BaseModel):
    """Two facts that some of their values deny of each other: refused where they are stated together."""

    code: str = Field(description="The one that is refused.")
    beside: str = Field(description="The one that it cannot stand beside.")
    text: Label


class Definition(BaseModel):
    code: str
    label: Label
    text: Label
    source: str


class FactDescription(BaseModel):
    code: str
    kind: Kind
    part: Part
    section: str
    since: Version = Field(
        description="The version of the vocabulary that introduced it. Under a charter that pins an older one, a "
        "listing does not show it, and no search finds the home by it."
    )
    stated_on: list[Place]
    searchable: bool = Field(description="A search filters by it (`feature`), and a listing shows it.")
    counts: bool = Field(description="Completeness counts it.")
    when: Condition | None = Field(description="What must hold for it to mean anything.")
    choices: list[Code]
    crosswalks: dict[str, str] = Field(description="What it is called elsewhere, by scheme.")
    label: Label
    help: Label
    unit: str | None
    minimum: int | None
    maximum: int | None
    threshold: Threshold | None
    source: str | None


class ServiceFamily(BaseModel):
    code: str
    number: int = Field(description="Stable; as arrays and files carry it.")
    label: Label
    help: Label
    counts: bool = Field(description="Whether the index of a residence asks how far it is.")


class WorkDescription(BaseModel):
    """Works that adapt a home or the way to it; `assumed` names the values that no text confirms."""

    code: str
    part: Literal["home", "common_parts", "surroundings"]
    label: Label
    needs: list[works.Need]
    tfpb: works.Eligibility
    carsat: works.Eligibility
    reversible: bool
    life_span_years: int | None
    delivers: dict[str, str | int]
    assumed: list[str]
    source: str | None


class Vocabulary(BaseModel):
    version: str
    facts: list[FactDescription]
    contradictions: list[Contradiction]
    sections: list[Code] = Field(description="Headings of a form, in order.")
    definitions: list[Definition] = Field(description="The words that a charter must define.")
    works: list[WorkDescription]
    codes: dict[str, list[Code]]
    service_families: list[ServiceFamily]


@lru_cache
def vocabulary() -> dict[str, Any]:
    """Return the vocabulary of this version, ready for JSON."""
    return {
        "version": facts.VERSION,
        "facts": [_fact(fact) for fact in facts.FACTS],
        "contradictions": [
            {"code": each.said.code, "beside": each.beside.code, "text": each.text._asdict()} for each in CONTRADICTIONS
        ],
        "sections": [_code(code, label) for code, label in facts.SECTIONS.items()],
        "definitions": [
            {"code": code, "label": label._asdict(), "text": text._asdict(), "source": source}
            for code, (label, text, source) in facts.DEFINITIONS.items()
        ],
        "works": [_work(work) for work in works.WORKS],
        "codes": {
            source.NAMES[codes]: [_code(code.value, label) for code, label in labels.items()]
            for source in (stock, works)
            for codes, labels in source.LABELS.items()
        }
        | {
            "residence_grades": [_code(grade, label) for grade, label in grid.GRADE_LABELS.items()],
            "service_bands": [_code(band.value, label) for band, label in services.BANDS.items()],
            "mobility_profiles": [_code(profile, label) for profile, label in grid.PROFILES.items()],
        },
        "service_families": [
            {
                "code": family.code,
                "number": family.value,
                "label": described.label._asdict(),
                "help": described.help._asdict(),
                "counts": described.counts,
            }
            for family, described in services.FAMILIES.items()
        ],
    }


def _code(code: str, label: Text) -> dict[str, Any]:
    return {"code": code, "label": label._asdict()}


def _fact(fact: Fact) -> dict[str, Any]:
    threshold = fact.threshold
    return {
        "code": fact.code,
        "kind": fact.kind,
        "part": fact.part,
        "section": fact.section,
        "since": fact.since,
        "stated_on": list(fact.stated_on),
        "searchable": fact.number is not None,
        "counts": fact.counts,
        "when": fact.when and {"code": fact.when.code, "value": fact.when.value},
        "choices": [_code(choice.code, choice.label) for choice in fact.choices],
        "crosswalks": dict(fact.crosswalks),
        "label": fact.label._asdict(),
        "help": fact.help._asdict(),
        "unit": fact.unit,
        "minimum": fact.minimum,
        "maximum": fact.maximum,
        "threshold": threshold
        and {
            "comparison": threshold.comparison,
            "value": threshold.value,
            "source": threshold.source,
            "date": threshold.date.isoformat(),
        },
        "source": fact.source,
    }


def _work(work: works.Work) -> dict[str, Any]:
    return {**asdict(work), "label": work.label._asdict()}
