"""A grid goes into the form and comes out of it as it was; what is typed is found at its field."""

import pytest
from pydantic import ValidationError

from registry.console.drafts import wrong_with
from registry.console.grid_form import Given, values_of
from registry.console.grid_layout import Layout
from registry.vocabulary.grid import Grid

OTHER = Grid.model_validate(
    {
        "weights": {"L": 0.1, "P": 0.35, "A": 0.333, "S": 0.217},
        "target_share": 0.125,
        "adapted_class": 5,
        "common_parts": [
            {"fact": "stair_handrails", "weight": 2.25, "points": {"none": 0, "one_side": 0.125, "both_sides": 1}},
            {"fact": "lift", "weight": 1},
        ],
        "bands": [{"up_to_m": 250, "points": 0.5}],
        "knock_outs": [
            {
                "code": "nothing",
                "label": {"fr": "Rien", "en": "Nothing"},
                "cap": "C",
                "when": [
                    {"subject": "stair_handrails", "state": "none"},
                    {"subject": "adapted_homes", "state": "no"},
                    {"subject": "path_width", "state": "no"},
                ],
            }
        ],
        "profile": "wheelchair",
        "grades": {"A": 90, "B": 70, "C": 40, "D": 10},
    }
)


@pytest.mark.parametrize("grid", [Grid(), OTHER])
def test_grid_comes_out_of_the_form_as_it_went_in(grid: Grid) -> None:
    assert Grid.model_validate(Given(values_of(grid), grid).grid) == grid


def test_criterion_and_knock_out_are_added_and_removed_by_their_rows() -> None:
    typed = values_of(OTHER)
    del typed["common_parts.stair_handrails.weight"]
    typed |= {
        "common_parts.corridor_width_common.weight": "1,5", "common_parts.corridor_width_common.worst": "80",
        "common_parts.corridor_width_common.best": "120", "knock_outs.0.label_fr": "", "knock_outs.0.label_en": "",
        "knock_outs.1.label_fr": "Sans ascenseur", "knock_outs.1.label_en": "No lift!", "knock_outs.1.cap": "D",
        "knock_outs.1.when.1": "lift=no",
    }  # fmt: skip
    grid = Grid.model_validate(Given(typed, OTHER).grid)
    assert [(each.fact, each.weight) for each in grid.common_parts] == [("lift", 1.0), ("corridor_width_common", 1.5)]
    assert [(each.code, len(each.when)) for each in grid.knock_outs] == [("no_lift", 1)]


@pytest.mark.parametrize(
    ("field", "value", "at"),
    [
        ("weights.A", "x", "weights.A"),
        ("common_parts.lift.weight", "0", "common_parts.lift.weight"),
        ("common_parts.lift.worst", "3", "common_parts.lift.weight"),
        ("bands.0.points", "101", "bands.0.points"),
        ("bands.2.up_to_m", "9000", "bands.2.up_to_m"),
        ("knock_outs.0.cap", "F", "knock_outs.0.cap"),
        ("knock_outs.0.when.0", "", "knock_outs.0.when.0"),
        ("grades.D", "95", "grades.A"),
    ],
)
def test_what_is_wrong_is_found_at_its_field(field: str, value: str, at: str) -> None:
    typed = values_of(OTHER) | {field: value}
    if field.endswith("when.0"):
        typed |= {"knock_outs.0.when.1": "", "knock_outs.0.when.2": ""}
    given = Given(typed, OTHER)
    with pytest.raises(ValidationError) as caught:
        Grid.model_validate(given.grid)
    labels = Layout(typed, "fr").labels
    assert at in [each.field for each in wrong_with(caught.value, "fr", labels, given.names)]
