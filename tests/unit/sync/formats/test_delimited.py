"""CSV of homes and residences: what is stated, what is not, and what is wrong, by line and column."""

from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from registry.kernel.errors import RegistryError
from registry.sync.errors import FileTooLarge, FileUnreadable
from registry.sync.formats.cutting import MAX_RECORD
from registry.sync.formats.declared import Format
from registry.sync.formats.errors import (
    ColumnTwice,
    EncodingNotRead,
    HeaderNotRecognised,
    KindMistaken,
    MappingInvalid,
    MappingOfOtherContent,
)
from registry.sync.formats.opening import open_reader
from tests.support.files import COMMUNES, FACTS_DATE, noted, opened, stated

HEAD = "ref;residence_ref;rooms;area_m2;status"
MAPPING: dict[str, Any] = {
    "columns": [
        {"from": "Réf. logement", "to": "ref"},
        {"from": "Nb pièces", "to": "rooms"},
        {"from": "Loyer HC", "to": "rent_cents", "unit": "euro", "empty": "clear"},
        {"from": "Étage", "to": "floor"},
        {"from": "Occupation", "to": "status", "values": {"L": "occupied", "V": "vacant", "?": None}},
        {"from": "Asc", "to": "lift", "values": {"O": "yes", "N": "no"}, "empty": "clear"},
        {"from": "Porte", "to": "entrance_door_width", "unit": "m"},
        {"from": "Bât", "to": "building_ref"},
        {"from": "Niveaux", "to": "building.levels"},
        {"from": "Commune", "to": "residence.commune_code"},
        {"from": "CP", "to": "residence.postcode"},
        {"from": "Adresse", "to": "residence.street"},
        {"from": "X", "to": "residence.x"},
        {"from": "Y", "to": "residence.y"},
    ],
    "constants": {"facts_date": "2025-06-01", "residence.housing_form": "ordinary"},
    "empty_values": ["NC"],
}
THEIRS = "REF LOGEMENT;nb_pieces;Loyer HC;etage;occupation;asc;porte;bat;niveaux;commune;cp;adresse;x;y"


def test_row_states_what_its_cells_hold_and_nothing_else(tmp_path: Path) -> None:
    reader = opened(
        tmp_path / "f", f"{HEAD};lift;grab_bars;facts_date\nA;R;3;65,5;vacant;oui;unknown;2026-01-02\nB;;;;;;;\n"
    )
    full, bare = stated(reader)
    assert (full.line, full.ref, full.notes, full.residence) == (2, "A", [], None)
    assert full.home == {
        "ref": "A", "residence_ref": "R", "rooms": 3, "typology": "T3", "area_m2": "65.50", "status": "vacant",
        "facts": {"lift": {"value": "yes", "date": "2026-01-02"}, "grab_bars": None},
    }  # fmt: skip
    assert (bare.home, bare.cleared, bare.notes) == ({"ref": "B"}, (), [])


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("packed", [False, True])
def test_file_is_read_whatever_its_delimiter_encoding_line_ends_and_packing(
    tmp_path: Path, delimiter: str, encoding: str, end: str, packed: bool
) -> None:
    text = end.join([delimiter.join(("ref", "residence_ref", "rooms")), delimiter.join(("É1", '"R;,|\t1"', "2"))])
    [found] = stated(opened(tmp_path / "f", (text + end).encode(encoding), packed=packed))
    if delimiter == "\t":
        assert noted(found) == [("residence_ref", "R;,|\\t1", True)], "a control character is no part of a reference"
    else:
        assert found.home is None
    [found] = stated(opened(tmp_path / "f", text.replace('"R;,|\t1"', "R1").encode(encoding), packed=packed))
    assert found.home == {"ref": "É1", "residence_ref": "R1", "rooms": 2, "typology": "T2"}


def test_position_at_nought_is_none(tmp_path: Path) -> None:
    text = "ref;residence_ref;residence.lon;residence.lat\nA;R;0;0,0\n"
    [found] = stated(opened(tmp_path / "f", text))
    assert (found.notes, found.residence) == ([], None)


def test_first_line_of_a_spreadsheet_may_say_the_delimiter(tmp_path: Path) -> None:
    [found] = stated(opened(tmp_path / "f", "sep=|\nref|rooms\nA|2\n"))
    assert (found.line, found.home) == (3, {"ref": "A", "rooms": 2, "typology": "T2"})


