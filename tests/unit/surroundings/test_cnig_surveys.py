"""CNIG accessibility surveys as networks: codes of 2022, labels of 2026."""

import gzip
import warnings
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from registry.surroundings.errors import (
    NetworkFileNotReadable,
    NetworkFileTruncated,
    NetworkLayersMissing,
    NetworkOutsideProjection,
    NetworkWithoutWays,
)
from registry.surroundings.graph import NO, UNKNOWN, YES, Kind, Surface
from registry.surroundings.readers import cnig
from registry.vocabulary import cnig as codes
from tests.support.networks import DATA, LE_MANS, TEMPLATE, real

E, N = 490_000.0, 6_770_000.0


def write(path: Path, layer: str, rows: list[dict[str, Any]], crs: str = "EPSG:2154") -> Path:
    """Append a layer; the key ``at`` of a row is its line or point, relative to Le Mans."""
    fields = list(dict.fromkeys(name for row in rows for name in row if name != "at"))
    shapes = [np.array(row["at"], dtype=float) + (0 if crs == "EPSG:4326" else (E, N)) for row in rows]
    made = [shapely.Point(xy) if xy.ndim == 1 else shapely.LineString(xy) for xy in shapes]
    data = []
    for name in fields:
        column = [row.get(name) for row in rows]
        text = any(isinstance(value, str) for value in column)
        data.append(np.array(column, dtype=object if text else float))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.raw.write(
            path, shapely.to_wkb(np.array(made)), data, fields, layer=layer, crs=crs, driver="GPKG",
            geometry_type=made[0].geom_type, append=path.exists(),
        )  # fmt: skip
    return path


def section(number: int, *at: tuple[float, float], kind: str = "trottoir", **values: Any) -> dict[str, Any]:
    return {"idTroncon": f"72181:TRC:{number:03}:LOC", "typeTroncon": kind, "at": at, **values}


def survey(tmp_path: Path, *sections: dict[str, Any], **layers: list[dict[str, Any]]) -> Path:
    path = write(tmp_path / "survey.gpkg", "troncon_cheminement", list(sections))
    for name, rows in layers.items():
        write(path, name, rows)
    return path


def test_survey_of_2026_is_read_by_its_labels(tmp_path: Path) -> None:
    path = survey(
        tmp_path,
        section(1, (0, 0), (10, 0), pente=4, devers=2, longueur=10),
        section(2, (10, 0), (15, 0), kind="escalier"),
        section(3, (15, 0), (30, 0), kind="couloir intérieur"),
        section(4, (30, 0), (32, 0), kind="ascenseur"),
        section(5, (32, 0), (40, 0), kind="hall"),
        section(6, (40, 0), (50, 0), kind="rampe", pente=-6),
        section(7, (50, 0), (55, 0), kind="traversée piétonne"),
        circulation=[
            section(1, (0, 0), (10, 0), idCirculation="c1", typeSol="asphalt", largeurUtile=1.4,
                    etatRevetement="roulant")
        ],
        escalier=[section(2, (10, 0), (15, 0), kind="escalier", nbMarches=12, mainCourante="des deux côtés",
                          rampeInterne="poussette", largeurUtile=1.2)],
    )  # fmt: skip
    read = cnig.read(path, srid=2154)
    found = read.graph
    order = np.argsort(found.object_id)
    assert found.kind[order].tolist() == [
        Kind.PAVEMENT, Kind.STEPS, Kind.CORRIDOR, Kind.LIFT, Kind.HALL, Kind.RAMP, Kind.CROSSING,
    ]  # fmt: skip
    assert len(found.start) == 7
    assert found.slope_pct[order[[0, 5]]].tolist() == [4, -6]
    assert (found.steps[order[1]], found.handrail[order[1]], found.ramp[order[1]]) == (12, YES, NO)
    assert found.width_m[order[:2]] == pytest.approx([1.4, 1.2])
    assert found.surface[order[0]] == Surface.SMOOTH
    assert read.notes.doubts == []


