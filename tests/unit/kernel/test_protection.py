"""No sum of what a table shows gives a small cell back."""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from registry.kernel.protection import Rule, protect

HOMES = Rule(least=11, step=5)
EXACT = Rule(least=3, step=1)
Sums = list[tuple[Any, Sequence[Any]]]


def table(cells: list[list[int]]) -> tuple[dict[Any, int], Sums]:
    """Return a table of rows and columns with both margins; None names a total."""
    rows, columns = range(len(cells)), range(len(cells[0]))
    counts: dict[Any, int] = {(r, c): cells[r][c] for r in rows for c in columns}
    counts |= {(r, None): sum(cells[r]) for r in rows}
    counts |= {(None, c): sum(line[c] for line in cells) for c in columns}
    counts[None, None] = sum(map(sum, cells))
    sums: Sums = [((r, None), [(r, c) for c in columns]) for r in (*rows, None)]
    sums += [((None, c), [(r, c) for r in rows]) for c in (*columns, None)]
    return counts, sums


def possible(
    shown: dict[Any, int | None], sums: Sums, rule: Rule, cell: Any, own: dict[Any, int] | None = None
) -> tuple[int, int]:
    """Return the least and the greatest whole number that a reader who knows the sums can hold for possible.

    A reader of its own, with whole numbers: a cell that is not shown is at least 1 where its totals are shown. ``own``:
    what the reader counted itself; then the numbers are what the others have.
    """
    own = own or {}
    order = list(shown)
    covered = {part for total, of in sums if shown[total] is None for part in of}
    low, high = [], []
    for each in order:
        value = shown[each]
        if value is None:
            low.append(0 if each in covered else 1)
            high.append(1_000)
        elif value == 0:
            low.append(0)
            high.append(0)
        else:
            low.append(max(rule.least, value - rule.step // 2))
            high.append(value + (rule.step - 1) // 2)
        low[-1] = max(low[-1] - own.get(each, 0), 0)
        high[-1] -= own.get(each, 0)
    matrix = np.zeros((len(sums), len(order)))
    for n, (total, of) in enumerate(sums):
        matrix[n, order.index(total)] -= 1
        for part in of:
            matrix[n, order.index(part)] += 1
    ends = []
    for sign in (1, -1):
        wanted = np.zeros(len(order))
        wanted[order.index(cell)] = sign
        found = milp(
            wanted,
            constraints=LinearConstraint(matrix, 0, 0),
            bounds=Bounds(low, high),
            integrality=np.ones(len(order)),
        )
        assert found.x is not None
        ends.append(round(found.x[order.index(cell)]))
    return ends[0], ends[1]


@pytest.mark.parametrize("rule", [HOMES, EXACT])
@pytest.mark.parametrize("seed", range(6))
def test_every_small_number_stays_possible_for_a_cell_that_is_not_shown(seed: int, rule: Rule) -> None:
    draw = random.Random(seed)
    cells = [[draw.choice((0, 1, 2, 7, 10, 11, 12, 13, 40)) for _ in range(4)] for _ in range(5)]
    counts, sums = table(cells)
    shown = protect(counts, sums, rule)
    for cell, count in counts.items():
        assert shown[cell] is None or shown[cell] == rule.rounded(count)
        if 0 < count < rule.least:
            assert shown[cell] is None
            least, most = possible(shown, sums, rule, cell)
            assert least <= 1, f"{cell} of {cells}: {least} at least"
            assert most >= rule.least - 1, f"{cell} of {cells}: {most} at most"


def test_total_beside_all_others_takes_a_second_cell_along() -> None:
    counts, sums = {"T": 12, "a": 11, "b": 1}, [("T", ["a", "b"])]
    assert protect(counts, sums, HOMES) == {"T": 10, "a": None, "b": None}


def test_nothing_is_said_of_the_parts_of_a_small_total() -> None:
    counts, sums = {"T": 10, "a": 10, "b": 0}, [("T", ["a", "b"])]
    assert protect(counts, sums, HOMES) == {"T": None, "a": None, "b": None}


def test_zeros_and_what_is_large_enough_are_shown() -> None:
    counts, sums = {"T": 30, "a": 11, "b": 0, "c": 19}, [("T", ["a", "b", "c"])]
    assert protect(counts, sums, HOMES) == {"T": 30, "a": 10, "b": 0, "c": 20}


def test_cell_that_only_completes_a_sum_is_in_no_answer_and_keeps_the_part_secret() -> None:
    counts, sums = {"T": 100, "part": 4, "rest": 96}, [("T", ["part", "rest"])]
    assert protect(counts, sums, HOMES, hidden=["rest"]) == {"T": 100, "part": None}


@pytest.mark.parametrize("seed", range(4))
def test_who_knows_its_own_part_learns_no_small_number_of_the_others(seed: int) -> None:
    draw = random.Random(seed)
    parts = [[[draw.choice((0, 0, 1, 3, 11, 12, 25)) for _ in range(3)] for _ in range(4)] for _ in range(3)]
    own = [table(each)[0] for each in parts]
    counts, sums = table([[sum(each[r][c] for each in parts) for c in range(3)] for r in range(4)])
    shown = protect(counts, sums, HOMES, insiders=own)
    hidden = 0
    for mine in own:
        for cell, count in counts.items():
            if 0 < count - mine[cell] < HOMES.least:
                hidden += count >= HOMES.least
                assert shown[cell] is None
                least, most = possible(shown, sums, HOMES, cell, mine)
                assert (least <= 1, most >= HOMES.least - 1) == (True, True), f"{cell} of {parts}: {least} to {most}"
    assert hidden, "some that are large enough for everybody else"


def test_total_that_is_known_exactly_takes_more_along_than_its_rounded_figure() -> None:
    counts, sums = {"T": 24, "a": 13, "b": 11, "c": 0}, [("T", ["a", "b", "c"])]
    assert protect(counts, sums, HOMES, known=["T"]) == protect(counts, sums, HOMES)
    counts = {"T": 36, "a": 23, "b": 1, "c": 12}
    for known in ([], ["T"]):
        shown = protect(counts, sums, HOMES, known=known)
        assert shown["T"] == 35
        assert (shown["a"], shown["b"], shown["c"]) == (25, None, None)
    counts = {"T": 17, "a": 17, "b": 0, "c": 0}
    assert protect(counts, sums, HOMES, known=["T"])["a"] == 15
