"""What the texts of law decide by where homes are found and ranked: a home that is too large, a rent that is lower."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from registry.vocabulary.transfers import Ground


class Cited(NamedTuple):
    """A text that something rests on; ``dated``: the text as it was read."""

    article: str
    dated: date


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of the texts in force on a day; :mod:`registry.transfers.protections.law` holds the texts.

    Attributes:
        rooms_above: Habitable rooms may exceed the residents by so many before a home is under-occupied (CCH art.
            L.621-2).
        visiting_count: Whether children with visiting rights count as residents (the same).
        too_large: The text of both.
        lower_rent: Grounds on which the new principal rent has to be strictly lower than the present one, each with
            its text (CCH art. L.442-3-1 and L.442-3-2).
    """

    rooms_above: int
    visiting_count: bool
    too_large: Cited
    lower_rent: Mapping[Ground, Cited]

    def people(self, residents: int, visiting_children: int) -> int:
        """Return how many residents a household counts for."""
        return residents + (visiting_children if self.visiting_count else 0)

    def under_occupied(self, rooms: int, people: int) -> bool:
        """Tell whether a home of so many habitable rooms is too large for its residents."""
        return rooms - people > self.rooms_above

    def lower_by(self, ground: Ground | None, *, under_occupied: bool) -> Cited | None:
        """Return the text by which a new principal rent has to be lower; a home is too large whatever the ground."""
        on = [ground, Ground.UNDER_OCCUPATION] if under_occupied else [ground]
        return next((self.lower_rent[each] for each in on if each and each in self.lower_rent), None)
