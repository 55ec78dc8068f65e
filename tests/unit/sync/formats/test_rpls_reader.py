"""An RPLS file through the reader: every row once, homes and residences named the same whatever else is in it."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from registry.charter.schemas import Terms
from registry.sync.errors import FileWithoutDwellings, LayoutNotRecognised, PositionsInvalid, RecordCountDiffers
from registry.sync.formats import Stated
from registry.sync.formats.declared import Format
from registry.sync.formats.errors import MappingOfOtherContent
from registry.sync.formats.opening import open_reader
from registry.sync.formats.rpls.reader import RplsReader
from registry.vocabulary.facts import FACTS_BY_CODE
from tests.support import cannes
from tests.support.files import COMMUNES, FACTS_DATE, noted, opened, stated
from tests.support.rpls import PUBLIC, public, row, transmission


def read(path: Path, text: str | bytes, **given: Any) -> list[Stated]:
    return stated(opened(path, text, kind="rpls", **{"communes": COMMUNES, **given}))


def test_row_states_a_home_and_all_that_the_file_says_of_its_residence(tmp_path: Path) -> None:
    rows = [
        row(COMPLGEO="Les Pins", BAT="A"),
        row(NUMAPPT="2", BAT="B", CONSTRUCT="1975"),
        row(NUMAPPT="3", CONSTRUCT=""),
    ]
    first, second, third = read(tmp_path / "f", public(rows))
    assert first.notes == []
    assert first.home is not None
    assert first.home == {
        "ref": first.ref, "residence_ref": "33063 33000 12 RUE DES ACACIAS", "building_ref": "A", "rooms": 3,
        "typology": "T3", "area_m2": "65.00", "floor": 2, "financing": "13", "energy_label": "C",
    }  # fmt: skip
    assert first.residence == second.residence == third.residence == {
        "ref": "33063 33000 12 RUE DES ACACIAS", "commune_code": "33063", "number": "12", "street": "RUE DES ACACIAS",
        "postcode": "33000", "name": "Les Pins", "construction_year": 1975, "in_priority_quarter": False,
        "buildings": [{"ref": "A"}, {"ref": "B"}],
    }  # fmt: skip


def test_rows_are_named_alike_in_any_order_and_however_often_they_are_read(tmp_path: Path) -> None:
    rows = [row(NUMAPPT=str(n % 3), DPEENERGIE="ABC"[n % 2]) for n in range(12)]
    reader = opened(tmp_path / "f", public(rows), kind="rpls", communes=COMMUNES)
    once, again = stated(reader), [reader.read(record) for record in reversed(list(reader.records()))]
    assert [each.ref for each in once] == [each.ref for each in reversed(again)]
    assert len({each.ref for each in once}) == 12
    turned = read(tmp_path / "f", public(rows[::-1]))
    assert {each.ref for each in turned} == {each.ref for each in once}
    assert isinstance(reader, RplsReader)
    assert reader.fingerprint == b""
    assert any("12" in note.value for note in reader.notes)


def test_accessibility_variable_becomes_a_declared_fact_of_the_files_year(tmp_path: Path) -> None:
    rows = [row(NUMAPPT=str(n), PMR=value) for n, value in enumerate(["1", "2", "3", "", "4"])]
    columns = (*PUBLIC, "PMR")
    reader = opened(tmp_path / "f", public(rows, columns), kind="rpls", communes=COMMUNES, vintage=2024)
    found = [each.home and each.home.get("facts") for each in stated(reader)]
    fact = {"source": "imported", "date": "2024-01-01"}
    assert found == [
        {"declared_accessible": {"value": "no", **fact}}, {"declared_accessible": {"value": "yes", **fact}},
        {"declared_accessible": {"value": "yes", **fact}}, None, None,
    ]  # fmt: skip
    assert isinstance(reader, RplsReader)
    assert any("3" in note.value and note.column == "PMR" for note in reader.notes)
    [undated] = read(tmp_path / "f", public([row(PMR="2")], columns))
    assert undated.home is not None
    assert undated.home["facts"]["declared_accessible"]["date"] == FACTS_DATE.isoformat()
    [sent] = read(tmp_path / "f", transmission([row(PMR="2")]))
    assert sent.home is not None
    assert "facts" not in sent.home, "the layout of 2010 has no such field"


def test_declared_accessibility_is_shared_by_no_charter_unless_it_says_so() -> None:
    assert "declared_accessible" not in Terms().shared_features
    fact = FACTS_BY_CODE["declared_accessible"]
    assert (fact.number, fact.kind) == (15, "yes_no")
    assert "jamais une preuve" in fact.help.fr


def test_file_by_address_states_residences_and_their_number_of_homes(tmp_path: Path) -> None:
    columns = ("DEPCOM", "CODEPOSTAL", "NUMVOIE", "TYPVOIE", "NOMVOIE", "CONSTRUCT", "nb_logements")
    rows = [
        row(nb_logements="30"), row(NUMVOIE="14", nb_logements="0"), row(nb_logements="18"),
        row(NUMVOIE="16", nb_logements="-3"), row(NUMVOIE="16", nb_logements=""),
    ]  # fmt: skip
    first, empty, second, negative, silent = read(tmp_path / "f", public(rows, columns))
    assert (first.ref, first.home) == (None, None)
    assert first.residence == second.residence
    assert first.residence is not None
    assert empty.residence is not None
    assert first.residence["declared_homes"] == 48, "rows of one address are added up"
    assert empty.residence["declared_homes"] == 0
    assert noted(negative) == [("NBLOG", "-3", True)]
    assert noted(silent) == [("NBLOG", "", True)]


def test_row_that_cannot_stand_is_rejected_and_the_others_stand(tmp_path: Path) -> None:
    rows = [row(IDENT_INT="A"), row(IDENT_INT="B", DEPCOM="33998"), row(IDENT_INT="A"), row(IDENT_INT="C", NBPIECE=""),
            row(IDENT_INT="D", DEPCOM="33999")]  # fmt: skip
    found = read(tmp_path / "f", public(rows, (*PUBLIC, "IDENT_INT")))
    assert [(each.ref, each.rejected) for each in found] == [
        ("A", False), ("B", True), ("A", True), ("C", True), ("D", False),
    ]  # fmt: skip
    assert [noted(each)[0][0] for each in found if each.rejected] == ["DEPCOM", "IDENT_INT/IDENT_REP", "NBPIECE"]
    assert "2" in found[2].notes[0].remedy.en
    assert found[4].residence is not None
    assert found[4].residence["commune_code"] == "33063"
    assert not any(each.rejected for each in read(tmp_path / "f", public(rows[1:2]), communes=None)), "by form only"


def test_positions_go_to_the_residences_of_their_rows(tmp_path: Path) -> None:
    (tmp_path / "f").write_text(public([row(), row(NUMVOIE="14")]))
    (tmp_path / "p").write_text("ligne,lon,lat\n1,-0.57,44.83\n")

    def reader(positions: Path) -> Any:
        return open_reader(
            tmp_path / "f", Format(kind="rpls"), None,
            communes=COMMUNES, default_facts_date=FACTS_DATE, positions=positions,
        )  # fmt: skip

    placed, unplaced = stated(reader(tmp_path / "p"))
    assert placed.residence is not None
    assert unplaced.residence is not None
    assert placed.residence["position"] == {"lon": -0.57, "lat": 44.83}
    assert "position" not in unplaced.residence
    (tmp_path / "p").write_text("ligne,lon,lat\n3,-0.57,44.83\n")
    with pytest.raises(PositionsInvalid):
        list(reader(tmp_path / "p").records())


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", LayoutNotRecognised),
        ("DEPCOM;NOMVOIE\n", LayoutNotRecognised),
        (public([]), FileWithoutDwellings),
        (transmission([row()], records=2), RecordCountDiffers),
    ],
)
def test_file_that_is_none_or_cut_off_is_refused_whole(tmp_path: Path, text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        read(tmp_path / "f", text)


def test_mapping_is_for_other_formats(tmp_path: Path) -> None:
    with pytest.raises(MappingOfOtherContent):
        opened(tmp_path / "f", public([row()]), {"columns": [{"from": "a", "to": "ref"}]}, kind="rpls")


@pytest.mark.skipif(not cannes.PRESENT, reason="the real files of the shared data are not beside the checkout")
def test_real_file_of_cannes_is_read_to_the_last_row_without_a_loss() -> None:
    reader = open_reader(
        cannes.HOMES, Format(kind="rpls"), None,
        communes=None, default_facts_date=FACTS_DATE, positions=cannes.POSITIONS,
    )  # fmt: skip
    records = list(reader.records())
    found = [reader.read(record) for record in records]
    assert [record.line for record in records] == list(range(2, 6_376))
    assert not any(each.rejected for each in found)
    assert len({each.ref for each in found}) == 6_374
    residences = {each.residence["ref"]: each.residence for each in found if each.residence}
    assert len(residences) == 282
    assert {each.home["residence_ref"] for each in found if each.home} == residences.keys()
    assert {residence["commune_code"] for residence in residences.values()} <= {"06029", "06030"}
    stated_rows = cannes.rows()
    assert sum(each.home["rooms"] for each in found if each.home) == sum(int(each["NBPIECE"]) for each in stated_rows)
    doubts = Counter(note.column for each in found for note in each.notes)
    assert sum(doubts.values()) < 64, "doubts are for one home in a hundred at most, or nobody reads them"
