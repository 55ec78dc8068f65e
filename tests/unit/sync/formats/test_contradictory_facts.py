"""Facts of one record that deny each other, units mistaken and days to come: refused with line, column and value."""

import json
from pathlib import Path
from typing import Any

import pytest

from registry.platform.settings import Settings
from registry.sync.formats import Stated
from registry.vocabulary.contradictions import REMEDY
from tests.support.commands import invoke
from tests.support.files import noted, opened, stated

SHOWER = "contradicts 'shower_tray_height': a zero-step shower has no tray higher than 2 cm"


def fact(value: Any, **more: Any) -> dict[str, Any]:
    return {"value": value, "date": "2026-03-01", **more}


def line(ref: str, **facts: Any) -> dict[str, Any]:
    return {"ref": ref, "facts": facts}


def lines(tmp_path: Path, *given: dict[str, Any], mapping: dict[str, Any] | None = None) -> list[Stated]:
    return stated(opened(tmp_path / "f", "\n".join(map(json.dumps, given)), mapping, kind="ndjson"))


def test_row_of_a_table_is_rejected_with_its_line_column_and_cell_each_time(tmp_path: Path) -> None:
    rows = "ref;zero_step_shower;shower_tray_height;grab_bars\nA;oui;10;oui\nB;oui;0;oui\nC;oui;10;oui\nD;non;10;\n"
    found = stated(opened(tmp_path / "f.csv", rows))
    assert [noted(each) for each in found] == [
        [("zero_step_shower", "yes", True)], [], [("zero_step_shower", "yes", True)], []
    ]  # fmt: skip
    assert [(each.line, each.home is None) for each in found] == [(2, True), (3, False), (4, True), (5, False)]
    (note,) = found[0].notes
    assert (note.rule.en, note.remedy) == (SHOWER, REMEDY)


def test_row_is_rejected_by_the_columns_of_its_mapping_and_by_what_every_row_states(tmp_path: Path) -> None:
    columns = [
        {"from": "Réf", "to": "ref"}, {"from": "Rotation", "to": "turning_space"},
        {"from": "PMR intégral", "to": "all_rooms_wheelchair"},
    ]  # fmt: skip
    rows = "Réf;Rotation;PMR intégral\nA;non;oui\nB;oui;oui\n"
    found = stated(opened(tmp_path / "f.csv", rows, {"columns": columns}))
    assert [noted(each) for each in found] == [[("PMR intégral", "yes", True)], []]
    constant = {"columns": columns[:2], "constants": {"all_rooms_wheelchair": "yes"}}
    found = stated(opened(tmp_path / "g.csv", "Réf;Rotation\nA;non\nB;oui\n", constant))
    assert [noted(each) for each in found] == [[("all_rooms_wheelchair", "yes", True)], []]


def test_line_of_ndjson_is_rejected_with_the_field_and_what_stood_there(tmp_path: Path) -> None:
    bad = line("A", all_rooms_wheelchair=fact("yes"), interior_door_width=fact(70), turning_space=fact("no"))
    good = line("B", all_rooms_wheelchair=fact("yes"), interior_door_width=fact(80), turning_space=None)
    found = lines(tmp_path, bad, good, line("C", zero_step_shower={"value": "yes"}, shower_tray_height={"value": 9}))
    assert [len(each.notes) for each in found] == [2, 0, 1]
    assert [each.home is None for each in found] == [True, False, True]
    assert {note.column for note in found[0].notes} == {"facts.all_rooms_wheelchair"}
    assert json.loads(found[0].notes[0].value) == fact("yes")
    assert (found[2].notes[0].rule.en, found[2].notes[0].remedy) == (SHOWER, REMEDY)


def test_line_whose_facts_held_one_after_the_other_is_taken(tmp_path: Path) -> None:
    tray = {"value": 10, "date": "2010-01-01", "until": "2025-11-19"}
    (found,) = lines(tmp_path, line("A", zero_step_shower=fact("yes", date="2025-11-20"), shower_tray_height=tray))
    assert found.notes == []


