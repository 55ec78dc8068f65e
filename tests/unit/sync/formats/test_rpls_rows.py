"""What a row of RPLS states, what it leaves open, and what is wrong with it."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.sync.errors import LayoutNotRecognised
from registry.sync.formats.rpls.layout import TRANSMISSION, layout_of
from registry.sync.formats.rpls.rows import Dwelling, read
from tests.support.rpls import PUBLIC, line, row, transmission


def dwelling(*further: str, **changes: str) -> Dwelling:
    """Read one row of a public file that has ``further`` columns."""
    columns = tuple(dict.fromkeys([*PUBLIC, *further]))
    layout = layout_of(";".join(columns))
    return read(layout, 1, 2, line(row(**changes), columns))


def noted(found: Dwelling) -> list[tuple[str, str, bool]]:
    return [(note.column, note.value, note.rejected) for note in found.notes]


def test_row_states_what_its_columns_hold() -> None:
    found = dwelling()
    assert found.notes == []
    assert (found.depcom, found.line, found.rank, found.ref) == ("33063", 2, 1, None)
    assert found.home == {
        "rooms": 3, "typology": "T3", "area_m2": Decimal(65), "floor": 2, "financing": "13", "energy_label": "C",
    }  # fmt: skip
    assert found.residence == {"construction_year": 1975, "in_priority_quarter": False}


@pytest.mark.parametrize(
    ("column", "value", "name", "stated"),
    [
        ("ETAGE", "RC", "floor", 0),
        ("ETAGE", "rdc", "floor", 0),
        ("ETAGE", "-1", "floor", -1),
        ("ETAGE", "", "floor", None),
        ("ETAGE", "0", "floor", 0),
        ("ETAGE", "04", "floor", 4),
        ("NBPIECE", "9", "typology", "T9"),
        ("SURFHAB", "65,5", "area_m2", Decimal("65.5")),
        ("SURFHAB", "0", "area_m2", None),
        ("SURFHAB", "Non renseigné", "area_m2", None),
        ("FINAN", "0", "financing", None),
        ("FINAN", "NC", "financing", None),
        ("FINAN", "52", "financing", "52"),
        ("DPEENERGIE", "2", "energy_label", "A"),
        ("DPEENERGIE", "8", "energy_label", "G"),
        ("DPEENERGIE", "9", "energy_label", None),
        ("DPEENERGIE", "g", "energy_label", "G"),
        ("DPEENERGIE", "Sans objet", "energy_label", None),
        ("CONTRESLOG", "3", "quota_holder", "3"),
        ("MODE", "1", "status", "occupied"),
        ("MODE", "2", "status", "vacant"),
        ("MODE", "3", "status", "works"),
        ("MODE", "4", "status", "occupied"),
        ("MODE", "5", "status", "occupied"),
        ("MODE", "9", "status", None),
        ("SORTIEPATRIM", "4", "status", "withdrawn"),
        ("SORTIEPATRIM", "9", "status", None),
        ("LOYERPRINC", "412,50", "rent_cents", 41_250),
        ("LOYERPRINC", "412.5", "rent_cents", 41_250),
        ("LOYERPRINC", "9999", "rent_cents", None),
        ("LOYERPRINC", "9999.00", "rent_cents", None),
        ("LOYERPRINC", "0", "rent_cents", None),
        ("IDENT_REP", "A123456789", "rpls_id", "A123456789"),
    ],
)
def test_value_means_what_the_dictionary_says(column: str, value: str, name: str, stated: Any) -> None:
    found = dwelling(column, **{column: value})
    assert found.notes == []
    assert found.home.get(name) == stated


@pytest.mark.parametrize(
    ("column", "value", "name"),
    [
        ("ETAGE", "cave", "floor"),
        ("ETAGE", "99", "floor"),
        ("ETAGE", "²", "floor"),
        ("SURFHAB", "-3", "area_m2"),
        ("SURFHAB", "4", "area_m2"),
        ("SURFHAB", "99999", "area_m2"),
        ("FINAN", "77", "financing"),
        ("CONTRESLOG", "8", "quota_holder"),
        ("DPEENERGIE", "H", "energy_label"),
        ("MODE", "6", "status"),
        ("LOYERPRINC", "-412", "rent_cents"),
        ("LOYERPRINC", "412 €", "rent_cents"),
        ("LOYERPRINC", "999999", "rent_cents"),
        ("IDENT_REP", "a b", "rpls_id"),
    ],
)
def test_value_that_a_rule_refuses_is_left_out_and_noted(column: str, value: str, name: str) -> None:
    found = dwelling(column, IDENT_INT="L1", **{column: value})
    assert name not in found.home
    [note] = found.notes
    assert (note.column, note.line, note.rejected) == (column, 2, False)
    assert note.rule.fr != note.rule.en
    assert note.remedy.fr != note.remedy.en
    assert found.home["rooms"] == 3, "the rest of the row counts"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"NBPIECE": ""}, [("NBPIECE", "", True)]),
        ({"NBPIECE": "0"}, [("NBPIECE", "", True)]),
        ({"NBPIECE": "dix"}, [("NBPIECE", "dix", True)]),
        ({"DEPCOM": "33"}, [("DEPCOM", "33", True)]),
        ({"DEPCOM": "00000"}, [("DEPCOM", "00000", True)]),
        ({"DEPCOM": "99999"}, [("DEPCOM", "99999", True)]),
        ({"TYPVOIE": "", "NOMVOIE": ""}, [("NOMVOIE", "", True)]),
        ({"TYPVOIE": "", "NOMVOIE": "???"}, [("NOMVOIE", "???", True)]),
    ],
)
def test_row_without_commune_address_or_rooms_is_rejected(
    changes: dict[str, str], expected: list[tuple[str, str, bool]]
) -> None:
    assert noted(dwelling(**changes)) == expected


def test_commune_gets_its_lost_zero_back() -> None:
    assert dwelling(DEPCOM="6029", CODEPOSTAL="6400").depcom == "06029"
    assert dwelling(DEPCOM="2a004").depcom == "2A004"
    address = dwelling(DEPCOM="6029", CODEPOSTAL="6400").address
    assert address is not None
    assert address.postcode == "06400"


def test_postcode_that_is_none_is_noted_and_left_out() -> None:
    found = dwelling(CODEPOSTAL="CEDEX")
    assert noted(found) == [("CODEPOSTAL", "CEDEX", False)]
    assert found.address is not None
    assert found.address.postcode is None


def test_date_of_1900_means_that_there_is_no_energy_label() -> None:
    found = dwelling(DPEDATE="01/1900", DPEENERGIE="A")
    assert "energy_label" not in found.home
    assert found.notes == []


def test_accessibility_variable_is_counted_and_becomes_no_fact() -> None:
    for value in "123":
        found = dwelling("PMR_CODE", PMR_CODE=value)
        assert found.pmr == value
        assert "facts" not in found.home
    assert noted(dwelling("PMR", PMR="4")) == [("PMR", "4", False)]


def test_columns_are_found_by_name_in_any_order_and_vintage() -> None:
    renamed = {"QPV": "QPV_CODE", "FINAN": "finan_code"}
    columns = tuple(reversed([renamed.get(name, name) for name in (*PUBLIC, "QPV_LIBELLE", "X")]))
    found = read(layout_of(";".join(columns)), 1, 2, line({**row(), "QPV_CODE": "1", "finan_code": "10"}, columns))
    assert found.notes == []
    assert found.residence["in_priority_quarter"] is True
    assert found.home["financing"] == "10"


@pytest.mark.parametrize(
    "first",
    [
        "",
        "REG,DEPCOM,NOMVOIE,NBPIECE",
        "DEPCOM;NOMVOIE",
        "DEPCOM;NOMVOIE;NBPIECE;QPV;QPV_CODE",
        "2026;1;2",
        "PK\x03\x04",
    ],
)
def test_first_line_that_names_no_layout_is_refused_by_name(first: str) -> None:
    with pytest.raises(LayoutNotRecognised):
        layout_of(first)


def test_transmission_file_is_read_by_position() -> None:
    header, first = transmission(
        [row(IDENT_REP="R000000001", IDENT_INT="LGT/12", MODE="2", LOYERPRINC="350", CONTRESLOG="7", COMMENTAIRE="x")],
        siret="12345678900012",
    ).splitlines()
    layout = layout_of(header)
    assert (layout.width, layout.named, layout.records, layout.siret) == (64, False, 1, "12345678900012")
    assert len(TRANSMISSION) == 64 == len(set(TRANSMISSION))
    found = read(layout, 1, 2, first)
    assert found.notes == []
    assert found.ref == "LGT/12"
    assert found.home == {
        "rooms": 3, "typology": "T3", "area_m2": Decimal(65), "floor": 2, "financing": "13", "energy_label": "C",
        "status": "vacant", "rent_cents": 35_000, "quota_holder": "7", "rpls_id": "R000000001",
    }  # fmt: skip


def test_row_with_more_or_fewer_fields_is_rejected_whole() -> None:
    layout = layout_of(";".join(PUBLIC))
    for text in (line(row()) + ";x", line(row()).rsplit(";", 1)[0], "x", ";"):
        found = read(layout, 1, 7, text)
        assert [(note.line, note.column, note.rejected) for note in found.notes] == [(7, "*", True)]
    assert not read(layout, 1, 7, line(row()) + ";;").rejected, "empty fields at the end say nothing"


def test_quotes_enclose_or_stand_for_themselves() -> None:
    def name(cell: str) -> Any:
        return dwelling(COMPLGEO=cell).residence.get("name")

    assert name('"LES PINS; BAT A"') == "LES PINS; BAT A"
    assert name('"LES ""PINS"""') == 'LES "PINS"'
    assert name('RESIDENCE "LES PINS"') == 'RESIDENCE "LES PINS"'
    assert name('"LES PINS" BAT A') == '"LES PINS" BAT A'
    assert name('"LES PINS') == '"LES PINS', "a quote that is not closed swallows nothing"


def test_reference_that_the_stock_refuses_rejects_the_row() -> None:
    assert noted(dwelling("IDENT_INT", IDENT_INT="x" * 101)) == [("IDENT_INT/IDENT_REP", "x" * 101, True)]
    assert dwelling("IDENT_INT", IDENT_INT="A\x85B").rejected


def test_building_that_cannot_be_named_is_left_out() -> None:
    found = dwelling(BAT="A\x07B")
    assert noted(found) == [("BAT/IMMEU", "A\\x07B", False)]
    assert found.building is None
    assert dwelling(BAT="", IMMEU=" B  2 ").building == "B 2"


@given(st.lists(st.text(max_size=20), min_size=len(PUBLIC), max_size=len(PUBLIC)))
def test_any_cells_are_read_and_every_refusal_says_what_to_do(cells: list[str]) -> None:
    found = read(layout_of(";".join(PUBLIC)), 1, 2, ";".join(cells))
    for note in found.notes:
        described = note.described()
        assert described["rule"]["fr"]
        assert described["rule"]["en"]
        assert described["remedy"]["fr"]
    assert found.rejected or found.home["typology"] == f"T{found.home['rooms']}"
