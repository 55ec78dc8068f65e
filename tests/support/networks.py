"""Small networks by hand, and the real extracts where they are present."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from registry.surroundings.graph import EDGE_COLUMNS, UNKNOWN, Graph, Kind
from tests.support.tree import ROOT

DATA: Final = ROOT.parent / "shared" / "data"
REDON: Final = "reseau-pieton-redon/redon.osm.gz"
TALENCE: Final = "reseau-pieton-talence/talence.osm.gz"
LE_MANS: Final = "cnig-accessibilite/cnig-lemans-2022.zip"
TEMPLATE: Final = "cnig-accessibilite/gabarit-cnig-accessibilite.gpkg.gz"


def real(name: str) -> Path:
    """Return a file of the shared data, or skip."""
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"{name} is not present")
    return path


def edge(**values: Any) -> Graph:
    """Return a network of one edge of 10 m, a path of which nothing is known but what is given."""
    return line([(0.0, 0.0), (10.0, 0.0)], **values)


def line(points: list[tuple[float, float]], *, kind_of_source: str = "osm", **values: Any) -> Graph:
    """Return a network of one edge between each point and the next; ``values`` hold for all."""
    xy = np.array(points)
    m = len(xy) - 1
    nothing = {
        "start": np.arange(m), "end": np.arange(1, m + 1), "length_m": np.hypot(*np.diff(xy, axis=0).T),
        "kind": Kind.PATH, "steps": 0, "slope_pct": np.nan, "cross_fall_pct": np.nan, "width_m": np.nan,
        "kerb_m": np.nan, "surface": 0, "ramp": UNKNOWN, "handrail": UNKNOWN, "wheelchair": UNKNOWN, "source": 0,
        "object_id": np.arange(m),
    }  # fmt: skip
    columns: dict[str, Any] = {
        name: np.broadcast_to(np.asarray((nothing | values)[name], dtype=kind), m).copy()
        for name, kind in EDGE_COLUMNS.items()
    }
    return Graph(
        srid=2154, nodes=xy, frontier=np.zeros(len(xy), dtype=bool), bends=np.repeat(xy, 2, axis=0)[1:-1],
        first_bend=2 * np.arange(m + 1),
        sources=({"kind": kind_of_source, "name": "made", "data_date": "2026-01-01", "licence": "ODbL-1.0"},),
        **columns,
    )  # fmt: skip


def same(one: Graph, other: Graph) -> bool:
    """Return whether two networks are the same in every column, types included."""
    for name in Graph.__slots__:
        a, b = getattr(one, name), getattr(other, name)
        if isinstance(a, np.ndarray):
            if a.dtype != b.dtype or not np.array_equal(a, b, equal_nan=a.dtype.kind == "f"):
                return False
        elif a != b:
            return False
    return True
