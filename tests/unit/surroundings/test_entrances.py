"""Whether a wheelchair passes an entrance: three values, and why."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.surroundings.entrances import REASONS, EntranceFacts, Ramp, Reason, Wheelchair, judge

YES, NO, LIMITED, UNKNOWN = Wheelchair.YES, Wheelchair.NO, Wheelchair.LIMITED, Wheelchair.UNKNOWN


def said(**facts: Any) -> tuple[Wheelchair, set[Reason]]:
    judged = judge(EntranceFacts(**facts))
    return judged.wheelchair, set(judged.reasons)


def test_entrance_of_which_nothing_is_said_is_unknown_and_never_no() -> None:
    assert said() == (UNKNOWN, {Reason.LEVEL_UNKNOWN, Reason.DOOR_WIDTH_UNKNOWN})


@pytest.mark.parametrize("stated", [YES, NO, LIMITED])
def test_statement_of_the_source_counts_where_nothing_is_measured(stated: Wheelchair) -> None:
    assert said(stated=stated) == (stated, {Reason.STATED})


def test_level_entrance_with_a_wide_door_is_passable() -> None:
    assert said(level=True, door_width_cm=90) == (YES, {Reason.LEVEL, Reason.DOOR_WIDE_ENOUGH})


def test_level_entrance_whose_door_nobody_measured_is_not_yet_a_yes() -> None:
    assert said(level=True) == (UNKNOWN, {Reason.DOOR_WIDTH_UNKNOWN})


def test_step_without_a_ramp_is_a_no_whatever_the_door() -> None:
    assert said(level=False, steps=1, ramp=Ramp.NONE, door_width_cm=120) == (NO, {Reason.STEPS})


def test_steps_with_a_fixed_ramp_are_passable_and_with_one_to_ask_for_limited() -> None:
    assert said(steps=3, ramp=Ramp.FIXED, door_width_cm=90)[0] is YES
    assert said(steps=3, ramp=Ramp.REMOVABLE, door_width_cm=90) == (LIMITED, {Reason.RAMP_REMOVABLE})


@pytest.mark.parametrize(("height", "expected"), [(2, YES), (7, LIMITED), (8, NO)])
def test_step_is_judged_by_its_height(height: float, expected: Wheelchair) -> None:
    assert said(step_height_cm=height, door_width_cm=90)[0] is expected


@pytest.mark.parametrize(("width", "expected"), [(77, YES), (76, LIMITED), (70, LIMITED), (69, NO)])
def test_door_is_judged_by_its_free_passage(width: int, expected: Wheelchair) -> None:
    assert said(level=True, door_width_cm=width)[0] is expected


def test_entrance_that_is_not_level_and_no_more_is_unknown() -> None:
    assert said(level=False, door_width_cm=90) == (UNKNOWN, {Reason.NOT_LEVEL})


def test_steps_on_the_way_to_a_level_door_are_a_no() -> None:
    assert said(level=True, door_width_cm=90, approach_steps=4) == (NO, {Reason.APPROACH_STEPS})


def test_dedicated_entrance_takes_the_place_of_the_main_one() -> None:
    assert said(steps=5, dedicated=True) == (YES, {Reason.DEDICATED_ENTRANCE})


def test_source_that_contradicts_itself_is_taken_at_its_worse_and_marked() -> None:
    assert said(stated=YES, steps=2) == (NO, {Reason.STEPS, Reason.CONTRADICTED})
    assert said(stated=NO, level=True, door_width_cm=90) == (NO, {Reason.STATED, Reason.CONTRADICTED})


def test_one_step_of_unknown_height_is_what_a_source_calls_limited() -> None:
    assert said(stated=LIMITED, steps=1, door_width_cm=82) == (LIMITED, {Reason.STATED, Reason.NOT_LEVEL})
    assert said(stated=LIMITED, steps=2, door_width_cm=82)[0] is NO


def test_limited_entrance_says_what_is_still_unknown_of_it() -> None:
    assert said(ramp=Ramp.REMOVABLE) == (LIMITED, {Reason.RAMP_REMOVABLE, Reason.DOOR_WIDTH_UNKNOWN})


@pytest.mark.parametrize(
    ("facts", "steps"),
    [
        (EntranceFacts(), None),
        (EntranceFacts(level=True), 0),
        (EntranceFacts(step_height_cm=2), 0),
        (EntranceFacts(step_height_cm=12), 1),
        (EntranceFacts(level=True, steps=2), 2),
        (EntranceFacts(level=True, approach_steps=3), 3),
        (EntranceFacts(approach_steps=3), None),
    ],
)
def test_steps_are_those_from_the_street_to_the_inside(facts: EntranceFacts, steps: int | None) -> None:
    assert facts.steps_in_all == steps


def test_every_reason_has_a_label() -> None:
    assert set(REASONS) == set(Reason)


_TRI = st.sampled_from([None, False, True])
_RAMPS = st.sampled_from([None, *Ramp])
facts = st.builds(
    EntranceFacts,
    stated=st.sampled_from([None, *Wheelchair]), level=_TRI, steps=st.none() | st.integers(0, 5),
    step_height_cm=st.none() | st.floats(0, 20), ramp=_RAMPS, lift=_TRI, door_width_cm=st.none() | st.integers(50, 120),
    bell=_TRI, help=_TRI, dedicated=_TRI, automatic_door=_TRI, approach_steps=st.none() | st.integers(0, 5),
    approach_ramp=_RAMPS, approach_narrow=_TRI,
)  # fmt: skip


@given(facts, st.sampled_from(["bell", "help", "automatic_door"]))
def test_comfort_never_decides(known: EntranceFacts, name: str) -> None:
    told: list[dict[str, Any]] = [{name: value} for value in (None, False, True)]
    assert {judge(replace(known, **each)) for each in told} == {judge(known)}


@given(facts)
def test_steps_added_never_make_an_entrance_better(known: EntranceFacts) -> None:
    order = [NO, LIMITED, UNKNOWN, YES]
    worse = replace(known, steps=(known.steps or 0) + 1, level=False)
    if known.steps or known.level is False or (known.step_height_cm or 0) > 2:
        return  # it had steps before
    assert order.index(judge(worse).wheelchair) <= order.index(judge(known).wheelchair)


@given(facts)
def test_every_judgement_says_why(known: EntranceFacts) -> None:
    assert judge(known).reasons
    assert len(fields(known)) == 14
