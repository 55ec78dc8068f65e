"""From a grid and what is known of a residence to its index.

``IAR = Σ w_k · S_k``, k in L (adapted homes), P (common parts), A (surroundings), S (services); weights, criteria and
bounds from the charter's grid (:class:`registry.vocabulary.grid.Grid`). Every step is monotone: a favourable fact
lowers neither end of the interval, an unfavourable one raises neither, and to learn something never widens it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple, get_args

from registry.assessment.index.inputs import ANYTHING, UNKNOWN_SERVICE, Interval, Reach, Residence, Value, known_facts
from registry.vocabulary.fact import Fact, Threshold
from registry.vocabulary.facts import FACTS_BY_CODE
from registry.vocabulary.grid import GRADES, PASSABLE, Band, Component, Condition, Criterion, Grade, Grid

Ternary = bool | None
"""``None``: unknown."""
Answer = Literal["yes", "no", "unknown"]
PARTS: Final[tuple[Component, ...]] = get_args(Component)
_LIFT: Final = "lift"
_SURVEYED: Final = ("path_steps", "path_width", "path_slope")
"""What a survey must find to the text's measure for the surroundings to be passable; steps first."""
_NOTHING: Final = Interval(0.0, 0.0)
_EVERYTHING: Final = Interval(1.0, 1.0)


class Part(NamedTuple):
    """A component: 0 to 100, and the share of its weight that is known, 0 to 1."""

    low: float
    high: float
    completeness: float


@dataclass(frozen=True, slots=True)
class Index:
    """The index of a residence.

    Attributes:
        low: What is proven, 0 to 100; ``high``: what is possible.
        completeness: Share of the grid's weight that is known, 0 to 1.
        grade_low: The grade that is proven; ``None``: less is known than the charter asks for ("not assessable").
        favourable: Whether common parts, surroundings and services alone make it worth adapting its homes.
        parts: By component.
        knock_outs: Those that hold ("yes") or may hold ("unknown"), by code.
    """

    low: float
    high: float
    completeness: float
    grade_low: Grade | None
    grade_high: Grade | None
    favourable: Answer
    parts: Mapping[Component, Part]
    knock_outs: Mapping[str, Answer]
    homes: int
    adapted: int
    possibly_adapted: int


class CompiledCriterion(NamedTuple):
    """``points``: of a value, 0 to 1. ``needs``: the fact and the value without which this one means nothing."""

    code: str
    weight: float
    points: Callable[[Value], float]
    needs: tuple[str, str] | None


class CompiledFamily(NamedTuple):
    code: str
    weight: float


@dataclass(frozen=True, slots=True)
class Compiled:
    """A grid made ready for many residences; weights are shares of their component."""

    grid: Grid
    common_parts: tuple[CompiledCriterion, ...]
    surroundings: tuple[CompiledCriterion, ...]
    families: tuple[CompiledFamily, ...]
    weights: tuple[float, float, float, float]
    knock_outs: tuple[tuple[str, Grade, tuple[Callable[["Known"], Ternary], ...]], ...]


class Known(NamedTuple):
    """A residence with the facts that hold today."""

    residence: Residence
    facts: Mapping[str, Value]


def compile_grid(grid: Grid) -> Compiled:
    """Return the grid with its rules as functions; do it once for many residences."""
    weights = grid.weights
    return Compiled(
        grid,
        _criteria(grid.common_parts),
        _criteria(grid.surroundings),
        tuple(CompiledFamily(f.family, f.weight / sum(f.weight for f in grid.services)) for f in grid.services),
        (weights.L, weights.P, weights.A, weights.S),
        tuple(
            (known.code, known.cap, tuple(_condition(condition, grid) for condition in known.when))
            for known in grid.knock_outs
        ),
    )


def _criteria(criteria: tuple[Criterion, ...]) -> tuple[CompiledCriterion, ...]:
    total = sum(criterion.weight for criterion in criteria)
    return tuple(
        CompiledCriterion(criterion.fact, criterion.weight / total, _points(criterion), _needs(criterion.fact))
        for criterion in criteria
    )


def _needs(code: str) -> tuple[str, str] | None:
    fact = FACTS_BY_CODE.get(code)
    return (fact.when.code, fact.when.value) if fact is not None and fact.when is not None else None


def _points(criterion: Criterion) -> Callable[[Value], float]:
    if criterion.fact == PASSABLE:
        return _as_share
    fact = FACTS_BY_CODE[criterion.fact]
    if criterion.points:
        by_code = dict(criterion.points)
        return lambda value: by_code.get(str(value), 0.0)
    if criterion.line is not None:
        worst, span = criterion.line.worst, criterion.line.best - criterion.line.worst
        return lambda value: min(1.0, max(0.0, (float(value) - worst) / span))
    return lambda value: 1.0 if holds(fact, value) else 0.0


