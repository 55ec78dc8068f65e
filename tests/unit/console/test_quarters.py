"""Which quarters a form offers: never more than a page can hold, never fewer than are chosen."""

import pytest

from registry.console.quarters import MOST_QUARTERS, offered
from registry.territories.service import NamedQuarter, Places

PLACES = Places([], [], [
    NamedQuarter(f"iris:{commune}{n:03}", f"Quarter {n}", commune) for commune in ("33063", "33281") for n in range(200)
])  # fmt: skip
FEW = Places([], [], PLACES.quarters[100:300])


@pytest.mark.parametrize(
    ("places", "communes", "chosen", "count"),
    [
        (PLACES, [], [], 0),
        (PLACES, [], ["iris:33281199"], 1),
        (PLACES, ["33063"], [], 200),
        (PLACES, ["33063"], ["iris:33281199", "iris:33063000"], 201),
        (FEW, [], [], 200),
        (FEW, ["33281"], [], 100),
    ],
)
def test_quarters_of_the_chosen_communes_are_offered_and_those_that_are_chosen(
    places: Places, communes: list[str], chosen: list[str], count: int
) -> None:
    assert len(PLACES.quarters) > MOST_QUARTERS
    found = offered(places, communes, chosen)
    assert len(found) == count
    assert {*chosen} <= {each.code for each in found}
    assert [each for each in places.quarters if each in found] == found, "in their order"