def test_mapping_reads_their_columns_codes_units_and_addresses(tmp_path: Path) -> None:
    row = "A/1;3;412,50;RDC;V;O;0,90;B;4;6029;6400;12 bis Rue de l'Été;1024110,2;6280350,5"
    [found] = stated(opened(tmp_path / "f", f"{THEIRS}\n{row}\n", MAPPING, communes=COMMUNES))
    assert found.notes == []
    assert found.home == {
        "ref": "A/1", "residence_ref": "06029 06400 12 BIS RUE DE L ETE", "building_ref": "B", "rooms": 3,
        "typology": "T3", "rent_cents": 41_250, "floor": 0, "status": "vacant",
        "facts": {
            "lift": {"value": "yes", "date": "2025-06-01"}, "entrance_door_width": {"value": 90, "date": "2025-06-01"},
        },
    }  # fmt: skip
    residence = found.residence
    assert residence is not None
    position = residence.pop("position")
    assert (round(position["lon"], 2), round(position["lat"], 2)) == (7.01, 43.55)
    assert residence == {
        "ref": "06029 06400 12 BIS RUE DE L ETE", "commune_code": "06029", "number": "12 bis", "postcode": "06400",
        "street": "Rue de l'Été", "housing_form": "ordinary", "buildings": [{"ref": "B", "levels": 4}],
    }  # fmt: skip


def test_empty_cell_says_nothing_or_that_there_is_none(tmp_path: Path) -> None:
    row = "A/1;nc;;;?;;NC;;;33999;;Quai 3;;"
    [found] = stated(opened(tmp_path / "f", f"{THEIRS}\n{row}\n", MAPPING, communes=COMMUNES))
    assert found.notes == []
    assert found.home == {"ref": "A/1", "residence_ref": "33063 QUAI 3", "facts": {"lift": None}}
    assert found.cleared == ("rent_cents",)
    assert found.residence == {
        "ref": "33063 QUAI 3", "commune_code": "33063", "street": "Quai 3", "housing_form": "ordinary",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (";3;;;;;;;;;;;;", [("REF LOGEMENT", "")]),
        ("A;3;-412;;;;;;;;;;;", [("Loyer HC", "-412")]),
        ("A;trente;;;;;;;;;;;;", [("nb_pieces", "trente")]),
        ("A;21;;;;;;;;;;;;", [("nb_pieces", "21")]),
        ("A;3;;61;X;;;;;;;;;", [("etage", "61"), ("occupation", "X")]),
        ("A;3;;7;;;;B;4;33063;;Quai;;", [("etage", "7")]),
        ("A;;;;;;0,3;;;;;;;", [("porte", "0,3")]),
        ("A;;;;;;;;;99999;;Quai;;", [("commune", "99999")]),
        ("A;;;;;;;;;33;;Quai;;", [("commune", "33")]),
        ("A;;;;;;;B;0;33063;;Quai;;", [("niveaux", "0")]),
        ("A;;;;;;;;;33063;330;Quai;;", [("cp", "330")]),
        ("A;;;;;;;;;33063;;???;;", [("adresse", "???")]),
        ("A;;;;;;;;;33063;;;;", [("adresse", "")]),
        ("A;;;;;;;;;33063;;Quai;1024110;", [("y", "")]),
        ("A;;;;;;;;;33063;;Quai;7,01;43,5", [("x", "-1.36305")]),
        ("A;;;;;;;;;33063;;Quai jean.dupont@example.org;;", [("adresse", "…")]),
        ("jean.dupont@example.org;;;;;;;;;;;;;", [("REF LOGEMENT", "…")]),
        ("A\x07;;;;;;;;;;;;;", [("REF LOGEMENT", "A\\x07")]),
        ("../x;;;;;;;;;;;;;", [("REF LOGEMENT", "../x")]),
        ("1,23E+11;;;;;;;;;;;;;", [("REF LOGEMENT", "1,23E+11")]),
        ("A;3;;", [("*", "4")]),
        ("A;3;;;;;;;;;;;;;x", [("*", "15")]),
        ("A;3;;;;;;;;;;;;\x00", [("*", "")]),
        ('A;3;;;;;"x;;;;;;;', [("*", "")]),
        ("A;" + "9" * MAX_RECORD + ";;;;;;;;;;;;", [("*", "…")]),
    ],
)
def test_record_that_a_rule_refuses_is_rejected_with_its_line_column_and_value(
    tmp_path: Path, row: str, expected: list[tuple[str, str]]
) -> None:
    reader = opened(tmp_path / "f", f"{THEIRS}\n{row}\nB;3;;;;;;;;;;;;\n", MAPPING, communes=COMMUNES)
    found, after = stated(reader)
    seen = [(column, value) for column, value, rejected in noted(found) if rejected]
    assert [column for column, _ in seen] == [column for column, _ in expected]
    assert seen[0][1][:8] == expected[0][1][:8]
    assert (found.home, found.residence) == (None, None)
    for note in found.notes:
        assert note.line == 2
        assert note.rule.fr != note.rule.en
        assert note.remedy.fr != note.remedy.en
    assert after.line == 3
    assert after.home == {"ref": "B", "rooms": 3, "typology": "T3", "facts": {"lift": None}}