def _as_share(value: Value) -> float:
    return min(1.0, max(0.0, float(value)))


def holds(fact: Fact, value: Value) -> bool:
    """Tell whether a fact counts as a feature: "yes", or a measure that meets its threshold."""
    return value == "yes" if fact.threshold is None else meets(fact.threshold, value)


def meets(threshold: Threshold, value: Value) -> bool:
    measure = float(value)
    return measure >= threshold.value if threshold.comparison == ">=" else measure <= threshold.value


def _condition(condition: Condition, grid: Grid) -> Callable[[Known], Ternary]:
    wanted = condition.state
    if condition.subject == "adapted_homes":
        return lambda known: _equals(_any_adapted(known.residence), wanted)
    if condition.subject == "passable_surroundings":
        return lambda known: _equals(_passable(known, grid), wanted)
    fact = FACTS_BY_CODE[condition.subject]

    def stated(known: Known) -> Ternary:
        value = known.facts.get(fact.code)
        if value is None:
            return None
        return value == wanted if fact.kind != "measure" else holds(fact, value) == (wanted == "yes")

    return stated


def _equals(found: Ternary, wanted: str) -> Ternary:
    return None if found is None else found == (wanted == "yes")


def _any_adapted(residence: Residence) -> Ternary:
    return True if residence.adapted else None if residence.possibly_adapted else False


def _passable(known: Known, grid: Grid) -> Ternary:
    """Tell by the share that is passable; where that leaves it open, steps that a survey found bar a wheelchair."""
    share, bound = passable_share(known), grid.impassable_below
    if share is not None and not share.low < bound <= share.high:
        return share.low >= bound
    return False if grid.profile == "wheelchair" and _met(known, _SURVEYED[0]) is False else None


def passable_share(known: Known) -> Interval | None:
    """Return the share of the first 200 m that is passable, by the network and a survey on foot; ``None``: unknown.

    Where the worst that the survey found is to the text's measure, what the network does not know is passable, and
    where there is no network all of it. A survey that found less says nothing of a share. Planned works whose place
    nobody states raise what is possible of it, and prove nothing.
    """
    network = known.residence.passable
    if all(_met(known, code) for code in _SURVEYED):
        network = _EVERYTHING if network is None else Interval(network.high, network.high)
    return Interval(network.low, 1.0) if network and known.residence.all_passable_at_best else network


def passable(residence: Residence, *, on: date) -> Interval | None:
    """Return the share of the first 200 m that is passable as of a day."""
    return passable_share(Known(residence, known_facts(residence, on)))


def _met(known: Known, code: str) -> Ternary:
    value = known.facts.get(code)
    return None if value is None else holds(FACTS_BY_CODE[code], value)


def assess(compiled: Compiled, residence: Residence, *, on: date) -> Index:
    """Return the index of a residence as of a day (facts that are valid until an earlier one are unknown)."""
    known = Known(residence, known_facts(residence, on))
    parts = (
        homes_part(compiled, residence),
        _mean(compiled.common_parts, known),
        _mean(compiled.surroundings, known),
        _services_part(compiled, residence),
    )
    low = high = complete = 0.0
    for weight, part in zip(compiled.weights, parts, strict=True):
        low += weight * part.low
        high += weight * part.high
        complete += weight * part.completeness
    low, high = round(low, 2), round(high, 2)
    caps = [(code, cap, _all(known, conditions)) for code, cap, conditions in compiled.knock_outs]
    assessable = round(complete, 6) >= compiled.grid.completeness_floor
    return Index(
        low, high, round(complete, 4),
        grade(compiled.grid, low, [cap for _, cap, held in caps if held is not False]) if assessable else None,
        grade(compiled.grid, high, [cap for _, cap, held in caps if held]) if assessable else None,
        _favourable(compiled, parts, [held for _, _, held in caps]),
        dict(zip(PARTS, parts, strict=True)),
        {code: "yes" if held else "unknown" for code, _, held in caps if held is not False},
        residence.homes, residence.adapted, residence.possibly_adapted,
    )  # fmt: skip


def grade(grid: Grid, index: float, caps: list[Grade]) -> Grade:
    """Return the grade of an index, 0 to 100, never better than the worst of ``caps``."""
    bounds = grid.grades
    reached: Grade = (
        "A" if index >= bounds.A else "B" if index >= bounds.B else "C" if index >= bounds.C
        else "D" if index >= bounds.D else "E"
    )  # fmt: skip
    return max((reached, *caps), key=GRADES.index)