def test_section_that_stands_in_a_layer_of_its_own_alone_is_read(tmp_path: Path) -> None:
    alone = section(9, (10, 0), (20, 0), kind="rampe", largeurUtile=0.8)
    found = cnig.read(survey(tmp_path, section(1, (0, 0), (10, 0)), rampe=[alone]), srid=2154).graph
    assert sorted(found.object_id.tolist()) == [1, 9]
    assert found.width_m[found.kind == Kind.RAMP] == pytest.approx([0.8])


def test_ends_within_thirty_centimetres_are_one_node_and_loose_ends_frontier(tmp_path: Path) -> None:
    found = cnig.read(survey(tmp_path, section(1, (0, 0), (10, 0)), section(2, (10.2, 0), (20, 0))), srid=2154).graph
    assert len(found.nodes) == 3
    assert found.frontier[np.argsort(found.nodes[:, 0])].tolist() == [True, False, True]


def test_obstacles_narrow_their_section_and_lips_raise_it(tmp_path: Path) -> None:
    obstacles = [
        {"idTroncon": "72181:TRC:001:LOC", "typeObstacle": "potelet", "largeurUtile": 0.85, "at": (5, 0)},
        {"idTroncon": "72181:TRC:001:LOC", "typeObstacle": "mobilier urbain", "largeurUtile": 1.1, "at": (6, 0)},
        {"idTroncon": "unknown", "typeObstacle": "ressaut", "hauteurObsPoseSol": 0.06, "at": (15, 1)},
        {"idTroncon": "unknown", "typeObstacle": "ressaut", "hauteurObsPoseSol": 0.09, "at": (15, 60)},
    ]
    read = cnig.read(
        survey(tmp_path, section(1, (0, 0), (10, 0)), section(2, (10, 0), (20, 0)), obstacle=obstacles), srid=2154
    )
    order = np.argsort(read.graph.object_id)
    assert read.graph.width_m[order] == pytest.approx([0.85, np.nan], nan_ok=True)
    assert read.graph.kerb_m[order] == pytest.approx([np.nan, 0.06], nan_ok=True)
    assert read.notes.counts["obstacle-nowhere"] == 1


def test_section_without_length_is_left_out_and_named(tmp_path: Path) -> None:
    read = cnig.read(survey(tmp_path, section(1, (0, 0), (10, 0)), section(2, (10, 0), (10.1, 0))), srid=2154)
    assert read.graph.length_m == pytest.approx([10])
    assert read.notes.counts["edge-without-length"] == 1
    assert read.notes.doubts[0].message.en == "troncon_cheminement 2: section without length, left out"


def test_lip_at_a_node_is_passed_once_on_the_crossing(tmp_path: Path) -> None:
    path = survey(
        tmp_path,
        section(1, (0, 0), (10, 0)),
        section(2, (10, 0), (20, 0), kind="traversée piétonne"),
        noeud_cheminement=[{"idNoeud": "n", "hauteurRessaut": 0.05, "at": (10, 0.3)}],
    )
    found = cnig.read(path, srid=2154).graph
    assert found.kerb_m[np.argsort(found.object_id)] == pytest.approx([np.nan, 0.05], nan_ok=True)


@pytest.mark.parametrize(
    ("values", "doubt"),
    [
        ({"largeurUtile": 120.0}, "measure:width"),
        ({"pente": 250.0}, "measure:slope"),
        ({"typeTroncon": "téléphérique"}, "code:typeTroncon"),
        ({"longueur": 900.0}, "length"),
    ],
)
def test_what_cannot_be_meant_is_unknown_and_named_with_layer_and_feature(
    tmp_path: Path, values: dict[str, Any], doubt: str
) -> None:
    read = cnig.read(survey(tmp_path, {**section(1, (0, 0), (10, 0)), **values}), srid=2154)
    assert dict(read.notes.counts) == Counter({doubt: 1})
    assert read.notes.doubts[0].message.en.startswith("troncon_cheminement 1, ")
    assert np.isnan(read.graph.width_m).all()
    assert np.isnan(read.graph.slope_pct).all()
    assert read.graph.length_m == pytest.approx([10])


@pytest.mark.parametrize("unknown", [99.0, 9999.0, None])
def test_nines_are_unknown_without_a_doubt(tmp_path: Path, unknown: float | None) -> None:
    read = cnig.read(survey(tmp_path, section(1, (0, 0), (10, 0), largeurUtile=unknown, pente=unknown)), srid=2154)
    assert np.isnan(read.graph.width_m).all()
    assert read.notes.doubts == []