def test_line_read_by_a_mapping_is_rejected_too(tmp_path: Path) -> None:
    mapping = {"columns": [{"from": "id", "to": "ref"}, {"from": "bain.plat", "to": "zero_step_shower"},
                           {"from": "bain.receveur", "to": "shower_tray_height"}]}  # fmt: skip
    (found,) = lines(tmp_path, {"id": "A", "bain": {"plat": "oui", "receveur": 12}}, mapping=mapping)
    assert noted(found) == [("bain.plat", "yes", True)]


def test_check_before_sending_shows_line_column_rule_and_remedy(tmp_path: Path) -> None:
    path = tmp_path / "homes.csv"
    path.write_text("ref;zero_step_shower;shower_tray_height\nA;yes;2\nB;yes;10\n")
    done = invoke(Settings(_env_file=None), "validate", str(path))
    assert done.exit_code == 1
    assert f"line 3, zero_step_shower: 'yes': {SHOWER} (row rejected). {REMEDY.en}" in done.stdout
    assert "2 records, 1 accepted, 1 rejected" in done.stdout


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("entrance_door_width", "0.90", "less than a centimetre: is it in metres?"),
        ("shower_tray_height", "0,15", "less than a centimetre: is it in metres?"),
        ("entrance_door_width", "900", "not plausible (50 to 200 cm); check the unit"),
        ("facts_date", "01/01/2999", "this date is in the future"),
        ("facts_source", "rumeur", "unknown code; known: declared"),
        ("lift", "peut-être", "'yes', 'no' or 'unknown'"),
        ("stair_handrails", "yes", "unknown code; known: none, one_side, both_sides"),
    ],
)
def test_unit_mixed_up_day_to_come_and_unknown_code_are_refused_by_name(
    tmp_path: Path, column: str, cell: str, said: str
) -> None:
    (found,) = stated(opened(tmp_path / "f.csv", f"ref;{column}\nA;{cell}\n"))
    (note,) = found.notes
    assert (note.line, note.column, note.value, note.rejected) == (2, column, cell, True)
    assert said in note.rule.en
    assert note.rule.fr != note.rule.en


def test_measure_in_the_unit_that_its_mapping_says_is_read(tmp_path: Path) -> None:
    mapping = {"columns": [{"from": "r", "to": "ref"}, {"from": "porte", "to": "entrance_door_width", "unit": "m"},
                           {"from": "seuil", "to": "shower_tray_height", "unit": "cm"}]}  # fmt: skip
    (found,) = stated(opened(tmp_path / "f.csv", "r;porte;seuil\nA;0,90;0,5\n", mapping))
    assert found.home is not None
    assert {code: each["value"] for code, each in found.home["facts"].items()} == {
        "entrance_door_width": 90, "shower_tray_height": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "field", "said"),
    [
        ({"entrance_door_width": fact(0.9)}, "facts.entrance_door_width.value", "0.90 m is written 90, in cm"),
        ({"entrance_door_width": fact(900)}, "facts.entrance_door_width.value", "not plausible (50 to 200 cm)"),
        ({"lift": fact("yes", date="2999-01-01")}, "facts.lift.date", "this date is in the future"),
        ({"elevator": fact("yes")}, "facts.elevator", "unknown fact; known: "),
        ({"lift": fact("maybe")}, "facts.lift.value", "one of: yes, no, unknown"),
        ({"path_slope": fact(4)}, "facts.path_slope", "stated of a residence, not of a home"),
    ],
)
def test_the_same_in_a_line_of_ndjson_is_refused_with_its_field(
    tmp_path: Path, facts: dict[str, Any], field: str, said: str
) -> None:
    (found,) = lines(tmp_path, {"ref": "A", "facts": facts})
    (note,) = found.notes
    assert (note.line, note.column, note.rejected) == (1, field, True)
    assert said in note.rule.en
