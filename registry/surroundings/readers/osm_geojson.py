"""Services in a GeoJSON export of OpenStreetMap: the properties of a feature are the tags of an object."""

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson
import shapely

from registry.kernel.text import Text
from registry.surroundings.errors import ServiceFileUnreadable
from registry.surroundings.readers import osm_places
from registry.surroundings.readers.records import FaultCode, Notes, Record, placed

_OBJECT: Final = re.compile(r"(?:^|/)(node|way|relation)/(-?[0-9]+)$")


def read(path: Path, notes: Notes) -> Iterator[Record]:
    """Yield the services of a FeatureCollection in WGS84, gzipped or not.

    Raises:
        ServiceFileUnreadable: It is none.
    """
    for number, feature in enumerate(_features(path), start=1):
        where = f"feature {number}"
        given = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(given, dict):
            notes.fault(FaultCode.ROW_UNREADABLE, where, "properties", given)
            continue
        tags = {key: str(value) for key, value in given.items() if value is not None}
        ref = _ref(feature, tags) or where
        position = placed(*_centre(feature.get("geometry")), ref, notes)
        record = osm_places.of_tags(ref, tags, position, notes) if position else None
        if record is not None and notes.is_new(ref, where):
            yield record


def _features(path: Path) -> list[Any]:
    raw = path.read_bytes()
    try:
        document = orjson.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
    except (orjson.JSONDecodeError, EOFError, OSError, zlib.error) as error:
        raise ServiceFileUnreadable(
            Text("Le GeoJSON est abîmé.", f"The GeoJSON is damaged: {error}."), field="path", value=path.name
        ) from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise ServiceFileUnreadable(field="path", value=f"{path.name}: no FeatureCollection")
    return features


def _ref(feature: Mapping[str, Any], tags: Mapping[str, str]) -> str | None:
    for stated in (tags.get("@id"), tags.get("osm_url"), feature.get("id")):
        if found := _OBJECT.search(str(stated or "")):
            return f"{found[1][0]}{found[2]}"
    return tags.get("osm_id")


def _centre(geometry: Any) -> tuple[Any, Any]:
    if not isinstance(geometry, dict):
        return None, None
    if geometry.get("type") == "Point":
        place = geometry.get("coordinates")
        return (place[0], place[1]) if isinstance(place, list) and len(place) >= 2 else (None, None)
    try:
        centre = shapely.from_geojson(orjson.dumps(geometry)).centroid
    except (shapely.errors.GEOSException, TypeError):
        return None, None
    return (None, None) if centre.is_empty else (centre.x, centre.y)
