"""Everything the attacker does at one moment, and what it is worth."""

import random
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Final, Literal

from registry.listings.zoning import BASE_M, Rule, ZoneKey, square, standing, zone_of
from tests.integration.privacy.attacker import Attacker, Sighting
from tests.integration.privacy.figures import Chosen, Located, Truth, distance, nearest
from tests.integration.privacy.scene import Point

Finding = Located | Chosen
Asking = Literal["nothing", "distances", "everything"]
AREAS: Final = 10
"""Fewer published areas than that say nothing: the homes of each are in a few places."""


async def locate(attacker: Attacker, truth: Truth, seen: Mapping[str, Sighting], *, asking: Asking) -> list[Located]:
    """Try every way to find places, over all listings; ``asking`` for less is faster."""
    estimates: dict[str, Mapping[str, Sequence[Point]]] = {
        "shown point": {sight.id: [sight.at] for sight in seen.values()},
        "zone, outlines and quarter filter": await attacker.drawn_in_the_zone(seen),
    }
    if asking != "nothing":
        by_distance, by_order = await attacker.by_distances()
        estimates |= {
            "trilateration by shown distances": by_distance, "order by distance from four places": by_order,
        }  # fmt: skip
    if asking == "everything":
        estimates |= {"boxes": await attacker.by_boxes(), "polygons": await attacker.by_polygons()}
    found = []
    for attack, given in estimates.items():
        foreign = {listing: places for listing, places in given.items() if listing in truth.places}
        assert len(foreign) == len(truth.places), f"{attack}: the attacker loses nobody"
        found.append(truth.located(attack, foreign))
        if attack.startswith("zone"):
            found += _by_size(attack, truth, seen, foreign)
    return found


def _by_size(
    attack: str, truth: Truth, seen: Mapping[str, Sighting], given: Mapping[str, Sequence[Point]]
) -> list[Located]:
    """Return the same for each size of zone: a leak about the wide ones would drown among the small ones."""
    sizes: dict[int, dict[str, Sequence[Point]]] = defaultdict(dict)
    areas: dict[int, set[Hashable]] = defaultdict(set)
    for listing, places in given.items():
        size = seen[listing].key.size_m
        sizes[size][listing] = places
        areas[size].add(truth.areas[listing])
    return [
        truth.located(f"{attack}, {size or 'commune'}", part)
        for size, part in sorted(sizes.items())
        if len(areas[size]) >= AREAS
    ]


def choose(truth: Truth, seen: Mapping[str, Sighting], tied: Sequence[str], seed: int = 3) -> list[Chosen]:
    """Try every way to choose among the residences of a zone, whose true places and homes the attacker knows.

    It also knows the residence of one half of the listings and looks for a likeness to them in the other half.

    Args:
        truth: Where they are.
        seen: The listings.
        tied: Their order on the pages of a search that sorts all of them equal.
        seed: Of the half that is known.
    """
    within: dict[Hashable, dict[str, Point]] = defaultdict(dict)
    for listing, area in truth.areas.items():
        within[area][truth.residences[listing]] = truth.places[listing]
    by_point = {listing: nearest(seen[listing].at, within[area]) for listing, area in truth.areas.items()}
    chance = random.Random(seed)
    known = {listing for listing in sorted(seen) if chance.random() < 0.5}
    return [
        truth.chosen("residence nearest to the shown point", by_point),
        truth.chosen("residence of the listing shown nearest", _like(truth, seen, known), others=True),
        truth.chosen("residence of the next id", _beside(truth, sorted(seen)), others=True),
        truth.chosen("residence of the next on a page of ties", _beside(truth, tied), others=True),
    ]


def _like(truth: Truth, seen: Mapping[str, Sighting], known: set[str]) -> dict[str, str]:
    members: dict[Hashable, list[str]] = defaultdict(list)
    for listing, area in truth.areas.items():
        members[area].append(listing)
    choices = {}
    for listing, area in truth.areas.items():
        others = [other for other in members[area] if other in known]
        if listing not in known and others:
            best = min(others, key=lambda other: distance(seen[listing].at, seen[other].at))
            choices[listing] = truth.residences[best]
    return choices


def _beside(truth: Truth, order: Iterable[str]) -> dict[str, str]:
    """Choose for each listing the residence of the one before it in ``order`` within its area."""
    last: dict[Hashable, str] = {}
    choices = {}
    for listing in order:
        if (area := truth.areas.get(listing)) is None:
            continue
        if area in last:
            choices[listing] = truth.residences[last[area]]
        last[area] = listing
    return choices


def singled_out(
    attacker: Attacker,
    truth: Truth,
    seen: Mapping[str, Sighting],
    *,
    of: Iterable[str] | None = None,
    left_out: Iterable[ZoneKey] = (),
) -> dict[str, tuple[int, int]]:
    """Return the listings for which too few dwellings or residences remain possible, and how many do.

    ``of`` names those to look at, out of those that are seen. The attacker knows where all residences are. It keeps
    those that are in the listing's square and in no smaller one that is seen to stand apart; in the shown quarters
    where there are any; and in none of the squares ``left_out``.
    """
    stood = standing(sight.key for sight in seen.values())
    excluded = set(left_out)
    homes: dict[tuple[ZoneKey | None, tuple[str, ...]], int] = defaultdict(int)
    residences: dict[tuple[ZoneKey | None, tuple[str, ...]], set[str]] = defaultdict(set)
    for ref, site in attacker.scene.homes.items():
        cell = attacker.cell(site.commune, site.at)
        if excluded & standing([square(cell, BASE_M)]):
            continue
        zone = zone_of(cell, stood.__contains__)
        for codes in {(), truth.quarters[ref]}:
            homes[zone, codes] += 1
            residences[zone, codes].add(site.residence)
    rule = Rule()
    found = {}
    for sight in map(seen.__getitem__, seen if of is None else of):
        crowd = homes[sight.key, sight.quarters], len(residences[sight.key, sight.quarters])
        if crowd[0] < rule.k or crowd[1] < rule.k_residences:
            found[sight.id] = crowd
    return found
