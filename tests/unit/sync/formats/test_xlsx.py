"""Workbooks: read as a CSV of the same cells would be, and measured before they are loaded."""

import gzip
import zipfile
from pathlib import Path
from typing import Any

import pytest

from registry.sync.formats import Reader, xlsx
from registry.sync.formats.declared import Format
from registry.sync.formats.errors import HeaderNotRecognised, KindMistaken, SheetNotFound, WorkbookUnreadable
from registry.sync.formats.opening import open_reader
from registry.sync.mapping import parse_mapping
from tests.support.files import FACTS_DATE, Cell, noted, stated, workbook


def read(path: Path, mapping: dict[str, Any] | None = None, **declared: Any) -> Reader:
    given = parse_mapping(mapping) if mapping else None
    form = Format.model_validate({"kind": "xlsx", **declared})
    return open_reader(path, form, given, communes=None, default_facts_date=FACTS_DATE)


def test_rows_state_what_a_csv_of_their_cells_would(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["ref", "rooms", "area_m2", "lift"],
        [101, 3.0, 65.5, "oui"],
        [None] * 4,
        [None, 2, None, None],
        ["A", "x"],
    ]
    path = workbook(tmp_path / "f.xlsx", {"Feuille": rows})
    reader = read(path)
    first, nameless, wrong = stated(reader)
    assert (first.line, first.home) == (
        2, {"ref": "101", "rooms": 3, "typology": "T3", "area_m2": "65.50", "facts": {"lift": {"value": "yes"}}},
    )  # fmt: skip
    assert (nameless.line, noted(nameless)) == (4, [("ref", "", True)])
    assert (wrong.line, wrong.ref, noted(wrong)) == (5, "A", [("rooms", "x", True)])
    assert list(reader.records()) == list(reader.records())
    path.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    assert len(stated(read(path))) == 3


def test_rows_keep_their_numbers_where_blank_ones_stand_above_the_header(tmp_path: Path) -> None:
    path = workbook(tmp_path / "f.xlsx", {"Un": [[None], [], ["ref", "rooms"], [], ["A", "x"]]})
    (wrong,) = stated(read(path))
    assert (wrong.line, noted(wrong)) == (5, [("rooms", "x", True)])


def test_sheet_is_the_first_one_or_that_of_the_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "f.xlsx", {"Un": [["ref"], ["A"]], "Deux": [["ref"], ["B"]]})
    assert stated(read(path))[0].ref == "A"
    assert stated(read(path, sheet="Deux"))[0].ref == "B"
    with pytest.raises(SheetNotFound):
        read(path, sheet="Trois")


def test_cell_beside_the_columns_rejects_its_row_and_booleans_are_codes(tmp_path: Path) -> None:
    mapping = {
        "columns": [
            {"from": "ref", "to": "ref"},
            {"from": "asc", "to": "lift", "values": {"true": "yes", "false": "no"}},
        ]
    }
    path = workbook(tmp_path / "f.xlsx", {"Un": [["ref", "asc"], ["A", True], ["B", False, "x"]]})
    good, wide = stated(read(path, mapping))
    assert good.home == {"ref": "A", "facts": {"lift": {"value": "yes"}}}
    assert noted(wide) == [("*", "x", True)]


@pytest.mark.parametrize("content", [b"", b"ref;rooms\n", b"\xd0\xcf\x11\xe0old", b"PK\x03\x04broken"])
def test_file_that_is_no_workbook_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "f.xlsx"
    path.write_bytes(content)
    with pytest.raises((KindMistaken, WorkbookUnreadable)):
        read(path)


def test_empty_sheet_and_other_archives_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(HeaderNotRecognised):
        read(workbook(tmp_path / "f.xlsx", {"Un": []}))
    with zipfile.ZipFile(tmp_path / "f.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(WorkbookUnreadable):
        read(tmp_path / "f.zip")


def with_part(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return path


def test_archive_that_swells_is_refused_whatever_its_directory_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "MAX_INFLATED", 1_000_000)
    path = with_part(workbook(tmp_path / "f.xlsx", {"Un": [["ref"], ["A"]]}), "xl/media/a.bin", b"0" * 3_000_000)
    with pytest.raises(WorkbookUnreadable):
        read(path)
    raw = path.read_bytes()
    size = (3_000_000).to_bytes(4, "little")
    assert raw.count(size) == 2
    path.write_bytes(raw.replace(size, (10).to_bytes(4, "little")))
    with pytest.raises(WorkbookUnreadable):
        read(path)


def test_sheet_of_too_many_rows_or_with_a_cell_far_away_is_refused_before_it_is_loaded(tmp_path: Path) -> None:
    far = workbook(tmp_path / "far.xlsx", {"Un": [["ref"], ["A"]]})
    text = '<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    with pytest.raises(WorkbookUnreadable) as refused:
        read(with_part(far, "xl/worksheets/sheet2.xml", text.encode()))
    assert refused.value.faults[0].field == "rows"
    many = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, xlsx.MAX_ROWS + 3))
    other = workbook(tmp_path / "many.xlsx", {"Un": [["ref"], ["A"]]})
    with pytest.raises(WorkbookUnreadable):
        read(with_part(other, "xl/worksheets/sheet2.xml", f"<sheetData>{many}</sheetData>".encode()))


def test_long_text_that_every_cell_shares_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_TEXT", 1_000_000)
    shared = ["x" * 10_000, "short"]
    path = workbook(tmp_path / "f.xlsx", {"Un": [["ref"], ["A"]]}, shared=shared)
    cells = '<c r="A1" t="s"><v>{}</v></c>' * 1_000
    assert stated(read(with_part(path, "xl/worksheets/sheet2.xml", cells.format(*[1] * 1_000).encode())))
    with pytest.raises(WorkbookUnreadable) as refused:
        read(with_part(path, "xl/worksheets/sheet3.xml", cells.format(*[0] * 1_000).encode()))
    assert refused.value.faults[0].field == "cells"
