"""CNIG accessibility surveys as a pedestrian network: the codes of 2022 and the labels of 2026."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from registry.kernel.errors import Fault
from registry.kernel.text import Text
from registry.surroundings.errors import NetworkLayersMissing, NetworkWithoutWays
from registry.surroundings.graph import NO, UNKNOWN, YES, Graph, Kind, Surface
from registry.surroundings.readers import geopackages
from registry.surroundings.readers.cnig_values import Values
from registry.surroundings.readers.geopackages import Layer
from registry.surroundings.readers.notes import Notes, Reading
from registry.surroundings.readers.passing import put_on_edges
from registry.surroundings.readers.splitting import Lines, split
from registry.vocabulary import cnig

LICENCE: Final = "Licence Ouverte 2.0"
SAME_NODE_M: Final = 0.3
"""Ends of sections this near to each other are one node: the ids of nodes do not follow the lines in surveys that were
seen."""
NEAR_M: Final = 5.0
"""A node or an obstacle belongs to the section this near, where its own reference leads nowhere."""

SECTIONS: Final = ("troncons", "troncon_cheminement")
EQUIPMENT: Final = (
    "circulation", "traversee", "rampe", "escalier", "escalator", "tapis_roulant", "quai", "ascenseur", "elevateur",
)  # fmt: skip
LAYERS: Final = frozenset({*SECTIONS, *EQUIPMENT, "noeud_cheminement", "noeuds", "obstacle"})
KINDS: Final = {
    "lift": Kind.LIFT, "platform_lift": Kind.LIFT, "escalator": Kind.ESCALATOR, "moving_walkway": Kind.PATH,
    "ramp": Kind.RAMP, "stairs": Kind.STEPS, "flights": Kind.STEPS, "crossing": Kind.CROSSING, "island": Kind.CROSSING,
    "barriers": Kind.PATH, "narrow_passage": Kind.PATH, "hall": Kind.HALL, "corridor": Kind.CORRIDOR,
    "confined": Kind.CORRIDOR, "queue": Kind.HALL, "open_space": Kind.PEDESTRIAN_AREA, "street": Kind.STREET,
    "shared_space": Kind.STREET, "pavement": Kind.PAVEMENT, "footpath": Kind.PATH, "passage": Kind.PATH,
    "platform": Kind.PLATFORM,
}  # fmt: skip
BY_EQUIPMENT: Final = {
    "ascenseur": Kind.LIFT,
    "elevateur": Kind.LIFT,
    "escalier": Kind.STEPS,
    "escalator": Kind.ESCALATOR,
}
GROUNDS: Final = {
    **dict.fromkeys(("stone", "uneven", "stabilised", "fibreglass_grating"), Surface.UNEVEN),
    **dict.fromkeys(("grass", "dirt", "gravel"), Surface.LOOSE),
    **dict.fromkeys((
        "carpet", "concrete", "asphalt", "cork", "glazed_tiles", "plastic", "tiles", "rubber", "steel", "vinyl", "wood",
    ), Surface.SMOOTH),
}  # fmt: skip
STATES: Final = {state: Surface[surface.upper()] for state, surface in cnig.SURFACES.items()}


def read(path: Path, *, srid: int, name: str | None = None) -> Reading:
    """Read the sections of a survey with what is known of them.

    ``accessibiliteGlobale`` is not read: surveys say ``01`` throughout. Only obstacles, crossings, stairs, ramps and
    lifts that lie on a section count. The ends of the network are its frontier: a survey ends where its job ended.

    Args:
        path: A GeoPackage with all layers, compressed or not, or a zip of GeoPackages with a layer each.
        srid: EPSG code of the legal projection.
        name: What the source is called; the file's name if not given.

    Raises:
        NetworkFileNotReadable: It is no GeoPackage.
        NetworkLayersMissing: It has no layer of sections.
        NetworkOutsideProjection: Its coordinates are degrees.
        NetworkWithoutWays: It has no section.
    """
    layers, day = geopackages.read(path, LAYERS, srid=srid)
    sections = next((layers[one] for one in SECTIONS if one in layers), None)
    if sections is None:
        raise NetworkLayersMissing(field="file", value=path.name)
    notes = Notes()
    graph = _network(_with_rest(sections, layers), layers, srid, notes)
    if graph is None:
        raise NetworkWithoutWays(field="file", value=path.name)
    low, high = graph.nodes.min(axis=0), graph.nodes.max(axis=0)
    source = {
        "kind": "cnig", "name": name or path.name, "data_date": day, "licence": LICENCE,
        "box": [float(value) for value in (*low, *high)], "notes": dict(notes.counts),
    }  # fmt: skip
    values = {field: getattr(graph, field) for field in Graph.__slots__}
    return Reading(Graph(**values | {"sources": (source,)}), notes)


def _with_rest(sections: Layer, layers: dict[str, Layer]) -> list[Layer]:
    """Return the layer of sections and those of 2026 that repeat a section with more: each section once.

    In 2026 a crossing or a flight may stand in its own layer alone, with a line of its own.
    """
    return [sections, *(layers[one] for one in EQUIPMENT if one in layers and layers[one].shapes is not None)]


class _Sections:
    """One row for each section, from whatever layer; with the equipment that it names."""

    def __init__(self, found: list[Layer], layers: dict[str, Layer]) -> None:
        self.rows: list[tuple[Layer, int]] = []
        self.ids: list[str] = []
        for layer in found:
            for i, one in enumerate(layer.text("idTroncon")):
                if layer.shapes is None or shapely.get_dimensions(layer.shapes[i]) != 1:
                    continue
                if not one or one not in self.ids:
                    self.rows.append((layer, i))
                    self.ids.append(one)
        self.more = self._more(layers)

    def _more(self, layers: dict[str, Layer]) -> list[list[tuple[Layer, int]]]:
        """Return the rows of equipment of each section: by ``idequip`` and ``idcirculation``, or by ``idTroncon``."""
        by_id: dict[str, list[tuple[Layer, int]]] = {}
        for name in EQUIPMENT:
            layer = layers.get(name)
            if layer is None:
                continue
            own = layer.text(f"id{name.replace('_', '')}", "idtapis")
            for i, (one, section) in enumerate(zip(own, layer.text("idTroncon"), strict=True)):
                for key in {one, section} - {""}:
                    by_id.setdefault(key, []).append((layer, i))
        named = [[layer.text("idequip")[i], layer.text("idcirculation")[i], one] for (layer, i), one in self]
        return [[row for key in dict.fromkeys(keys) for row in by_id.get(key, ())] for keys in named]

    def __iter__(self) -> Any:
        return zip(self.rows, self.ids, strict=True)


def _network(found: list[Layer], layers: dict[str, Layer], srid: int, notes: Notes) -> Graph | None:
    sections = _Sections(found, layers)
    values = Values(notes)
    table: list[dict[str, Any]] = []
    lines: list[NDArray[np.float64]] = []
    drawn: list[tuple[Layer, int]] = []
    for (layer, i), more in zip(sections.rows, sections.more, strict=True):
        row = _row(layer, i, more, values)
        if row is None:
            continue
        for part in shapely.get_parts(layer.shapes[i]):  # type: ignore[index]  # sections are drawn
            table.append(row)
            drawn.append((layer, i))
            lines.append(shapely.get_coordinates(part))
    if not lines:
        return None
    way = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    xy = np.concatenate(lines)
    nobody = np.zeros(0, dtype=np.int64)
    edges = split(Lines(_points(xy, way), way, xy, nobody, nobody))
    for number in sorted(set(range(len(lines))) - set(edges.way.tolist())):
        _without_length(*drawn[number], notes)
    if not len(edges.way):
        return None
    columns: dict[str, Any] = {
        name: np.array([row[name] for row in table])[edges.way] for name in table[0] if name != "id"
    }
    degree = np.bincount(np.concatenate((edges.start, edges.end)), minlength=len(edges.nodes))
    kinds = {"kind": np.uint8, "steps": np.int16, "surface": np.uint8, "object_id": np.int64,
             **dict.fromkeys(("ramp", "handrail", "wheelchair"), np.int8)}  # fmt: skip
    graph = Graph(
        srid=srid, nodes=edges.nodes, frontier=degree == 1, start=edges.start, end=edges.end, length_m=edges.length_m,
        source=np.zeros(len(edges.way), dtype=np.uint8), bends=edges.bends, first_bend=edges.first_bend,
        **{name: column.astype(kinds.get(name, np.float32)) for name, column in columns.items()},
    )  # fmt: skip
    edge_of = {table[w]["id"]: e for e, w in enumerate(edges.way.tolist())}
    _put_nodes(graph, layers, values)
    _put_obstacles(graph, layers, values, edge_of)
    return graph


def _points(xy: NDArray[np.float64], way: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number the points: ends within 30 cm of each other are one; what lies between the ends is nobody else's."""
    end = np.concatenate(([True], way[1:] != way[:-1])) | np.concatenate((way[1:] != way[:-1], [True]))
    at = np.flatnonzero(end)
    pairs = cKDTree(xy[at]).query_pairs(SAME_NODE_M, output_type="ndarray")
    near = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(at), len(at)))
    point = np.arange(len(xy)) + len(at)
    point[at] = connected_components(near, directed=False)[1]
    return point


