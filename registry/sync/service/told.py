"""Imports and their reports, in the caller's language."""

import csv
import io
from collections.abc import AsyncIterator
from typing import Any, Final

import orjson

from registry.kernel.spreadsheets import harmless
from registry.kernel.text import Language, Text
from registry.sync.notes import Note
from registry.sync.service.imports import View

CSV: Final = "text/csv"
_RUN: Final = (
    "id", "status", "stage", "done", "file_name", "format", "mode", "dry_run", "as_of", "cause", "attempts",
    "created_at", "started_at", "finished_at", "confirmed_at",
)  # fmt: skip
_NOTE: Final = ("line", "column", "value", "effect", "rule", "remedy")
_REJECTED: Final = Text("ligne refusée", "record rejected")
_TAKEN: Final = Text("pris tel quel, à vérifier", "taken as it is, to be checked")
_LEFT: Final = Text("laissé tel quel, ou inconnu", "left as it was, or unknown")


def told(view: View, language: Language) -> dict[str, Any]:
    """Return a run as its landlord sees it."""
    run = view.run
    mapping = {"name": run.mapping_name, "version": run.mapping_version} if run.mapping_name else None
    return {
        **{name: getattr(run, name) for name in _RUN}, "source": view.source, "file_sha256": run.file_sha256.hex(),
        "mapping": mapping, "counts": _counts(run.counts, language) if run.counts else None, "guard": run.guard,
        "error": _problem(run.error, language) if run.error else None,
        "difference_sha256": run.difference.hex() if run.difference else None,
    }  # fmt: skip


def _counts(counts: dict[str, Any], language: Language) -> dict[str, Any]:
    return {
        **counts,
        "rules": [{"code": None, **rule, "rule": rule["rule"][language]} for rule in counts["rules"]],
    }


def _problem(error: dict[str, Any], language: Language) -> dict[str, Any]:
    remedy = error["remedy"]
    return {
        "code": error["code"], "message": error["message"][language], "remedy": remedy and remedy[language],
        "faults": [fault[language] for fault in error["faults"]],
    }  # fmt: skip


def told_note(note: Note, language: Language) -> dict[str, Any]:
    """Return a note as a caller reads it."""
    return kept_note({**note.described(), "rejected": note.rejected}, language)


def kept_note(note: dict[str, Any], language: Language) -> dict[str, Any]:
    """Return a note of a report, as it is kept, as its landlord reads it."""
    effect = _REJECTED if note["rejected"] else _TAKEN if note["doubted"] else _LEFT
    stated = {name: note[name][language] for name in ("rule", "remedy")}
    return {name: note[name] for name in ("line", "column", "value")} | {
        "effect": effect.in_language(language),
        **stated,
    }


async def json_report(
    first: dict[str, Any] | None, rest: AsyncIterator[dict[str, Any]], language: Language
) -> AsyncIterator[bytes]:
    """Yield a report as one JSON object, piece by piece: notes first, then changes, as it was written.

    A report that was kept before residences were in it says of no change that it is of a home.
    """
    part, empty = "note", True
    yield b'{"notes":['
    async for line in _all(first, rest):
        kind, stated = next(iter(line.items()))
        if kind != part:
            yield b'],"changes":['
            part, empty = kind, True
        shown = kept_note(stated, language) if kind == "note" else {"subject": "home", **stated}
        yield (b"" if empty else b",") + orjson.dumps(shown)
        empty = False
    yield b'],"changes":[]}' if part == "note" else b"]}"


async def csv_report(
    first: dict[str, Any] | None, rest: AsyncIterator[dict[str, Any]], language: Language
) -> AsyncIterator[bytes]:
    """Yield the notes of a report as CSV; what a spreadsheet would take for a formula is not one."""
    yield (",".join(_NOTE) + "\r\n").encode()
    async for line in _all(first, rest):
        if "note" in line:
            note = kept_note(line["note"], language)
            text = io.StringIO()
            csv.writer(text).writerow(harmless(note[name]) for name in _NOTE)
            yield text.getvalue().encode()


async def _all(first: dict[str, Any] | None, rest: AsyncIterator[dict[str, Any]]) -> AsyncIterator[dict[str, Any]]:
    if first is not None:
        yield first
        async for line in rest:
            yield line
