"""What cannot be stated together, and what can."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.vocabulary.conditions import Measure, OneOf, evaluate
from registry.vocabulary.contradictions import CONTRADICTIONS, Contradiction, contradictory
from registry.vocabulary.facts import FACTS, FACTS_BY_CODE
from registry.vocabulary.works import WORKS


def denied(facts: dict[str, Any]) -> list[tuple[str, str]]:
    stated = {code: fact if isinstance(fact, dict | None) else {"value": fact} for code, fact in facts.items()}
    return [(each.said.code, each.beside.code) for each in contradictory(stated)]


def test_every_condition_of_display_that_excludes_is_a_contradiction() -> None:
    derived = {(fact.code, fact.when.code) for fact in FACTS if fact.when and fact.when.excludes}
    assert derived == {("lift_standard", "lift"), ("lift_serves_all", "lift")}
    assert derived <= {(each.said.code, each.beside.code) for each in CONTRADICTIONS}


def test_each_is_between_facts_that_can_be_stated_of_one_thing_and_says_so_in_both_languages() -> None:
    for each in CONTRADICTIONS:
        said, beside = FACTS_BY_CODE[each.said.code], FACTS_BY_CODE[each.beside.code]
        assert set(said.stated_on) & set(beside.stated_on), each
        assert all(beside.code in text for text in each.text), each


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        ({"lift": "no", "lift_standard": "yes", "lift_serves_all": "yes"}, {"lift_standard", "lift_serves_all"}),
        ({"zero_step_shower": "yes", "shower_tray_height": 3}, {"zero_step_shower"}),
        ({"all_rooms_wheelchair": "yes", "interior_door_width": 76}, {"all_rooms_wheelchair"}),
        ({"all_rooms_wheelchair": "yes", "turning_space": "no"}, {"all_rooms_wheelchair"}),
        ({"caretaker_hours": 0, "caretaker_trained": "yes"}, {"caretaker_trained"}),
    ],
)
def test_facts_that_deny_each_other_are_found(facts: dict[str, Any], refused: set[str]) -> None:
    assert {said for said, _ in denied(facts)} == refused


@pytest.mark.parametrize(
    "facts",
    [
        {"lift": "no", "lift_standard": "no", "lift_serves_all": "no"},
        {"lift": "unknown", "lift_standard": "yes"},
        {"lift": None, "lift_standard": "yes"},
        {"lift_standard": "yes"},
        {"lift": "yes", "lift_standard": "yes"},
        {"step_free_entrance": "yes", "access_ramp": "yes"},  # by the ramp
        {"zero_step_shower": "yes", "shower_tray_height": 2},
        {"zero_step_shower": "no", "shower_tray_height": 0},  # too small a zone
        {"all_rooms_wheelchair": "yes", "interior_door_width": 77, "turning_space": "yes"},
        {"caretaker_hours": 1, "caretaker_trained": "yes"},
        {"step_free_entrance": "no", "steps_to_door": 0},  # over a ramp that is too steep
    ],
)
def test_facts_that_agree_or_say_nothing_are_not_refused(facts: dict[str, Any]) -> None:
    assert denied(facts) == []


def test_facts_whose_days_do_not_meet_do_not_deny_each_other() -> None:
    for made in (date.fromisoformat, str):
        before = {"value": "yes", "date": made("2020-01-01"), "until": made("2025-12-31")}
        after = {"value": "no", "date": made("2026-01-01"), "until": None}
        assert denied({"lift": after, "lift_standard": before}) == []
        assert denied({"lift": {**after, "date": made("2025-12-31")}, "lift_standard": before})
        gone = {**before, "value": "no"}
        assert denied({"lift": gone, "lift_standard": {"value": "yes", "date": made("2026-01-01")}}) == []
    assert denied({"lift": "no", "lift_standard": "yes"}), "without their days"


def test_no_works_of_the_catalogue_deliver_what_cannot_be() -> None:
    for work in WORKS:
        assert denied(dict(work.delivers)) == [], work.code


@given(each=st.sampled_from(CONTRADICTIONS), data=st.data())
def test_whatever_meets_both_sides_is_found_and_nothing_else(each: Contradiction, data: Any) -> None:
    said, beside = (data.draw(_values(side.code)) for side in (each.said, each.beside))
    facts = {each.said.code: said, each.beside.code: beside}
    both = all(evaluate(side, facts, None) for side in (each.said, each.beside))
    assert ((each.said.code, each.beside.code) in denied(facts)) == both


def _values(code: str) -> st.SearchStrategy[Any]:
    fact = FACTS_BY_CODE[code]
    if fact.kind == "measure":
        assert fact.minimum is not None
        turning = {
            side.value + step
            for each in CONTRADICTIONS
            for side in (each.said, each.beside)
            if isinstance(side, Measure) and side.code == code
            for step in (-1, 0, 1)
        }
        return st.sampled_from(sorted({max(value, fact.minimum) for value in turning}))
    return st.sampled_from([choice.code for choice in fact.choices] or ["yes", "no"])


def test_side_of_a_contradiction_is_a_value_that_can_be_stated() -> None:
    for side in (side for each in CONTRADICTIONS for side in (each.said, each.beside)):
        fact = FACTS_BY_CODE[side.code]
        if isinstance(side, OneOf):
            assert set(side.codes) <= ({choice.code for choice in fact.choices} or {"yes", "no"}), side
        elif isinstance(side, Measure):
            assert fact.minimum is not None
            assert fact.maximum is not None
            assert fact.minimum <= side.value <= fact.maximum, side
