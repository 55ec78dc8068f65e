"""The plainest files there are: one JSON object a line, read as it stands. For what comes after the reading."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from registry.kernel.text import Text
from registry.sync.formats import Record, Stated
from registry.sync.notes import Note


class Lines:
    """A reader. A line ``{"home": …, "residence": …}`` states these; ``{"bad": ref}`` is rejected."""

    def __init__(self, path: Path, fingerprint: bytes = b"lines") -> None:
        self.fingerprint = fingerprint
        self.homes_alone = False
        self.siret: str | None = None
        self.notes: list[Note] = []
        self.path = path

    def records(self) -> Iterator[Record]:
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                yield Record(number, line.rstrip(b"\n"))

    def read(self, record: Record) -> Stated:
        given = json.loads(record.raw)
        if "bad" in given:
            note = Note(
                record.line, "*", given["bad"], Text("Mauvais", "Bad"), Text("Corrigez.", "Mend it."), rejected=True
            )
            return Stated(record.line, given["bad"] or None, notes=[note])
        home = given.get("home")
        return Stated(record.line, home and home["ref"], home, (), given.get("residence"))


def open_lines(
    path: Path,
    declared: Mapping[str, Any],
    mapping: Mapping[str, Any] | None,
    communes: Mapping[str, str],
    on: date,
    positions: Path | None,
) -> Lines:
    del declared, mapping, communes, on, positions
    return Lines(path)
