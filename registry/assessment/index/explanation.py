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
from registry.vocabulary.fact import Threshold
from registry.vocabulary.facts import FACTS_BY_CODE
from registry.vocabulary.grid import PASSABLE, Component
from registry.vocabulary.services import BY_CODE, FAMILIES

_ADAPTED: Final = Text("Logements adaptés", "Adapted homes")
_PASSABLE: Final = Text("Part praticable des 200 premiers mètres", "Passable share of the first 200 metres")


class Origin(NamedTuple):
    """What a network or a source of services is called, and of when its data are; ``service``: the one reached."""

    declarant: str | None = None
    stated_on: date | None = None
    service: str | None = None


_UNSAID: Final = Origin()


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion.

    Attributes:
        value: What is stated: of L the number of adapted homes, of S the metre-equivalents; ``None``: unknown.
        known: Whether anything is; a service's entrance may still be unknown.
        detail: Of L ``{"homes", "possibly_adapted"}``, of S ``{"outcome", "entrance", "service"}``, of a lift out of
            service ``{"out_of_service": true}``.
        threshold: ``{"comparison", "value", "source", "date"}`` of the text that asks for it.
        text_source: The text that defines it, where one does; ``text_date``: since when it is in force.
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
    text_source: str | None
    text_date: date | None
    declarant: str | None
    stated_on: date | None
    weight: float
    low: float
    high: float


def explain(
    compiled: Compiled, residence: Residence, *, on: date, origins: Mapping[str, Origin] | None = None
) -> list[Row]:
    """Return every criterion of the grid in its order; their ``low`` and ``high`` sum to the index.

    Args:
        origins: Where what is computed comes from, by family of services and by :data:`PASSABLE`.
    """
    origins = origins or {}
    known = Known(residence, known_facts(residence, on))
    homes, common, around, services = (100.0 * weight for weight in compiled.weights)
    return [
        _homes_row(compiled, residence, homes),
        *(_criterion_row("P", criterion, known, common) for criterion in compiled.common_parts),
        *(
            _passable_row(passable_share(known), around * criterion.weight, origins.get(PASSABLE, _UNSAID))
            if criterion.code == PASSABLE
            else _criterion_row("A", criterion, known, around)
            for criterion in compiled.surroundings
        ),
        *(
            _service_row(compiled, family.code, residence, services * family.weight, origins.get(family.code, _UNSAID))
            for family in compiled.families
        ),
    ]  # fmt: skip


def _homes_row(compiled: Compiled, residence: Residence, weight: float) -> Row:
    part = homes_part(compiled, residence)
    grid = compiled.grid
    return Row(
        PARTS[0], "adapted_homes", _ADAPTED, "homes", residence.adapted if residence.homes else None,
        residence.homes > 0, {"homes": residence.homes, "possibly_adapted": residence.possibly_adapted},
        {"comparison": ">=", "value": round(grid.target_share * residence.homes, 2), "source": None, "date": None},
        None, None, None, None, weight, weight * part.low / 100, weight * part.high / 100,
    )  # fmt: skip


def _criterion_row(component: Component, criterion: CompiledCriterion, known: Known, weight: float) -> Row:
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
        fact.source, fact.source_date, shown.source if shown else None, shown.stated_on if shown else None,
        share, share * low, share * high,
    )  # fmt: skip


def _threshold(threshold: Threshold | None) -> dict[str, Any] | None:
    return {**asdict(threshold), "date": threshold.date.isoformat()} if threshold else None


def _passable_row(passable: Interval | None, share: float, origin: Origin) -> Row:
    low, high = passable or Interval(0.0, 1.0)
    return Row(
        "A", PASSABLE, _PASSABLE, "share", round(low, 4) if passable else None, passable is not None,
        {"at_most": round(high, 4)} if passable else None, None, None, None,
        origin.declarant, origin.stated_on,
        share, share * low, share * high,
    )  # fmt: skip


def _service_row(compiled: Compiled, code: str, residence: Residence, share: float, origin: Origin) -> Row:
    reach = residence.services.get(code, UNKNOWN_SERVICE)
    low, high = service_points(compiled.grid, reach)
    return Row(
        "S", code, FAMILIES[BY_CODE[code]].label, "m_equivalent",
        None if reach.cost_m is None else round(reach.cost_m, 1), reach.outcome != "unknown",
        {"outcome": reach.outcome, "entrance": reach.entrance if reach.outcome == "reached" else None,
         "service": origin.service},
        {"comparison": "<=", "value": compiled.grid.bands[-1].up_to_m, "source": None, "date": None}, None, None,
        origin.declarant, origin.stated_on, share, share * low, share * high,
    )  # fmt: skip
