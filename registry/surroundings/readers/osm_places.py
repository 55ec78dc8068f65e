"""Services in an extract of OpenStreetMap: nodes and areas by their tags, each at the door that is drawn for it.

A door belongs to a service where it is a node of the service's own outline, or of the outline of the building in which
the service lies, and no more than :data:`DOOR_WITHIN_M` away from it.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import osmium
import shapely
from osmium.filter import KeyFilter
from osmium.osm import Area, Node, Way

from registry.kernel.text import Text
from registry.surroundings.errors import ServiceFileUnreadable
from registry.surroundings.readers import osm_place_tags
from registry.surroundings.readers.osm_place_tags import Tags
from registry.surroundings.readers.records import FaultCode, Notes, Record, as_text, placed
from registry.vocabulary.services import OSM_KEYS, Family, family_of_tags

DOOR_WITHIN_M: Final = 20.0
"""A building of many shops has a door for each; one further away is another's."""
_NO_WAY_IN: Final = frozenset({"emergency", "exit", "service", "garage", "staircase", "home", "no"})
_METRES_PER_DEGREE: Final = 111_195.0
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Door:
    lon: float
    lat: float
    tags: Tags
    main: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """A service, ``doors``: the nodes of its outline that are doors."""

    ref: str
    family: Family
    tags: Tags
    lon: float
    lat: float
    doors: tuple[int, ...] = ()


@dataclass
class _Extract:
    doors: dict[int, _Door] = field(default_factory=dict)
    found: list[_Found] = field(default_factory=list)
    outlines: list[Any] = field(default_factory=list)
    outline_doors: list[tuple[int, ...]] = field(default_factory=list)
    areas: set[str] = field(default_factory=set)
    cut: dict[str, str] = field(default_factory=dict)


def read(path: Path, notes: Notes) -> Iterator[Record]:
    """Yield the services of an OpenStreetMap file: XML or PBF, gzipped or not.

    Raises:
        ServiceFileUnreadable: It is none, or it is cut off.
    """
    try:
        extract = _extracted(path, notes)
    except (RuntimeError, OSError) as error:  # pyosmium's errors of the format are RuntimeError
        raise ServiceFileUnreadable(
            Text("Ce n'est pas un fichier OpenStreetMap entier.", f"This is no whole OpenStreetMap file: {error}."),
            field="path", value=path.name,
        ) from None  # fmt: skip
    for ref, name in extract.cut.items():
        if ref not in extract.areas:
            notes.fault(FaultCode.GEOMETRY_MISSING, ref, "geometry", name)
    buildings = shapely.STRtree(extract.outlines)
    for each in extract.found:
        record = _record(each, _door_of(each, extract, buildings), notes)
        if record is not None and notes.is_new(record.ref, record.ref):
            yield record


def data_date(path: Path) -> str | None:
    """Return when the extract was made, as its header says; ``None`` where it does not."""
    header = osmium.io.Reader(str(path)).header()
    return header.get("osmosis_replication_timestamp") or header.get("timestamp") or None


def _extracted(path: Path, notes: Notes) -> _Extract:
    extract = _Extract()
    keys = KeyFilter("entrance", "door", "building", *OSM_KEYS)
    for item in osmium.FileProcessor(str(path)).with_locations().with_areas(keys).with_filter(keys):
        tags = {tag.k: tag.v for tag in item.tags}
        if isinstance(item, Node):
            _take_node(extract, item, tags, notes)
        elif isinstance(item, Way):
            _take_way(extract, item, tags, notes)
        elif isinstance(item, Area):
            _take_area(extract, item, tags, notes)
        else:
            _expect(extract, f"r{item.id}", tags)
    return extract


def _take_node(extract: _Extract, node: Node, tags: Tags, notes: Notes) -> None:
    ref = f"n{node.id}"
    lon, lat = node.location.lon, node.location.lat
    if "entrance" in tags and tags["entrance"] not in _NO_WAY_IN and tags.get("access") not in {"private", "no"}:
        extract.doors[node.id] = _Door(lon, lat, tags, tags["entrance"] == "main")
    family = _family(tags, notes)
    if family is not None:
        extract.found.append(_Found(ref, family, tags, lon, lat))


