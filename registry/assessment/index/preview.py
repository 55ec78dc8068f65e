"""What another grid would make of many residences: counted, and protected before anybody reads it.

The figures are about landlords' private facts, and somebody may ask for many grids: what is shown is rounded to five,
so that no difference of two figures tells a small one, and nothing is said of fewer than eleven residences, none among
them (privacy rule 7).
"""

import uuid
from collections import Counter, defaultdict
from typing import Any, Final, Literal, get_args

from registry.assessment.index.scoring import Index
from registry.vocabulary.grid import GRADES, Grade

LEAST: Final = 11
STEP: Final = 5
Move = Literal["up", "same", "down", "assessed", "unassessed"]
"""Of the grade that is proven; the last two: from not assessable to a grade, and back."""
MOVES: Final[tuple[Move, ...]] = get_args(Move)


def protected(count: int) -> int | None:
    """Return a count as it is shown: to the nearest five, half up; ``None`` below eleven."""
    return None if count < LEAST else (2 * count + STEP) // (2 * STEP) * STEP


def move_of(before: Grade | None, after: Grade | None) -> Move:
    """Return what becomes of a grade; ``None``: not assessable."""
    if before == after:
        return "same"
    if before is None:
        return "assessed"
    if after is None:
        return "unassessed"
    return "up" if GRADES.index(after) < GRADES.index(before) else "down"


class Tally:
    """Counts the residences of a territory under two grids, by grade and by landlord."""

    def __init__(self) -> None:
        self._before: Counter[Grade | None] = Counter()
        self._after: Counter[Grade | None] = Counter()
        self._moves: dict[uuid.UUID, Counter[Move]] = defaultdict(Counter)

    def add(self, landlord: uuid.UUID, before: Index, after: Index) -> None:
        self._before[before.grade_low] += 1
        self._after[after.grade_low] += 1
        self._moves[landlord][move_of(before.grade_low, after.grade_low)] += 1

    @property
    def landlords(self) -> list[uuid.UUID]:
        """Those with so many residences that something is said of them."""
        return [landlord for landlord, moves in self._moves.items() if moves.total() >= LEAST]

    def result(self, names: dict[uuid.UUID, str]) -> dict[str, Any]:
        """Return the protected figures; ``names``: of :attr:`landlords`, in the order in which they are shown."""
        everybody: Counter[Move] = sum(self._moves.values(), Counter())
        return {
            "grades": [
                {"grade": grade, "before": protected(self._before[grade]), "after": protected(self._after[grade])}
                for grade in (*GRADES, None)
            ],
            "moves": _shown(everybody),
            "landlords": [
                {"landlord": {"id": landlord, "name": name}, "moves": _shown(self._moves[landlord])}
                for landlord, name in names.items()
            ],
        }


def _shown(moves: Counter[Move]) -> dict[Move, int | None]:
    return {move: protected(moves[move]) for move in MOVES}
