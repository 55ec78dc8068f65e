"""Each note of a file has the code of its rule, which names neither a column nor a value of the landlord's."""

import json
from pathlib import Path
from typing import Any

import pytest

from registry.sync.notes import Note
from registry.sync.rules import LABELS, RuleCode
from registry.sync.validation import validate
from tests.support.files import COMMUNES, opened
from tests.support.rpls import public, row


def codes(path: Path, content: str, mapping: dict[str, Any] | None = None, **declared: Any) -> list[tuple[str, str]]:
    notes: list[Note] = []
    validate(opened(path, content, mapping, communes=COMMUNES, **declared), notes.append)
    return [(note.column, note.code) for note in notes]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("ref;rooms\nA;two\n", [("rooms", "value-invalid")]),
        ("ref;rooms\n;2\n", [("ref", "value-missing")]),
        ("ref;floor\nA;45\n", [("floor", "value-doubted")]),
        ("ref;rooms\nA;2;3\n", [("*", "record-unreadable")]),
        ("ref;rooms\nA;2\nA;2\n", [("ref", "ref-twice")]),
        ("ref;rooms;couleur\nA;2;x\n", [("couleur", "column-unread")]),
        ("ref;rooms;nom_locataire\nA;2;x\n", [("nom_locataire", "column-personal")]),
        (
            "ref;rooms;residence_ref;residence.commune_code\nA;2;R;99999\n",
            [("residence.commune_code", "commune-unknown")],
        ),
    ],
)
def test_note_of_a_table_has_the_code_of_its_rule(tmp_path: Path, content: str, found: list[tuple[str, str]]) -> None:
    assert codes(tmp_path / "homes.csv", content) == found


def test_column_of_a_mapping_that_is_absent_has_a_code_of_its_own(tmp_path: Path) -> None:
    mapping = {"columns": [{"from": "Réf", "to": "ref"}, {"from": "Loyer", "to": "rent_cents", "unit": "euro"}]}
    assert codes(tmp_path / "homes.csv", "Réf\nA\n", mapping) == [("Loyer", "column-absent")]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ({"ref": "A", "rooms": "two"}, [("rooms", "value-invalid")]),
        ({"rooms": 2}, [("ref", "value-missing")]),
        ({"ref": "A", "residence_ref": "R", "residence": {"commune_code": "99999"}},
         [("residence.commune_code", "commune-unknown")]),
        (["A"], [("*", "record-unreadable")]),
    ],
)  # fmt: skip
def test_note_of_a_json_line_has_the_code_of_its_rule(tmp_path: Path, line: Any, found: list[tuple[str, str]]) -> None:
    content = "".join(json.dumps(each) + "\n" for each in ({"ref": "first"}, line))
    assert codes(tmp_path / "homes.ndjson", content, kind="ndjson") == found


def test_note_of_an_rpls_file_has_the_code_of_its_rule(tmp_path: Path) -> None:
    content = public([row(), row(), row(NUMAPPT="2", DEPCOM="99998"), row(NUMAPPT="3", NBPIECE="")])
    found = codes(tmp_path / "rpls.csv", content, kind="rpls")
    assert {("DEPCOM", "commune-unknown"), ("NBPIECE", "value-missing")} <= set(found)


def test_every_code_has_words() -> None:
    assert set(LABELS) == set(RuleCode)
