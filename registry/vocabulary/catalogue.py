"""The vocabulary as a document: what ``GET /v1/vocabulary`` answers."""

from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, Field

from registry.vocabulary import facts, services, stock


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


class ServiceFamily(BaseModel):
    code: str
    number: int = Field(description="Stable; as arrays and files carry it.")
    label: Label
    help: Label
    counts: bool = Field(description="Whether the index of a residence asks how far it is.")


class Vocabulary(BaseModel):
    version: str
    facts: list[FactDescription]
    codes: dict[str, list[Code]]
    service_families: list[ServiceFamily]


@lru_cache
def vocabulary() -> dict[str, Any]:
    """Return the vocabulary of this version, ready for JSON."""
    return {
        "version": facts.VERSION,
        "facts": [_fact(fact) for fact in facts.FACTS],
        "codes": {
            stock.NAMES[codes]: [{"code": code.value, "label": label._asdict()} for code, label in labels.items()]
            for codes, labels in stock.LABELS.items()
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
