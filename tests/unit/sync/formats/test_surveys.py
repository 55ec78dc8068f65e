"""A survey on foot: columns of the CNIG standard and of ours, what their cells state of a residence, and the form."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from registry.kernel.errors import RegistryError
from registry.sync.formats.errors import ColumnTwice
from registry.sync.formats.forms import MARK, SURVEYED, Form, Section, columns
from registry.vocabulary.cnig_columns import CNIG_COLUMNS
from registry.vocabulary.facts import FACTS_BY_CODE, RESIDENCE_FACTS
from tests.support.files import noted, opened, stated, workbook

RESIDENCES: dict[str, Any] = {"content": "residences"}


def facts_of(path: Path, column: str, cell: str) -> dict[str, Any]:
    """Return what a file of one residence states in one column."""
    reader = opened(path / "f", f"ref;{column}\nR1;{cell}\n", **RESIDENCES)
    assert reader.notes == []
    (found,) = stated(reader)
    assert found.notes == []
    assert found.residence is not None
    facts: dict[str, Any] = found.residence.get("facts", {})
    return facts


@pytest.mark.parametrize(
    ("column", "cell", "code", "value"),
    [
        ("circulation.largeurUtile", "1,40", "path_width", 140),
        ("circulation.largeurUtile", "1.4", "path_width", 140),
        ("CIRCULATION_LargeurUtile", "140 cm", "path_width", 140),
        ("circulation.largeurUtile", "99 cm", "path_width", 99),
        ("path_width", "140", "path_width", 140),
        ("path_width", "1,4 m", "path_width", 140),
        ("noeud_cheminement.hauteurRessaut", "0,021", "path_kerb", 3),
        ("circulation.pente", "-4,2", "path_slope", 5),
        ("circulation.pente", "5 %", "path_slope", 5),
        ("circulation.devers", "2", "path_cross_fall", 2),
        ("escalier.nbMarches", "0", "path_steps", 0),
        ("entree.effortOuverture", "45 N", "entrance_door_effort", 45),
        ("entree.escalierNbMarche", "0", "step_free_entrance", "yes"),
        ("entree.escalierNbMarche", "3", "step_free_entrance", "no"),
        ("entree.escalierNbMarche", "oui", "step_free_entrance", "yes"),
        ("entree.rampe", "01", "access_ramp", "yes"),
        ("entree.rampe", "1", "access_ramp", "yes"),
        ("entree.rampe", "amovible", "access_ramp", "no"),
        ("entree.typeOuverture", "Automatique", "automatic_entrance_door", "yes"),
        ("entree.controleAcces", "bouton d’appel", "video_intercom", "no"),
        ("entree.controleAcces", "04", "video_intercom", "yes"),
        ("entree.ascenseur", "1", "lift", "yes"),
        ("escalier.mainCourante", "des deux côtés", "path_handrail", "yes"),
        ("escalier.mainCourante", "02", "path_handrail", "no"),
        ("circulation.etatRevetement", "secouant", "path_surface", "uneven"),
        ("circulation.etatRevetement", "Roulant", "path_surface", "smooth"),
        ("circulation.etatRevetement", "loose", "path_surface", "loose"),
        ("path_surface", "Irrégulier", "path_surface", "uneven"),
        ("stair_handrails", "Des deux côtés", "stair_handrails", "both_sides"),
        ("noeud_cheminement.abaisseLargeur", "1,20", "dropped_kerbs", "yes"),
        ("noeud_cheminement.abaisseLargeur", "0,9 m", "dropped_kerbs", "no"),
        ("noeud_cheminement.bandeEveilVigilance", "bon état", "tactile_warning", "yes"),
        ("noeud_cheminement.bandeEveilVigilance", "01", "tactile_warning", "no"),
        ("rest_bench", "Non", "rest_bench", "no"),
    ],
)  # fmt: skip
def test_cell_states_what_the_standard_or_we_mean_by_it(
    tmp_path: Path, column: str, cell: str, code: str, value: str | int
) -> None:
    assert facts_of(tmp_path, column, cell) == {code: {"value": value}}


@pytest.mark.parametrize("column", [column.name for column in CNIG_COLUMNS])
@pytest.mark.parametrize("cell", ["", "NC", "sans objet", "99", "9999"])
def test_what_stands_for_unknown_in_the_standard_says_nothing(tmp_path: Path, column: str, cell: str) -> None:
    assert facts_of(tmp_path, column, cell) == {}


@pytest.mark.parametrize(
    ("column", "cell"),
    [("entree.typeOuverture", "01"), ("entree.controleAcces", "05"), ("circulation.etatRevetement", "bon état")],
)
def test_value_of_a_list_that_cannot_tell_says_nothing(tmp_path: Path, column: str, cell: str) -> None:
    assert facts_of(tmp_path, column, cell) == {}


@pytest.mark.parametrize("column", [*(column.name for column in CNIG_COLUMNS), "path_lighting", "stair_handrails"])
def test_unknown_withdraws_in_every_column(tmp_path: Path, column: str) -> None:
    (only,) = facts_of(tmp_path, column, "inconnu").values()
    assert only is None


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("circulation.largeurUtile", "140", "not plausible (20 to 2000 cm); check the unit"),
        ("circulation.largeurUtile", "140 %", "a measure in cm is expected"),
        ("path_width", "wide", "a number is expected"),
        ("entree.escalierNbMarche", "some", "a number, 'yes', 'no' or 'unknown'"),
        ("noeud_cheminement.abaisseLargeur", "-1", "not a plausible number"),
        ("entree.rampe", "maybe", "unknown value; known: fixe, amovible, absence"),
        ("evidence", "jean@example.org", "this text seems to hold an e-mail address; no personal data enters here"),
        ("facts_until", "2036-01-01", "An end follows the date of the facts"),
        ("facts_source", "heard", "unknown code; known: "),
    ],
)  # fmt: skip
def test_wrong_cell_rejects_its_row_with_its_column_and_rule(tmp_path: Path, column: str, cell: str, said: str) -> None:
    (found,) = stated(opened(tmp_path / "f", f"ref;lift;{column}\nR1;yes;{cell}\n", **RESIDENCES))
    assert [name for name, _, _ in noted(found)] == [column]
    assert found.notes[0].rule.en.startswith(said)
    assert (found.rejected, found.residence, found.notes[0].line) == (True, None, 2)


def test_source_date_end_and_evidence_are_of_all_facts_of_the_row(tmp_path: Path) -> None:
    head = "ref;rest_bench;lift;facts_source;facts_date;facts_until;evidence;street;commune_code"
    (found,) = stated(
        opened(tmp_path / "f", f"{head}\nR1;yes;inconnu;measured;01/03/2026;2036-03-01;REL-1;a;33063\n", **RESIDENCES)
    )
    about = {"source": "measured", "date": "2026-03-01", "until": "2036-03-01", "evidence": "REL-1"}
    assert found.residence is not None
    assert found.residence["facts"] == {"rest_bench": {"value": "yes", **about}, "lift": None}
    assert (found.residence["street"], found.residence["commune_code"]) == ("a", "33063")


def test_end_and_evidence_are_columns_of_homes_too(tmp_path: Path) -> None:
    head = "ref;grab_bars;lift;facts_date;facts_until;evidence"
    good, over, named = stated(opened(
        tmp_path / "f", f"{head}\nA;oui;inconnu;2026-03-01;01/03/2036;REL-1\nB;oui;;2026-03-01;2026-02-28;\n"
        "C;oui;;;;jean@example.org\n",
    ))  # fmt: skip
    assert good.home is not None
    about = {"date": "2026-03-01", "until": "2036-03-01", "evidence": "REL-1"}
    assert good.home["facts"] == {"grab_bars": {"value": "yes", **about}, "lift": None}
    assert noted(over) == [("facts_until", "2026-02-28", True)]
    assert [column for column, _, _ in noted(named)] == ["evidence"]
    mapping = {
        "columns": [{"from": "n", "to": "ref"}, {"from": "barres", "to": "grab_bars"},
                    {"from": "fin", "to": "facts_until", "date": "DD/MM/YYYY"}],
        "constants": {"facts_date": "2026-03-01", "evidence": "REL-2"},
    }  # fmt: skip
    book = workbook(tmp_path / "g.xlsx", {"Feuille": [["n", "barres", "fin"], ["A", "oui", "01/03/2036"]]})
    (found,) = stated(opened(tmp_path / "g", book.read_bytes(), mapping, kind="xlsx"))
    assert found.home is not None
    assert found.home["facts"] == {"grab_bars": {"value": "yes", **about, "evidence": "REL-2"}}


def test_columns_to_be_looked_at_are_no_unknown_columns(tmp_path: Path) -> None:
    reader = opened(tmp_path / "f", "ref;address;Commune;lift;colour\nR1;here;33063;oui;red\n", **RESIDENCES)
    assert [note.column for note in reader.notes] == ["colour"]


def test_fact_under_both_of_its_names_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ColumnTwice):
        opened(tmp_path / "f", "ref;path_width;circulation.largeurUtile\nR1;140;1,4\n", **RESIDENCES)


def test_file_of_homes_has_no_columns_of_the_standard(tmp_path: Path) -> None:
    reader = opened(tmp_path / "f", "ref;entree.ascenseur\nA;1\n")
    assert [note.column for note in reader.notes] == ["entree.ascenseur"]


def test_facts_in_lines_are_those_of_the_api(tmp_path: Path) -> None:
    lines = (
        '{"ref": "R1", "facts": {"path_width": {"value": 140, "source": "measured"}, "lift": null}}\n'
        '{"ref": "R2", "facts": {"path_width": {"value": 5}, "grab_bars": {"value": "yes"}}}\n'
        '{"ref": "R3", "facts": {}}\n'
    )
    good, bad, bare = stated(opened(tmp_path / "f", lines, kind="ndjson", **RESIDENCES))
    assert good.residence == {"ref": "R1", "facts": {"path_width": {"value": 140, "source": "measured"}, "lift": None}}
    assert bad.rejected
    assert bare.residence == {"ref": "R3"}


def test_mapping_and_workbook_state_facts_of_residences(tmp_path: Path) -> None:
    mapping = {
        "content": "residences",
        "columns": [{"from": "Rés", "to": "ref"}, {"from": "Largeur (m)", "to": "path_width", "unit": "m"}],
        "constants": {"facts_source": "measured", "evidence": "REL-2"},
    }
    (found,) = stated(opened(tmp_path / "f", "rés;largeur (m)\nR1;1,3\n", mapping, **RESIDENCES))
    assert found.residence is not None
    assert found.residence["facts"] == {"path_width": {"value": 130, "source": "measured", "evidence": "REL-2"}}
    book = workbook(tmp_path / "g.xlsx", {"Feuille": [["ref", "circulation.largeurUtile"], ["R1", 1.3]]})
    (found,) = stated(opened(tmp_path / "g", book.read_bytes(), kind="xlsx", **RESIDENCES))
    assert found.residence == {"ref": "R1", "facts": {"path_width": {"value": 130}}}
    with pytest.raises(RegistryError):
        opened(tmp_path / "f", "rés\nR1\n", {**mapping, "constants": {"evidence": "a@example.org"}}, **RESIDENCES)


# The form


def held(ref: str = "R1", **facts: Any) -> dict[str, Any]:
    kept = {code: {"value": value, "source": "declared", "date": "2026-01-01"} for code, value in facts.items()}
    return {"ref": ref, "name": "Les Tilleuls", "number": "12", "street": "rue des Acacias", "postcode": None,
            "commune_code": "33063", "facts": kept}  # fmt: skip


def filled() -> dict[str, Any]:
    """Return a value of every fact of a residence."""
    return {
        fact.code: fact.minimum if fact.kind == "measure" else fact.choices[-1].code if fact.choices else "no"
        for fact in RESIDENCE_FACTS
    }


ALL: tuple[Section, ...] = ("entrance", "halls", "levels", "parking", "people", "path", "crossings", "rest")


@pytest.mark.parametrize("labels", [None, "fr", "en"])
def test_form_comes_back_as_it_is_held(tmp_path: Path, labels: Any) -> None:
    form = Form(columns(ALL), labels=labels, prefilled=True)
    text = form.header(new=False) + form.rows([held("R1", **filled()), held("R2"), held("-R3", path_width=123)])
    reader = opened(tmp_path / "f", text, **RESIDENCES)
    assert reader.notes == []
    full, empty, formula = stated(reader)
    assert full.residence == {"ref": "R1", "facts": {code: {"value": value} for code, value in filled().items()}}
    assert (empty.residence, empty.notes) == ({"ref": "R2"}, [])
    assert formula.residence == {"ref": "-R3", "facts": {"path_width": {"value": 123}}}


def test_form_is_one_that_a_spreadsheet_in_france_reads() -> None:
    form = Form(columns(("path",)), labels="fr", prefilled=True)
    text = form.header(new=False) + form.rows([held(path_width=140, path_surface="loose", path_handrail="yes")])
    assert text.encode().startswith(b"\xef\xbb\xbf")
    assert "circulation.largeurUtile (Largeur du cheminement, m)" in text
    header, row = csv.reader(io.StringIO(text.removeprefix(MARK)), delimiter=";")
    shown = dict(zip((name.partition(" ")[0] for name in header), row, strict=True))
    assert shown["circulation.largeurUtile"] == "1,4"
    assert (shown["circulation.etatRevetement"], shown["escalier.mainCourante"]) == ("meuble", "oui")
    assert (shown["address"], shown["commune"]) == ("Les Tilleuls, 12 rue des Acacias", "33063")
    assert shown["facts_date"] == shown["facts_source"] == shown["evidence"] == shown["path_lighting"] == ""


def test_form_leaves_out_what_ends_and_where_asked_everything_that_is_held() -> None:
    residence = held(path_width=140)
    residence["facts"]["path_width"]["until"] = "2036-01-01"
    assert "1,4" not in Form(columns(("path",)), labels=None, prefilled=True).rows([residence])
    assert "1,4" not in Form(columns(("path",)), labels=None, prefilled=False).rows([held(path_width=140)])


def test_form_without_residences_asks_for_new_ones(tmp_path: Path) -> None:
    header = Form(columns(SURVEYED), labels="fr", prefilled=True).header(new=True)
    assert header.removeprefix(MARK).startswith("ref (Référence de la résidence);name (Nom);")
    given = f"{header}R1;;12;rue des Acacias;33000;33063" + ";" * (header.count(";") - 5)
    (found,) = stated(opened(tmp_path / "f", given, **RESIDENCES))
    assert found.residence == {
        "ref": "R1", "number": "12", "street": "rue des Acacias", "postcode": "33000", "commune_code": "33063",
    }  # fmt: skip


def test_sections_are_those_of_the_facts_of_residences() -> None:
    assert {fact.section for fact in RESIDENCE_FACTS} == set(ALL)
    assert [column.fact.code for column in columns(("rest",))] == ["rest_bench"]
    assert {"path_steps", "path_width", "path_slope"} <= {column.fact.code for column in columns(SURVEYED)}
    assert all(FACTS_BY_CODE[column.fact.code] is column.fact for column in columns(ALL))
