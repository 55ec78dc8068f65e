"""The quarters that a form offers."""

from collections.abc import Collection
from typing import Final

from registry.territories.service import NamedQuarter, Places

MOST_QUARTERS: Final = 300
"""More are offered only once a commune is chosen: a département of IRIS would be a form of half a megabyte."""


def offered(places: Places, communes: Collection[str], chosen: Collection[str]) -> list[NamedQuarter]:
    """Return the quarters of the communes that are chosen; of all where none is, unless they are too many.

    Args:
        places: Of the territories that the form is about.
        communes: Codes of those that are chosen in it.
        chosen: Codes of the quarters that are: they are offered wherever they lie, so that the form loses none.
    """
    all_of_them = not communes and len(places.quarters) <= MOST_QUARTERS
    return [
        each for each in places.quarters if all_of_them or each.commune_code in communes or each.code in chosen
    ]  # fmt: skip