def _row(layer: Layer, i: int, more: list[tuple[Layer, int]], values: Values) -> dict[str, Any] | None:
    """Return what is known of one section, or ``None`` where it is not walked (a shuttle)."""
    one = values.at(layer, i)
    code = one.code(cnig.SECTION_KINDS, "typeTroncon")
    equipment = [values.at(*row) for row in more]
    kind = KINDS.get(code or "", Kind.PATH)
    for each in equipment:
        kind = BY_EQUIPMENT.get(each.layer.name.lower(), kind)
    if code == "shuttle":
        return None
    flight = kind in {Kind.STEPS, Kind.ESCALATOR}
    every = [one, *equipment]
    slope, downhill = one.measure("slope", "pente"), any(each.goes_down() for each in equipment)
    one.compare_length()
    stairs = next((each for each in equipment if each.layer.name.lower() == "escalier"), one)
    return {
        "id": one.text("idTroncon"), "object_id": one.number(), "kind": kind,
        "steps": _steps(stairs) if kind == Kind.STEPS else 0,
        "slope_pct": np.nan if flight or kind == Kind.LIFT else -abs(slope) if downhill else slope,
        "cross_fall_pct": abs(one.measure("slope", "devers")),
        "width_m": _least([each.measure("width", "largeurUtile", "largeurPassageUtile", "largeurPassage", "largeurMini")
                           for each in every]),
        "kerb_m": np.nan, "surface": _surface(every), "ramp": _inner_ramp(stairs) if kind == Kind.STEPS else UNKNOWN,
        "handrail": _handrail(every) if kind in {Kind.STEPS, Kind.RAMP} else UNKNOWN, "wheelchair": UNKNOWN,
    }  # fmt: skip


