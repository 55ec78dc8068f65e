"""Files of features as they are published: GeoJSON and plain JSON, Shapefile, GeoPackage; plain, gzipped or zipped."""

import gzip
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from registry.kernel.text import Text
from registry.territories.errors import FileCrsUnknown, FileLayerUnknown, FileNotRecognised
from registry.territories.service.shapes import Shapes

CHUNK: Final = 5_000
"""Features in memory at a time."""
LARGEST_B: Final = 4 << 30
"""What an archive may unfold to."""
_VECTOR: Final = frozenset({".shp", ".gpkg", ".zip"})
_INSIDE: Final = (".shp", ".gpkg", ".geojson", ".json")
_UNREADABLE: Final = (EOFError, gzip.BadGzipFile, zlib.error)


class Feature(NamedTuple):
    """One feature: its place in the file, properties, and geometry as it stands there (GeoJSON or WKB)."""

    number: int
    properties: Any
    geometry: Any


@dataclass(frozen=True)
class Source:
    """Features of a file, and what its geometries are read with. ``name``: the file's, with the layer read of it."""

    name: str
    features: Iterator[Feature]
    shapes: Shapes


def is_vector(path: Path) -> bool:
    """Tell whether GDAL reads the file: Shapefile (.shp, or zipped with its companions), GeoPackage."""
    return path.suffix.lower() in _VECTOR


def read_text(path: Path) -> str:
    """Return the text of a file, plain or gzipped.

    Raises:
        FileNotRecognised: It is not UTF-8, or cut off.
    """
    raw = path.read_bytes()
    try:
        return (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")
    except _UNREADABLE as error:
        raise FileNotRecognised(
            Text("Le fichier gzip est incomplet ou abîmé.", f"The gzip file is cut off or damaged: {error}."),
            field="path", value=path.name,
        ) from None  # fmt: skip
    except UnicodeDecodeError as error:
        raise FileNotRecognised(
            Text("Le fichier n'est pas en UTF-8.", f"The file is not UTF-8: {error}."), field="path", value=path.name
        ) from None


def read_json(content: str, name: str, crs: str | None) -> Source:
    """Return the features of a GeoJSON collection, or the objects of a plain JSON list.

    A collection may name its system as GeoJSON did before RFC 7946 (2016); otherwise it is in WGS84.

    Raises:
        FileNotRecognised, FileCrsUnknown: As they say.
    """
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise FileNotRecognised(
            Text("JSON illisible.", f"Unreadable JSON: {error}."), field="path", value=name
        ) from None
    features = document.get("features") if isinstance(document, dict) else document
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise FileNotRecognised(field="path", value=name)
    stated = document.get("crs") if isinstance(document, dict) else None
    found = (
        Feature(
            number, each.get("properties", None if "geometry" in each else each),
            each.get("geometry") or each.get("contour"),
        )
        for number, each in enumerate(features, start=1)
    )  # fmt: skip
    return Source(name, found, _shapes(crs or _named(stated), name))


def _named(crs: Any) -> str | None:
    properties = crs.get("properties") if isinstance(crs, Mapping) else None
    name = properties.get("name") if isinstance(properties, Mapping) else None
    return str(name) if name else None


def _shapes(crs: str | None, name: str) -> Shapes:
    try:
        return Shapes(crs)
    except ValueError as error:
        raise FileCrsUnknown(
            Text(f"{name} : système de coordonnées inconnu.", f"{name}: {error}."), field="crs", value=crs
        ) from None


@contextmanager
def opened(path: Path, source_layer: str | None, crs: str | None) -> Iterator[Source]:
    """Open a Shapefile or a GeoPackage, zipped or not.

    Raises:
        FileNotRecognised: It is none, or its archive holds none.
        FileLayerUnknown: It has several layers and none is named, or not the one that is.
        FileCrsUnknown: It does not say its coordinate reference system (a Shapefile without .prj).
    """
    try:
        with _unpacked(path) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of columns that are none of ours
            layer = _layer(file, path, source_layer)
            stated = pyogrio.read_info(file, layer=layer)
            system = crs or stated["crs"]
            name = path.name if layer == file.stem else f"{path.name}, {layer}"
            if system is None and stated["geometry_type"] is not None:
                raise FileCrsUnknown(field="crs", value=name)
            yield Source(name, _features(file, layer), _shapes(system, name))
    except (DataSourceError, DataLayerError, zipfile.BadZipFile) as error:
        raise FileNotRecognised(
            Text(f"{path.name} n'est pas lisible.", f"{path.name} cannot be read: {error}"),
            field="path", value=path.name,
        ) from None  # fmt: skip


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    if path.suffix.lower() != ".zip":
        yield path
        return
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as directory:
        members = archive.infolist()
        data = [each for each in members if each.filename.lower().endswith(_INSIDE)]
        if len(data) != 1 or sum(each.file_size for each in members) > LARGEST_B:
            raise FileNotRecognised(
                Text(
                    f"{path.name} contient {len(data)} fichiers de données, et un seul est attendu.",
                    f"{path.name} holds {len(data)} files of data where one is expected.",
                ),
                field="path", value=path.name,
            )  # fmt: skip
        stem = Path(data[0].filename).with_suffix("")
        for each in members:
            if Path(each.filename).with_suffix("") == stem:  # a Shapefile's companions beside it
                archive.extract(each, directory)
        yield Path(directory) / data[0].filename


def _layer(file: Path, path: Path, wanted: str | None) -> str:
    names = [str(name) for name, _ in pyogrio.list_layers(file).tolist()]
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted not in names:
        raise FileLayerUnknown(
            Text(
                f"{path.name} a pour couches : {', '.join(names)}.", f"{path.name} has the layers {', '.join(names)}."
            ),
            field="source_layer", value=wanted,
        )  # fmt: skip
    return str(wanted)


def _features(file: Path, layer: str) -> Iterator[Feature]:
    number = 0
    while True:
        meta, _, shapes, columns = pyogrio.raw.read(file, layer=layer, skip_features=number, max_features=CHUNK)
        names = [str(name) for name in meta["fields"]]
        values = [column.tolist() for column in columns]
        count = len(shapes) if shapes is not None else len(values[0]) if values else 0
        for place in range(count):
            given = {name: _value(column[place]) for name, column in zip(names, values, strict=True)}
            number += 1
            yield Feature(number, given, shapes[place] if shapes is not None else None)
        if count < CHUNK:
            return


def _value(value: Any) -> Any:
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124 - not a number: no value
