"""The texts that the registry informs by: what is shipped, and the form in which a lawyer corrects it."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from registry.kernel.fields import WHOLE, FullDate, YesNo
from registry.vocabulary.transfers import Exemption

LawCode = Literal[
    "under_occupation", "three_refusals", "home_no_longer_needed", "local_link", "adapted_home_priority",
]  # fmt: skip
CODES: Final[tuple[LawCode, ...]] = (
    "under_occupation", "three_refusals", "home_no_longer_needed", "local_link", "adapted_home_priority",
)  # fmt: skip


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Strict):
    fr: Annotated[str, Field(min_length=1, max_length=2_000)]
    en: Annotated[str, Field(min_length=1, max_length=2_000)]


class Values(Strict):
    """The figures and lists of a text, each where its rule has one.

    Attributes:
        rooms_above_residents: Habitable rooms may exceed the residents by so many before a home is under-occupied.
        visiting_children_count: Whether children with visiting rights count as residents.
        refusals: After how many refusals the text provides for a consequence.
        over_age: The age in whole years above which somebody is exempt.
        exemptions: Who is exempt, by code.
        rent_strictly_lower: Whether the new principal rent has to be lower than the old one.
    """

    rooms_above_residents: Annotated[int, Field(ge=0, le=5), WHOLE] | None = None
    visiting_children_count: YesNo | None = None
    refusals: Annotated[int, Field(ge=1, le=10), WHOLE] | None = None
    over_age: Annotated[int, Field(ge=50, le=100), WHOLE] | None = None
    exemptions: Annotated[tuple[Exemption, ...], Field(max_length=5)] = ()
    rent_strictly_lower: YesNo | None = None


class LegalRule(Strict):
    """A text in force from a day on.

    Attributes:
        dated: The date of the text as it was read; ``in_force_from``: from which day it is applied here.
        verified: Whether somebody compared it with the text in force.
    """

    code: LawCode
    article: Annotated[str, Field(min_length=1, max_length=100)]
    text: Words
    values: Values = Values()
    source: Annotated[str, Field(min_length=1, max_length=500)]
    dated: FullDate
    in_force_from: FullDate
    verified: YesNo


RULES: Final = TypeAdapter(tuple[LegalRule, ...])


def parsed(text: str | bytes) -> tuple[LegalRule, ...]:
    """Return the rules of a file.

    Raises:
        ValueError: It is no JSON array of rules, or names one twice from the same day on (pydantic's is one too).
    """
    rules = RULES.validate_json(text)
    keys = [(rule.code, rule.in_force_from) for rule in rules]
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"{twice[0]} stands twice from {twice[1].isoformat()} on")
    return rules


@cache
def shipped() -> tuple[LegalRule, ...]:
    """Return the rules that the service comes with; what was loaded from the same day on, or a later one, replaces."""
    return parsed(files("registry.transfers.protections").joinpath("law.json").read_bytes())


def in_force(loaded: Iterable[LegalRule], day: dt.date) -> Mapping[str, LegalRule]:
    """Return the rules of a day by code: of each the one that came into force last."""
    found: dict[str, LegalRule] = {}
    for rule in (*shipped(), *loaded):
        present = found.get(rule.code)
        if rule.in_force_from <= day and (present is None or rule.in_force_from >= present.in_force_from):
            found[rule.code] = rule
    return found


def as_json(rules: Iterable[LegalRule]) -> str:
    """Return rules as the file to be corrected."""
    stated = [rule.model_dump(mode="json", exclude_none=True) for rule in rules]
    return json.dumps(stated, ensure_ascii=False, indent=2) + "\n"
