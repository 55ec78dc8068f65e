"""How large a home is asked for, where the need does not say."""

from typing import Any

import pytest

from registry.transfers.need import NeedProfile


@pytest.mark.parametrize(
    ("residents", "least"), [(1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (6, 4), (7, 5), (14, 8), (15, 9)]
)
def test_household_asks_for_a_living_room_and_a_room_for_two(residents: int, least: int) -> None:
    assert NeedProfile(residents=residents).rooms_needed == least


@pytest.mark.parametrize(
    ("need", "least"),
    [
        ({"carer_room": True}, 2),
        ({"visiting_children": 3}, 2),
        ({"carer_room": True, "residents": 2}, 3),
        ({"visiting_children": 1, "residents": 5}, 5),
        ({"carer_room": True, "residents": 15}, 9),
        ({"residents": 2, "rooms_min": 1}, 1),
        ({"residents": 1, "rooms_min": 3}, 3),
        ({"residents": 5, "rooms_max": 3}, 3),
    ],
)
def test_guests_ask_for_one_room_more_and_what_is_stated_holds(need: dict[str, Any], least: int) -> None:
    assert NeedProfile.model_validate(need).rooms_needed == least
