"""Two real extracts of OpenStreetMap with their services, read where the shared data are."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from numpy.typing import NDArray
from pyproj import Transformer

from registry.surroundings.distances import Network, Services
from registry.surroundings.places import Places
from registry.surroundings.profiles import Profile, cost
from registry.surroundings.readers import osm
from registry.surroundings.snapping import Mesh
from tests.support.streets import places
from tests.support.tree import ROOT

DATA: Final = ROOT.parent / "shared" / "data"
_ENTRANCE: Final = {"yes": 1, "no": 0, "limited": 2, "": -1}


@dataclass(frozen=True, slots=True)
class Extract:
    """A town's network for each profile, and its tables of addresses and services."""

    directory: Path
    networks: dict[Profile, Network]

    def rows(self, table: str) -> list[dict[str, str]]:
        with (self.directory / f"{table}.csv").open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def services(self, category: str) -> tuple[list[dict[str, str]], Services]:
        """Return the services of a category, all as one family."""
        rows = [row for row in self.rows("services") if row["categorie"] == category]
        given: list[dict[str, Any]] = [
            {"xy": tuple(projected(float(row["lon"]), float(row["lat"]))), "wheelchair": _ENTRANCE[row["wheelchair"]]}
            for row in rows
        ]
        found: Places = places(*given)
        return rows, Services(found, self.networks[Profile.WALKING].mesh)


def projected(lon: float, lat: float) -> NDArray[np.float64]:
    """Return easting and northing in EPSG:2154."""
    return np.array(_transformer().transform(lon, lat))


def extract(town: str) -> Extract:
    """Read a town's extract, once; skips the test where the shared data are not."""
    path = DATA / f"reseau-pieton-{town}" / f"{town}.osm.gz"
    if not path.exists():
        pytest.skip(f"the extract of {town} is not here")
    return _read(path)


@cache
def _read(path: Path) -> Extract:
    graph = osm.read(path, srid=2154).graph
    mesh = Mesh(graph)
    return Extract(path.parent, {profile: Network(mesh, cost(graph, profile), profile) for profile in Profile})


@cache
def _transformer() -> Transformer:
    return Transformer.from_crs(4326, 2154, always_xy=True)
