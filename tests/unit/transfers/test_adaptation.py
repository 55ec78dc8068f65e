"""Which demands of a need rest on an adaptation of a home, and which any home may meet."""

import pytest

from registry.transfers.matching.adaptation import INSIDE, Adapted, adaptation_is_asked, rests_on
from registry.transfers.matching.requirements import Requirement
from registry.transfers.matching.words import demand
from registry.vocabulary.facts import FACTS_BY_CODE


def home(home_class: int = 1, features: tuple[str, ...] = (), *works: str) -> Adapted:
    return Adapted(home_class, frozenset(features), frozenset(works))


@pytest.mark.parametrize(
    ("code", "given", "rests"),
    [
        ("zero_step_shower", home(1, ("zero_step_shower",)), True),
        ("zero_step_shower", home(1, (), "zero_step_shower"), True),
        ("zero_step_shower", home(5, ("grab_bars",)), False),
        ("low_shower_tray", home(1, (), "flat_shower_tray"), True),
        ("wc_transfer_left", home(1, ("wc_transfer_space",)), True),
        ("few_steps", home(6, ("step_free_entrance",)), False),
        ("class_4", home(4), True),
        ("class_5", home(4), True),
        ("class_4", home(3, ("grab_bars",)), False),
        ("class_4", home(3, (), "grab_bars"), True),
        ("class_4", home(3, (), "telecare"), False),
        ("class_3", home(6, (), "interior_ramp"), False),
        ("adapted_parking", home(6, ("adapted_parking",)), False),
        ("ground_floor_or_lift", home(6, ("lift",)), False),
        ("no_steps", home(6, ("step_free_entrance", "bedroom_on_entrance_level")), False),
    ],
)
def test_demand_rests_on_what_the_home_itself_has_for_it(code: str, given: Adapted, rests: bool) -> None:
    assert rests_on(code, given) is rests


def test_one_demand_is_enough() -> None:
    assert adaptation_is_asked(["adapted_parking", "grab_bars"], home(1, ("grab_bars", "adapted_parking")))
    assert not adaptation_is_asked(["adapted_parking"], home(1, ("grab_bars", "adapted_parking")))
    assert not adaptation_is_asked([], home(6))


def test_demands_and_facts_are_those_of_the_vocabulary() -> None:
    assert all(demand(Requirement(code, (1,), ())).fr for code in INSIDE)
    assert frozenset().union(*INSIDE.values()) <= set(FACTS_BY_CODE)
