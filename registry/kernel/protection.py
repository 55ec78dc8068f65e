"""Protect a table of counts: which cells are not shown, so that no sum of those that are gives one back.

A cell of 1 up to one below ``least`` is not shown, and the others are rounded to ``step``. Rounding alone does not keep
a small cell secret where a total is shown beside all the others, so more cells are left out until a reader who knows
every figure, every total and this very rule still has to hold each number from 1 to ``least`` - 1 for possible
(secondary suppression, as in the handbook of the European statistical system on disclosure control, 2nd edition, 2024,
§5.2). Whether that is so is not guessed: the least and the greatest value that a reader can derive are computed by
linear programming over all the figures together.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import numpy as np
from scipy.sparse import csr_array, hstack

Cell = TypeVar("Cell", bound=Hashable)
_NEAR: Final = 1e-6
_ALONE: Final = 40
"""How many cells are asked about one by one, where none of them is found together; beyond, they count as derivable."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How a table is protected.

    Attributes:
        least: From this number on a cell may be shown.
        step: What is shown is the nearest multiple, half up; 1: as it is.
    """

    least: int
    step: int

    def rounded(self, count: int) -> int:
        return (2 * count + self.step) // (2 * self.step) * self.step

    def between(self, shown: int) -> tuple[int, int]:
        """Return the least and the greatest count that is shown as this."""
        if shown == 0:
            return 0, 0
        return max(self.least, shown - self.step // 2), shown + (self.step - 1) // 2


def protect(
    counts: Mapping[Cell, int],
    sums: Sequence[tuple[Cell, Sequence[Cell]]],
    rule: Rule,
    hidden: Iterable[Cell] = (),
    *,
    known: Iterable[Cell] = (),
    insiders: Iterable[Mapping[Cell, int]] = (),
) -> dict[Cell, int | None]:
    """Return what is shown of each cell, ``None`` where nothing is.

    Args:
        counts: Every cell, totals among them.
        sums: Each total with the cells that make it up.
        rule: How small a cell may be, and how it is rounded.
        hidden: Cells that no table shows, and of which a reader knows that they complete a sum.
        known: Cells that a reader knows from elsewhere, as they are.
        insiders: Of each reader who counted a part of the cells, that part: what the others have of a cell is protected
            from that reader as the cell is from all.
    """
    concealed, known = frozenset(hidden), frozenset(known)
    readers = [(_Part(known, {}), _small(counts, {}, rule, concealed))]
    readers += [(_Part(frozenset(), own), _small(counts, own, rule, concealed)) for own in insiders]
    small: set[Cell] = set().union(*(cells for _, cells in readers))
    beneath = _beneath(small, sums) - concealed
    left_out = small | beneath
    while exposed := {
        cell
        for part, cells in readers
        if cells
        for cell in _Reader(counts, sums, rule, left_out, beneath, concealed, part).derives(cells - part.known)
    }:
        unseen = left_out | concealed
        # To leave out what is known anyway helps against others only: it comes last.
        more = _to_leave_out(exposed, counts, sums, unseen.union(known)) or _to_leave_out(exposed, counts, sums, unseen)
        if not more:  # everything that could be left out is
            break
        left_out |= more
    return {
        cell: None if cell in left_out else rule.rounded(count)
        for cell, count in counts.items()
        if cell not in concealed
    }


@dataclass(frozen=True, slots=True)
class _Part(Generic[Cell]):
    """What a reader knows beside what is shown: cells as they are, and what is its own of each cell."""

    known: frozenset[Cell]
    own: Mapping[Cell, int]


def _small(counts: Mapping[Cell, int], own: Mapping[Cell, int], rule: Rule, concealed: frozenset[Cell]) -> set[Cell]:
    """Return the cells of which what is not ``own`` is too small to be shown."""
    return {
        cell for cell, count in counts.items() if 0 < count - own.get(cell, 0) < rule.least and cell not in concealed
    }


def _beneath(small: set[Cell], sums: Sequence[tuple[Cell, Sequence[Cell]]]) -> set[Cell]:
    """Return all that a small total is made of: where nothing is said of it, nothing is of its parts, zeros or not."""
    found: set[Cell] = set()
    waiting = set(small)
    while waiting:
        parts = {part for total, of in sums if total in waiting for part in of} - found
        found |= parts
        waiting = parts
    return found


def _to_leave_out(
    exposed: set[Cell], counts: Mapping[Cell, int], sums: Sequence[tuple[Cell, Sequence[Cell]]], unseen: set[Cell]
) -> set[Cell]:
    """Return the cells to leave out next, one for each cell that is given away, or one for several."""
    totals = {total for total, _ in sums}
    more: set[Cell] = set()
    for cell in exposed:
        near, done = {cell}, set[int]()
        while near:
            its = [n for n, (total, of) in enumerate(sums) if n not in done and not near.isdisjoint((total, *of))]
            its.sort(key=lambda n: sum(part in unseen for part in sums[n][1]))  # the tightest first
            choices = [choice for n in its if (choice := _seen_in(sums[n], counts, unseen)) is not None]
            if choices:
                more.add(min(choices, key=lambda choice: choice in totals))  # no total, where another one will do
                break
            # What completes these sums is left out already, and follows from others: the way leads over them.
            near = {part for n in its for part in (sums[n][0], *sums[n][1]) if part in unseen}
            done.update(its)
    return more


def _seen_in(the_sum: tuple[Cell, Sequence[Cell]], counts: Mapping[Cell, int], unseen: set[Cell]) -> Cell | None:
    """Return the smallest part of a sum that is shown and not zero; its total, where there is none."""
    total, of = the_sum
    seen = [part for part in of if part not in unseen and counts[part] > 0]
    return min(seen, key=lambda part: counts[part], default=None if total in unseen else total)


class _Reader(Generic[Cell]):
    """Somebody who knows all that is shown, and how it came about; asked about what is not its own."""

    def __init__(
        self,
        counts: Mapping[Cell, int],
        sums: Sequence[tuple[Cell, Sequence[Cell]]],
        rule: Rule,
        left_out: set[Cell],
        beneath: set[Cell],
        hidden: frozenset[Cell],
        part: _Part[Cell],
    ) -> None:
        self._number = {cell: n for n, cell in enumerate(counts)}
        self._most = rule.least - 1
        self._bounds = np.empty((len(counts), 2))
        for cell, n in self._number.items():
            if cell in hidden or cell in beneath:
                self._bounds[n] = 0, np.inf
            elif cell in left_out:  # a zero would be shown
                self._bounds[n] = 1, np.inf
            else:
                self._bounds[n] = rule.between(rule.rounded(counts[cell]))
            if cell in part.known:
                self._bounds[n] = counts[cell]
            self._bounds[n] = np.maximum(self._bounds[n] - part.own.get(cell, 0), 0)
        rows, columns, signs = [], [], []
        for row, (total, of) in enumerate(sums):
            for cell, sign in ((total, -1), *((part, 1) for part in of)):
                rows.append(row)
                columns.append(self._number[cell])
                signs.append(sign)
        self._sums = csr_array((signs, (rows, columns)), shape=(len(sums), len(counts)), dtype=float)

    def derives(self, cells: set[Cell]) -> set[Cell]:
        """Return those of these cells of which some number from 1 to ``least`` - 1 can be ruled out."""
        ends = {self._number[cell] for cell in cells}
        wrong = self._never(ends, greatest=False) | self._never(ends, greatest=True)
        return {cell for cell in cells if self._number[cell] in wrong}

    def _never(self, cells: set[int], *, greatest: bool) -> set[int]:
        """Return the cells that never reach the end of that range.

        Together first: most reach it in one and the same table. Those that do not are asked about alone.
        """
        waiting = set(cells)
        while waiting:
            reached = self._reaching(sorted(waiting), greatest=greatest)
            if not reached:
                break
            waiting -= reached
        if len(waiting) > _ALONE:
            return waiting
        return {cell for cell in waiting if cell not in self._reaching([cell], greatest=greatest)}

    def _reaching(self, cells: list[int], *, greatest: bool) -> set[int]:
        """Return those of the cells that reach the end in a table in which as many as can be do, or nearly so."""
        count = len(self._bounds)
        # A cell is the part up to the end of the range, which is asked for, and what goes beyond it.
        bounds = np.vstack([self._bounds, np.zeros((len(cells), 2))])
        for n, cell in enumerate(cells):
            least, most = self._bounds[cell]
            bounds[cell] = least, min(most, self._most)
            bounds[count + n] = 0, np.inf if most > self._most else 0
        wanted = np.zeros(count + len(cells))
        wanted[cells] = -1 if greatest else 1
        if not greatest:
            wanted[count:] = 1
        from scipy.optimize import linprog  # noqa: PLC0415  # a second and 10 MiB that few processes need

        found = linprog(
            wanted, A_eq=hstack([self._sums, self._sums[:, cells]]), b_eq=np.zeros(self._sums.shape[0]),
            bounds=bounds, method="highs",
        )  # fmt: skip
        if found.x is None:  # the true table is one: this cannot be
            raise RuntimeError(f"no table fits what is shown: {found.message}")
        return {
            cell
            for n, cell in enumerate(cells)
            if (found.x[cell] >= self._most - _NEAR if greatest else found.x[cell] + found.x[count + n] <= 1 + _NEAR)
        }
