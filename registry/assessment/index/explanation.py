"""Why a residence has its index: every criterion with value, threshold, source, date, declarant and points."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from registry.assessment.index.inputs import UNKNOWN_SERVICE, Interval, Residence, Stated, Value, known_facts
from registry.assessment.index.scoring import (
    PARTS,
    Compiled,
    CompiledCriterion,
    Known,
    homes_part,
    passable_share,
    points_of,
    service_points,
)
from registry.kernel.text import Text
from registry.vocabulary.fact import Fact, Threshold
from registry.vocabulary.facts import FACTS_BY_CODE
from registry.vocabulary.grid import PASSABLE, PROPOSAL, PROPOSED, Component
from registry.vocabulary.services import BY_CODE, FAMILIES

_ADAPTED: Final = Text("Logements adaptés", "Adapted homes")
_PASSABLE: Final = Text("Part praticable des 200 premiers mètres", "Passable share of the first 200 metres")


class Origin(NamedTuple):
    """What a network or a source of services is called, and of when its data are; ``service``: the one reached."""

    declarant: str | None = None
    stated_on: date | None = None
    service: str | None = None


_UNSAID: Final = Origin()


class Rule(NamedTuple):
    """What a grid is called as a source, and since when it holds: for what no text outside it asks."""

    source: str
    date: date


PROPOSED_GRID: Final = Rule(f"Grille proposée par le registre ({PROPOSAL})", PROPOSED)


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion.

    Attributes:
        value: What is stated: of L the number of adapted homes, of S the metre-equivalents; ``None``: unknown.
        known: Whether anything is; a service's entrance may still be unknown.
        detail: Of L ``{"homes", "possibly_adapted"}``, of S ``{"outcome", "entrance", "service"}``, of a lift out of
            service ``{"out_of_service": true}``.
        threshold: ``{"comparison", "value", "source", "date"}`` of the text that asks for it, or of the grid.
        text_source: The text that defines it or its threshold, else the grid; ``text_date``: since when it is in force.
        declarant: Where the value comes from: a fact's source, a network's name, that of a source of services.
        stated_on: Of when that is.
        weight: The most that it adds to the index, 0 to 100; ``low`` and ``high``: what it adds.
    """

    component: Component
    code: str
    label: Text
    unit: str | None
    value: Value | float | None
    known: bool
    detail: dict[str, Any] | None
    threshold: dict[str, Any] | None
    text_source: str
    text_date: date | None
    declarant: str | None
    stated_on: date | None
    weight: float
    low: float
    high: float


def explain(
    compiled: Compiled,
    residence: Residence,
    *,
    on: date,
    origins: Mapping[str, Origin] | None = None,
    rule: Rule = PROPOSED_GRID,
) -> list[Row]:
    """Return every criterion of the grid in its order; their ``low`` and ``high`` sum to the index.

    Args:
        compiled: The grid.
        residence: What is known of it.
        on: The day as of which facts hold.
        rule: What the grid is called.
        origins: Where what is computed comes from, by family of services and by :data:`PASSABLE`.
    """
    origins = origins or {}
    known = Known(residence, known_facts(residence, on))
    homes, common, around, services = (100.0 * weight for weight in compiled.weights)
    return [
        _homes_row(compiled, residence, homes, rule),
        *(_criterion_row("P", criterion, known, common, rule) for criterion in compiled.common_parts),
        *(
            _passable_row(passable_share(known), around * criterion.weight, origins.get(PASSABLE, _UNSAID), rule)
            if criterion.code == PASSABLE
            else _criterion_row("A", criterion, known, around, rule)
            for criterion in compiled.surroundings
        ),
        *(
            _service_row(
                compiled, family.code, residence, services * family.weight, origins.get(family.code, _UNSAID), rule
            )
            for family in compiled.families
        ),
    ]  # fmt: skip


def _homes_row(compiled: Compiled, residence: Residence, weight: float, rule: Rule) -> Row:
    part = homes_part(compiled, residence)
    grid = compiled.grid
    return Row(
        PARTS[0], "adapted_homes", _ADAPTED, "homes", residence.adapted if residence.homes else None,
        residence.homes > 0, {"homes": residence.homes, "possibly_adapted": residence.possibly_adapted},
        _of_grid(">=", round(grid.target_share * residence.homes, 2), rule), rule.source, rule.date,
        None, None, weight, weight * part.low / 100, weight * part.high / 100,
    )  # fmt: skip


def _criterion_row(component: Component, criterion: CompiledCriterion, known: Known, weight: float, rule: Rule) -> Row:
    share = weight * criterion.weight
    low, high = points_of(criterion, known)
    fact = FACTS_BY_CODE[criterion.code]
    value = known.facts.get(criterion.code)
    stated = known.residence.facts.get(criterion.code)
    out = criterion.code == "lift" and known.residence.lift_out
    shown = stated if value is not None and not out else Stated("unknown")
    return Row(
        component, fact.code, fact.label, fact.unit, value, value is not None,
        {"out_of_service": True} if out else None,
        _threshold(fact.threshold),
        *_text(fact, rule), shown.source if shown else None, shown.stated_on if shown else None,
        share, share * low, share * high,
    )  # fmt: skip


def _text(fact: Fact, rule: Rule) -> tuple[str, date | None]:
    """Return the text that defines a fact or its threshold, else the grid that asks for it."""
    if fact.source:
        return fact.source, fact.source_date
    return (fact.threshold.source, fact.threshold.date) if fact.threshold else rule


def _of_grid(comparison: str, value: float, rule: Rule) -> dict[str, Any]:
    return {"comparison": comparison, "value": value, "source": rule.source, "date": rule.date.isoformat()}


def _threshold(threshold: Threshold | None) -> dict[str, Any] | None:
    return {**asdict(threshold), "date": threshold.date.isoformat()} if threshold else None


def _passable_row(passable: Interval | None, share: float, origin: Origin, rule: Rule) -> Row:
    low, high = passable or Interval(0.0, 1.0)
    return Row(
        "A", PASSABLE, _PASSABLE, "share", round(low, 4) if passable else None, passable is not None,
        {"at_most": round(high, 4)} if passable else None, None, *rule,
        origin.declarant, origin.stated_on,
        share, share * low, share * high,
    )  # fmt: skip


def _service_row(compiled: Compiled, code: str, residence: Residence, share: float, origin: Origin, rule: Rule) -> Row:
    reach = residence.services.get(code, UNKNOWN_SERVICE)
    low, high = service_points(compiled.grid, reach)
    return Row(
        "S", code, FAMILIES[BY_CODE[code]].label, "m_equivalent",
        None if reach.cost_m is None else round(reach.cost_m, 1), reach.outcome != "unknown",
        {"outcome": reach.outcome, "entrance": reach.entrance if reach.outcome == "reached" else None,
         "service": origin.service},
        _of_grid("<=", compiled.grid.bands[-1].up_to_m, rule), *rule,
        origin.declarant, origin.stated_on, share, share * low, share * high,
    )  # fmt: skip
