"""NDJSON: homes and residences as the API takes them, and members that a mapping reads."""

import json
from pathlib import Path
from typing import Any

import pytest

from registry.sync.formats.cutting import MAX_RECORD
from registry.sync.formats.errors import EncodingNotRead, KindMistaken
from tests.support.files import COMMUNES, noted, opened, stated


def test_line_states_what_it_names_and_null_that_there_is_none(tmp_path: Path) -> None:
    line = {
        "ref": "A", "residence_ref": "R", "rooms": 2, "typology": "T2", "area_m2": 47.5, "floor": None,
        "building_ref": None,
        "facts": {"lift": {"value": "yes", "source": "measured"}, "grab_bars": None, "raised_wc": {"value": "unknown"},
                  "entrance_door_width": {"value": 90, "date": "2026-01-02"}},
    }  # fmt: skip
    [found] = stated(opened(tmp_path / "f", json.dumps(line), kind="ndjson"))
    assert (found.ref, found.notes, found.cleared, found.residence) == ("A", [], ("floor", "building_ref"), None)
    assert found.home == {
        "ref": "A", "residence_ref": "R", "rooms": 2, "typology": "T2", "area_m2": "47.50",
        "facts": {"lift": {"value": "yes", "source": "measured"}, "grab_bars": None, "raised_wc": None,
                  "entrance_door_width": {"value": 90, "date": "2026-01-02"}},
    }  # fmt: skip


def test_line_may_describe_its_residence(tmp_path: Path) -> None:
    residence = {
        "commune_code": "33999",
        "street": "12 rue Verte",
        "name": None,
        "position": {"lon": -0.57, "lat": 44.8},
    }
    line = {"ref": "A", "building_ref": "B", "residence": residence}
    [found] = stated(opened(tmp_path / "f", json.dumps(line), kind="ndjson", communes=COMMUNES))
    assert found.home == {"ref": "A", "building_ref": "B", "residence_ref": "33063 12 RUE VERTE"}
    assert found.residence == {
        "ref": "33063 12 RUE VERTE", "commune_code": "33063", "number": "12", "street": "rue Verte", "name": None,
        "position": {"lon": -0.57, "lat": 44.8}, "buildings": [{"ref": "B"}],
    }  # fmt: skip


def test_residence_stands_alone_with_its_buildings(tmp_path: Path) -> None:
    line = {"ref": "R", "commune_code": "33063", "buildings": [{"ref": "B", "levels": 4}]}
    text = json.dumps(line) + '\n{"name": "x"}\n{"ref": "S"}'
    good, nameless, bare = stated(opened(tmp_path / "f", text, kind="ndjson", content="residences"))
    assert (good.home, good.ref) == (None, None)
    assert good.residence is not None
    assert good.residence["buildings"][0]["levels"] == 4
    assert nameless.rejected
    assert bare.residence == {"ref": "S"}


