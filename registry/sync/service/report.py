"""The report of a run: every value that a rule refused or doubted, and a part of the differences.

It is written line by line while the file is read, one JSON object each, and kept as a file is.
"""

from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import orjson

from registry.kernel.errors import Fault
from registry.kernel.text import Text
from registry.stock.service.reconcile import Change
from registry.sync.notes import Note
from registry.sync.rules import RuleCode

SAMPLE: Final = 1_000
"""Differences of a kind that a report lists; the counts are of all."""
_CORRECT: Final = Text("Corrigez la valeur dans le fichier.", "Correct the value in the file.")


class Report:
    """Writes the report into a file; counts what it says by rule.

    Attributes:
        rejected: Records that a note rejected.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rejected = 0
        self._rules: Counter[tuple[str, RuleCode, str, str, bool]] = Counter()
        self._file = path.open("wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def add(self, note: Note) -> None:
        """Note a value that was refused or doubted."""
        self._rules[note.column, note.code, note.rule.en, note.rule.fr, note.rejected] += 1
        described = note.described()
        del described["effect"]
        self._write({"note": {**described, "rejected": note.rejected, "doubted": note.doubted}})

    def refuse(self, line: int, fault: Fault, code: str) -> None:
        """Note a record that cannot be taken beside the others or what is held."""
        value = "" if fault.value is None else str(fault.value)
        self.add(
            Note(line, fault.field, value, fault.message, fault.remedy or _CORRECT, rejected=True, of=RuleCode(code))
        )

    def change(self, change: Change) -> None:
        self._write({"change": change._asdict()})

    def _write(self, line: dict[str, Any]) -> None:
        self._file.write(orjson.dumps(line, default=str) + b"\n")

    def close(self) -> Path:
        """End the writing; return where it is."""
        self._file.close()
        return self.path

    def by_rule(self) -> list[dict[str, Any]]:
        """Return how often each rule spoke, most often first."""
        return [
            {"column": column, "code": code, "rule": {"fr": fr, "en": en}, "rejected": rejected, "count": count}
            for (column, code, en, fr, rejected), count in self._rules.most_common(100)
        ]

    def by_code(self) -> dict[str, int]:
        """Return how often each rule spoke, whatever its column and words, most often first."""
        spoke: Counter[str] = Counter()
        for (_, code, *_), count in self._rules.items():
            spoke[code] += count
        return dict(spoke.most_common())
