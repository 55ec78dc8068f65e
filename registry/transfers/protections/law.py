"""The texts that the registry informs by: what is shipped, and the form in which a lawyer corrects it."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from registry.kernel.fields import WHOLE, FullDate, YesNo
from registry.kernel.text import Text
from registry.transfers.figures import Cited, Figures
from registry.vocabulary.transfers import Exemption, Ground, LegalCondition

LawCode = Literal[
    "under_occupation", "three_refusals", "home_no_longer_needed", "local_link", "adapted_home_priority",
]  # fmt: skip
CODES: Final[tuple[LawCode, ...]] = (
    "under_occupation", "three_refusals", "home_no_longer_needed", "local_link", "adapted_home_priority",
)  # fmt: skip


_REFUSED: Final = frozenset({"refusals", "over_age", "rent_strictly_lower"})
_STATED: Final[Mapping[LawCode, frozenset[str]]] = {
    "under_occupation": frozenset({"rooms_above_residents", "visiting_children_count"}),
    "three_refusals": _REFUSED,
    "home_no_longer_needed": _REFUSED,
    "local_link": frozenset(),
    "adapted_home_priority": frozenset(),
}
"""The figures that each rule has, all of them: what decides stands in the text, never in its absence."""
_LISTS: Final = frozenset({"exemptions", "conditions"})
"""What a rule that has figures of refusals may list beside them."""
_SAID: Final = frozenset({"rooms_above_residents", "refusals", "over_age"})
"""Figures that a text may name as ``{figure}``, so that its words say what is applied."""
_LOWER_RENT: Final[Mapping[LawCode, Ground]] = {
    "three_refusals": Ground.UNDER_OCCUPATION, "home_no_longer_needed": Ground.HOME_NO_LONGER_NEEDED,
}  # fmt: skip
"""The ground of the cases on which a rule sets the new rent beside the old one."""


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
        refusals: After how many refusals the text provides for a consequence; said by the text, and never counted to.
        over_age: The age in whole years above which somebody is exempt.
        exemptions: Who is exempt, by code.
        conditions: What else has to hold, by code.
        rent_strictly_lower: Whether the new principal rent has to be lower than the old one.
    """

    rooms_above_residents: Annotated[int, Field(ge=0, le=5), WHOLE] | None = None
    visiting_children_count: YesNo | None = None
    refusals: Annotated[int, Field(ge=1, le=10), WHOLE] | None = None
    over_age: Annotated[int, Field(ge=50, le=100), WHOLE] | None = None
    exemptions: Annotated[tuple[Exemption, ...], Field(max_length=5)] = ()
    conditions: Annotated[tuple[LegalCondition, ...], Field(max_length=5)] = ()
    rent_strictly_lower: YesNo | None = None


class LegalRule(Strict):
    """A text in force from a day on.

    Attributes:
        text: What it says, in short; ``{refusals}`` and the like stand for its own figures.
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

    @model_validator(mode="after")
    def _whole(self) -> Self:
        held = {name for name, value in self.values if value not in (None, ())}
        stated = _STATED[self.code]
        if lacking := stated - held:
            raise ValueError(f"{self.code} does not state {', '.join(sorted(lacking))}")
        if idle := held - stated - (_LISTS if stated >= _REFUSED else frozenset()):
            raise ValueError(f"nothing of {self.code} rests on {', '.join(sorted(idle))}")
        sayable = _SAID & held
        for words in (self.text.fr, self.text.en):
            for _, name, form, conversion in Formatter().parse(words):
                if name is not None and (name not in sayable or form or conversion):
                    raise ValueError(f"the text names {{{name}}}; it may name {', '.join(sorted(sayable)) or 'none'}")
        return self

    @property
    def said(self) -> Text:
        """The text with its figures filled in."""
        return Text(self.text.fr, self.text.en).format(**{name: getattr(self.values, name) for name in _SAID})


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


def figures_of(rules: Mapping[str, LegalRule]) -> Figures:
    """Return what rules decide by."""
    under = rules["under_occupation"].values
    assert under.rooms_above_residents is not None  # a rule without its figures is none
    cited = {code: Cited(rule.article, rule.dated) for code, rule in rules.items()}
    lower = {ground: cited[code] for code, ground in _LOWER_RENT.items() if rules[code].values.rent_strictly_lower}
    return Figures(
        under.rooms_above_residents, bool(under.visiting_children_count), cited["under_occupation"], lower
    )  # fmt: skip


def as_json(rules: Iterable[LegalRule]) -> str:
    """Return rules as the file to be corrected."""
    stated = [rule.model_dump(mode="json", exclude_none=True) for rule in rules]
    return json.dumps(stated, ensure_ascii=False, indent=2) + "\n"
