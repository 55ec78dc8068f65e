"""The class of a home by what is known of it."""

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from registry.assessment.home_class import assess, rank
from registry.vocabulary.conditions import All, Either, GroundFloor, Measure, Yes, evaluate, leaves
from registry.vocabulary.facts import FACTS_BY_CODE
from registry.vocabulary.home_class import CLASSES, TAGS, condition_of

STEP_FREE = {"step_free_entrance": "yes", "lift": "yes", "bedroom_on_entrance_level": "yes"}
WALKING = {
    **STEP_FREE, "low_thresholds": "yes", "entrance_door_width": 80, "interior_door_width": 77,
    "zero_step_shower": "yes", "grab_bars": "yes",
}  # fmt: skip
WHEELCHAIR = {**WALKING, "entrance_door_width": 90, "turning_space": "yes", "wc_transfer_space": "yes"}
THROUGHOUT = {
    **WHEELCHAIR, "all_rooms_wheelchair": "yes", "kitchen_clearance": 150, "balcony_access": "yes",
    "lift_standard": "yes",
}  # fmt: skip
CODES = sorted(
    {
        leaf.code
        for each in (*(condition_of(each.number) for each in CLASSES), *(tag.requires for tag in TAGS))
        for leaf in leaves(each)
        if not isinstance(leaf, GroundFloor)
    }
)


def values(code: str) -> tuple[Any, ...]:
    """Return what can be stated of a fact, from the least favourable to the most."""
    fact = FACTS_BY_CODE[code]
    if fact.kind == "yes_no":
        return ("no", "yes")
    if fact.kind == "choice":
        return tuple(choice.code for choice in fact.choices)
    assert fact.minimum is not None
    assert fact.maximum is not None
    assert fact.threshold is not None
    bounds = {
        fact.minimum,
        fact.maximum,
        fact.threshold.value - 1,
        fact.threshold.value,
        fact.threshold.value + 1,
        6,
        7,
    }
    plausible = sorted(value for value in bounds | {76, 77} if fact.minimum <= value <= fact.maximum)
    return tuple(plausible if fact.threshold.comparison == ">=" else reversed(plausible))


def agreed(facts: dict[str, Any], floor: int | None) -> bool:
    """Tell whether what is counted from the street to the door agrees with the entrance, the lift and the floor."""
    counted, seen = (evaluate(each, facts, floor) for each in STEP_FREE_TWICE)
    return None in (counted, seen) or counted == seen


STEP_FREE_TWICE = (
    Measure("steps_to_door", "<=", 0),
    All((Yes("step_free_entrance"), Either((GroundFloor(), Yes("lift"))))),
)
stated = st.fixed_dictionaries({}, optional={code: st.sampled_from(values(code)) for code in CODES})
floors = st.sampled_from((None, 0, 2))


def test_home_of_which_nothing_is_known_is_not_assessed_and_may_be_anything() -> None:
    found = assess({}, None)
    assert (found.proven, found.possible) == (0, 6)
    assert set(found.missing) >= {"steps_to_door", "bedroom_on_entrance_level"}


def test_each_class_is_proven_by_its_own_facts() -> None:
    few = {"steps_to_door": 4, "stair_handrails": "one_side", "bedroom_on_entrance_level": "yes"}
    found = [assess(facts, 2).proven for facts in (few, STEP_FREE, WALKING, WHEELCHAIR, THROUGHOUT)]
    assert found == [2, 3, 4, 5, 6]


def test_adapted_bathroom_on_the_second_floor_without_a_lift_does_not_make_the_home_class_4() -> None:
    found = assess({**THROUGHOUT, "lift": "no"}, 2)
    assert (found.proven, found.possible) == (1, 2)
    assert assess({**THROUGHOUT, "lift": "no", "steps_to_door": 34}, 2).possible == 1
    assert assess({**THROUGHOUT, "lift": "no"}, 0).proven == 6


def test_steps_stated_to_be_none_do_not_outweigh_a_missing_lift() -> None:
    found = assess({**WALKING, "lift": "no", "steps_to_door": 0}, 3)
    assert (found.proven, found.possible) == (1, 2)


def test_missing_facts_are_those_that_decide_on_the_next_class() -> None:
    found = assess({key: value for key, value in WALKING.items() if key != "grab_bars"}, 1)
    assert (found.proven, found.possible, found.missing) == (3, 4, ("grab_bars",))