def homes_part(compiled: Compiled, residence: Residence) -> Part:
    """L: ``100 · min(1, share / target share)``; complete as far as homes are decided either way."""
    if not residence.homes:
        return Part(0.0, 100.0, 0.0)
    target = compiled.grid.target_share * residence.homes
    low = 100.0 * min(1.0, residence.adapted / target)
    high = 100.0 * min(1.0, residence.possibly_adapted / target)
    undecided = (residence.possibly_adapted - residence.adapted) / residence.homes
    return Part(low, high, 1.0 - undecided)


def _mean(criteria: tuple[CompiledCriterion, ...], known: Known) -> Part:
    low = high = 0.0
    for criterion in criteria:
        worst, best = points_of(criterion, known)
        low += criterion.weight * worst
        high += criterion.weight * best
    return _part(low, high)


def _part(low: float, high: float) -> Part:
    """Return a component from its ends, 0 to 1: what is known of it is what lies outside of them."""
    low, high = min(low, 1.0), min(high, 1.0)
    return Part(100.0 * low, 100.0 * high, 1.0 - (high - low))


def points_of(criterion: CompiledCriterion, known: Known) -> Interval:
    """Return what a criterion counts, 0 to 1.

    What means nothing without something else (a lift's standard without a lift) counts nothing where that is known
    to be missing. Where every building has one level, nobody lacks a lift.
    """
    if criterion.code == PASSABLE:
        return passable_share(known) or ANYTHING
    about_lift = criterion.code == _LIFT or (criterion.needs is not None and criterion.needs[0] == _LIFT)
    if about_lift and known.residence.single_level:
        return _EVERYTHING
    value = known.facts.get(criterion.code)
    if value is None:
        own = ANYTHING
    else:
        points = criterion.points(value)
        own = Interval(points, points)
    if criterion.needs is None:
        return own
    code, wanted = criterion.needs
    condition = known.facts.get(code)
    if condition is None:
        return Interval(0.0, own.high)
    return own if condition == wanted else _NOTHING


def _services_part(compiled: Compiled, residence: Residence) -> Part:
    low = high = 0.0
    for family in compiled.families:
        worst, best = service_points(compiled.grid, residence.services.get(family.code, UNKNOWN_SERVICE))
        low += family.weight * worst
        high += family.weight * best
    return _part(low, high)


def service_points(grid: Grid, reach: Reach) -> Interval:
    """Return what the best service of a family counts, 0 to 1: by how far it is and by its entrance.

    No passable path is 0 whatever the distance; nothing known is anything.
    """
    if reach.outcome == "unknown":
        return ANYTHING
    if reach.outcome == "beyond" or reach.cost_m is None:
        return _NOTHING
    near = _nearness(grid.bands, reach.cost_m)
    entrances = grid.entrances
    shut = 0.0 if grid.profile == "wheelchair" else entrances.no
    if reach.entrance == "unknown":
        return Interval(near * shut, near * entrances.yes)
    factor = {"yes": entrances.yes, "limited": entrances.limited, "no": shut}[reach.entrance]
    return Interval(near * factor, near * factor)


def _nearness(bands: tuple[Band, ...], cost_m: float) -> float:
    """Return the points of a distance: 1 at the door, those of each band at its end, a line between, then none.

    A line and not a stair: a shop at 100 m on level ground outscores one at 50 m behind stairs also where both are
    within one band.
    """
    start, points = 0.0, 1.0
    for band in bands:
        if cost_m <= band.up_to_m:
            along = (max(cost_m, 0.0) - start) / (band.up_to_m - start)
            return points + (band.points - points) * along
        start, points = float(band.up_to_m), band.points
    return 0.0


def _all(known: Known, conditions: tuple[Callable[[Known], Ternary], ...]) -> Ternary:
    """Return the conjunction in three-valued logic: one false is enough, one unknown leaves the rest unknown."""
    result: Ternary = True
    for condition in conditions:
        held = condition(known)
        if held is False:
            return False
        if held is None:
            result = None
    return result


def _favourable(compiled: Compiled, parts: tuple[Part, ...], held: list[Ternary]) -> Answer:
    """Tell by P, A and S alone; a knock-out that holds rules it out, one that may hold leaves it open."""
    weights = compiled.weights[1:]
    total = sum(weights)
    low = round(sum(w * part.low for w, part in zip(weights, parts[1:], strict=True)) / total, 2)
    high = round(sum(w * part.high for w, part in zip(weights, parts[1:], strict=True)) / total, 2)
    bound = compiled.grid.favourable_from
    if True in held or high < bound:
        return "no"
    return "yes" if low >= bound and None not in held else "unknown"
