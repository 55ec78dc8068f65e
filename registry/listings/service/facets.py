"""What a search finds, counted: the numbers that stand beside the list, of the same listings and of no others."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.listings import tags
from registry.listings.filters import Availability
from registry.listings.repository.facets import MOST, Group
from registry.vocabulary.home_class import BY_NUMBER


@dataclass(frozen=True, slots=True)
class Facets:
    """How many listings a search finds, and how many of them are what.

    Attributes:
        total: All of them; where ``more``, at least so many, and the others are of so many.
        classes: Of each class or a higher one, as the search takes it: proven, or with ``possible`` not excluded.
        rooms: By the number of main rooms; 9 stands for nine and more.
        availability: Of those that are available now, soon, or neither.
        quarters: By ``layer:code``; only where a listing shows its quarter.
    """

    total: int
    more: bool
    classes: Mapping[int, int]
    rooms: Mapping[int, int]
    availability: Mapping[str, int]
    quarters: Mapping[str, int]


_AVAILABILITY = {
    Availability.NOW.value: tags.AVAILABLE_NOW,
    Availability.SOON.value: tags.AVAILABLE_SOON,
    "occupied": tags.OCCUPIED,
}


def facets_of(groups: Sequence[Group], *, possible: bool) -> Facets:
    """Add up the groups."""
    codes: Counter[int] = Counter()
    quarters: Counter[str] = Counter()
    for group in groups:
        for code in group.codes:
            codes[code] += group.listings
        for quarter in group.quarters:
            quarters[quarter] += group.listings
    total = sum(group.listings for group in groups)
    return Facets(
        total=min(total, MOST),
        more=total > MOST,
        classes={number: codes[tags.at_least(number, possible=possible)] for number in BY_NUMBER},
        rooms={count: codes[tags.rooms(count)] for count in range(1, tags.MAX_ROOMS + 1)},
        availability={name: codes[tag] for name, tag in _AVAILABILITY.items()},
        quarters=dict(quarters),
    )
