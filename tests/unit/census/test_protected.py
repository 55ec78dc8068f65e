"""No sum of what the census shows of a commune gives a small number of homes back."""

from typing import Final

from registry.census.repository import Cell, Place
from registry.census.service import ALL, protected

HERE: Final = Place(1, "33001")


def shown(status: dict[str, int], typology: dict[str, int]) -> dict[Cell, int | None]:
    counted = {ALL: sum(status.values())}
    counted |= {("status", name): homes for name, homes in status.items()}
    counted |= {("typology", name): homes for name, homes in typology.items()}
    return protected({HERE: counted})[HERE]


def test_small_number_does_not_follow_from_a_total_beside_what_is_rounded() -> None:
    """10 beside 10 would say: at most 12 in all, at least 11 occupied, and one vacant."""
    assert shown({"occupied": 11, "vacant": 1}, {"T2": 12}) == {
        ALL: 10, ("status", "occupied"): None, ("status", "vacant"): None, ("typology", "T2"): 10,
    }  # fmt: skip


def test_where_no_number_is_small_all_are_shown() -> None:
    assert shown({"occupied": 400, "vacant": 32}, {"T2": 300, "T3": 132}) == {
        ALL: 430, ("status", "occupied"): 400, ("status", "vacant"): 30, ("typology", "T2"): 300,
        ("typology", "T3"): 130,
    }  # fmt: skip


def test_of_few_homes_nothing_else_is_said() -> None:
    statuses = {"occupied": 2, "vacant": 2, "works": 2, "notice": 2, "reserved": 2}
    assert shown(statuses, {"T2": 10}) == {ALL: None}
