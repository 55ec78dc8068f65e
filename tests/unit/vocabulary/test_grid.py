"""The grid that a charter votes: what is refused says which field, in both languages."""

from typing import Any

import pytest
from pydantic import ValidationError

from registry.kernel.errors import Fault
from registry.kernel.validation import fault_of
from registry.vocabulary.facts import FACTS_BY_CODE
from registry.vocabulary.grid import PASSABLE, Grid
from registry.vocabulary.services import FAMILIES


def refused(**given: Any) -> Fault:
    with pytest.raises(ValidationError) as caught:
        Grid.model_validate(given)
    return fault_of(dict(caught.value.errors()[0]))


def test_default_grid_counts_every_essential_family_once() -> None:
    counted = {family.code for family, described in FAMILIES.items() if described.counts}
    assert {family.family for family in Grid().services} == counted


def test_default_criteria_are_facts_of_the_residence() -> None:
    grid = Grid()
    for criterion in (*grid.common_parts, *grid.surroundings):
        if criterion.fact != PASSABLE:
            assert "residence" in FACTS_BY_CODE[criterion.fact].stated_on, criterion.fact


def test_default_line_of_a_measure_ends_at_the_threshold_of_its_text() -> None:
    grid = Grid()
    for criterion in (*grid.common_parts, *grid.surroundings):
        if criterion.line is not None:
            threshold = FACTS_BY_CODE[criterion.fact].threshold
            assert threshold is not None
            assert criterion.line.best == threshold.value
            assert (criterion.line.worst < criterion.line.best) == (threshold.comparison == ">=")


def test_grid_survives_its_json() -> None:
    assert Grid.model_validate_json(Grid().model_dump_json()) == Grid()


def test_weights_that_do_not_sum_to_one_are_refused_with_their_sum() -> None:
    fault = refused(weights={"L": 0.5, "P": 0.3, "A": 0.2, "S": 0.2})
    assert fault.field == "weights"
    assert "1.2" in fault.message.en
    assert "1.2" in fault.message.fr


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"common_parts": [{"fact": "stairway_to_heaven"}]}, "common_parts.0.fact", "stairway_to_heaven"),
        ({"common_parts": [{"fact": "path_width"}]}, "common_parts", "another part"),
        ({"common_parts": [{"fact": PASSABLE}]}, "common_parts", "another part"),
        ({"common_parts": [{"fact": "lift"}, {"fact": "lift"}]}, "common_parts", "twice"),
        ({"common_parts": [{"fact": "lift", "line": {"worst": 0, "best": 1}}]}, "common_parts.0.line", "not a measure"),
        ({"common_parts": [{"fact": "caretaker_hours"}]}, "common_parts.0.line", "no threshold"),
        ({"common_parts": [{"fact": "stair_handrails", "points": {"none": 0}}]}, "common_parts.0.points", "both_sides"),
        ({"common_parts": [{"fact": "lift", "weight": 0}]}, "common_parts.0.weight", "greater than"),
        ({"surroundings": [{"fact": "path_width", "line": {"worst": 9, "best": 9}}]}, "surroundings.0.line", "equal"),
        ({"services": [{"family": "casino"}]}, "services.0.family", "pharmacy"),
        ({"services": [{"family": "other"}]}, "services.0.family", "pharmacy"),
        ({"bands": [{"up_to_m": 600, "points": 0.5}, {"up_to_m": 300, "points": 0.4}]}, "bands", "nearest"),
        ({"bands": [{"up_to_m": 300, "points": 0.4}, {"up_to_m": 600, "points": 0.5}]}, "bands", "no points"),
        ({"entrances": {"limited": 0.2}}, "entrances", "yes ≥ limited"),
        ({"grades": {"A": 60}}, "grades", "A > B"),
        ({"adapted_class": 7}, "adapted_class", "at most"),
        ({"target_share": 0}, "target_share", "greater than"),
        ({"colour": "red"}, "colour", "Unknown name"),
    ],
)
def test_grid_that_makes_no_sense_is_refused_where_it_does_not(given: dict[str, Any], field: str, said: str) -> None:
    fault = refused(**given)
    assert fault.field == field
    assert said in fault.message.en


@pytest.mark.parametrize(
    ("subject", "state", "field"),
    [("nothing", "yes", "subject"), ("lift", "maybe", "state"), ("stair_handrails", "yes", "state"),
     ("caretaker_hours", "yes", "subject")],
)  # fmt: skip
def test_condition_of_a_knock_out_is_about_something_that_can_be_so(subject: str, state: str, field: str) -> None:
    knock_out = {
        "code": "x", "cap": "D", "label": {"fr": "x", "en": "y"}, "when": [{"subject": subject, "state": state}],
    }  # fmt: skip
    assert refused(knock_outs=[knock_out]).field == f"knock_outs.0.when.0.{field}"