def test_reference_of_a_rejected_record_is_known_where_it_can_be_read(tmp_path: Path) -> None:
    reader = opened(tmp_path / "f", f"{HEAD}\nA;R;99;;\nB;R\nC;R;;;;x\n")
    assert [each.ref for each in stated(reader)] == ["A", "B", "C"]


def test_more_fields_than_columns_are_none_where_they_are_empty(tmp_path: Path) -> None:
    [found] = stated(opened(tmp_path / "f", f"{HEAD}\nA;R;3;;;;;\n"))
    assert not found.rejected


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"rooms": "5", "area_m2": "20"}, "area_m2"),
        ({"rooms": "1", "area_m2": "400"}, "area_m2"),
        ({"area_m2": "60", "rent_cents": "40"}, "rent_cents"),
        ({"area_m2": "60", "rent_cents": "4000000"}, "rent_cents"),
        ({"floor": "45"}, "floor"),
        ({"typology": "T2"}, "typology"),
        ({"floor": "3", "steps_to_door": "0", "lift": "no"}, "steps_to_door"),
        ({"building_ref": "B", "building.levels": "5", "floor": "5"}, "floor"),
    ],
)
def test_doubtful_value_is_noted_and_taken(tmp_path: Path, changes: dict[str, str], column: str) -> None:
    row = {"ref": "A", "residence_ref": "R", "rooms": "3", "status": "vacant", **changes}
    [found] = stated(opened(tmp_path / "f", ",".join(row) + "\n" + ",".join(row.values()) + "\n"))
    assert [(note.column, note.rejected, note.doubted) for note in found.notes] == [(column, False, True)]
    assert found.home is not None


def test_usual_home_raises_no_doubt(tmp_path: Path) -> None:
    [found] = stated(
        opened(tmp_path / "f", "ref,rooms,area_m2,rent_cents,floor,lift,steps_to_door\nA,3,62,41000,4,no,56\n")
    )
    assert found.notes == []


def test_header_is_found_by_name_and_what_nobody_reads_is_said(tmp_path: Path) -> None:
    reader = opened(tmp_path / "f", "Loyer;REF;Nom du locataire;Pièces;ROOMS\n1;A;Dupont;;2\n")
    assert [(note.column, note.rejected) for note in reader.notes] == [
        ("Loyer", False), ("Nom du locataire", False), ("Pièces", False),
    ]  # fmt: skip
    assert "personnelles" in reader.notes[1].rule.fr
    reader = opened(tmp_path / "f", "REF LOGEMENT;Téléphone;autre\nA;0601020304;x\n", MAPPING)
    columns = [note.column for note in reader.notes]
    assert "Nb pièces" in columns, "the mapping's column that the file lacks"
    assert "Téléphone" in columns
    assert "autre" not in columns, "a mapping leaves out what it leaves out"
    assert "0601020304" not in str([stated(reader), reader.notes])


def test_records_are_the_same_each_time(tmp_path: Path) -> None:
    reader = opened(tmp_path / "f", f"{HEAD}\n" + "".join(f"A{n};R;3;;\n" for n in range(50)))
    assert len(list(islice(reader.records(), 3))) == 3
    assert list(reader.records()) == list(reader.records())


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("", HeaderNotRecognised),
        ("\n\n", HeaderNotRecognised),
        ("a;b;c\n1;2;3\n", HeaderNotRecognised),
        ("rooms;area_m2\n1;2\n", HeaderNotRecognised),
        ("ref;rooms;Rooms\nA;1;2\n", ColumnTwice),
        ("ref;rooms\n".encode("utf-16"), EncodingNotRead),
        ("ref;rooms\nA;2\n".encode("utf-16-le"), EncodingNotRead),
        ("ref;rooms\n".encode("utf-32"), EncodingNotRead),
        (b"PK\x03\x04rest", KindMistaken),
        (b"\x1f\x8b\x08broken", FileUnreadable),
        ("DEPCOM;NOMVOIE;NBPIECE\n33063;X;2\n", KindMistaken),
    ],
)
def test_file_that_cannot_be_read_at_all_is_refused_by_name(
    tmp_path: Path, content: str | bytes, error: type[RegistryError]
) -> None:
    with pytest.raises(error) as refused:
        opened(tmp_path / "f", content)
    assert refused.value.own_remedy


def test_duplicate_of_a_column_that_nobody_reads_is_none(tmp_path: Path) -> None:
    [found] = stated(opened(tmp_path / "f", "ref;note;note\nA;x;y\n"))
    assert found.home == {"ref": "A"}


