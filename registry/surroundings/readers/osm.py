"""OpenStreetMap as a pedestrian network: ``.osm.pbf``, ``.osm``, ``.osm.gz``, ``.osm.bz2``."""

import gzip
import re
from array import array
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import osmium
from numpy.typing import NDArray
from osmium.filter import KeyFilter
from osmium.geom import WKBFactory, use_nodes
from osmium.osm import Node, Way
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from registry.kernel.errors import Fault
from registry.kernel.text import Text
from registry.surroundings.errors import (
    NetworkFileNotReadable,
    NetworkFileTruncated,
    NetworkWithoutWays,
)
from registry.surroundings.graph import Graph, Kind
from registry.surroundings.joining import only
from registry.surroundings.projecting import projected, transformer
from registry.surroundings.readers.lifts import Lift, level_of, with_lifts
from registry.surroundings.readers.notes import Notes, Reading
from registry.surroundings.readers.osm_tags import NODE_KEYS, WAY_KEYS, Passed, Walked, passed, walked
from registry.surroundings.readers.passing import put_on_edges
from registry.surroundings.readers.splitting import Lines, Split, split

LICENCE: Final = "ODbL-1.0"
KEYS: Final = ("highway", "barrier", "kerb", "indoor", "public_transport", "railway")
STANDING_ALONE: Final = ("shop", "amenity", "office", "tourism", "healthcare", "craft", "natural")
"""Keys of nodes that mostly stand on no way: an extract holds them within its box alone."""
AT_THE_BORDER_M: Final = 20.0
"""A way that ends so near the border of the extract may go on beyond it."""
_CUT_SHORT: Final = re.compile(
    r"EOF|truncat|gzip error|bzip2 error|zlib|no element found|unclosed|invalid block", re.IGNORECASE
)
_WKB_HEAD: Final = 18  # hexadecimal digits: byte order, type, count


@dataclass(slots=True)
class _Found:
    """What one pass over the file collects."""

    refs: "array[int]" = field(default_factory=lambda: array("q"))
    counts: list[int] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    ways: list[int] = field(default_factory=list)
    walked: list[Walked] = field(default_factory=list)
    levels: list[tuple[str | None, str | None]] = field(default_factory=list)
    passed: dict[int, Passed] = field(default_factory=dict)
    newest: float = 0.0


def read(path: Path, *, srid: int, name: str | None = None) -> Reading:
    """Read the walkable ways of an extract.

    Args:
        path: The file; its format is known by its name.
        srid: EPSG code of the legal projection, in which the network is measured.
        name: What the source is called; the file's name if not given.

    Raises:
        NetworkFileNotReadable: It is no file of OpenStreetMap.
        NetworkFileTruncated: It ends too early, or is damaged.
        NetworkOutsideProjection: It lies outside of what the projection is for.
        NetworkWithoutWays: Nothing in it can be walked.
    """
    notes = Notes()
    try:
        header = osmium.io.Reader(str(path), osmium.osm.NOTHING).header()
        date = _stated_date(path, header)
        found = _pass(path, notes, dated=not date)
        box = _box(path, header, found)
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise _named(path, str(error)) from error
    if not found.ways:
        raise NetworkWithoutWays(field="file", value=path.name)
    graph = _network(found, box, srid, notes)
    box_m = projected(np.array([[box[0], box[1]], [box[2], box[1]], [box[2], box[3]], [box[0], box[3]]]), srid)
    source = {
        "kind": "osm", "name": name or path.name, "data_date": _day(date, found), "licence": LICENCE,
        "box": [float(value) for value in (*box_m.min(axis=0), *box_m.max(axis=0))], "notes": dict(notes.counts),
    }  # fmt: skip
    return Reading(_with_sources(graph, (source,)), notes)


def _day(stated: str, found: _Found) -> str | None:
    """Return the day of the data: as stated, or of the way that was edited last."""
    newest = datetime.fromtimestamp(found.newest, UTC).date().isoformat() if found.newest > 0 else None
    return stated[:10] or newest


