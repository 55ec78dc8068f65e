"""Geometries of the files of others: brought to WGS84, repaired where that is possible, named where it is not."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import orjson
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError

WGS84: Final = 4326
_POLYGONS: Final = frozenset({"Polygon", "MultiPolygon"})


class Shapes:
    """Reads geometries in one coordinate reference system.

    Args:
        crs: As PROJ understands it ("EPSG:2154", WKT); ``None``: longitude and latitude in WGS84 (RFC 7946).

    Attributes:
        repaired: How many polygons crossed themselves, or were otherwise not valid, and were made so.

    Raises:
        ValueError: There is no such coordinate reference system.
    """

    def __init__(self, crs: str | None) -> None:
        self.repaired = 0
        self._change: Transformer | None = None
        try:
            given = CRS.from_user_input(crs) if crs else None
        except CRSError:
            raise ValueError(f"{crs!r} is not a coordinate reference system") from None
        if given is not None and given.to_epsg() != WGS84 and given.name != "WGS 84 (CRS84)":
            self._change = Transformer.from_crs(given, WGS84, always_xy=True)

    def read(self, given: Mapping[str, Any] | bytes | None) -> shapely.Geometry | None:
        """Return GeoJSON or WKB as a geometry of two dimensions in WGS84; ``None`` where there is none.

        Raises:
            ValueError: It is none, or its coordinates are no longitude and latitude.
        """
        if given is None:
            return None
        try:
            shape = shapely.from_wkb(given) if isinstance(given, bytes) else shapely.from_geojson(orjson.dumps(given))
        except (ShapelyError, TypeError) as error:
            raise ValueError(f"unreadable geometry: {str(error).strip() or type(error).__name__}") from None
        shape = shapely.force_2d(shape)
        change = self._change
        if change is not None:
            shape = shapely.transform(shape, lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1])))
        bounds = shapely.bounds(shape)
        if not shape.is_empty and not (np.isfinite(bounds).all() and np.all(np.abs(bounds) <= [180, 90, 180, 90])):
            raise ValueError(
                "coordinates are not longitude and latitude in degrees: name the file's system, --crs EPSG:2154 say"
            )
        return shape

    def polygons(self, shape: shapely.Geometry) -> str:
        """Return the polygons of a polygon that may be invalid, as GeoJSON text.

        Raises:
            ValueError: It bounds no area, whatever is done to it.
        """
        if not shape.is_valid:
            reason = shapely.is_valid_reason(shape)
            shape = shapely.make_valid(shape)
            parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if part.geom_type == "Polygon"]
            shape = shapely.union_all(parts) if parts else shapely.MultiPolygon()
            if shape.is_empty:
                raise ValueError(f"the geometry cannot be repaired: {reason}")
            self.repaired += 1
        if shape.area == 0:
            raise ValueError("the geometry bounds no area")
        return str(shapely.to_geojson(shape))


def is_polygon(shape: shapely.Geometry) -> bool:
    return shape.geom_type in _POLYGONS
