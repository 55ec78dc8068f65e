"""Import pedestrian networks and say what they know."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sqlalchemy.ext.asyncio import AsyncSession

from registry.surroundings.errors import NetworkNotVisible, NetworkShrinks
from registry.surroundings.graph import Graph, Kind, Surface
from registry.surroundings.joining import join
from registry.surroundings.readers import cnig, osm
from registry.surroundings.readers.notes import Reading
from registry.surroundings.repository import networks
from registry.surroundings.repository.networks import Stored

__all__ = ["Described", "FileRead", "Stored", "describe_network", "list_networks", "read_file", "store_network"]

FileRead = Reading
GEOPACKAGES = (".gpkg", ".gpkg.gz", ".zip")
SHRINK_PER_CENT: Final = 20.0
"""A fifth fewer edges than before is no town that changed: what imports of homes may lose by default, too."""


@dataclass(frozen=True, slots=True)
class Described:
    """What a network knows.

    Attributes:
        kilometres: Length by kind of edge.
        tagged: Share of the length, 0 to 1, whose surface, width, slope is known; ``kerb``: of crossings alone.
        components: Parts that no edge joins; ``largest``: share of the length in the longest.
        frontier: Nodes beyond which the network is unknown.
    """

    stored: Stored
    kilometres: dict[Kind, float]
    tagged: dict[str, float | None]
    components: int
    largest: float
    frontier: int


def read_file(*, path: Path, srid: int) -> FileRead:
    """Read one file; by its name a CNIG GeoPackage or an extract of OpenStreetMap.

    Raises:
        RegistryError: As the readers name them.
    """
    reader = cnig.read if path.name.lower().endswith(GEOPACKAGES) else osm.read
    return reader(path, srid=srid)


async def store_network(
    *, session: AsyncSession, name: str, graphs: Sequence[Graph], shrink_per_cent: float = SHRINK_PER_CENT
) -> int:
    """Join networks, store them under ``name`` and put them in service; return the version. As the job.

    Args:
        shrink_per_cent: How much fewer edges it may have than the one that is in service.

    Raises:
        NetworkShrinks: It has fewer: a part of the file is missing, as it seems.
    """
    joined, held = join(graphs), await networks.named(session, name)
    edges = len(joined.start)
    if held is not None and edges * 100 < (100 - shrink_per_cent) * held.edges:
        raise NetworkShrinks(field="name", value=f"{name}: {edges} < {held.edges}")
    return await networks.store(session, name, joined)


async def list_networks(*, session: AsyncSession) -> list[Stored]:
    return await networks.active(session)


async def describe_network(*, session: AsyncSession, name: str) -> Described:
    """Say what the network in service knows.

    Raises:
        NetworkNotVisible: There is none of that name.
    """
    stored = await networks.named(session, name)
    graph = await networks.load(session, stored.version) if stored else None
    if stored is None or graph is None:
        raise NetworkNotVisible(field="name", value=name)
    return describe(stored, graph)


def describe(stored: Stored, graph: Graph) -> Described:
    length = graph.length_m
    n = len(graph.nodes)
    parts, label = connected_components(coo_array((np.ones(len(length)), (graph.start, graph.end)), shape=(n, n)))
    by_part = np.bincount(label[graph.start], length)
    crossing = graph.kind == Kind.CROSSING
    known = {
        "surface": graph.surface != Surface.UNKNOWN, "width": np.isfinite(graph.width_m),
        "slope": np.isfinite(graph.slope_pct),
    }  # fmt: skip
    tagged: dict[str, float | None] = {what: float(length[where].sum() / length.sum()) for what, where in known.items()}
    kerbs = length[crossing & np.isfinite(graph.kerb_m)].sum()
    tagged["kerb"] = float(kerbs / length[crossing].sum()) if crossing.any() else None
    return Described(
        stored=stored,
        kilometres={
            kind: float(length[graph.kind == kind].sum()) / 1000 for kind in Kind if (graph.kind == kind).any()
        },
        tagged=tagged, components=int(parts), largest=float(by_part.max() / length.sum()),
        frontier=int(graph.frontier.sum()),
    )  # fmt: skip