def _with_sources(graph: Graph, sources: tuple[dict[str, Any], ...]) -> Graph:
    values = {name: getattr(graph, name) for name in Graph.__slots__}
    return Graph(**values | {"sources": sources})


def _named(path: Path, message: str) -> Exception:
    said = Text(f"{path.name} : {message}", f"{path.name}: {message}")
    kind = NetworkFileTruncated if _CUT_SHORT.search(message) else NetworkFileNotReadable
    return kind(said, field="file", value=path.name)


def _pass(path: Path, notes: Notes, *, dated: bool) -> _Found:
    found = _Found()
    objects = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
    wkb = WKBFactory()
    for one in objects.with_locations().with_filter(KeyFilter(*KEYS)):
        get = one.tags.get
        if isinstance(one, Node):
            at = passed(tuple(map(get, NODE_KEYS)))
            if at is not None:
                found.passed[one.id] = at
                _doubted(notes, "n", one.id, at.doubts)
        if not isinstance(one, Way):
            continue
        along = walked(tuple(map(get, WAY_KEYS)))
        if along is None:
            continue
        points = one.nodes
        try:
            found.lines.append(wkb.create_linestring(one, use_nodes.ALL)[_WKB_HEAD:])
        except osmium.InvalidLocationError:
            found.lines.append(_partial(points))
        except RuntimeError:  # fewer than two points
            notes.counts["way-without-length"] += 1
            continue
        found.refs.extend([point.ref for point in points])
        found.counts.append(len(points))
        found.ways.append(one.id)
        found.walked.append(along)
        found.levels.append((get("level"), get("layer")))
        if dated:
            found.newest = max(found.newest, one.timestamp.timestamp())
        _doubted(notes, "w", one.id, along.doubts)
    return found


def _partial(points: Any) -> str:
    """Return the points of a clipped way as WKB has them; NaN for those that the file does not hold."""
    known = [(p.location.lon, p.location.lat) if p.location.valid() else (np.nan, np.nan) for p in points]
    return np.array(known, dtype="<f8").tobytes().hex()


def _doubted(notes: Notes, kind: str, number: int, keys: tuple[str, ...]) -> None:
    for key in keys:
        remedy = Text("Corrigez l'objet dans OpenStreetMap.", "Correct the object in OpenStreetMap.")
        message = Text(f"{kind}{number} : {key} n'est pas crédible", f"{kind}{number}: {key} cannot be meant")
        notes.doubt(f"doubt:{key}", Fault(key, f"{kind}{number}", message, remedy))


def _stated_date(path: Path, header: osmium.io.Header) -> str:
    """Return the state of the data as the file states it, or nothing."""
    return header.get("osmosis_replication_timestamp") or header.get("timestamp") or _base_of_overpass(path)


def _box(path: Path, header: osmium.io.Header, found: _Found) -> tuple[float, float, float, float]:
    """Return within which longitudes and latitudes the file is complete: west, south, east, north."""
    box = header.box()
    if not box.valid():
        return _box_of_points(path, found)
    low, high = box.bottom_left, box.top_right
    return (low.lon, low.lat, high.lon, high.lat)


def _base_of_overpass(path: Path) -> str:
    """Return the state of the data that Overpass writes and libosmium does not read: ``<meta osm_base=…>``."""
    opened = gzip.open if path.suffix == ".gz" else open
    if path.suffix not in {".gz", ".osm"}:
        return ""
    with opened(path, "rb") as file:
        state = re.search(rb'osm_base="([^"]+)"', file.read(2000))
    return state[1].decode() if state else ""


def _box_of_points(path: Path, found: _Found) -> tuple[float, float, float, float]:
    """Return the box of what stands on no way; of all points of ways where that is too little.

    Queries without ``<bounds>`` return ways whole, far beyond the box asked for, and other nodes only within it.
    """
    nodes = osmium.FileProcessor(str(path), osmium.osm.NODE).with_filter(KeyFilter(*STANDING_ALONE))
    at = np.array([(node.lon, node.lat) for node in nodes if node.location.valid()])  # type: ignore[union-attr]  # nodes
    if len(at) < 20:
        at = _coordinates(found)
        at = at[np.isfinite(at).all(axis=1)]
    if not len(at):
        return (0.0, 0.0, 0.0, 0.0)
    west, south = at.min(axis=0)
    east, north = at.max(axis=0)
    return (float(west), float(south), float(east), float(north))


