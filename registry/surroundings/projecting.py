"""Coordinates in the legal projection, and places where it does not hold."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from registry.kernel.text import Text
from registry.surroundings.errors import NetworkOutsideProjection


@lru_cache(maxsize=8)
def _crs(srid: int) -> CRS:
    try:
        found = CRS.from_epsg(srid)
    except CRSError as error:
        raise NetworkOutsideProjection(field="srid", value=srid) from error
    if not found.is_projected:
        said = Text(f"EPSG:{srid} est en degrés", f"EPSG:{srid} is in degrees")
        raise NetworkOutsideProjection(said, field="srid", value=srid)
    return found


@lru_cache(maxsize=8)
def transformer(srid: int) -> Transformer:
    """Return what turns longitude and latitude into metres of ``srid``.

    Raises:
        NetworkOutsideProjection: There is no such projection, or it is one of degrees.
    """
    return Transformer.from_crs(4326, _crs(srid), always_xy=True)


def projected(lonlat: NDArray[np.float64], srid: int) -> NDArray[np.float64]:
    """Return ``(n, 2)`` longitudes and latitudes in metres.

    Raises:
        NetworkOutsideProjection: Most of them lie where the projection is not for.
    """
    _require_held(lonlat, srid)
    return np.column_stack(transformer(srid).transform(lonlat[:, 0], lonlat[:, 1]))


def require_within(xy: NDArray[np.float64], srid: int) -> None:
    """Refuse coordinates in metres most of which lie where the projection is not for."""
    lonlat = transformer(srid).transform(xy[:, 0], xy[:, 1], direction="INVERSE")
    _require_held(np.column_stack(lonlat), srid)


def _require_held(lonlat: NDArray[np.float64], srid: int) -> None:
    area = _crs(srid).area_of_use
    if area is None or not len(lonlat):
        return
    lon, lat = np.median(lonlat, axis=0)
    if not (area.west <= lon <= area.east and area.south <= lat <= area.north):
        place = f"{lon:.3f}, {lat:.3f}"
        said = Text(f"{place} n'est pas là où vaut EPSG:{srid}", f"{place} is not where EPSG:{srid} holds")
        raise NetworkOutsideProjection(said, field="srid", value=srid)
