"""Bars as the server draws them: geometry for an SVG whose figures stand in a table beside it."""

from collections.abc import Sequence
from typing import Final, NamedTuple

WIDTH: Final = 640
HEIGHT: Final = 240
BASE: Final = 200
"""Where the bars stand, from the top."""
ROOM: Final = 170
"""Of the highest bar."""
STUB: Final = 3
"""What is shown of a figure that is not said."""


class Bar(NamedTuple):
    """One bar; ``middle`` is where its figure stands. ``value``: ``None`` where it is not said."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    value: int | None
    series: str


class Group(NamedTuple):
    label: str
    middle: float
    bars: tuple[Bar, Bar]


def bars(groups: Sequence[tuple[str, int | None, int | None]]) -> list[Group]:
    """Return two bars a group, before and after, all to one scale, in a picture of WIDTH by HEIGHT."""
    highest = max((value for _, *both in groups for value in both if value is not None), default=0) or 1
    step = WIDTH / max(1, len(groups))
    width = step * 0.36
    found = []
    for n, (label, before, after) in enumerate(groups):
        left = n * step + step * 0.12
        pair = (
            _bar(left, width, before, highest, "before"),
            _bar(left + width + step * 0.04, width, after, highest, "after"),
        )
        found.append(Group(label, n * step + step / 2, pair))
    return found


def _bar(x: float, width: float, value: int | None, highest: int, series: str) -> Bar:
    height = STUB if value is None else max(STUB, ROOM * value / highest)
    return Bar(
        round(x, 1), round(BASE - height, 1), round(width, 1), round(height, 1), round(x + width / 2, 1), value, series
    )
