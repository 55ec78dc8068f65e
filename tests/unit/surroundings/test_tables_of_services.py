"""Services of acceslibre and of any table: what is read, what is passed over, what is a fault."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from registry.surroundings.entrances import Ramp, Reason, Wheelchair, judge
from registry.surroundings.errors import ServiceColumnMissing, ServiceFileUnreadable
from registry.surroundings.readers import acceslibre, places_table
from registry.surroundings.readers.places_table import Table
from registry.surroundings.readers.records import FAULTS, FaultCode, Notes, Record
from registry.vocabulary.services import Family
from tests.support.services import EXAMPLE, LYON, TOWN_HALLS, table

HEAD = "id,name,activite,longitude,latitude"
PLACE = "-2.0842,47.6510"


def read(path: Path, given: Table | Family | None = None) -> tuple[list[Record], Notes]:
    notes = Notes()
    if isinstance(given, Table):
        return list(places_table.read(path, notes, given)), notes
    return list(acceslibre.read(path, notes, given)), notes


def codes(notes: Notes) -> list[tuple[str, str, str]]:
    return [(fault.code, fault.where, fault.field) for fault in notes.faults]


def of_acceslibre(tmp_path: Path, **fields: str) -> tuple[Record, Notes]:
    names, values = ",".join([HEAD, *fields]), ",".join(["u-1", "Paul", "Boulangerie", PLACE, *fields.values()])
    (record,), notes = read(table(tmp_path / "a.csv", names, values))
    return record, notes


def test_record_of_acceslibre_is_read_by_its_schema(tmp_path: Path) -> None:
    record, notes = of_acceslibre(
        tmp_path, entree_plain_pied="False", entree_marches="1", entree_marches_rampe="amovible", entree_pmr="False",
        entree_largeur_mini="85", entree_dispositif_appel="True", entree_aide_humaine="",
        entree_porte_type="automatique",
    )  # fmt: skip
    facts = record.facts
    assert (record.ref, record.family, record.acceslibre_id) == ("u-1", Family.FOOD, "u-1")
    assert (facts.level, facts.steps, facts.ramp, facts.door_width_cm) == (False, 1, Ramp.REMOVABLE, 85)
    assert (facts.bell, facts.help, facts.dedicated, facts.automatic_door) == (True, None, False, True)
    assert judge(facts).wheelchair is Wheelchair.LIMITED
    assert notes.faults == []


def test_empty_fields_are_unknown_and_never_no(tmp_path: Path) -> None:
    record, _ = of_acceslibre(tmp_path, entree_plain_pied="", entree_marches="", entree_pmr="")
    assert record.facts.known == 0


@pytest.mark.parametrize(("width", "code"), [("0.9", "unit-mixed-up"), ("9000", "measure-implausible")])
def test_width_in_metres_where_centimetres_are_due_is_a_fault_that_says_so(
    tmp_path: Path, width: str, code: str
) -> None:
    record, notes = of_acceslibre(tmp_path, entree_largeur_mini=width)
    assert record.facts.door_width_cm is None
    assert codes(notes) == [(code, "line 2", "entree_largeur_mini")]
    assert "centimetres for metres" in FAULTS[FaultCode.UNIT_MIXED_UP].en


def test_steps_of_a_level_entrance_contradict_it_and_the_worse_counts(tmp_path: Path) -> None:
    record, notes = of_acceslibre(tmp_path, entree_plain_pied="True", entree_marches="2")
    assert judge(record.facts).reasons == (Reason.STEPS,)
    assert codes(notes) == [("facts-contradict", "line 2", "entree_plain_pied,entree_marches")]


@pytest.mark.parametrize(("field", "value"), [("entree_marches_rampe", "peut-être"), ("entree_pmr", "2")])
def test_unknown_code_costs_its_field_and_not_the_record(tmp_path: Path, field: str, value: str) -> None:
    _, notes = of_acceslibre(tmp_path, **{field: value})
    assert codes(notes) == [("code-unknown", "line 2", field)]


@pytest.mark.parametrize(
    ("field", "value", "why"), [("permanently_closed", "True", "closed"), ("published", "False", "unpublished")]
)
def test_place_that_is_closed_or_unpublished_is_passed_over(tmp_path: Path, field: str, value: str, why: str) -> None:
    path = table(tmp_path / "a.csv", f"{HEAD},{field}", f"u-1,Paul,Boulangerie,{PLACE},{value}")
    records, notes = read(path)
    assert (records, dict(notes.passed_over)) == ([], {why: 1})


def test_activity_that_acceslibre_does_not_have_is_a_fault_and_one_of_no_family_is_passed_over(tmp_path: Path) -> None:
    lines = [f"u-1,A,Alchimiste,{PLACE}", f"u-2,B,Garage,{PLACE}", f"u-3,C,,{PLACE}"]
    records, notes = read(table(tmp_path / "a.csv", HEAD, *lines))
    assert records == []
    assert codes(notes) == [("family-unknown", "line 2", "activite")]
    assert notes.passed_over == {"no_family": 1, "no_activity": 1}


@pytest.mark.parametrize("wrapped", ["results", "list", "features"])
def test_answer_of_the_api_is_read_as_the_export_is(tmp_path: Path, wrapped: str) -> None:
    record: dict[str, Any] = {
        "uuid": "u-1", "nom": "Paul", "activite": {"nom": "Boulangerie"}, "updated_at": "2025-03-01T10:00:00Z",
        "accessibilite": {"entree": {"entree_plain_pied": True, "entree_largeur_mini": 90}, "url": "https://a.example"},
    }  # fmt: skip
    place = {"type": "Point", "coordinates": [-2.0842, 47.651]}
    record |= {"geom": place}
    feature = {"type": "Feature", "geometry": place, "properties": record}
    document = {"results": {"results": [record]}, "list": [record], "features": {"features": [feature]}}[wrapped]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document))
    (found,), notes = read(path)
    assert (found.ref, found.name, str(found.checked), notes.faults) == ("u-1", "Paul", "2025-03-01", [])
    assert judge(found.facts).wheelchair is Wheelchair.YES


def test_table_is_read_by_its_mapping_constants_and_family(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", "Code;Où X;Où Y;PMR;Porte", "7;352000,5;6789000;partiel;82")
    made = Table({"id": "Code", "x": "Où X", "y": "Où Y", "wheelchair": "PMR", "door_width_cm": "Porte"},
                 {"name": "Poste"}, Family.POST_BANK_ADMINISTRATION)  # fmt: skip
    (record,), notes = read(path, made)
    assert (record.ref, record.name, record.facts.stated) == ("7", "Poste", Wheelchair.LIMITED)
    assert (record.lon, record.lat) == pytest.approx((-1.66, 48.1), abs=0.1)
    assert notes.faults == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encoding_and_separator_are_found_out(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "a.csv"
    rows = [["id", "nom", "activite", "lon", "lat"], ["1", "Crèmerie d’été", "Épicerie", "-2.08", "47.65"]]
    path.write_bytes("\n".join(separator.join(row) for row in rows).encode(encoding))
    (record,), _ = read(path, Table())
    assert (record.name, record.family) == ("Crèmerie d’été", Family.FOOD)


def test_row_of_another_length_is_a_fault_with_its_line(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", "id,family,lon,lat,note", f'1,food,{PLACE},"two\nlines"', f"2,food,{PLACE}")
    records, notes = read(path, Table())
    assert [record.ref for record in records] == ["1"]
    assert codes(notes) == [("row-unreadable", "line 4", "row")]


def test_table_without_ids_gives_the_same_ones_again(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", "nom,family,lon,lat", f"A,food,{PLACE}", f"B,food,{PLACE}", f"A,food,{PLACE}")
    first, notes = read(path, Table())
    again, _ = read(path, Table())
    assert [record.ref for record in first] == [record.ref for record in again]
    assert len({record.ref for record in first}) == 2
    assert codes(notes) == [("id-duplicate", "line 4", "id")]


@pytest.mark.parametrize(
    ("head", "columns", "missing"),
    [("id,family", {}, "lon,lat / x,y"), ("id,lon,lat", {}, "family / activity / finess"),
     ("family,lon,lat", {"name": "titre"}, "titre")],
)  # fmt: skip
def test_column_that_is_not_there_is_named(tmp_path: Path, head: str, columns: dict[str, str], missing: str) -> None:
    with pytest.raises(ServiceColumnMissing) as caught:
        read(table(tmp_path / "a.csv", head), Table(columns))
    assert missing in str(caught.value.faults[0].value)


def test_gzip_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"id,family,lon,lat\n" * 1000)[:-20])
    with pytest.raises(ServiceFileUnreadable):
        read(path, Table())


@pytest.mark.skipif(not TOWN_HALLS.exists(), reason="the shared data are not here")
def test_town_halls_whose_accessibility_was_not_communicated_are_unknown() -> None:
    made = Table({"id": "code_insee", "name": "commune"}, family=Family.POST_BANK_ADMINISTRATION)
    records, notes = read(TOWN_HALLS, made)
    assert len(records) == 4_292
    assert {judge(record.facts).wheelchair for record in records} == {Wheelchair.UNKNOWN}
    assert notes.faults == []


@pytest.mark.skipif(not LYON.exists(), reason="the shared data are not here")
def test_premises_of_lyon_are_of_a_family_or_passed_over() -> None:
    records, notes = read(LYON, Table())
    assert len(records) + notes.dropped + notes.passed_over.total() == 1_270
    assert sum(record.family is Family.PHARMACY for record in records) == 29


@pytest.mark.skipif(not EXAMPLE.exists(), reason="the shared data are not here")
def test_real_records_without_an_activity_take_the_family_that_is_given() -> None:
    records, notes = read(EXAMPLE, Family.OTHER)
    assert [judge(each.facts).wheelchair.code for each in records] == [
        "yes",
        "unknown",
        "no",
        "unknown",
        "yes",
        "unknown",
    ]
    assert notes.faults == []
