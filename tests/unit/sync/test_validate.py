"""``registry validate``: what a landlord sees of its file before it sends it; no database is asked."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import Result

from registry.platform.settings import Settings
from registry.sync.table_schema import example
from registry.sync.validation import validate
from tests.support.commands import invoke
from tests.support.files import COMMUNES, opened
from tests.support.rpls import public, row


def run(*arguments: str | Path) -> Result:
    return invoke(Settings(_env_file=None), "validate", *map(str, arguments))


def file(directory: Path, name: str, text: str) -> Path:
    path = directory / name
    path.write_text(text)
    return path


def test_good_file_is_counted_and_passes(tmp_path: Path) -> None:
    done = run(file(tmp_path, "homes.csv", example("homes")))
    assert (done.exit_code, done.stdout) == (0, "2 records, 2 accepted, 0 rejected, 2 homes, 0 residences\n")
    done = run(file(tmp_path, "residences.csv", example("residences")), "--content", "residences")
    assert (done.exit_code, done.stdout) == (0, "2 records, 2 accepted, 0 rejected, 0 homes, 2 residences\n")
    path, places = file(tmp_path, "rpls.csv", public([row(), row(NUMAPPT="2")])), tmp_path / "positions.csv"
    places.write_text("ligne,lon,lat\n1,-0.57,44.83\n2,-0.57,44.83\n")
    done = run(path, "--format", "rpls", "--positions", places)
    assert (done.exit_code, done.stdout) == (0, "2 records, 2 accepted, 0 rejected, 2 homes, 1 residences\n")
    done = run(path, "--format", "rpls")
    assert done.exit_code == 0, "what a file leaves open is said, and is no error"
    assert "ligne: 1 × 2 homes are given no position (taken as it is)" in done.stdout


def test_refused_record_is_shown_with_its_place_rule_and_remedy_and_fails(tmp_path: Path) -> None:
    done = run(file(tmp_path, "homes.csv", "ref;rooms;floor\nA;2;1\nB;two;1\nA;3;45\n"))
    assert done.exit_code == 1
    assert "line 3, rooms: 'two': a number is expected (row rejected). Correct the value in the file." in done.stdout
    assert "line 4, ref: 'A': Reference given twice in the file (row rejected)." in done.stdout
    assert "The first is line 2." in done.stdout
    assert "3 records, 1 accepted, 2 rejected, 1 homes" in done.stdout
    assert "floor: 1 × Floor above 40 (taken as it is)" in done.stdout
    assert done.stderr == "2 of 3 records are refused.\n"


def test_every_note_is_in_the_report_and_no_cell_is_a_formula(tmp_path: Path) -> None:
    rows = "".join(f"A{n};=1+1\n" for n in range(30))
    path, report = file(tmp_path, "homes.csv", f"ref;rooms\n{rows}"), tmp_path / "report.csv"
    done = run(path, "--report", report)
    assert done.stdout.count("line ") == 20
    with report.open(newline="") as opened_report:
        found = list(csv.DictReader(opened_report))
    assert [each["line"] for each in found] == [str(n) for n in range(2, 32)]
    assert found[0] == {
        "line": "2", "column": "rooms", "value": "'=1+1", "effect": "row rejected",
        "rule_fr": "un nombre est attendu", "rule_en": "a number is expected",
        "remedy_fr": "Corrigez la valeur dans le fichier.", "remedy_en": "Correct the value in the file.",
    }  # fmt: skip
    run(path, "--report", tmp_path / "report.json")
    document = json.loads((tmp_path / "report.json").read_text())
    assert document["counts"] == {"records": 30, "accepted": 0, "rejected": 30, "homes": 0, "residences": 0}
    assert len(document["notes"]) == 30
    assert document["file"] == "homes.csv"
    assert len(document["sha256"]) == 64


def test_mapping_and_declared_options_are_those_of_the_source(tmp_path: Path) -> None:
    mapping = {"columns": [{"from": "Réf", "to": "ref"}, {"from": "Loyer", "to": "rent_cents", "unit": "euro"}]}
    path = file(tmp_path, "export.txt", "réf|loyer\nA|412,50\n")
    done = run(path, "--mapping", file(tmp_path, "mapping.json", json.dumps(mapping)), "--delimiter", "|")
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("name", "text", "options", "said"),
    [
        ("homes.pdf", "x", (), "What format is it?"),
        ("homes.csv", "a;b\n1;2\n", (), "Header line not recognised"),
        ("homes.csv", "ref\n", (), "No record."),
        ("homes.csv", "ref\nA\n", ("--content", "lifts"), "content: 'lifts'"),
        ("homes.csv", "ref\nA\n", ("--sheet", "x"), "sheet"),
        ("homes.csv", "ref\nA\n", ("--mapping", "nowhere.json"), "Invalid mapping"),
        ("homes.csv", "ref\nA\n", ("--report", "nowhere/report.csv"), "The report cannot be written"),
        ("homes.xlsx", "ref\nA\n", (), "It is no .xlsx workbook."),
        ("homes.ndjson", "ref\nA\n", (), "One JSON object a line"),
    ],
)
def test_file_that_cannot_be_read_fails_with_what_to_do(
    tmp_path: Path, name: str, text: str, options: tuple[str, ...], said: str
) -> None:
    done = run(file(tmp_path, name, text), *options)
    assert done.exit_code == 1
    assert said in done.stderr
    assert "Traceback" not in done.output


def test_counts_add_up_and_residences_of_homes_are_counted_once(tmp_path: Path) -> None:
    rows = "A;R;33063;Quai 1\nB;R;33063;Quai 1\nB;R;33063;Quai 1\nC;S;99999;Quai 2\n"
    reader = opened(
        tmp_path / "f", f"ref;residence_ref;residence.commune_code;residence.street\n{rows}", communes=COMMUNES
    )
    outcome = validate(reader, lambda _: None)
    assert outcome.counts() == {"records": 4, "accepted": 2, "rejected": 2, "homes": 2, "residences": 1}