def _take_way(extract: _Extract, way: Way, tags: Tags, notes: Notes) -> None:
    """Take a building with doors; a service that is a line; and note which area is to come."""
    doors = tuple(node.ref for node in way.nodes if node.ref in extract.doors)
    if "building" in tags and doors and way.is_closed():
        points = _points(way)
        if len(points) > 3:
            extract.outlines.append(shapely.Polygon(points))
            extract.outline_doors.append(doors)
    ref = f"w{way.id}"
    if way.is_closed() and len(way.nodes) > 3:
        _expect(extract, ref, tags)
        return
    family = _family(tags, notes)
    points = _points(way)
    if family is not None and points:
        middle = shapely.LineString(points).interpolate(0.5, normalized=True) if len(points) > 1 else None
        lon, lat = (middle.x, middle.y) if middle is not None else points[0]
        extract.found.append(_Found(ref, family, tags, lon, lat, doors))
    elif family is not None:
        _expect(extract, ref, tags)


def _take_area(extract: _Extract, area: Area, tags: Tags, notes: Notes) -> None:
    ref = f"{'w' if area.from_way() else 'r'}{area.orig_id()}"
    extract.areas.add(ref)
    family = _family(tags, notes)
    if family is None:
        return
    rings = [[(n.lon, n.lat) for n in ring] for ring in area.outer_rings()]
    doors = tuple(n.ref for ring in area.outer_rings() for n in ring if n.ref in extract.doors)
    centre = shapely.MultiPolygon([shapely.Polygon(ring) for ring in rings]).centroid
    extract.found.append(_Found(ref, family, tags, centre.x, centre.y, tuple(dict.fromkeys(doors))))


def _family(tags: Tags, notes: Notes) -> Family | None:
    family = family_of_tags(tags)
    if family is not None and osm_place_tags.is_closed(tags):
        notes.passed_over["closed"] += 1
        return None
    return family


def _expect(extract: _Extract, ref: str, tags: Tags) -> None:
    """Note a service whose outline is still to be put together; what never comes was cut by the extract's edge."""
    if family_of_tags(tags) is not None and tags.get("type", "multipolygon") == "multipolygon":
        extract.cut[ref] = tags.get("name", "")


def _points(way: Way) -> list[Point]:
    return [(node.lon, node.lat) for node in way.nodes if node.location.valid()]


def _door_of(service: _Found, extract: _Extract, buildings: shapely.STRtree) -> _Door | None:
    own = [extract.doors[door] for door in service.doors]
    if own:
        return min(own, key=lambda door: (not door.main, _metres(service, door)))
    inside = buildings.query(shapely.Point(service.lon, service.lat), predicate="intersects")
    near = [extract.doors[door] for building in inside for door in extract.outline_doors[building]]
    near = [door for door in near if _metres(service, door) <= DOOR_WITHIN_M]
    return min(near, key=lambda door: _metres(service, door)) if near else None


def _metres(service: _Found, door: _Door) -> float:
    east = (door.lon - service.lon) * math.cos(math.radians(service.lat))
    return math.hypot(east, door.lat - service.lat) * _METRES_PER_DEGREE


def _record(service: _Found, door: _Door | None, notes: Notes) -> Record | None:
    ref = service.ref
    position = placed(*((door.lon, door.lat) if door else (service.lon, service.lat)), ref, notes)
    if position is None:
        return None
    own_door = "entrance" in service.tags
    return _described(ref, service.family, service.tags, position, notes, door=door, own_door=own_door)


def _described(
    ref: str, family: Family, tags: Tags, position: Point, notes: Notes, *, door: _Door | None, own_door: bool
) -> Record:
    facts = osm_place_tags.entrance_facts(tags, ref, notes, at_door=own_door)
    if door is not None and door.tags is not tags:
        facts = osm_place_tags.completed(facts, osm_place_tags.entrance_facts(door.tags, ref, notes, at_door=True))
    return Record(
        ref, family, as_text(tags.get("name"), ref, "name", notes), *position, facts,
        checked=osm_place_tags.checked_on(tags, ref, notes),
        acceslibre_id=next((tags[key] for key in osm_place_tags.ACCESLIBRE if key in tags), None),
    )  # fmt: skip


def of_tags(ref: str, tags: Mapping[str, str], position: Point, notes: Notes) -> Record | None:
    """Return the service that an export of OpenStreetMap has as tags and a position; ``None``: it is none."""
    family = _family(tags, notes)
    if family is None:
        notes.passed_over["no_family"] += 1
        return None
    return _described(ref, family, tags, position, notes, door=None, own_door="entrance" in tags)
