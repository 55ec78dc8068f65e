"""The zones in which shared homes are shown: adaptive cells that never single a residence out.

A home is shown at a random point of its *zone*. A zone is a square of 500 m, 1 km or 2 km (grid of the territory's
legal projection, origin 0,0) cut at the commune's limit, or what remains of the commune. Every zone holds at least
*k* registered dwellings in at least *k_residences* residences; only a commune that holds fewer in all is shown as it
is.

A square is divided into its quarters only when **every** occupied quarter satisfies the rule. Dividing where one
alone satisfies it would give the others away: a home shown at 1 km while its neighbours are shown at 500 m must be
in the part that the neighbours' squares leave over (differencing). For the same reason the squares of 2 km that fail
are shown together as the rest of their commune, and while the rest itself fails it takes in the smallest of the
commune's other squares.

Source of the rule and of k: design note on disclosure, rule 2, after INSEE's threshold of 11 for data about persons
(guide du secret statistique; 500 m cells alone left 9 % of shown cells below it).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

BASE_M: Final = 500
SIZES_M: Final = (500, 1000, 2000)
LARGEST_M: Final = SIZES_M[-1]
COMMUNE: Final = 0
"""The ``size_m`` of a zone that is (the rest of) a commune."""


class Cell(NamedTuple):
    """A square of 500 m within one commune: indices of its lower left corner in units of 500 m."""

    commune: str
    x: int
    y: int


class Dwellings(NamedTuple):
    """The registered dwellings of one residence in one cell. ``quarters``: the codes of the quarters they are in."""

    cell: Cell
    residence: object
    quarters: tuple[str, ...]
    homes: int


class ZoneKey(NamedTuple):
    """Names a zone: ``x``, ``y`` in units of its own ``size_m``; both 0 where ``size_m`` is :data:`COMMUNE`."""

    commune: str
    size_m: int
    x: int
    y: int


@dataclass(frozen=True)
class Rule:
    """At least ``k`` dwellings in at least ``k_residences`` residences."""

    k: int = 11
    k_residences: int = 3

    def holds(self, dwellings: Iterable[Dwellings]) -> bool:
        count, residences = 0, set()
        for part in dwellings:
            count += part.homes
            residences.add(part.residence)
        return count >= self.k and len(residences) >= self.k_residences


@dataclass(frozen=True)
class Zone:
    """A zone and what it holds. ``quarters_shown``: a quarter's code says nothing that the rule forbids."""

    key: ZoneKey
    cells: frozenset[Cell]
    quarters_shown: bool


def square(cell: Cell, size_m: int) -> tuple[int, int]:
    """Return the indices of the square of ``size_m`` that contains ``cell``."""
    factor = size_m // BASE_M
    return cell.x // factor, cell.y // factor


def zones(dwellings: Iterable[Dwellings], rule: Rule, held: Mapping[Cell, int] | None = None) -> list[Zone]:
    """Divide the communes of a territory into zones.

    Args:
        dwellings: Every registered dwelling with a position, whoever owns it, shared or not.
        rule: The charter's k.
        held: Sizes below which a cell may not fall now (:data:`COMMUNE` above all): the present zones, while
            narrowing is not allowed. Widening always is.

    Returns:
        Zones that cover every cell of ``dwellings`` exactly once.
    """
    by_commune: dict[str, list[Dwellings]] = defaultdict(list)
    for part in dwellings:
        by_commune[part.cell.commune].append(part)
    found: list[Zone] = []
    for commune, parts in sorted(by_commune.items()):
        found += _commune_zones(commune, parts, rule, held or {})
    return found


def _commune_zones(commune: str, parts: list[Dwellings], rule: Rule, held: Mapping[Cell, int]) -> list[Zone]:
    blocks = _by_square(parts, LARGEST_M)
    rest: list[Dwellings] = []
    standing: dict[tuple[int, int], list[Dwellings]] = {}
    for place, block in blocks.items():
        if rule.holds(block) and not any(held.get(part.cell) == COMMUNE for part in block):
            standing[place] = block
        else:
            rest += block
    while rest and standing and not rule.holds(rest):
        smallest = min(standing, key=lambda place: (sum(part.homes for part in standing[place]), place))
        rest += standing.pop(smallest)
    found = [
        zone
        for place, block in sorted(standing.items())
        for zone in _divide(ZoneKey(commune, LARGEST_M, *place), block, rule, held)
    ]
    if rest:
        found.append(_zone(ZoneKey(commune, COMMUNE, 0, 0), rest, rule))
    return found


def _divide(key: ZoneKey, parts: list[Dwellings], rule: Rule, held: Mapping[Cell, int]) -> list[Zone]:
    smaller = key.size_m // 2
    if smaller >= BASE_M and not any(held.get(part.cell, BASE_M) >= key.size_m for part in parts):
        quarters = _by_square(parts, smaller)
        if all(rule.holds(quarter) for quarter in quarters.values()):
            return [
                zone
                for at, quarter in sorted(quarters.items())
                for zone in _divide(ZoneKey(key.commune, smaller, *at), quarter, rule, held)
            ]
    return [_zone(key, parts, rule)]


def _by_square(parts: Iterable[Dwellings], size_m: int) -> dict[tuple[int, int], list[Dwellings]]:
    grouped: dict[tuple[int, int], list[Dwellings]] = defaultdict(list)
    for part in parts:
        grouped[square(part.cell, size_m)].append(part)
    return grouped


def _zone(key: ZoneKey, parts: list[Dwellings], rule: Rule) -> Zone:
    """Show quarters only where every part of the zone, the one in no quarter included, satisfies the rule."""
    by_quarters: dict[tuple[str, ...], list[Dwellings]] = defaultdict(list)
    for part in parts:
        by_quarters[part.quarters].append(part)
    shown = all(rule.holds(together) for together in by_quarters.values())
    return Zone(key, frozenset(part.cell for part in parts), shown)
