"""A made-up city as an extract of OpenStreetMap: streets, paths, steps, and all that is no way. One seed, one file.

In proportion as in real extracts of town centres: about eleven nodes and two ways to an edge of the network.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import osmium
from numpy.typing import NDArray
from osmium.osm.mutable import Node, Way

SEED: Final = 20261126
SPACING_M: Final = 80.0
WEST, SOUTH = 0.15, 47.96
LAT_M: Final = 111_200.0
LON_M: Final = LAT_M * math.cos(math.radians(SOUTH))


@dataclass(frozen=True)
class City:
    """What stands in it, for other measures: ``float64 (n, 2)`` longitude and latitude."""

    path: Path
    buildings: NDArray[np.float64]
    shops: NDArray[np.float64]


class _Maker:
    def __init__(self, path: Path, side: int, shops: int) -> None:
        self.draw = np.random.default_rng(SEED)
        self.side = side
        self.nodes: list[tuple[float, float, dict[str, str]]] = []
        self.ways: list[tuple[list[int], dict[str, str]]] = []
        self.buildings: list[tuple[float, float]] = []
        jitter = self.draw.uniform(-12, 12, (side, side, 2))
        grid = np.stack(np.meshgrid(np.arange(side), np.arange(side), indexing="ij"), axis=-1) * SPACING_M + jitter
        self.places = grid
        self.corners = [[self.node(*grid[i, j]) for j in range(side)] for i in range(side)]
        self.streets()
        self.paths()
        self.houses()
        self.shops = self.others(shops)
        self.path = path

    def node(self, x: float, y: float, **tags: str) -> int:
        self.nodes.append((WEST + x / LON_M, SOUTH + y / LAT_M, tags))
        return len(self.nodes)

    def between(self, one: NDArray[np.float64], other: NDArray[np.float64], count: int) -> list[int]:
        steps = np.linspace(0, 1, count + 2)[1:-1, None]
        line = one + (other - one) * steps + self.draw.uniform(-2, 2, (count, 2))
        return [self.node(x, y) for x, y in line]

    def tags(self, **tags: str) -> dict[str, str]:
        if self.draw.random() < 0.4:
            tags["surface"] = str(self.draw.choice(["asphalt", "asphalt", "paving_stones", "sett", "gravel"]))
        if self.draw.random() < 0.06:
            tags["incline"] = f"{self.draw.integers(-14, 15)}%"
        if self.draw.random() < 0.06:
            tags["width"] = str(round(self.draw.uniform(0.7, 4), 1))
        return tags

    def streets(self) -> None:
        """Rows and columns, in ways of about six crossings each."""
        for turned in (False, True):
            for i in range(self.side):
                for first in range(0, self.side - 1, 6):
                    refs: list[int] = []
                    for j in range(first, min(first + 6, self.side - 1)):
                        (a, b), (c, d) = ((j, i), (j + 1, i)) if turned else ((i, j), (i, j + 1))
                        refs += [self.corners[a][b], *self.between(self.places[a, b], self.places[c, d], 2)]
                        last = self.corners[c][d]
                    kind = str(self.draw.choice(["residential", "residential", "tertiary", "service", "unclassified"]))
                    self.ways.append(([*refs, last], self.tags(highway=kind, name=f"Rue {i} {first}")))

    def paths(self) -> None:
        """Through half of the blocks, from each corner to the middle; some of them are steps."""
        for i in range(self.side - 1):
            for j in range(self.side - 1):
                if self.draw.random() < 0.5:
                    continue
                here = self.places[i : i + 2, j : j + 2].mean(axis=(0, 1))
                middle = self.node(*here)
                for a, b in ((i, j), (i + 1, j), (i, j + 1), (i + 1, j + 1)):
                    tags = {"highway": "footway"}
                    if self.draw.random() < 0.08:
                        tags = {"highway": "steps", "step_count": str(self.draw.integers(3, 30)), "handrail": "yes"}
                    refs = [self.corners[a][b], *self.between(self.places[a, b], here, 2), middle]
                    self.ways.append((refs, self.tags(**tags)))

    def houses(self) -> None:
        for i in range(self.side - 1):
            for j in range(self.side - 1):
                for x, y in self.places[i, j] + self.draw.uniform(12, SPACING_M - 12, (5, 2)):
                    across, deep = self.draw.uniform(4, 9, 2)
                    around = ((-1, -1), (0, -1), (1, -1), (1, 1), (0, 1), (-1, 1))
                    refs = [self.node(x + across * dx, y + deep * dy) for dx, dy in around]
                    self.ways.append(([*refs, refs[0]], {"building": "yes", "source": "cadastre"}))
                    self.buildings.append((WEST + x / LON_M, SOUTH + y / LAT_M))

    def others(self, shops: int) -> NDArray[np.float64]:
        within = self.draw.uniform(0, (self.side - 1) * SPACING_M, (shops, 2))
        for x, y in within:
            self.node(x, y, shop=str(self.draw.choice(["bakery", "convenience", "hairdresser"])), name="Chez nous",
                      wheelchair=str(self.draw.choice(["yes", "no", "limited"])))  # fmt: skip
        for x, y in self.draw.uniform(0, (self.side - 1) * SPACING_M, (self.side**2 * 2, 2)):
            self.node(x, y, natural="tree")
        return np.column_stack((WEST + within[:, 0] / LON_M, SOUTH + within[:, 1] / LAT_M))

    def write(self) -> City:
        end = (self.side - 1) * SPACING_M
        header = osmium.io.Header()
        header.add_box(osmium.osm.Box(WEST, SOUTH, WEST + end / LON_M, SOUTH + end / LAT_M))
        header.set("osmosis_replication_timestamp", "2026-11-01T00:00:00Z")
        self.path.unlink(missing_ok=True)
        with osmium.SimpleWriter(str(self.path), header=header) as writer:
            for number, (lon, lat, tags) in enumerate(self.nodes, 1):
                writer.add_node(Node(id=number, version=1, location=(lon, lat), tags=tags))
            for number, (refs, tags) in enumerate(self.ways, 1):
                writer.add_way(Way(id=number, version=1, nodes=refs, tags=tags))
        return City(self.path, np.array(self.buildings), self.shops)


def city(path: Path, *, side: int = 82, shops: int = 2_400) -> City:
    """Write the extract (``.osm.pbf`` or whatever the name says); ``side`` 82: about 27,000 edges."""
    return _Maker(path, side, shops).write()
