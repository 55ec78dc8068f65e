"""The beginning of a table, cut before anybody has said what its columns state."""

from pathlib import Path

import pytest

from registry.sync.formats import samples
from registry.sync.formats.samples import sample_of
from tests.support.files import workbook


def test_csv_is_cut_after_whole_records_and_keeps_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes('sep=;\r\nNUM;Étage\r\n\r\nA;"un\r\ndeux"\r\nB;1\r\nC;2\r\n'.encode("cp1252"))
    found = sample_of(path, "csv", 2)
    assert (found.names, found.rows) == (["NUM", "Étage"], [["A", "un\ndeux"], ["B", "1"]])
    assert found.content.splitlines()[5] == b"B;1"
    path.write_bytes(found.content)
    assert sample_of(path, "csv", 2) == found, "what was cut is cut again to the same"


def test_long_records_are_fewer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "MAX_SAMPLE", 60)
    path = tmp_path / "f.csv"
    path.write_text("ref;b\n" + f"A;{'x' * 20}\n" * 9)
    found = sample_of(path, "csv", 50)
    assert len(found.rows) == 2
    assert len(found.content) <= 60


def test_rows_of_a_sheet_keep_their_numbers(tmp_path: Path) -> None:
    path = workbook(tmp_path / "f.xlsx", {"Un": [["ref", "étage"], ["A", 1], [], ["B;C", "deux"], ["D", 3]]})
    found = sample_of(path, "xlsx", 2)
    assert (found.names, found.rows) == (["ref", "étage"], [["A", "1"], ["B;C", "deux"]])
    assert found.content.decode().split("\n")[3] == '"B;C";deux'
    assert found.values(1) == ["1", "deux"]
