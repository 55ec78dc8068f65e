"""What would raise the index most, and what an intention would make of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from registry.assessment.index.inputs import Changes, Residence, Stated, Value, known_facts
from registry.assessment.index.scoring import Compiled, Index, Known, assess, points_of
from registry.vocabulary.fact import Fact
from registry.vocabulary.facts import FACTS_BY_CODE
from registry.vocabulary.grid import PASSABLE, Criterion, Grid


@dataclass(frozen=True, slots=True)
class Planned:
    """Works that somebody could do: what they make true, and between what costs in cents where that is known."""

    code: str
    changes: Changes
    cost_from_cents: int | None = None
    cost_to_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing to do or to find out.

    Attributes:
        kind: ``find_out``: the fact is unknown; ``improve``: it is known and could be better; ``work``: from the
            catalogue or stated as feasible; ``adapt_home``: one more home of the class that the grid asks for.
        code: Of the fact or of the work; ``adapted_homes``.
        raises_low: By how much what is proven rises if it turns out well, 0 to 100; so ``raises_high`` of what is
            possible.
        lowers_high: By how much what is possible falls if it turns out badly; 0 unless ``find_out``.
        after: The index if it turns out well.
    """

    kind: Literal["find_out", "improve", "work", "adapt_home"]
    code: str
    raises_low: float
    raises_high: float
    lowers_high: float
    after: Index
    cost_from_cents: int | None = None
    cost_to_cents: int | None = None


def changed(grid: Grid, residence: Residence, changes: Changes) -> Residence:
    """Return the residence as it would be; homes are adapted as far as there are any that are not.

    For the possible, the homes that are adapted are those of which it was not possible before. Works outdoors may mend
    every step of the first 200 m or one that leads nowhere, and steps are all that takes from the share of who walks
    with a stick or a walker. Of a wheelchair's share it is not kept which barrier takes how much: it stays.
    """
    facts = {**residence.facts, **{code: Stated(value) for code, value in changes.facts.items()}}
    return replace(
        residence,
        facts=facts,
        adapted=min(residence.homes, residence.adapted + changes.adapted_homes),
        possibly_adapted=min(residence.homes, residence.possibly_adapted + changes.adapted_homes),
        all_passable_at_best=changes.steps_mended and grid.profile == "senior",
    )


def simulate(compiled: Compiled, residence: Residence, changes: Changes, *, on: date) -> Index:
    """Return the index that the residence would have."""
    return assess(compiled, changed(compiled.grid, residence, changes), on=on)


def levers(compiled: Compiled, residence: Residence, works: Sequence[Planned] = (), *, on: date) -> list[Lever]:
    """Return what could be done or found out, most useful first; what changes nothing is left out."""
    now = assess(compiled, residence, on=on)
    found = [*_of_facts(compiled, residence, now, on)]
    for work in works:
        after = simulate(compiled, residence, work.changes, on=on)
        found.append(
            Lever(
                "work", work.code, *_gain(now, after), 0.0, after, work.cost_from_cents, work.cost_to_cents
            )
        )  # fmt: skip
    if residence.adapted < residence.homes:
        after = simulate(compiled, residence, Changes(adapted_homes=1), on=on)
        found.append(Lever("adapt_home", "adapted_homes", *_gain(now, after), 0.0, after))
    useful = [lever for lever in found if lever.raises_low > 0 or lever.raises_high > 0 or lever.lowers_high > 0]
    return sorted(useful, key=lambda lever: (-lever.raises_low, -lever.raises_high, -lever.lowers_high, lever.code))


def _of_facts(compiled: Compiled, residence: Residence, now: Index, on: date) -> Iterable[Lever]:
    known = Known(residence, known_facts(residence, on))
    given = {criterion.fact: criterion for criterion in (*compiled.grid.common_parts, *compiled.grid.surroundings)}
    for criterion in (*compiled.common_parts, *compiled.surroundings):
        if criterion.code == PASSABLE or (criterion.code == "lift" and residence.lift_out):
            continue
        worst, best = extremes(given[criterion.code])
        unknown = criterion.code not in known.facts
        if points_of(criterion, known).low >= 1:
            continue
        well = simulate(compiled, residence, Changes({criterion.code: best}), on=on)
        lowers = 0.0
        if unknown:
            lowers = round(now.high - simulate(compiled, residence, Changes({criterion.code: worst}), on=on).high, 2)
        kind: Literal["find_out", "improve"] = "find_out" if unknown else "improve"
        yield Lever(kind, criterion.code, *_gain(now, well), lowers, well)


def _gain(now: Index, after: Index) -> tuple[float, float]:
    return round(after.low - now.low, 2), round(after.high - now.high, 2)


def extremes(criterion: Criterion) -> tuple[Value, Value]:
    """Return a value of the fact that counts nothing, and one that counts most."""
    fact = FACTS_BY_CODE[criterion.fact]
    if criterion.points:
        ordered = sorted(criterion.points, key=lambda code: criterion.points[code])
        return ordered[0], ordered[-1]
    if criterion.line is not None:
        return criterion.line.worst, criterion.line.best
    return ("no", "yes") if fact.threshold is None else _around(fact)


def _around(fact: Fact) -> tuple[int, int]:
    assert fact.threshold is not None
    met = fact.threshold.value
    return (met - 1, met) if fact.threshold.comparison == ">=" else (met + 1, met)