def _coordinates(found: _Found) -> NDArray[np.float64]:
    return np.frombuffer(bytes.fromhex("".join(found.lines)), dtype="<f8").reshape(-1, 2)


def _network(found: _Found, box: tuple[float, float, float, float], srid: int, notes: Notes) -> Graph:
    lonlat = _coordinates(found)
    refs = np.frombuffer(found.refs, dtype=np.int64)
    way = np.repeat(np.arange(len(found.ways)), found.counts)
    xy = np.full_like(lonlat, np.nan)
    there = np.isfinite(lonlat).all(axis=1)
    xy[there] = projected(lonlat[there], srid)
    points = np.array(list(found.passed), dtype=np.int64)
    closed = np.array([ref for ref, at in found.passed.items() if at.closed and not at.lift], dtype=np.int64)
    edges = split(Lines(refs, way, xy, closed, points))
    notes.counts.update({"absent-node": edges.absent, "edge-without-length": edges.left_out})
    if not len(edges.way):
        said = f"{edges.absent} nœuds que nomment les voies sont absents", f"{edges.absent} nodes of ways are absent"
        raise NetworkWithoutWays(Text(said[0], said[1]), field="file")
    graph = _graph(found, edges, srid)
    np.logical_or(graph.frontier, _beyond(edges, box, srid), out=graph.frontier)
    _put_on_edges(graph, edges, {ref: at for ref, at in found.passed.items() if not at.lift})
    graph = _with_lifts(graph, found, edges)
    return _without_lone_platforms(graph, notes)


def _with_lifts(graph: Graph, found: _Found, edges: Split) -> Graph:
    """Join the levels that meet in lifts: points of ``highway=elevator``, and areas of it."""
    refs, last = np.frombuffer(found.refs, dtype=np.int64), np.cumsum(found.counts)
    ring = (refs[last - found.counts] == refs[last - 1]) & (np.array([one.kind for one in found.walked]) == Kind.LIFT)
    outline = ring[edges.way]
    lifts, walls = list[Lift](), set[int]()
    for way in np.unique(edges.way[outline]).tolist():
        own = np.flatnonzero(edges.way == way)
        nodes = np.unique(np.concatenate((graph.start[own], graph.end[own]))).astype(np.int64)
        walls.update(nodes.tolist())
        one = found.walked[way]
        lifts.append(Lift(found.ways[way], nodes, closed=False, width_m=one.width_m, wheelchair=one.wheelchair))
    points = np.array([ref for ref, at in found.passed.items() if at.lift], dtype=np.int64)
    for node in np.flatnonzero(np.isin(edges.point, points)).tolist():
        at = found.passed[int(edges.point[node])]
        if node not in walls:
            lifts.append(Lift(int(edges.point[node]), np.array([node]), at.closed, at.width_m, at.wheelchair))
    levels = [level_of(*found.levels[way]) for way in edges.way.tolist()] if lifts else []
    return with_lifts(graph, lifts, levels, outline)


def _without_lone_platforms(graph: Graph, notes: Notes) -> Graph:
    """Leave out platforms that no way reaches: outlines of stations, which doors would be attached to in vain."""
    n = len(graph.nodes)
    pairs = coo_array((np.ones(len(graph.start)), (graph.start, graph.end)), shape=(n, n))
    part = connected_components(pairs, directed=False)[1][graph.start]
    reached = np.bincount(part, graph.kind != Kind.PLATFORM) > 0
    keep = reached[part]
    if keep.all() or not keep.any():
        return graph
    notes.counts["edge-of-lone-platform"] += int((~keep).sum())
    return only(graph, keep)


