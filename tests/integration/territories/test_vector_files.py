"""Shapefiles and GeoPackages in any projection: brought to WGS84, repaired, and what is wrong is named."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from pyproj import Transformer
from sqlalchemy import text

from registry.kernel.errors import RegistryError
from registry.platform.database import Database, Role
from registry.territories.errors import FileCrsUnknown, FileEmpty, FileLayerUnknown, FileRowInvalid
from registry.territories.service.load import FileLoaded, load_file
from registry.territories.service.places import Layer

_TO_LAMBERT = Transformer.from_crs(4326, 2154, always_xy=True)


def square(lon: float, lat: float, half: float = 0.01) -> shapely.Geometry:
    """Return a square in Lambert-93."""
    return lambert(shapely.box(lon - half, lat - half, lon + half, lat + half))


def lambert(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda xy: np.column_stack(_TO_LAMBERT.transform(xy[:, 0], xy[:, 1])))


def bow_tie(lon: float, lat: float) -> shapely.Geometry:
    ring = [(lon, lat), (lon + 0.01, lat + 0.01), (lon + 0.01, lat), (lon, lat + 0.01), (lon, lat)]
    return lambert(shapely.Polygon(ring))


def write(
    path: Path, shapes: list[Any], crs: str | None = "EPSG:2154", layer: str | None = None, **fields: Any
) -> Path:
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array(shapes, dtype=object)), [np.array(each) for each in fields.values()],
        list(fields), geometry_type="Polygon", crs="EPSG:2154", layer=layer, append=path.exists(),
    )  # fmt: skip
    return path


def zipped(path: Path) -> Path:
    archive = path.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w") as packed:
        for part in path.parent.glob(f"{path.stem}.*"):
            if part != archive:
                packed.write(part, f"inside/{part.name}")
    return archive


async def load(jobs: Database, path: Path, layer: str | None = None, **given: Any) -> FileLoaded:
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        described = Layer(layer, 2026) if layer else None
        return await load_file(session=session, path=path, vintage=2026, layer=described, **given)


async def rows(jobs: Database, query: str, **values: Any) -> list[tuple[Any, ...]]:
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        return [tuple(row) for row in await session.execute(text(query), values)]


QUARTERS = (
    "SELECT code, name, commune_code, round(ST_X(ST_Centroid(shape))::numeric, 3)::float,"
    " round(ST_Y(ST_Centroid(shape))::numeric, 3)::float, ST_IsValid(shape)"
    " FROM quarters WHERE layer = :layer ORDER BY 1"
)


@pytest.mark.parametrize("kind", ["shp", "zip", "gpkg"])
async def test_iris_in_lambert_are_read_from_shapefile_and_geopackage(
    job_database: Database, tmp_path: Path, kind: str
) -> None:
    layer = f"iris-{kind}"
    path = write(
        tmp_path / f"iris.{'gpkg' if kind == 'gpkg' else 'shp'}", [square(2.35, 47.1), bow_tie(2.4, 47.1)],
        CODE_IRIS=["180330101", "180330102"], NOM_IRIS=["Éloi", "Sud"], INSEE_COM=["18033", "18033"],
    )  # fmt: skip

    done = await load(job_database, zipped(path) if kind == "zip" else path, layer)

    assert done == ("quarters", 2, 1)
    assert await rows(job_database, QUARTERS, layer=layer) == [
        ("180330101", "Éloi", "18033", 2.35, 47.1, True), ("180330102", "Sud", "18033", 2.405, 47.105, True),
    ]  # fmt: skip


async def test_quarter_without_a_commune_gets_that_of_its_inner_point(job_database: Database, tmp_path: Path) -> None:
    communes = write(
        tmp_path / "COMMUNE.shp", [square(2.9, 47.9, 0.05)], INSEE_COM=["18999"], NOM=["Admin"], INSEE_DEP=["18"],
        INSEE_REG=["24"], SIREN_EPCI=["NR"], POPULATION=[12],
    )  # fmt: skip
    assert await load(job_database, communes) == ("communes", 1, 0)
    found = "SELECT departement, region, epci_code, population, contour IS NOT NULL FROM communes WHERE code = '18999'"
    assert await rows(job_database, found) == [("18", "24", None, 12, True)]
    path = write(tmp_path / "qpv.gpkg", [square(2.9, 47.9)], code_qp=["QP018001"], lib_qp=["Gibjoncs"])

    await load(job_database, path, "qpv-by-place")

    assert await rows(job_database, QUARTERS, layer="qpv-by-place") == [
        ("QP018001", "Gibjoncs", "18999", 2.9, 47.9, True)
    ]


def without_a_system(directory: Path) -> tuple[Path, dict[str, Any]]:
    path = write(directory / "bare.shp", [square(2, 47)], nom=["A"], insee=["18033"])
    path.with_suffix(".prj").unlink()
    return path, {}


def two_layers(directory: Path) -> tuple[Path, dict[str, Any]]:
    path = directory / "two.gpkg"
    for name in ("one", "other"):
        write(path, [square(2, 47)], layer=name, nom=["A"], insee=["18033"])
    return path, {"source_layer": "third"}


def without_a_name(directory: Path) -> tuple[Path, dict[str, Any]]:
    path = directory / "named.gpkg"
    for name in ("one", "other"):
        write(path, [square(2, 47)], layer=name, titre=["A"], insee=["18033"])
    return path, {"source_layer": "other"}


def in_another_system_than_said(directory: Path) -> tuple[Path, dict[str, Any]]:
    return write(directory / "said.shp", [square(2, 47)], nom=["A"], insee=["18033"]), {"crs": "EPSG:4326"}


def beyond_repair(directory: Path) -> tuple[Path, dict[str, Any]]:
    line = shapely.Polygon([(600_000, 6_600_000), (600_100, 6_600_000), (600_000, 6_600_000), (600_000, 6_600_000)])
    return write(directory / "line.shp", [square(2, 47), line], nom=["A", "B"], insee=["18033", "18033"]), {}


def nothing(directory: Path) -> tuple[Path, dict[str, Any]]:
    path = directory / "none.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}')
    return path, {}


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (without_a_system, FileCrsUnknown, "coordinate reference system is not known"),
        (two_layers, FileLayerUnknown, "two.gpkg has the layers one, other"),
        (without_a_name, FileRowInvalid, "named.gpkg, other, feature 1: 'nom' is missing"),
        (
            in_another_system_than_said,
            FileRowInvalid,
            "said.shp, feature 1: coordinates are not longitude",
        ),
        (beyond_repair, FileRowInvalid, "line.shp, feature 2: the geometry cannot be repaired"),
        (nothing, FileEmpty, "holds no feature"),
    ],
)
async def test_file_that_cannot_be_used_is_named_with_its_remedy_and_changes_nothing(
    job_database: Database,
    tmp_path: Path,
    make: Callable[[Path], tuple[Path, dict[str, Any]]],
    error: type[RegistryError],
    said: str,
) -> None:
    path, given = make(tmp_path)
    with pytest.raises(error) as refused:
        await load(job_database, path, "wrong", **given)
    text_ = (refused.value.detail or refused.value.title).en
    assert said in text_
    assert refused.value.own_remedy is not None
    assert await rows(job_database, QUARTERS, layer="wrong") == []
