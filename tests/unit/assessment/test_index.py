"""The residence index: what is proven, what is possible, what caps it, and what would raise it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from registry.assessment.index import (
    Changes,
    Index,
    Interval,
    Origin,
    Planned,
    Reach,
    Residence,
    Rule,
    Stated,
    assess,
    changed,
    compile_grid,
    explain,
    levers,
    passable,
    simulate,
)  # fmt: skip
from registry.vocabulary.facts import FACTS_BY_CODE
from registry.vocabulary.grid import GRADES, PASSABLE, Grid

TODAY = date(2026, 11, 26)
GRID = compile_grid(Grid())


def best_facts(grid: Grid = GRID.grid) -> dict[str, Stated]:
    """Return every fact of the grid at its best."""
    found: dict[str, Stated] = {}
    for criterion in (*grid.common_parts, *grid.surroundings):
        if criterion.fact != PASSABLE:
            best: Any = "yes"
            if criterion.points:
                best = max(criterion.points, key=lambda code: criterion.points[code])
            elif criterion.line:
                best = criterion.line.best
            found[criterion.fact] = Stated(best, "measured", TODAY)
    return found


def best_services(grid: Grid = GRID.grid) -> dict[str, Reach]:
    return {family.family: Reach("reached", 0.0, "yes") for family in grid.services}


BEST = Residence(20, 4, 4, best_facts(), Interval(1, 1), best_services())


def index_of(residence: Residence, grid: Grid | None = None) -> Index:
    return assess(GRID if grid is None else compile_grid(grid), residence, on=TODAY)


def with_facts(residence: Residence, **facts: Any) -> Residence:
    return replace(residence, facts={**residence.facts, **{code: Stated(value) for code, value in facts.items()}})


def test_residence_at_its_best_is_a_hundred_and_grade_a() -> None:
    found = index_of(BEST)
    assert (found.low, found.high, found.completeness) == (100, 100, 1)
    assert (found.grade_low, found.grade_high, found.favourable) == ("A", "A", "yes")


def test_residence_of_which_nothing_is_known_may_be_anything_and_is_not_assessable() -> None:
    found = index_of(Residence())
    assert (found.low, found.high, found.completeness) == (0, 100, 0)
    assert (found.grade_low, found.grade_high, found.favourable) == (None, None, "unknown")


@pytest.mark.parametrize(("adapted", "points"), [(0, 0), (2, 50), (4, 100), (20, 100)])
def test_adapted_homes_count_up_to_the_target_share(adapted: int, points: float) -> None:
    part = index_of(replace(BEST, adapted=adapted, possibly_adapted=adapted)).parts["L"]
    assert part == (points, points, 1)


def test_homes_that_may_be_adapted_count_as_possible_only() -> None:
    part = index_of(replace(BEST, adapted=1, possibly_adapted=3)).parts["L"]
    assert (part.low, part.high) == (25, 75)
    assert part.completeness == pytest.approx(0.9)


def test_residence_without_any_adapted_home_can_still_be_favourable() -> None:
    found = index_of(replace(BEST, adapted=0, possibly_adapted=0))
    assert found.favourable == "yes"
    assert found.low == 70


def test_residence_with_adapted_flats_and_impassable_surroundings_is_not_graded_well() -> None:
    found = index_of(replace(BEST, adapted=20, possibly_adapted=20, passable=Interval(0, 0)))
    assert found.low > 80, "by its points it would be an A"
    assert (found.grade_low, found.grade_high, found.favourable) == ("D", "D", "no")
    assert found.knock_outs == {"impassable_surroundings": "yes"}


def test_survey_on_foot_decides_where_there_is_no_network() -> None:
    surveyed = index_of(replace(BEST, passable=None))
    assert (surveyed.knock_outs, surveyed.grade_low) == ({}, "A")
    assert surveyed.parts["A"] == (100, 100, 1)
    narrow = index_of(with_facts(replace(BEST, passable=None), path_width=100)).parts["A"]
    assert narrow.low < 60, "a survey that found less says no share"
    assert narrow.high > 90
    wheelchair = Grid(profile="wheelchair")
    stairs = with_facts(replace(BEST, passable=None), path_steps=5)
    assert index_of(stairs).knock_outs == {"impassable_surroundings": "unknown"}
    assert index_of(stairs, wheelchair).knock_outs == {"impassable_surroundings": "yes"}


def test_survey_on_foot_settles_what_the_network_does_not_know() -> None:
    between = replace(BEST, passable=Interval(0.1, 0.8))
    surveyed, network = (index_of(each) for each in (between, with_facts(between, path_width="unknown")))
    assert (surveyed.knock_outs, network.knock_outs) == ({}, {"impassable_surroundings": "unknown"})
    assert surveyed.parts["A"].low == surveyed.parts["A"].high < 100, "what is known to bar the way still does"
    assert surveyed.parts["A"].low > network.parts["A"].low


def test_knock_out_that_may_hold_caps_only_what_is_proven() -> None:
    found = index_of(with_facts(replace(BEST, passable=None), path_width="unknown"))
    assert (found.grade_low, found.grade_high, found.favourable) == ("D", "A", "unknown")
    assert found.knock_outs == {"impassable_surroundings": "unknown"}


def test_no_step_free_entrance_and_no_lift_caps_the_grade() -> None:
    found = index_of(with_facts(BEST, step_free_entrance="no", lift="no"))
    assert found.knock_outs == {"steps_and_no_lift": "yes"}
    assert found.grade_high == "D"
    assert index_of(with_facts(BEST, step_free_entrance="no")).knock_outs == {}


def test_lift_out_of_service_counts_as_none_while_it_lasts() -> None:
    out = index_of(replace(BEST, lift_out=True))
    assert out.low < index_of(BEST).low
    assert out == index_of(with_facts(BEST, lift="no"))


def test_residence_of_one_level_lacks_no_lift() -> None:
    flat = replace(with_facts(BEST, lift="no", lift_standard="unknown", lift_serves_all="unknown"), single_level=True)
    assert index_of(flat).parts["P"] == (100, 100, 1)
    assert index_of(replace(flat, single_level=False)).parts["P"].high < 100


def test_standard_of_a_lift_that_is_not_there_counts_nothing_and_is_known() -> None:
    facts = {code: stated for code, stated in BEST.facts.items() if code not in {"lift_standard", "lift_serves_all"}}
    none = index_of(with_facts(replace(BEST, facts=facts), lift="no"))
    assert none.parts["P"].completeness == 1
    assert none.parts["P"].low == none.parts["P"].high


def test_fact_that_has_ended_is_unknown() -> None:
    ended = replace(BEST, facts={**BEST.facts, "lift": Stated("yes", "measured", TODAY, date(2026, 11, 25))})
    assert index_of(ended).parts["P"].low < 100
    assert index_of(ended).parts["P"].high == 100
    assert assess(GRID, ended, on=date(2026, 11, 25)).parts["P"].low == 100


def shop(cost_m: float | None, entrance: Any = "yes", outcome: Any = "reached", profile: Any = "senior") -> Index:
    """Return the index of a residence with one shop and no other family in the grid."""
    grid = Grid.model_validate({"services": [{"family": "food"}], "profile": profile})
    return index_of(replace(BEST, services={"food": Reach(outcome, cost_m, entrance)}), grid)


def test_shop_at_100_m_on_level_ground_outscores_one_at_50_m_behind_stairs() -> None:
    steps = 20 * 4.0  # metre-equivalents; whatever a profile makes of twenty steps, it is more than 50 m
    assert shop(100).parts["S"].low > shop(50 + steps).parts["S"].low
    behind_stairs = shop(None, outcome="beyond", profile="wheelchair")
    assert shop(100, profile="wheelchair").parts["S"].low > behind_stairs.parts["S"].high


def test_no_passable_path_is_nothing_whatever_the_distance() -> None:
    assert shop(None, outcome="beyond").parts["S"] == (0, 0, 1)


def test_service_of_which_nothing_is_known_may_be_anything() -> None:
    assert shop(None, outcome="unknown").parts["S"] == (0, 100, 0)


@pytest.mark.parametrize(
    ("cost_m", "points"), [(0, 100), (150, 95), (300, 90), (450, 75), (600, 60), (1_000, 30), (1_001, 0)]
)
def test_nearness_follows_the_bands(cost_m: float, points: float) -> None:
    assert shop(cost_m).parts["S"].low == pytest.approx(points)


def test_unknown_entrance_is_worth_between_a_bad_and_a_good_one() -> None:
    unknown, good, bad = (shop(100, entrance).parts["S"] for entrance in ("unknown", "yes", "no"))
    assert (unknown.low, unknown.high) == (bad.low, good.high)


def test_entrance_that_no_wheelchair_passes_is_worth_nothing_to_one() -> None:
    assert shop(100, "no", profile="wheelchair").parts["S"].high == 0
    assert shop(100, "unknown", profile="wheelchair").parts["S"].low == 0
    assert shop(100, "limited", profile="wheelchair").parts["S"].low > 0


def test_explanation_lists_every_criterion_and_sums_to_the_index() -> None:
    residence = replace(
        BEST, adapted=1, passable=Interval(0.4, 0.7), services={"food": Reach("reached", 140, "unknown")},
        facts={"lift": Stated("no", "declared", TODAY), "entrance_door_width_common": Stated(80, "measured", TODAY)},
    )  # fmt: skip
    rows, found = explain(GRID, residence, on=TODAY), index_of(residence)
    grid = GRID.grid
    assert len(rows) == 1 + len(grid.common_parts) + len(grid.surroundings) + len(grid.services)
    assert sum(row.low for row in rows) == pytest.approx(found.low, abs=0.01)
    assert sum(row.high for row in rows) == pytest.approx(found.high, abs=0.01)
    assert sum(row.weight for row in rows) == pytest.approx(100)
    door = next(row for row in rows if row.code == "entrance_door_width_common")
    text = FACTS_BY_CODE["entrance_door_width_common"].threshold
    assert text is not None
    assert (door.value, door.declarant, door.stated_on, door.known) == (80, "measured", TODAY, True)
    assert door.threshold == {
        "comparison": ">=", "value": 83, "source": text.source, "date": text.date.isoformat(),
    }  # fmt: skip
    assert 0 < door.low == door.high < door.weight
    lift = next(row for row in rows if row.code == "lift")
    assert "24 décembre 2015" in (lift.text_source or "")
    assert lift.text_date == date(2016, 4, 1)
    parking = next(row for row in rows if row.code == "adapted_parking")
    assert (parking.value, parking.known, parking.low, parking.high) == (None, False, 0, parking.weight)


def test_what_is_computed_is_explained_with_the_name_and_the_day_of_where_it_comes_from() -> None:
    residence = replace(BEST, passable=Interval(0.4, 0.7), services={"food": Reach("reached", 140, "yes")})
    origins = {PASSABLE: Origin("redon", TODAY), "food": Origin("osm-redon", None, "Boulangerie")}
    rows = {row.code: row for row in explain(GRID, residence, on=TODAY, origins=origins)}
    assert (rows[PASSABLE].declarant, rows[PASSABLE].stated_on) == ("redon", TODAY)
    assert (rows["food"].declarant, rows["food"].stated_on) == ("osm-redon", None)
    assert rows["food"].detail == {"outcome": "reached", "entrance": "yes", "service": "Boulangerie"}
    assert rows["pharmacy"].declarant is None


def test_threshold_of_adapted_homes_is_in_homes_as_their_number_is() -> None:
    row = explain(GRID, replace(BEST, homes=40, adapted=3, possibly_adapted=3), on=TODAY)[0]
    assert (row.value, row.unit, row.threshold and row.threshold["value"]) == (3, "homes", 8)


def test_criterion_has_the_text_that_asks_for_it_or_else_the_grid_that_does() -> None:
    rule = Rule("Charte de « redon », version 3, grille de l'indice", date(2026, 5, 1))
    rows = {row.code: row for row in explain(GRID, BEST, on=TODAY, rule=rule)}
    for code in ("adapted_homes", PASSABLE, "rest_bench", "food"):
        assert (rows[code].text_source, rows[code].text_date) == rule
    for code, value in (("adapted_homes", 4), ("food", 1_000)):
        asked = rows[code].threshold
        assert asked is not None
        assert (asked["value"], asked["source"], asked["date"]) == (value, rule.source, "2026-05-01")
    assert rows["path_width"].text_source.startswith("Arrêté du 24 décembre 2015")
    assert rows["path_width"].text_date == date(2016, 4, 1)
    assert all(row.text_source for row in rows.values())
    assert {row.text_source for row in explain(GRID, BEST, on=TODAY)} - {row.text_source for row in rows.values()} == {
        "Grille proposée par le registre (proposal-1)"
    }


def test_lift_out_of_service_is_explained_as_such() -> None:
    row = next(row for row in explain(GRID, replace(BEST, lift_out=True), on=TODAY) if row.code == "lift")
    assert row.detail == {"out_of_service": True}
    assert (row.value, row.declarant) == ("no", None)


def test_what_would_raise_the_index_most_comes_first() -> None:
    found = levers(GRID, with_facts(replace(BEST, adapted=3), lift="no", signage_contrast="unknown"), on=TODAY)
    assert [lever.code for lever in found[:3]] == ["lift", "adapted_homes", "signage_contrast"]
    assert [lever.kind for lever in found[:3]] == ["improve", "adapt_home", "find_out"]
    to_find_out = found[2]
    assert to_find_out.raises_low == to_find_out.lowers_high > 0
    assert to_find_out.raises_high == 0


def test_residence_at_its_best_can_only_have_more_homes_adapted_and_gains_nothing() -> None:
    assert levers(GRID, BEST, on=TODAY) == []


def test_works_are_ranked_with_their_cost() -> None:
    poor = with_facts(BEST, step_free_entrance="no", entrance_door_effort=90)
    ramp = Planned("ramp", Changes({"step_free_entrance": "yes"}), 800_000, 1_500_000)
    door = Planned("automatic_door", Changes({"entrance_door_effort": 20, "automatic_entrance_door": "yes"}))
    works = [lever for lever in levers(GRID, poor, [door, ramp], on=TODAY) if lever.kind == "work"]
    assert [(lever.code, lever.cost_from_cents) for lever in works] == [("ramp", 800_000), ("automatic_door", None)]
    assert works[0].after == simulate(GRID, poor, ramp.changes, on=TODAY)
    assert works[0].raises_low == pytest.approx(works[0].after.low - index_of(poor).low)


def test_works_on_steps_outdoors_raise_what_is_possible_of_the_share_and_prove_nothing() -> None:
    poor = with_facts(replace(BEST, passable=Interval(0.1, 0.1)), path_steps=5)
    ramp = Changes({"path_steps": 0}, steps_mended=True)
    before, stated = index_of(poor), simulate(GRID, poor, Changes({"path_steps": 0}), on=TODAY)
    after = simulate(GRID, poor, ramp, on=TODAY)
    assert passable(changed(GRID.grid, poor, ramp), on=TODAY) == (0.1, 1)
    assert passable(changed(GRID.grid, poor, Changes({"path_steps": 0})), on=TODAY) == (0.1, 0.1)
    assert after.parts["A"].low == stated.parts["A"].low > before.parts["A"].low, "of the fact alone"
    assert (after.parts["A"].high, stated.parts["A"].high < 100) == (100, True)
    assert (before.knock_outs, after.knock_outs) == (
        {"impassable_surroundings": "yes"}, {"impassable_surroundings": "unknown"},
    )  # fmt: skip
    (lever,) = [each for each in levers(GRID, poor, [Planned("outdoor_ramp", ramp)], on=TODAY) if each.kind == "work"]
    assert lever.raises_high > lever.raises_low > 0


def test_works_on_steps_leave_a_share_as_it_is_that_other_barriers_may_take_or_nobody_knows() -> None:
    ramp = Changes(steps_mended=True)
    poor = replace(BEST, passable=Interval(0.1, 0.4))
    for grid in (Grid(profile="wheelchair"), Grid(profile="walking")):
        assert changed(grid, poor, ramp) == poor
    unknown = with_facts(replace(BEST, passable=None), path_width="unknown")
    assert passable(changed(GRID.grid, unknown, ramp), on=TODAY) is None


def test_simulation_adapts_no_more_homes_than_there_are() -> None:
    after = simulate(GRID, replace(BEST, adapted=18, possibly_adapted=19), Changes(adapted_homes=5), on=TODAY)
    assert (after.adapted, after.possibly_adapted) == (20, 20)


def test_grades_follow_the_bounds_of_the_charter() -> None:
    grades = {"A": 90, "B": 70, "C": 40, "D": 20}
    grid = Grid.model_validate({"grades": grades, "weights": {"L": 1, "P": 0, "A": 0, "S": 0} | {"L": 0.97, "P": 0.03}})
    for share, grade in ((20, "A"), (3, "B"), (2, "C"), (1, "D"), (0, "E")):
        assert index_of(replace(BEST, adapted=share, possibly_adapted=share), grid).grade_low == grade
    assert GRADES == ("A", "B", "C", "D", "E")