def _graph(found: _Found, edges: Split, srid: int) -> Graph:
    table = np.array(
        [tuple(one[:9]) for one in found.walked],
        dtype=[("kind", "u1"), ("steps", "i2"), ("slope_pct", "f4"), ("width_m", "f4"), ("kerb_m", "f4"),
               ("surface", "u1"), ("ramp", "i1"), ("handrail", "i1"), ("wheelchair", "i1")],
    )[edges.way]  # fmt: skip
    m = len(edges.way)
    steps = _shared_out(table["steps"], edges)
    columns: dict[str, Any] = {name: np.ascontiguousarray(table[name]) for name in table.dtype.names or ()}
    return Graph(
        srid=srid, nodes=edges.nodes, frontier=np.array(edges.leaves), start=edges.start, end=edges.end,
        length_m=edges.length_m, cross_fall_pct=np.full(m, np.nan, dtype=np.float32),
        source=np.zeros(m, dtype=np.uint8),
        object_id=np.array(found.ways, dtype=np.int64)[edges.way], bends=edges.bends, first_bend=edges.first_bend,
        **columns | {"steps": steps},
    )  # fmt: skip


def _shared_out(steps: NDArray[np.int16], edges: Split) -> NDArray[np.int16]:
    """Share the steps of a flight that is split among its edges by their length: none is counted twice.

    Rounded so that the sum stays; an edge of a flight has at least one.
    """
    shared = np.array(steps)
    whole = np.bincount(edges.way, edges.length_m)[edges.way]
    split_up = (steps > 1) & (edges.length_m < whole)
    upto = np.cumsum(edges.length_m)
    first = np.flatnonzero(np.concatenate(([True], edges.way[1:] != edges.way[:-1])))
    before = np.repeat((upto - edges.length_m)[first], np.diff(np.append(first, len(steps))))
    done = np.round(steps * (upto - before) / whole)
    until = np.round(steps * (upto - edges.length_m - before) / whole)
    shared[split_up] = np.maximum(1, done - until)[split_up].astype(np.int16)
    return shared


def _beyond(edges: Split, box: tuple[float, float, float, float], srid: int) -> NDArray[np.bool_]:
    """Return which nodes lie outside of the extract, or are ends of ways at its border."""
    west, south, east, north = box
    if east <= west or north <= south:
        return np.zeros(len(edges.nodes), dtype=bool)
    lon, lat = transformer(srid).transform(edges.nodes[:, 0], edges.nodes[:, 1], direction="INVERSE")
    lat_m = 111_200.0
    lon_m = lat_m * np.cos(np.radians((south + north) / 2))
    inside = np.minimum.reduce(
        [(lon - west) * lon_m, (east - lon) * lon_m, (lat - south) * lat_m, (north - lat) * lat_m]
    )
    degree = np.bincount(np.concatenate((edges.start, edges.end)), minlength=len(edges.nodes))
    beyond: NDArray[np.bool_] = (inside < -0.5) | ((inside < AT_THE_BORDER_M) & (degree == 1))
    return beyond


def _put_on_edges(graph: Graph, edges: Split, at: dict[int, Passed]) -> None:
    order = np.argsort(edges.point)
    refs = np.array([ref for ref, one in at.items() if not one.closed], dtype=np.int64)
    place = np.searchsorted(edges.point, refs, sorter=order)
    hit = place < len(order)
    hit[hit] = edges.point[order[place[hit]]] == refs[hit]
    nodes = order[place[hit]]
    street = graph.kind == Kind.STREET
    aside = np.zeros(len(graph.nodes), dtype=bool)
    aside[graph.start[~street]] = aside[graph.end[~street]] = True
    met = np.array([not at[ref].across for ref in refs[hit].tolist()], dtype=bool) | aside[nodes]
    there = [at[ref] for ref in refs[hit][met].tolist()]
    put_on_edges(
        graph, nodes[met],
        width_m=np.array([one.width_m for one in there], dtype=np.float64),
        kerb_m=np.array([one.kerb_m for one in there], dtype=np.float64),
        wheelchair=np.array([one.wheelchair for one in there], dtype=np.int8),
        gap=np.array([one.gap for one in there], dtype=bool),
    )  # fmt: skip
