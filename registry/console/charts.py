"""Lines over time as SVG, made here: no script draws them, and each stands beside a table that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from registry.kernel.text import Language, day_said

WIDTH: Final = 640
HEIGHT: Final = 200
LEFT, RIGHT, TOP, BOTTOM = 56, 632, 12, 168
"""The area of the line in the picture."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, and what stands there."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One line.

    Attributes:
        points: As ``polyline`` takes them.
        dots: Where the values are.
        rows: Values of the vertical axis; ``columns``: first and last day.
        floor: Height of the line that is not to be fallen below; ``None``: there is none.
    """

    points: str
    dots: tuple[tuple[float, float], ...]
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    floor: float | None


def line(
    values: Sequence[tuple[date, int]],
    language: Language,
    *,
    top: int | None = None,
    unit: str = "",
    floor: int | None = None,
) -> Chart | None:
    """Return the line through values by day, the oldest first; ``None`` for less than two, which are no line.

    Args:
        top: The greatest value of the axis; ``None``: a round number above the greatest value.
        unit: What stands after the values of the axis.
        floor: A value to be marked across.
    """
    if len(values) < 2:
        return None
    highest = top if top is not None else _round_up(max(value for _, value in values))
    first, last = values[0][0], values[-1][0]
    days = max(1, (last - first).days)

    def across(day: date) -> float:
        return round(LEFT + (RIGHT - LEFT) * (day - first).days / days, 1)

    def up(value: int) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * value / highest, 1)

    dots = tuple((across(day), up(value)) for day, value in values)
    halves = (0, highest // 2, highest) if highest > 1 else (0, highest)
    return Chart(
        points=" ".join(f"{x},{y}" for x, y in dots),
        dots=dots,
        rows=tuple(Tick(up(value), f"{value}{unit}") for value in halves),
        columns=tuple(Tick(x, day_said(day).in_language(language)) for x, day in ((LEFT, first), (RIGHT, last))),
        floor=up(floor) if floor else None,
    )


def _round_up(value: int) -> int:
    """Return an even number of one digit that counts, as 2, 10, 40 or 600, and not less than the value."""
    step: int = 2 * 10 ** max(0, len(str(value)) - 1)
    return max(2, -(-value // step) * step)