def test_lift_is_not_missing_on_the_ground_floor() -> None:
    found = assess({"bedroom_on_entrance_level": "yes"}, 0)
    assert "lift" not in found.missing
    assert "step_free_entrance" in found.missing


def test_low_tray_serves_who_walks_and_not_a_wheelchair() -> None:
    facts = {**THROUGHOUT, "zero_step_shower": "no", "shower_tray_height": 3}
    assert assess(facts, 0).possible == 4
    assert assess(facts, 0).proven == 4


def test_tags_stand_beside_the_class() -> None:
    found = assess({"lift": "no", "visual_signals": "yes", "video_intercom": "yes", "adaptable": "no"}, 4)
    assert found.tags["hearing"].state == "yes"
    assert found.tags["adaptable"].state == "no"
    assert found.tags["senior"].state == "unknown"


def test_standard_of_a_lift_that_there_is_not_counts_for_no_class() -> None:
    facts = {**THROUGHOUT, "steps_to_door": 0}
    assert assess(facts, None).proven == 6
    assert assess({**facts, "lift": "no"}, None).proven == 5, "its floor is not known"
    assert assess({**facts, "lift": "no"}, 0).proven == 6
    unknown = assess({code: value for code, value in facts.items() if code != "lift"}, 3)
    assert (unknown.proven, unknown.missing) == (5, ("lift",))


def test_every_class_says_why_down_to_its_facts() -> None:
    found = assess({"lift": "no", "bedroom_on_entrance_level": "yes"}, 2)
    assert {number: step.state for number, step in found.steps.items()} == {
        0: "yes", 1: "yes", 2: "unknown", 3: "no", 4: "no", 5: "no", 6: "no"
    }  # fmt: skip
    assert found.steps[2].missing == found.missing == ("steps_to_door", "stair_handrails")
    reached, level = found.steps[3].why.of
    assert (reached.rule, reached.state, level.leaf, level.state) == (
        "agreed", "no", Yes("bedroom_on_entrance_level"), "yes"
    )  # fmt: skip


@given(facts=stated, floor=floors)
def test_why_says_what_the_classes_say(facts: dict[str, Any], floor: int | None) -> None:
    found = assess(facts, floor)
    for each in CLASSES:
        parts = [found.steps[number].why.state for number in (*each.includes, each.number)]
        expected = "no" if "no" in parts else "unknown" if "unknown" in parts else "yes"
        assert found.steps[each.number].state == expected
        assert bool(found.steps[each.number].missing) == (expected == "unknown")
    assert found.steps[found.proven].state == "yes"
    assert found.steps[found.possible].state != "no"


@given(facts=stated, floor=floors, data=st.data())
def test_one_unknown_fact_never_changes_a_proven_class_upward(
    facts: dict[str, Any], floor: int | None, data: Any
) -> None:
    forgotten = data.draw(st.sampled_from(CODES))
    for value in (values(forgotten)[0], values(forgotten)[-1]):
        assume(agreed({**facts, forgotten: value}, floor))
    best = assess({**facts, forgotten: values(forgotten)[-1]}, floor)
    unknown = assess({code: value for code, value in facts.items() if code != forgotten}, floor)
    worst = assess({**facts, forgotten: values(forgotten)[0]}, floor)
    assert rank(unknown.proven) <= min(rank(worst.proven), rank(best.proven))


@given(facts=stated, floor=floors, data=st.data())
def test_more_favourable_fact_never_lowers_and_a_less_favourable_one_never_raises(
    facts: dict[str, Any], floor: int | None, data: Any
) -> None:
    code = data.draw(st.sampled_from(CODES))
    order = values(code)
    worse, better = sorted(data.draw(st.tuples(*(st.integers(0, len(order) - 1),) * 2)))
    low, high = (assess({**facts, code: order[n]}, floor) for n in (worse, better))
    assert rank(low.proven) <= rank(high.proven)
    assert rank(low.possible) <= rank(high.possible)


@given(facts=stated, floor=floors, data=st.data())
def test_learning_a_fact_only_narrows_what_is_proven_and_possible(
    facts: dict[str, Any], floor: int | None, data: Any
) -> None:
    code = data.draw(st.sampled_from(CODES))
    before = assess({key: value for key, value in facts.items() if key != code}, floor)
    learned = {**facts, code: data.draw(st.sampled_from(values(code)))}
    assume(agreed(learned, floor))
    after = assess(learned, floor)
    assert rank(before.proven) <= rank(after.proven) <= rank(after.possible) <= rank(before.possible)
