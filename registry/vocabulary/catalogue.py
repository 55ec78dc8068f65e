"""The vocabulary as a document: what ``GET /v1/vocabulary`` answers."""

from dataclasses import asdict
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel

from registry.vocabulary import facts, stock, works


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


class FactDescription(BaseModel):
    code: str
    kind: Literal["yes_no", "measure"]
    part: Literal["home", "common_parts"]
    label: Label
    help: Label
    unit: str | None
    minimum: int | None
    maximum: int | None
    threshold: Threshold | None
    source: str | None


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
    works: list[WorkDescription]
    codes: dict[str, list[Code]]


@lru_cache
def vocabulary() -> dict[str, Any]:
    """Return the vocabulary of this version, ready for JSON."""
    return {
        "version": facts.VERSION,
        "facts": [_fact(fact) for fact in facts.FACTS],
        "works": [_work(work) for work in works.WORKS],
        "codes": {
            source.NAMES[codes]: [{"code": code.value, "label": label._asdict()} for code, label in labels.items()]
            for source in (stock, works)
            for codes, labels in source.LABELS.items()
        },
    }


def _fact(fact: facts.Fact) -> dict[str, Any]:
    threshold = fact.threshold
    return {
        "code": fact.code,
        "kind": fact.kind,
        "part": fact.part,
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
