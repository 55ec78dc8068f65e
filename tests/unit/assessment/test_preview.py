"""What a preview says of residences, and what it keeps to itself."""

import uuid

import pytest

from registry.assessment.index import Index, Residence, assess, compile_grid
from registry.assessment.index.preview import Tally, move_of, protected
from registry.kernel.clock import today
from registry.vocabulary.grid import Grade, Grid

STRICT = compile_grid(Grid())
LENIENT = compile_grid(Grid.model_validate({"completeness_floor": 0.0}))
MANY, FEW = uuid.UUID(int=1), uuid.UUID(int=2)


def index(compiled: object) -> Index:
    return assess(compiled, Residence(homes=4), on=today())  # type: ignore[arg-type]  # a compiled grid


@pytest.mark.parametrize(
    ("count", "shown"), [(0, None), (10, None), (11, 10), (12, 10), (13, 15), (17, 15), (18, 20), (1_002, 1_000)]
)
def test_count_is_rounded_to_five_and_none_below_eleven_is_told_from_another(count: int, shown: int | None) -> None:
    assert protected(count) == shown


@pytest.mark.parametrize(
    ("before", "after", "move"),
    [("B", "A", "up"), ("A", "E", "down"), ("C", "C", "same"), (None, "E", "assessed"), ("A", None, "unassessed"),
     (None, None, "same")],
)  # fmt: skip
def test_move_is_that_of_the_proven_grade(before: Grade | None, after: Grade | None, move: str) -> None:
    assert move_of(before, after) == move


def test_landlord_with_few_residences_counts_among_all_and_is_not_named() -> None:
    tally = Tally()
    for landlord, residences in ((MANY, 11), (FEW, 10)):
        for _ in range(residences):
            tally.add(landlord, index(STRICT), index(LENIENT))
    assert tally.landlords == [MANY]
    found = tally.result({MANY: "Office"})
    assert found["moves"] == {"up": None, "same": None, "down": None, "assessed": 20, "unassessed": None}
    assert [each["landlord"]["name"] for each in found["landlords"]] == ["Office"]
    assert found["landlords"][0]["moves"]["assessed"] == 10
    assert {each["grade"]: (each["before"], each["after"]) for each in found["grades"]} == {
        "A": (None, None), "B": (None, None), "C": (None, None), "D": (None, None), "E": (None, 20), None: (20, None),
    }  # fmt: skip
