"""Over random residences: better facts never lower the index, worse ones never raise it, to know more never widens it.

Each property compares two residences that differ in one thing.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.assessment.index import Index, Interval, Reach, Residence, Stated, assess, compile_grid
from registry.vocabulary.facts import FACTS_BY_CODE
from registry.vocabulary.grid import GRADES, PASSABLE, Criterion, Grid

TODAY = date(2026, 11, 26)
CRITERIA = {
    criterion.fact: criterion
    for criterion in (*Grid().common_parts, *Grid().surroundings)
    if criterion.fact != PASSABLE
}
GRIDS = [compile_grid(Grid()), compile_grid(Grid(profile="wheelchair", completeness_floor=0))]
COMPILED = st.sampled_from(GRIDS)


def values(criterion: Criterion) -> list[Any]:
    """Return values of a fact from the worst to the best."""
    if criterion.points:
        return sorted(criterion.points, key=lambda code: criterion.points[code])
    if criterion.line:
        step = 1 if criterion.line.best > criterion.line.worst else -1
        beyond = 3 * step
        return [
            value
            for value in range(criterion.line.worst - beyond, criterion.line.best + beyond + step, step)
            if value >= 0
        ]
    assert FACTS_BY_CODE[criterion.fact].kind == "yes_no"
    return ["no", "yes"]


@st.composite
def reaches(draw: st.DrawFn) -> Reach:
    outcome = draw(st.sampled_from(("reached", "beyond", "unknown")))
    if outcome != "reached":
        return Reach("beyond") if outcome == "beyond" else Reach("unknown")
    return Reach("reached", draw(st.integers(0, 1_500)), draw(st.sampled_from(("yes", "limited", "no", "unknown"))))


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    ends = sorted(draw(st.tuples(st.integers(0, 100), st.integers(0, 100))))
    return Interval(ends[0] / 100, ends[1] / 100)


@st.composite
def residences(draw: st.DrawFn) -> Residence:
    homes = draw(st.integers(0, 60))
    adapted = draw(st.integers(0, homes))
    codes = draw(st.sets(st.sampled_from(sorted(CRITERIA))))
    return Residence(
        homes, adapted, draw(st.integers(adapted, homes)),
        {code: Stated(draw(st.sampled_from(values(CRITERIA[code])))) for code in sorted(codes)},
        draw(st.none() | intervals()),
        draw(st.dictionaries(st.sampled_from([family.family for family in Grid().services]), reaches())),
        draw(st.booleans()), draw(st.booleans()),
    )  # fmt: skip


def stating(residence: Residence, code: str, value: Any) -> Residence:
    return replace(residence, facts={**residence.facts, code: Stated(value)})


def without(residence: Residence, code: str) -> Residence:
    return replace(residence, facts={known: stated for known, stated in residence.facts.items() if known != code})


def no_worse(better: Index, worse: Index) -> None:
    assert better.low >= worse.low
    assert better.high >= worse.high
    for one, other in ((better.grade_low, worse.grade_low), (better.grade_high, worse.grade_high)):
        if one is not None and other is not None:
            assert GRADES.index(one) <= GRADES.index(other)
    ranks = ("no", "unknown", "yes")
    assert ranks.index(better.favourable) >= ranks.index(worse.favourable)


def within(learned: Index, before: Index) -> None:
    assert before.low <= learned.low <= learned.high <= before.high
    if before.favourable != "unknown":
        assert learned.favourable == before.favourable


@settings(deadline=None)
@given(COMPILED, residences(), st.sampled_from(sorted(CRITERIA)), st.data())
def test_better_value_of_a_fact_never_lowers_either_end(
    grid: Any, residence: Residence, code: str, data: st.DataObject
) -> None:
    ordered = values(CRITERIA[code])
    worse = data.draw(st.integers(0, len(ordered) - 1))
    better = data.draw(st.integers(worse, len(ordered) - 1))
    no_worse(
        assess(grid, stating(residence, code, ordered[better]), on=TODAY),
        assess(grid, stating(residence, code, ordered[worse]), on=TODAY),
    )


@settings(deadline=None)
@given(COMPILED, residences(), st.sampled_from(sorted(CRITERIA)))
def test_favourable_fact_never_lowers_what_is_proven_and_unfavourable_never_raises_what_is_possible(
    grid: Any, residence: Residence, code: str
) -> None:
    unknown, ordered = assess(grid, without(residence, code), on=TODAY), values(CRITERIA[code])
    favourable = assess(grid, stating(residence, code, ordered[-1]), on=TODAY)
    unfavourable = assess(grid, stating(residence, code, ordered[0]), on=TODAY)
    if not (code == "lift" and residence.lift_out):
        assert (favourable.high, unfavourable.low) == (unknown.high, unknown.low)
    no_worse(favourable, unknown)
    no_worse(unknown, unfavourable)


@settings(deadline=None)
@given(COMPILED, residences(), st.sampled_from(sorted(CRITERIA)), st.data())
def test_learning_a_fact_never_widens_the_interval(
    grid: Any, residence: Residence, code: str, data: st.DataObject
) -> None:
    value = data.draw(st.sampled_from(values(CRITERIA[code])))
    before = assess(grid, without(residence, code), on=TODAY)
    learned = assess(grid, stating(residence, code, value), on=TODAY)
    within(learned, before)
    assert learned.completeness >= before.completeness


@settings(deadline=None)
@given(COMPILED, residences(), reaches())
def test_learning_how_near_a_service_is_never_widens_the_interval(
    grid: Any, residence: Residence, reach: Reach
) -> None:
    unknown = replace(residence, services={**residence.services, "food": Reach("unknown")})
    learned = replace(residence, services={**residence.services, "food": reach})
    within(assess(grid, learned, on=TODAY), assess(grid, unknown, on=TODAY))


@settings(deadline=None)
@given(COMPILED, residences(), st.integers(0, 1_500), st.integers(0, 1_500))
def test_nearer_service_never_lowers_either_end(grid: Any, residence: Residence, one: int, other: int) -> None:
    near, far = (
        assess(grid, replace(residence, services={"food": Reach("reached", cost, "yes")}), on=TODAY)
        for cost in sorted((one, other))
    )
    no_worse(near, far)


@settings(deadline=None)
@given(COMPILED, residences(), intervals(), intervals())
def test_learning_which_share_is_passable_never_widens_the_interval(
    grid: Any, residence: Residence, one: Interval, other: Interval
) -> None:
    residence = without(residence, "path_steps")  # a network may contradict a survey that decided: then it counts
    within(
        assess(grid, replace(residence, passable=one), on=TODAY),
        assess(grid, replace(residence, passable=None), on=TODAY),
    )
    inner, outer = sorted((one, other), key=lambda share: share.high - share.low)
    if outer.low <= inner.low and inner.high <= outer.high:
        within(
            assess(grid, replace(residence, passable=inner), on=TODAY),
            assess(grid, replace(residence, passable=outer), on=TODAY),
        )


@settings(deadline=None)
@given(COMPILED, residences(), st.integers(0, 5))
def test_another_adapted_home_never_lowers_either_end(grid: Any, residence: Residence, more: int) -> None:
    adapted = min(residence.homes, residence.adapted + more)
    after = replace(residence, adapted=adapted, possibly_adapted=max(adapted, residence.possibly_adapted))
    no_worse(assess(grid, after, on=TODAY), assess(grid, residence, on=TODAY))


@settings(deadline=None)
@given(COMPILED, residences())
def test_lift_that_works_again_never_lowers_either_end(grid: Any, residence: Residence) -> None:
    no_worse(
        assess(grid, replace(residence, lift_out=False), on=TODAY),
        assess(grid, replace(residence, lift_out=True), on=TODAY),
    )
