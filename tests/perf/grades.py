"""``python -m tests.perf.grades``: what the k rule leaves of grades and bands, on 10,000 synthetic residences.

No database: the zones and the groups are the product's own. Twenty communes of 6 km, three centres each; residences and
services lie around them. Paths are 1.3 times the straight line, a stick adds a tenth; where a wheelchair passes
is known in four of five cells of 500 m. Seven of ten residences are assessed.
"""

import sys
import time
import uuid
from collections import Counter, defaultdict
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from registry.listings.groups import Member, group
from registry.listings.reach import PLACES, PROFILES, SHOWN_FAMILIES, WITHIN, WORTH, said_by, statements
from registry.listings.zoning import BASE_M, Cell, Dwellings, Rule, zones
from registry.vocabulary.services import Family

COMMUNES, OF_EACH, SIDE_M, CENTRES = 20, 500, 6_000.0, 3
HOMES: Final = 12.3
SERVICES: Final = {
    Family.FOOD: 60, Family.PHARMACY: 15, Family.DOCTOR_AND_CARE: 40, Family.TRANSPORT_STOP: 80,
    Family.POST_BANK_ADMINISTRATION: 12, Family.SOCIAL_LIFE: 70, Family.PARK_BENCH: 60, Family.HOME_HELP: 3,
}  # fmt: skip
DETOUR: Final = {"walking": 1.3, "senior": 1.43, "wheelchair": 1.43}
GRADES: Final = (None, "A", "B", "C", "D", "E")
SHARES: Final = (0.30, 0.03, 0.12, 0.25, 0.20, 0.10)
Points = NDArray[np.float64]


def around(chance: np.random.Generator, centres: Points, count: int) -> Points:
    """Return places around centres, most of them near."""
    middle = centres[chance.integers(len(centres), size=count)]
    placed: Points = np.clip(middle + chance.normal(0, 700, (count, 2)), 0, SIDE_M - 1)
    return placed


def commune(number: int) -> tuple[list[Dwellings], dict[uuid.UUID, tuple[str | None, int]]]:
    """Return the dwellings of a commune, and what is known of its residences."""
    chance = np.random.default_rng(number)
    centres = chance.uniform(1_000, SIDE_M - 1_000, (CENTRES, 2))
    residences = around(chance, centres, OF_EACH)
    homes = np.maximum(1, chance.lognormal(np.log(HOMES) - 0.3, 0.8, OF_EACH)).astype(int)
    cells = (residences // BASE_M).astype(int)
    mapped = chance.random((int(SIDE_M // BASE_M),) * 2) < 0.8
    services = np.zeros(OF_EACH, dtype=object)
    for family in SHOWN_FAMILIES:
        straight, _ = cKDTree(around(chance, centres, SERVICES[family])).query(residences)
        for profile in PROFILES:
            cost = straight * DETOUR[profile]
            band = np.where(cost <= 300, WITHIN[300], np.where(cost <= 600, WITHIN[600], 1))
            if profile == "wheelchair":
                band = np.where(mapped[cells[:, 0], cells[:, 1]], band, 0)
            services |= band.astype(object) << PLACES[family, profile]
    grades = chance.choice(len(GRADES), size=OF_EACH, p=SHARES)
    names = [uuid.UUID(int=1 + number * OF_EACH + n) for n in range(OF_EACH)]
    dwellings = [
        Dwellings(Cell(f"{number:05d}", int(x) + 12 * number, int(y)), name, (), int(count))
        for name, (x, y), count in zip(names, cells, homes, strict=True)
    ]
    known = {name: (GRADES[grade], int(bits)) for name, grade, bits in zip(names, grades, services, strict=True)}
    return dwellings, known


def measured(rule: Rule) -> tuple[Counter[str], float]:
    """Return how many statements are known and kept, by kind, and the seconds that the groups took."""
    dwellings, known = list[Dwellings](), dict[uuid.UUID, tuple[str | None, int]]()
    for number in range(COMMUNES):
        registered, told = commune(number)
        dwellings += registered
        known |= told
    counts: Counter[str] = Counter()
    seconds = 0.0
    for zone in zones(dwellings, rule):
        homes: dict[Any, int] = defaultdict(int)
        for part in zone.dwellings:
            homes[part.residence] += part.homes
        members = [Member(name, count, statements(*known[name])) for name, count in homes.items()]
        started = time.perf_counter()
        found = group(members, WORTH, k=rule.k, k_residences=rule.k_residences, may_split=True)
        seconds += time.perf_counter() - started
        counts["zones"] += 1
        counts["groups"] += len(found)
        for made in found:
            shown = said_by(made.held)
            for name in made.cores:
                _compare(counts, known[name], shown)
    return counts, seconds


def _compare(counts: Counter[str], known: tuple[str | None, int], shown: tuple[str | None, int]) -> None:
    if known[0] is not None:
        counts["grade known"] += 1
        counts["grade kept"] += shown[0] == known[0]
        counts["grade lowered"] += shown[0] not in {known[0], None}
    for (_, profile), place in PLACES.items():
        was, said = known[1] >> place & 3, shown[1] >> place & 3
        kind = {3: "300", 2: "600", 1: "further"}.get(was)
        if kind:
            counts[f"{profile} {kind} known"] += 1
            counts[f"{profile} {kind} kept"] += said == was
            counts[f"{profile} {kind} widened"] += said not in {was, 0}


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main() -> None:
    """Print the shares that are kept."""
    for rule in (Rule(11, 3), Rule(11, 5), Rule(22, 10)):
        counts, seconds = measured(rule)
        say(f"k = {rule.k} dwellings in {rule.k_residences} residences: {counts['zones']} zones,"
              f" {counts['groups']} groups, {seconds:.2f} s")  # fmt: skip
        for known in sorted(name for name in counts if name.endswith("known")):
            kind, of = known.removesuffix(" known"), counts[known]
            widened = counts[f"{kind} widened"] + counts[f"{kind} lowered"]
            say(f"  {kind:18} {of:6} known, {counts[f'{kind} kept'] / of:5.0%} kept, {widened / of:5.0%} widened")


if __name__ == "__main__":
    main()
