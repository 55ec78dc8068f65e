"""What the texts of law decide by where homes are found and ranked: a home that is too large, a rent that is lower."""

from dataclasses import dataclass

from registry.vocabulary.transfers import Ground


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of the texts in force on a day; :mod:`registry.transfers.protections.law` holds the texts.

    Attributes:
        rooms_above: Habitable rooms may exceed the residents by so many before a home is under-occupied (CCH art.
            L.621-2).
        visiting_count: Whether children with visiting rights count as residents (the same).
        lower_rent: Grounds on which the new principal rent has to be strictly lower than the present one (CCH art.
            L.442-3-1 and L.442-3-2).
    """

    rooms_above: int
    visiting_count: bool
    lower_rent: frozenset[Ground]

    def people(self, residents: int, visiting_children: int) -> int:
        """Return how many residents a household counts for."""
        return residents + (visiting_children if self.visiting_count else 0)

    def under_occupied(self, rooms: int, people: int) -> bool:
        """Tell whether a home of so many habitable rooms is too large for its residents."""
        return rooms - people > self.rooms_above

    def strictly_lower(self, ground: Ground | None, *, under_occupied: bool) -> bool:
        """Tell whether a new principal rent has to be lower: a home that is too large is so whatever the ground."""
        return ground in self.lower_rent or (under_occupied and Ground.UNDER_OCCUPATION in self.lower_rent)
