"""The layers of GeoPackages as tables of arrays: one file, one file a layer in a zip, or compressed."""

import gzip
import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS, Transformer

from registry.kernel.text import Text
from registry.surroundings.errors import NetworkFileNotReadable, NetworkFileTruncated, NetworkOutsideProjection
from registry.surroundings.projecting import require_within

LARGEST_B: Final = 4_000_000_000
"""What an archive may unpack to."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A table; columns by their names in lower case. ``shapes``: in metres of the projection asked for, or ``None``."""

    name: str
    fids: NDArray[np.int64]
    columns: dict[str, NDArray[Any]]
    shapes: NDArray[Any] | None

    def text(self, *names: str) -> list[str]:
        """Return the first column there is of these names as text; empty where null or absent."""
        column = self._column(names)
        if column is None:
            return [""] * len(self.fids)
        return ["" if value is None else str(value).strip() for value in column.tolist()]

    def numbers(self, *names: str) -> NDArray[np.float64]:
        """Return the first column there is of these names as numbers; ``NaN`` where null or absent."""
        column = self._column(names)
        return np.full(len(self.fids), np.nan) if column is None else column.astype(np.float64)

    def _column(self, names: tuple[str, ...]) -> NDArray[Any] | None:
        return next((self.columns[name.lower()] for name in names if name.lower() in self.columns), None)


def read(path: Path, wanted: frozenset[str], *, srid: int) -> tuple[dict[str, Layer], str | None]:
    """Return the layers of these names (lower case) that the file holds, and the day of its last change.

    Raises:
        NetworkFileNotReadable: It is no GeoPackage, nor an archive of some.
        NetworkOutsideProjection: Coordinates are degrees, or far outside of the projection: the layer and feature are
        named.
    """
    layers: dict[str, Layer] = {}
    changed: list[str] = []
    try:
        with _unpacked(path) as files, warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of columns that are none of ours
            for file in files:
                for name, _ in pyogrio.list_layers(file).tolist():
                    if name.lower() in wanted:
                        layers[name.lower()] = _layer(file, name, srid)
                changed += _changed(file)
    except (DataSourceError, DataLayerError, zipfile.BadZipFile, gzip.BadGzipFile) as error:
        raise NetworkFileNotReadable(_said(path, error), field="file", value=path.name) from error
    except EOFError as error:
        raise NetworkFileTruncated(_said(path, error), field="file", value=path.name) from error
    return layers, max(changed, default=None)


def _said(path: Path, error: Exception) -> Text:
    return Text(f"{path.name} : {error}", f"{path.name}: {error}")


@contextmanager
def _unpacked(path: Path) -> Iterator[list[Path]]:
    if path.suffix == ".gpkg":
        yield [path]
        return
    with tempfile.TemporaryDirectory() as directory:
        if path.suffix == ".gz":
            yield [_gunzipped(path, Path(directory) / path.stem)]
            return
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if member.filename.lower().endswith(".gpkg")]
            if not members or sum(member.file_size for member in members) > LARGEST_B:
                raise NetworkFileNotReadable(field="file", value=path.name)
            yield [Path(archive.extract(member, directory)) for member in members]


def _gunzipped(path: Path, to: Path) -> Path:
    with gzip.open(path, "rb") as packed, to.open("wb") as file:
        shutil.copyfileobj(packed, file, 1 << 20)
    return to


def _changed(file: Path) -> list[str]:
    _, _, _, columns = pyogrio.raw.read(file, sql="SELECT CAST(max(last_change) AS text) AS day FROM gpkg_contents")
    return [str(day)[:10] for column in columns for day in column if day is not None]


def _layer(file: Path, name: str, srid: int) -> Layer:
    meta, fids, shapes, columns = pyogrio.raw.read(file, layer=name, return_fids=True)
    named = {str(field).lower(): column for field, column in zip(meta["fields"], columns, strict=True)}
    lines = shapely.force_2d(shapely.from_wkb(shapes)) if shapes is not None else None
    if lines is not None and len(lines):
        lines = _projected(lines, meta["crs"], srid, name, fids)
    return Layer(name, fids.astype(np.int64), named, lines)


def _projected(shapes: NDArray[Any], crs: str | None, srid: int, name: str, fids: NDArray[np.int64]) -> NDArray[Any]:
    given = CRS.from_user_input(crs) if crs else CRS.from_epsg(srid)
    if given.to_epsg() != srid and not given.is_geographic:
        change = Transformer.from_crs(given, srid, always_xy=True)
        shapes = shapely.transform(shapes, lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1])))
    bounds = shapely.bounds(shapes)
    # Degrees, or what a projection makes of what it is not for: no legal projection has coordinates below 1,000 m.
    wrong = (np.abs(bounds).max(axis=1) < 1000) | np.isinf(bounds).any(axis=1)
    if wrong.any():
        fid = int(fids[wrong][0])
        raise NetworkOutsideProjection(
            Text(f"couche {name}, objet {fid} : coordonnées en degrés ou hors projection",
                 f"layer {name}, feature {fid}: coordinates in degrees, or outside of the projection"),
            field=f"{name}.geom", value=[round(float(value), 5) for value in bounds[wrong][0]],
        )  # fmt: skip
    require_within(bounds[~np.isnan(bounds[:, 0]), :2], srid)
    return shapes