def _least(measures: list[float]) -> float:
    known = [measure for measure in measures if not np.isnan(measure)]
    return min(known, default=np.nan)


def _steps(stairs: Any) -> int:
    counted = stairs.measure("count", "nbMarches")
    return int(counted) if counted > 0 else UNKNOWN


def _surface(every: list[Any]) -> int:
    grounds = [GROUNDS.get(each.code(cnig.GROUNDS, "typeSol") or "", Surface.UNKNOWN) for each in every]
    states = [STATES.get(each.code(cnig.STATES, "etatRevetement") or "", Surface.UNKNOWN) for each in every]
    return max(*grounds, *states)


def _handrail(every: list[Any]) -> int:
    sides = [each.code(cnig.SIDES, "mainCourante") for each in every]
    if any(side not in {None, "none"} for side in sides):
        return YES
    return NO if "none" in sides else UNKNOWN


def _inner_ramp(stairs: Any) -> int:
    """A ramp for prams or bicycles within a flight is none for a wheelchair."""
    code = stairs.code(cnig.INNER_RAMPS, "rampeInterne")
    return UNKNOWN if code in {None, "other"} else NO


def _put_nodes(graph: Graph, layers: dict[str, Layer], values: Values) -> None:
    layer = next((layers[one] for one in ("noeud_cheminement", "noeuds") if one in layers), None)
    if layer is None or layer.shapes is None or not len(layer.fids):
        return
    far, node = cKDTree(graph.nodes).query(shapely.get_coordinates(layer.shapes))
    lips = np.array([values.at(layer, i).measure("kerb", "hauteurRessaut") for i in range(len(layer.fids))])
    near = (far <= NEAR_M) & ~np.isnan(lips)
    highest = {int(n): float(lips[node == n].max()) for n in np.unique(node[near])}
    nodes = np.array(list(highest), dtype=np.int64)
    put_on_edges(
        graph, nodes, width_m=np.full(len(nodes), np.nan), kerb_m=np.array(list(highest.values())),
        wheelchair=np.full(len(nodes), UNKNOWN, dtype=np.int8),
    )  # fmt: skip


