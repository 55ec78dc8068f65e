"""What an RPLS file as a whole leaves open is said once, and what its residences cannot be is left out."""

from datetime import date
from pathlib import Path

from registry.sync.formats.declared import Format
from registry.sync.formats.opening import open_reader
from registry.sync.notes import Note
from registry.sync.validation import validate
from tests.support.rpls import PUBLIC, public, row, write


def noted(path: Path, content: str, positions: Path | None = None) -> list[tuple[int, str, str, str]]:
    """Return line, column, value and effect of what is said of a file."""
    found: list[Note] = []
    reader = open_reader(
        write(path, content), Format(kind="rpls"), None, communes=None, default_facts_date=date(2026, 1, 1),
        positions=positions,
    )  # fmt: skip
    validate(reader, found.append)
    return [(note.line, note.column, note.value, note.effect) for note in found]


def test_positions_rows_not_told_apart_and_accessibility_are_counted_on_the_first_line(tmp_path: Path) -> None:
    rows = [row(PMR="1"), row(PMR="3"), row(NUMAPPT="2", PMR="3"), row(NUMAPPT="3"), row(NBPIECE="x", PMR="2")]
    places = write(tmp_path / "places", "ligne,lon,lat\n1,-0.57,44.83\n")
    content = public(rows, (*PUBLIC, "PMR"))
    assert [(line, column, value) for line, column, value, _ in noted(tmp_path / "f", content, places)] == [
        (6, "NBPIECE", "x"), (1, "ligne", "3"), (1, "IDENT_INT/IDENT_REP", "2"), (1, "PMR", "3"),
    ]  # fmt: skip


def test_file_that_leaves_nothing_open_is_silent(tmp_path: Path) -> None:
    places = write(tmp_path / "places", "ligne,lon,lat\n1,-0.57,44.83\n2,-0.57,44.83\n")
    assert noted(tmp_path / "f", public([row(), row(NUMAPPT="2")]), places) == []


def test_value_that_no_residence_may_have_is_noted_on_its_first_row_only(tmp_path: Path) -> None:
    rows = [row(NUMVOIE="1" * 21, NUMAPPT=str(n), IDENT_INT=str(n)) for n in range(3)]
    found = noted(tmp_path / "f", public(rows, (*PUBLIC, "IDENT_INT")))
    assert [(line, column, effect) for line, column, _, effect in found] == [
        (2, "NUMVOIE", "field left as it was, or unknown"), (1, "ligne", "taken as it is"),
    ]  # fmt: skip
