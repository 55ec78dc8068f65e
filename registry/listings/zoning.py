"""The zones in which shared homes are shown: adaptive cells that never single a residence out.

A home is shown at a random point of its *zone*. Zones divide a whole commune, lived in or not: every place of it is in
exactly one. A commune is divided into squares of 2 km, those into squares of 1 km and of 500 m (grid of the
territory's legal projection, origin 0,0). A square *stands* apart where it holds at least *k* registered dwellings in
at least *k_residences* residences; what a square leaves over once its standing quarters are taken out, and what the
commune leaves over once its standing squares are, is a zone too and must satisfy the same rule: while it does not, it
takes in the smallest of the squares that stood. Only a commune that holds fewer in all is shown as it is.

Why the parts where nothing is registered count, although nothing is shown there:

* *Differencing.* A home shown at 1 km while its neighbours are shown at 500 m must be in the part that their squares
  leave over, so that part must hold *k* itself.
* *Differencing over time.* If only occupied squares had zones, the first home of an empty one would change its
  neighbours' zones in the minute in which it appears, and so be alone in what they leave over. Here a new home joins
  a zone that is there already: **adding homes changes no zone** until the next narrowing, and removing them only
  merges zones.
* *Probing.* A landlord may register homes of its own anywhere and see how they are shown. The answer depends on the
  division alone, never on whether something is registered at that place.

Source of the rule and of k: design note on disclosure, rule 2, after INSEE's threshold of 11 for data about persons
(guide du secret statistique; 500 m cells alone left 9 % of shown cells below it).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, NamedTuple

BASE_M: Final = 500
LARGEST_M: Final = 2000
COMMUNE: Final = 0
"""The ``size_m`` of the zone that is a commune, or what its standing squares leave over of it."""


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
    """Names a square, and the zone in it: ``x``, ``y`` in units of its own ``size_m``; both 0 for a commune."""

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
    """The square (or commune) ``key`` without the squares ``taken`` out of it, and what is registered there."""

    key: ZoneKey
    taken: frozenset[ZoneKey]
    dwellings: tuple[Dwellings, ...]


Land = Mapping[str, AbstractSet[tuple[int, int]]]
"""The cells of 500 m that a commune touches, by commune; one that is missing may reach anywhere."""
Parts = dict[ZoneKey, list[Dwellings]]


def square(cell: Cell, size_m: int) -> ZoneKey:
    """Return the square of ``size_m`` that contains ``cell``."""
    factor = size_m // BASE_M
    return ZoneKey(cell.commune, size_m, cell.x // factor, cell.y // factor)


def parent(key: ZoneKey) -> ZoneKey:
    """Return the next larger square, or the commune."""
    if key.size_m in {LARGEST_M, COMMUNE}:
        return ZoneKey(key.commune, COMMUNE, 0, 0)
    return ZoneKey(key.commune, 2 * key.size_m, key.x // 2, key.y // 2)


def standing(keys: Iterable[ZoneKey]) -> set[ZoneKey]:
    """Return the squares that stand apart where there are zones of these ``keys``: they, and all that contain them."""
    found: set[ZoneKey] = set()
    for key in keys:
        around = key
        while around not in found:
            found.add(around)
            around = parent(around)
    return found


def zones(
    dwellings: Iterable[Dwellings],
    rule: Rule,
    *,
    land: Land | None = None,
    may_stand: AbstractSet[ZoneKey] | None = None,
) -> list[Zone]:
    """Divide the communes of a territory into zones.

    Args:
        dwellings: Every registered dwelling with a position, whoever owns it, shared or not.
        rule: The charter's k.
        land: Where the communes are; where nothing is known of one, anywhere.
        may_stand: The squares that stand now, while narrowing is not allowed: no other may. Widening always is, and
            so is the first division of a commune that has none.

    Returns:
        The zones of every commune in which something is registered.
    """
    by_commune: dict[str, list[Dwellings]] = defaultdict(list)
    for part in dwellings:
        by_commune[part.cell.commune].append(part)
    divided = {key.commune for key in may_stand or ()}
    found: list[Zone] = []
    for commune, parts in sorted(by_commune.items()):
        allowed = may_stand if commune in divided else None
        division = _Division(rule, _ground(commune, parts, land), allowed)
        found += division.zones(ZoneKey(commune, COMMUNE, 0, 0), parts)
    return found


def _ground(commune: str, parts: list[Dwellings], land: Land | None) -> set[ZoneKey] | None:
    """Return the squares of every size on which the commune has land, or ``None`` where it may be anywhere.

    A place outside its commune (a wrong code, a simplified contour) counts as land where something is registered.
    """
    cells = land.get(commune) if land is not None else None
    if cells is None:
        return None
    touched = {Cell(commune, x, y) for x, y in cells} | {part.cell for part in parts}
    return standing(square(cell, BASE_M) for cell in touched)


@dataclass(frozen=True)
class _Division:
    """The division of one commune."""

    rule: Rule
    ground: set[ZoneKey] | None
    may_stand: AbstractSet[ZoneKey] | None

    def zones(self, key: ZoneKey, parts: list[Dwellings]) -> list[Zone]:
        """Return the zones in the square or commune ``key``, which holds ``parts``."""
        if key.size_m == BASE_M:
            return [Zone(key, frozenset(), tuple(parts))]
        within = _by_square(parts, key.size_m // 2 if key.size_m else LARGEST_M)
        apart = {
            child: held
            for child, held in within.items()
            if (self.may_stand is None or child in self.may_stand) and self.rule.holds(held)
        }
        rest = [part for child, held in within.items() if child not in apart for part in held]
        while apart and self._leaves_over(key, apart) and not self.rule.holds(rest):
            smallest = min(apart, key=lambda child: (sum(part.homes for part in apart[child]), child))
            rest += apart.pop(smallest)
        found = [zone for child, held in sorted(apart.items()) for zone in self.zones(child, held)]
        if not apart or self._leaves_over(key, apart):
            found.append(Zone(key, frozenset(apart), tuple(rest)))
        return found

    def _leaves_over(self, key: ZoneKey, apart: Collection[ZoneKey]) -> bool:
        """Tell whether the commune has land in ``key`` outside the squares that stand ``apart``."""
        if self.ground is None:
            return key.size_m == COMMUNE or len(apart) < 4
        return any(child not in apart for child in self._children(key))

    def _children(self, key: ZoneKey) -> Iterable[ZoneKey]:
        assert self.ground is not None
        if key.size_m == COMMUNE:
            return (child for child in self.ground if child.size_m == LARGEST_M)
        quarters = (
            ZoneKey(key.commune, key.size_m // 2, 2 * key.x + east, 2 * key.y + north)
            for east in (0, 1)
            for north in (0, 1)
        )
        return (child for child in quarters if child in self.ground)


def _by_square(parts: Iterable[Dwellings], size_m: int) -> Parts:
    grouped: Parts = defaultdict(list)
    for part in parts:
        grouped[square(part.cell, size_m)].append(part)
    return grouped


def zone_of(cell: Cell, found: Callable[[ZoneKey], bool]) -> ZoneKey | None:
    """Return the key of the zone of any place: of the smallest square around it that has one (``found``)."""
    key = square(cell, BASE_M)
    while not found(key):
        if key.size_m == COMMUNE:
            return None
        key = parent(key)
    return key


def may_show_quarters(zone: Zone, rule: Rule, parts: Iterable[tuple[str, ...]] | None) -> bool:
    """Tell whether the codes of quarters may be shown for the homes of ``zone``.

    Every part into which the quarters cut the zone must satisfy the rule, the one in no quarter included, lived in
    or not: for the reasons for which the zones themselves do.

    Args:
        zone: The zone.
        rule: The charter's k.
        parts: The sets of quarter codes (sorted) that places of the zone have; ``None`` where that is not known.
    """
    if parts is None:
        return False
    held: dict[tuple[str, ...], list[Dwellings]] = {part: [] for part in parts}
    for dwellings in zone.dwellings:
        held.setdefault(dwellings.quarters, []).append(dwellings)
    return all(rule.holds(together) for together in held.values())