def test_mapping_reads_members_by_name_nested_ones_by_path(tmp_path: Path) -> None:
    mapping = {
        "columns": [
            {"from": "id", "to": "ref"},
            {"from": "logement.pieces", "to": "rooms"},
            {"from": "loyer", "to": "rent_cents", "unit": "euro"},
            {"from": "ascenseur", "to": "lift", "values": {"true": "yes", "false": "no"}},
        ]
    }
    line = {"ID": 12, "logement": {"Pièces": 3.0}, "loyer": 412.5, "ascenseur": True, "occupant": "Dupont"}
    reader = opened(tmp_path / "f", json.dumps(line), mapping, kind="ndjson")
    [found] = stated(reader)
    assert found.home == {
        "ref": "12", "rooms": 3, "typology": "T3", "rent_cents": 41_250, "facts": {"lift": {"value": "yes"}},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"rooms": 2}', [("ref", "null")]),
        ('{"ref": 3}', [("ref", "3")]),
        ('{"ref": "A", "ref": "B"}', [("ref", "")]),
        ('{"ref": "A", "facts": {"lift": {"value": "no"}, "lift": {"value": "yes"}}}', [("lift", "")]),
        ('{"ref": "A", "rooms": "2"}', [("rooms", "2")]),
        ('{"ref": "A", "rooms": null}', [("rooms", "null")]),
        ('{"ref": "A", "unknown": 2}', [("unknown", "2")]),
        ('{"ref": "A", "rent_cents": -1}', [("rent_cents", "-1")]),
        ('{"ref": "A", "facts": {"nothing": null}}', [("facts.nothing", '{"nothing":null}')]),
        ('{"ref": "A", "facts": 3}', [("facts", "3")]),
        ('{"ref": "A", "facts": {"lift": "yes"}}', [("facts.lift", '{"lift":"yes"}')]),
        ('{"ref": "A", "facts": {"lift": {"value": 3}}}', [("facts.lift.value", '{"lift":{"value":3}}')]),
        ('{"ref": "A", "residence": 3}', [("residence", "3")]),
        ('{"ref": "A", "residence": {"name": "x"}}', [("residence.residence_ref", "")]),
        ('{"ref": "A", "residence": {"number": 3}}', [("residence.number", "3")]),
        ('{"ref": "A", "residence": {"commune_code": "99999", "street": "x"}}', [("residence.commune_code", "99999")]),
        ('{"ref": "A", "residence_ref": "R", "residence": {"name": "a@b.fr"}}', [("residence.name", "…")]),
        ("[1]", [("*", "[1]")]),
        ("3", [("*", "3")]),
        ("{", [("*", "{")]),
        ('{"ref": "A"},', [("*", '{"ref": "A"},')]),
        ("[" * 5_000, [("*", "[" * 80)]),
        ('{"a":' * 3_000 + "1" + "}" * 3_000, [("*", '{"a":' * 16)]),
        ('{"ref": "A", "rooms": ' + "9" * 5_000 + "}", [("*", "…")]),
        ('{"ref": "A", "area_m2": NaN}', [("*", '{"ref": "A", "area_m2": NaN}')]),
        ('{"ref": "\\ud800"}', [("ref", "\\ud800")]),
        ('{"ref": "A\\u0000"}', [("ref", "A\\x00")]),
        ('{"ref": "' + "x" * MAX_RECORD + '"}', [("*", '{"ref": "' + "x" * 31)]),
    ],
)
def test_line_that_a_rule_refuses_is_rejected_and_the_next_one_read(
    tmp_path: Path, line: str, expected: list[tuple[str, str]]
) -> None:
    reader = opened(
        tmp_path / "f", f'{{"ref": "before"}}\n{line}\n\n{{"ref": "after"}}', kind="ndjson", communes=COMMUNES
    )
    _, found, after = stated(reader)
    assert [(column, value) for column, value, rejected in noted(found) if rejected] == expected
    assert (found.home, found.residence) == (None, None)
    assert (after.line, after.home) == (4, {"ref": "after"})
    for note in found.notes:
        assert (note.line, note.rule.fr != note.rule.en) == (2, True)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("[\n{}\n]", KindMistaken),
        ("ref;rooms\nA;2", KindMistaken),
        (b"PK\x03\x04", KindMistaken),
        ('{"ref": "é"}'.encode("utf-16"), EncodingNotRead),
    ],
)
def test_file_of_something_else_is_refused_by_name(tmp_path: Path, content: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        opened(tmp_path / "f", content, kind="ndjson")


def test_line_that_is_not_in_utf_8_is_rejected_alone(tmp_path: Path) -> None:
    lines = '{"ref": "é"}\n'.encode() + '{"ref": "è"}\n{"ref": "a"}'.encode("latin-1")
    assert [each.rejected for each in stated(opened(tmp_path / "f", lines, kind="ndjson"))] == [False, True, False]


def test_byte_order_mark_and_line_ends_of_windows_are_passed_over(tmp_path: Path) -> None:
    found = stated(opened(tmp_path / "f", b'\xef\xbb\xbf{"ref": "A"}\r\n{"ref": "B"}\r\n', kind="ndjson"))
    assert [each.ref for each in found] == ["A", "B"]
    assert not any(each.rejected for each in found)