def test_coordinates_in_degrees_are_refused_with_layer_and_feature(tmp_path: Path) -> None:
    path = write(tmp_path / "degrees.gpkg", "troncon_cheminement", [section(1, (0.19, 48.0), (0.2, 48.0))], "EPSG:4326")
    with pytest.raises(NetworkOutsideProjection, match="layer troncon_cheminement, feature 1"):
        cnig.read(path, srid=2154)


def test_file_without_sections_says_which_layer_is_missing(tmp_path: Path) -> None:
    path = write(tmp_path / "other.gpkg", "obstacle", [{"typeObstacle": "potelet", "at": (0, 0)}])
    with pytest.raises(NetworkLayersMissing) as refused:
        cnig.read(path, srid=2154)
    assert "troncon_cheminement" in str(refused.value.own_remedy)


@pytest.mark.parametrize("name", ["a.gpkg", "a.zip", "a.gpkg.gz"])
def test_file_of_something_else_is_refused_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"hello")
    with pytest.raises(NetworkFileNotReadable, match=name):
        cnig.read(tmp_path / name, srid=2154)


def test_compressed_file_cut_short_is_refused_by_name(tmp_path: Path) -> None:
    whole = gzip.compress(survey(tmp_path, section(1, (0, 0), (10, 0))).read_bytes())
    (tmp_path / "short.gpkg.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(NetworkFileTruncated, match="short"):
        cnig.read(tmp_path / "short.gpkg.gz", srid=2154)


def test_archive_of_one_file_a_layer_is_read(tmp_path: Path) -> None:
    path = survey(tmp_path, section(1, (0, 0), (10, 0)))
    with zipfile.ZipFile(tmp_path / "survey.zip", "w") as archive:
        archive.write(path, "somewhere/troncons.gpkg")
    assert len(cnig.read(tmp_path / "survey.zip", srid=2154).graph.start) == 1


def test_empty_template_has_no_sections() -> None:
    with pytest.raises(NetworkWithoutWays):
        cnig.read(real(TEMPLATE), srid=2154)


def test_survey_of_le_mans_is_read_by_its_codes() -> None:
    read = cnig.read(real(LE_MANS), srid=2154)
    found = read.graph
    assert len(found.start) == 71
    assert found.length_m.sum() == pytest.approx(950, abs=1)
    kinds = {Kind(kind): int((found.kind == kind).sum()) for kind in np.unique(found.kind)}
    assert kinds == {
        Kind.PAVEMENT: 9, Kind.PATH: 1, Kind.PEDESTRIAN_AREA: 21, Kind.CROSSING: 6, Kind.STEPS: 2, Kind.RAMP: 11,
        Kind.LIFT: 1, Kind.HALL: 7, Kind.CORRIDOR: 13,
    }  # fmt: skip
    stairs = found.kind == Kind.STEPS
    assert sorted(found.steps[stairs].tolist()) == [9, 23]
    assert (found.handrail[stairs] == YES).all()
    assert (found.wheelchair == UNKNOWN).all(), "accessibiliteGlobale says nothing"
    assert np.nanmin(found.width_m) == pytest.approx(0.76)
    assert [fault.field for fault in read.notes.doubts] == ["troncons.longueur"]


def test_every_value_of_the_published_lists_is_known() -> None:
    path = DATA / "cnig-accessibilite" / "cnig-listes-de-valeurs.csv"
    if not path.is_file():
        pytest.skip("the lists of the standard are not present")
    import csv

    lists = {
        "type_troncon": codes.SECTION_KINDS, "type_sol": codes.GROUNDS, "cote": codes.SIDES,
        "type_obstacle": codes.OBSTACLES, "rampe_interne": codes.INNER_RAMPS, "etat": codes.STATES,
        "etat_revetement": codes.STATES,
    }  # fmt: skip
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["liste"] in lists]
    unknown = {
        (row["liste"], row["valeur"])
        for row in rows
        if (written := codes.plain(row["valeur"])) not in codes.UNKNOWN_CODES
        and written not in codes.index(lists[row["liste"]])
    }
    assert len(rows) > 80
    assert unknown == set()