def test_missing_file_and_packed_bomb_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        open_reader(
            tmp_path / "none", Format(kind="csv"), None, communes=None, default_facts_date=FACTS_DATE
        )  # fmt: skip
    bomb = b"ref\n" + b"A" * 40_000_000
    reader = opened(tmp_path / "f", bomb, packed=True)
    with pytest.raises(FileTooLarge):
        list(reader.records())


def test_encoding_is_that_of_the_file_and_a_record_of_another_one_is_rejected(tmp_path: Path) -> None:
    utf8, other = "É;R\n".encode(), "È;R\n".encode("cp1252")
    first, second = stated(opened(tmp_path / "f", b"ref;residence_ref\n" + utf8 + other, encoding="utf-8"))
    assert first.ref == "É"
    assert second.rejected
    plain = b"".join(b"A%d;R\n" % n for n in range(200_000))  # beyond what is looked at first
    *_, last = opened(tmp_path / "f", b"ref;residence_ref\n" + plain + other).records()
    reader = opened(tmp_path / "f", b"ref;residence_ref\n" + plain + other)
    assert reader.read(last).ref == "È"
    accents = "".join(f"É{n}\n" for n in range(9)).encode()
    damaged = stated(opened(tmp_path / "f", b"ref\n" + accents + b"\xc9\n" + accents))
    assert [each.rejected for each in damaged] == [False] * 9 + [True] + [False] * 9, "of UTF-8, but for one record"
    assert damaged[0].ref == "É0"
    assert stated(opened(tmp_path / "f", b"ref\ncaf\xe9\x81\n"))[0].rejected, "Latin-1's control character"
    assert stated(opened(tmp_path / "f", b"ref\nl\x92\xe9\n"))[0].ref == "l’é"


def test_residences_are_a_table_of_their_own(tmp_path: Path) -> None:
    content = (
        "ref,name,street,postcode,commune_code,lon,lat,equipment,construction_year,declared_homes,in_priority_quarter\n"
        "R1,Les Pins,12 rue Verte,33000,33999,-0.57,44.83,garden|caretaker,1974,48,non\n"
        "R2,,,,,44.83,-0.57,,,,\n"
        "R3,,,,,,,,,,\n"
        ",x,,,,,,,,,\n"
    )
    good, swapped, bare, nameless = stated(opened(tmp_path / "f", content, content="residences", communes=COMMUNES))
    assert (good.ref, good.home) == (None, None)
    assert good.residence == {
        "ref": "R1", "name": "Les Pins", "number": "12", "street": "rue Verte", "postcode": "33000",
        "commune_code": "33063", "position": {"lon": -0.57, "lat": 44.83}, "equipment": ["garden", "caretaker"],
        "construction_year": 1974, "declared_homes": 48, "in_priority_quarter": False,
    }  # fmt: skip
    assert noted(swapped) == [("lon", "44.83 -0.57", True)]
    assert swapped.notes[0].rule.en == "longitude and latitude are swapped"
    assert bare.residence == {"ref": "R3"}
    assert noted(nameless) == [("ref", "", True)]


def test_fingerprint_changes_with_what_records_mean(tmp_path: Path) -> None:
    def of(text: str, mapping: dict[str, Any] | None = None, /, **given: Any) -> bytes:
        return opened(tmp_path / "f", text, mapping, **given).fingerprint

    plain = of("ref;rooms\nA;2\n")
    assert plain == of("ref;rooms\nB;3\n") == of("ref;rooms\né;3\n")
    others = [
        of("rooms;ref\nA;2\n"), of("ref,rooms\nA,2\n"), of("ref;rooms\nA;2\n", content="residences"),
        of("ref;rooms\n", decimal="comma"), of("ref;rooms\nA;2\n", communes=COMMUNES),
        of("ref;rooms\n", {"columns": [{"from": "ref", "to": "ref"}]}),
        opened(tmp_path / "f", b"ref;rooms\n\xe9;2").fingerprint,
    ]  # fmt: skip
    assert len({plain, *others}) == len(others) + 1


def test_mapping_of_other_content_or_with_a_constant_that_is_refused_reads_nothing(tmp_path: Path) -> None:
    mapping = {"content": "residences", "columns": [{"from": "ref", "to": "ref"}]}
    with pytest.raises(MappingOfOtherContent):
        opened(tmp_path / "f", "ref\nA\n", mapping)
    with pytest.raises(MappingInvalid) as refused:
        opened(tmp_path / "f", "ref\nA\n", {"columns": [{"from": "ref", "to": "ref"}], "constants": {"rooms": "99"}})
    assert refused.value.faults[0].field == "constants.rooms"
