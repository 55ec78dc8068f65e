"""What an attack is worth: its error against that of a guess, its hits against chance."""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from tests.integration.privacy.scene import Point

TOLERANCE: Final = 0.95
"""An attack may be better than a random guess in the zone by 5 %: what is left to chance with some thousand homes."""
DEVIATIONS: Final = 4.0
"""How far above chance hits may be, in standard deviations: once in 30,000 by chance alone."""
GUESSES: Final = 40


def distance(a: Point, b: Point) -> float:
    return math.hypot(a[0] - b[0], a[1] - b[1])


@dataclass(frozen=True)
class Located:
    """Estimates of places. ``ratio``: the attack's median error over that of a random point of the published area."""

    attack: str
    listings: int
    error_m: float
    guess_m: float

    @property
    def ratio(self) -> float:
        return self.error_m / self.guess_m

    @property
    def found_something(self) -> bool:
        return self.ratio < TOLERANCE

    def __str__(self) -> str:
        return (
            f"{self.attack:<44} {self.listings:>5} listings: median error {self.error_m:7.1f} m,"
            f" of a guess {self.guess_m:7.1f} m, ratio {self.ratio:.3f}"
        )


@dataclass(frozen=True)
class Chosen:
    """Choices among the residences of a zone. ``expected``: hits by chance, ``spread`` their standard deviation."""

    attack: str
    listings: int
    hits: int
    expected: float
    spread: float

    @property
    def bound(self) -> float:
        return self.expected + DEVIATIONS * self.spread

    @property
    def found_something(self) -> bool:
        return self.hits > self.bound

    def __str__(self) -> str:
        return (
            f"{self.attack:<44} {self.listings:>5} listings: {self.hits} right"
            f" ({self.hits / self.listings:.3f}), by chance {self.expected:.0f} ({self.expected / self.listings:.3f}),"
            f" bound {self.bound:.0f}"
        )


@dataclass(frozen=True)
class Truth:
    """Where every listing really is, and the published area in which it is shown.

    Attributes:
        places: True place by listing.
        residences: True residence by listing.
        areas: Name of the published area by listing: the zone, with the quarters where they are shown.
        pools: Uniformly random points of each published area.
        quarters: The quarters of every home, listed or not, by the landlord's reference.
    """

    places: Mapping[str, Point]
    residences: Mapping[str, str]
    areas: Mapping[str, Hashable]
    pools: Mapping[Hashable, Sequence[Point]]
    quarters: Mapping[str, tuple[str, ...]]

    def located(self, attack: str, estimates: Mapping[str, Sequence[Point]]) -> Located:
        """Compare estimates with random guesses for the same listings.

        A guess is a point of the published area, not its middle: the middle is nearer to everything by geometry
        alone, without a single query (0.78 of the error in a square).
        """
        chance = random.Random(7)
        errors = [distance(self.places[listing], at) for listing, given in estimates.items() for at in given]
        guesses = [
            distance(self.places[listing], chance.choice(self.pools[self.areas[listing]]))
            for listing in estimates
            for _ in range(GUESSES)
        ]
        return Located(attack, len(estimates), median(errors), median(guesses))

    def chosen(self, attack: str, choices: Mapping[str, str], *, others: bool = False) -> Chosen:
        """Compare choices of a residence with chance.

        Chance is the share of the area's listings that belong to the chosen residence: what the same choice would hit
        for any other listing of the area. Areas with one residence have nothing to choose.

        Args:
            attack: Its name.
            choices: The chosen residence by listing.
            others: The choice was the residence of another listing of the area, which therefore cannot be hit again.
        """
        members: dict[Hashable, Counter[str]] = defaultdict(Counter)
        for listing, area in self.areas.items():
            members[area][self.residences[listing]] += 1
        hits, shares = 0, []
        for listing, residence in choices.items():
            here = members[self.areas[listing]]
            if len(here) > 1:
                hits += self.residences[listing] == residence
                shares.append((here[residence] - others) / (here.total() - others))
        spread = math.sqrt(sum(share * (1 - share) for share in shares))
        return Chosen(attack, len(shares), hits, sum(shares), spread)


def nearest(at: Point, candidates: Mapping[str, Point]) -> str:
    return min(candidates, key=lambda name: distance(at, candidates[name]))


def smoothed(values: Sequence[float], window: int) -> list[float]:
    """Return the median of the ``window`` values around each."""
    half = window // 2
    return [median(values[max(0, n - half) : n + half + 1]) for n in range(len(values))]


def trilaterated(anchors: Sequence[Point], distances: Sequence[float], start: Point) -> Point:
    """Return the point at ``distances`` from ``anchors``, by least squares (Gauss-Newton)."""
    x, y = start
    for _ in range(12):
        xx = xy = yy = bx = by = 0.0
        for (ax, ay), given in zip(anchors, distances, strict=True):
            length = math.hypot(x - ax, y - ay) or 1e-9
            ux, uy, residual = (x - ax) / length, (y - ay) / length, given - length
            xx, xy, yy = xx + ux * ux, xy + ux * uy, yy + uy * uy
            bx, by = bx + ux * residual, by + uy * residual
        determinant = xx * yy - xy * xy
        x, y = x + (yy * bx - xy * by) / determinant, y + (xx * by - xy * bx) / determinant
    return x, y


def sampled(count: int, draw: Callable[[], Point], accept: Callable[[Point], bool], tries: int = 40_000) -> list[Point]:
    """Return up to ``count`` drawn points that are accepted."""
    found: list[Point] = []
    for _ in range(tries):
        at = draw()
        if accept(at):
            found.append(at)
            if len(found) == count:
                break
    return found