def _put_obstacles(graph: Graph, layers: dict[str, Layer], values: Values, edge_of: dict[str, int]) -> None:
    layer = layers.get("obstacle")
    if layer is None or layer.shapes is None:
        return
    of_edge = np.repeat(np.arange(len(graph.start)), np.diff(graph.first_bend))
    tree = shapely.STRtree(shapely.linestrings(graph.bends, indices=of_edge))
    for i, section in enumerate(layer.text("idTroncon")):
        edge = edge_of.get(section)
        if edge is None:
            near = tree.query_nearest(layer.shapes[i], max_distance=NEAR_M, all_matches=False)
            if not len(near):
                _nowhere(layer, i, values.notes)
                continue
            edge = int(near[0])
        _put_obstacle(graph, edge, values.at(layer, i))


def _put_obstacle(graph: Graph, edge: int, one: Any) -> None:
    kind = one.code(cnig.OBSTACLES, "typeObstacle")
    graph.width_m[edge] = np.fmin(graph.width_m[edge], one.measure("width", "largeurUtile", "largeurPassageUtile"))
    if kind == "lip":
        graph.kerb_m[edge] = np.fmax(graph.kerb_m[edge], one.measure("kerb", "hauteurObsPoseSol"))
    if kind == "cross_fall":
        graph.cross_fall_pct[edge] = np.fmax(graph.cross_fall_pct[edge], abs(one.measure("slope", "devers")))
    if kind == "uneven":
        graph.surface[edge] = max(int(graph.surface[edge]), Surface.UNEVEN)
    if kind == "slope" and not abs(graph.slope_pct[edge]) >= abs(one.measure("slope", "pente")):
        graph.slope_pct[edge] = one.measure("slope", "pente")


def _without_length(layer: Layer, i: int, notes: Notes) -> None:
    place = f"{layer.name} {layer.fids[i]}"
    message = Text(f"{place} : tronçon sans longueur, laissé de côté", f"{place}: section without length, left out")
    notes.doubt("edge-without-length", Fault("geom", place, message))


def _nowhere(layer: Layer, i: int, notes: Notes) -> None:
    place = f"{layer.name} {layer.fids[i]}"
    message = Text(f"{place} : aucun tronçon à moins de 5 m", f"{place}: no section within 5 m")
    notes.doubt("obstacle-nowhere", Fault("geom", place, message))
