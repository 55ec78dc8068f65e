"""``registry validate``: check a file before it is sent, without a database."""

import csv
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import orjson
import typer
from pydantic import ValidationError

from registry.kernel.clock import today
from registry.kernel.errors import RegistryError
from registry.kernel.spreadsheets import harmless
from registry.kernel.validation import fault_of
from registry.platform.operator import described, fail
from registry.sync.formats.declared import Format, Kind
from registry.sync.formats.opening import open_reader
from registry.sync.mapping import read_mapping
from registry.sync.notes import Note
from registry.sync.validation import Outcome
from registry.sync.validation import validate as validated

SHOWN: Final = 20
_KINDS: Final[dict[str, Kind]] = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson", ".xlsx": "xlsx",
}  # fmt: skip
_COLUMNS: Final = ("line", "column", "value", "effect", "rule_fr", "rule_en", "remedy_fr", "remedy_en")

Write = Callable[[Note], None]


def validate(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, NDJSON, XLSX or RPLS; .gz too.")],
    *,
    kind: Annotated[
        str | None, typer.Option("--format", help="csv, ndjson, xlsx or rpls; by the file's name where it is not said.")
    ] = None,
    content: Annotated[str, typer.Option(help="homes or residences; an RPLS file holds both.")] = "homes",
    mapping: Annotated[Path | None, typer.Option(help="JSON document: their columns and codes to ours.")] = None,
    delimiter: Annotated[str | None, typer.Option(help="Of a CSV, where it is not to be found out.")] = None,
    encoding: Annotated[str | None, typer.Option(help="utf-8, cp1252 or latin-1; found out otherwise.")] = None,
    sheet: Annotated[str | None, typer.Option(help="Of a workbook; the first one where it is not said.")] = None,
    positions: Annotated[Path | None, typer.Option(help="Beside RPLS: CSV 'ligne,lon,lat' by rank of the row.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write every note there: .csv, or JSON.")] = None,
) -> None:
    """Say what a file holds and what is wrong with it, as the weekly sync would; nothing leaves this machine.

    Exit status 1: something is refused. Codes of communes are checked by their form only.
    """
    declared = _declared(path, kind, content=content, delimiter=delimiter, encoding=encoding, sheet=sheet)
    try:
        reader = open_reader(
            path, declared, read_mapping(mapping) if mapping else None,
            communes=None, default_facts_date=date(today().year, 1, 1), positions=positions,
        )  # fmt: skip
        with _listing(report) as note:
            outcome = validated(reader, note)
        if report is not None and report.suffix.lower() != ".csv":
            _close(report, path, outcome)
    except RegistryError as error:
        fail(described(error))
    _print(outcome)
    if outcome.rejected or not outcome.records:
        fail(f"{outcome.rejected} of {outcome.records} records are refused." if outcome.records else "No record.")


def _declared(path: Path, kind: str | None, **options: str | None) -> Format:
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    found = kind or (_KINDS.get(suffixes[-1]) if suffixes else None)
    if found is None:
        fail("What format is it? Say --format csv, ndjson, xlsx or rpls.")
    try:
        return Format.model_validate({"kind": found, **{name: value for name, value in options.items() if value}})
    except ValidationError as error:
        faults = [fault_of(each) for each in error.errors()]
        fail("\n".join(f"{fault.field}: {fault.value!r}: {fault.message.en}" for fault in faults))


@contextmanager
def _listing(path: Path | None) -> Iterator[Write]:
    """Show the first notes, and write all of them to ``path`` where one is given."""
    shown = _Shown()
    if path is None:
        yield shown
        return
    try:
        file = path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        fail(f"The report cannot be written: {error}")
    with file:
        as_csv = csv.writer(file) if path.suffix.lower() == ".csv" else None
        if as_csv:
            as_csv.writerow(_COLUMNS)
        else:
            file.write('{"notes": [')

        def write(note: Note) -> None:
            if as_csv:
                row = (note.column, note.value, note.effect, *note.rule, *note.remedy)
                as_csv.writerow((note.line, *map(harmless, row)))
            else:
                file.write((",\n" if shown.count else "\n") + orjson.dumps(note.described()).decode())
            shown(note)

        yield write


def _close(report: Path, path: Path, outcome: Outcome) -> None:
    """End the JSON report with what was counted: known only now, while the notes were written as they came."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    about = {"file": path.name, "sha256": digest, "counts": outcome.counts()}
    with report.open("ab") as file:
        file.write(b"\n], " + orjson.dumps(about)[1:] + b"\n")


class _Shown:
    """Print the first notes; the rest are in the counts and in the report file."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, note: Note) -> None:
        self.count += 1
        if self.count <= SHOWN:
            value = note.value[:60]
            typer.echo(f"line {note.line}, {note.column}: {value!r}: {note.rule.en} ({note.effect}). {note.remedy.en}")
        elif self.count == SHOWN + 1:
            typer.echo("… more below, by rule; --report FILE lists them all")


def _print(outcome: Outcome) -> None:
    typer.echo(", ".join(f"{count} {name}" for name, count in outcome.counts().items()))
    for (column, rule, effect), count in sorted(outcome.notes.items()):
        typer.echo(f"{column}: {count} × {rule.en} ({effect})")
