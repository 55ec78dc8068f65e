"""What a mapping makes of a sample, as a table: a row for each record, a column for each thing that is stated."""

from collections.abc import Iterator
from typing import Any

from registry.kernel.text import Language
from registry.sync.service.editing import Choice, choices
from registry.sync.service.told import told_note


def table_of(tried: list[Any], content: str, language: Language) -> dict[str, Any]:
    """Return the columns with their words and the records with their cells, each with what is wrong with it.

    Args:
        tried: Records, and what each states.
        content: Of the mapping.
        language: Of the words.
    """
    known = choices(content, language)
    prefix = "residence." if content == "homes" else ""
    flat = [dict(_flat(stated, prefix)) for _, stated in tried]
    names = list(dict.fromkeys(name for each in flat for name in each))
    words = {name: dict(choice.codes) for name, choice in known.items()}
    return {
        "columns": [_heading(known[name]) if name in known else name for name in names],
        "records": [
            {
                "line": record.line, "rejected": stated.rejected,
                "cells": [_cell(each.get(name), words.get(name, {})) for name in names],
                "notes": [told_note(note, language) for note in stated.notes],
            }
            for (record, stated), each in zip(tried, flat, strict=True)
        ],
        "rejected": sum(stated.rejected for _, stated in tried),
    }  # fmt: skip


def _heading(choice: Choice) -> str:
    return f"{choice.label} ({choice.unit})" if choice.unit else choice.label


def _flat(stated: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for part, of in ((stated.home, ""), (stated.residence, prefix)):
        for name, value in (part or {}).items():
            if name == "facts":
                yield from ((code, "unknown" if fact is None else fact["value"]) for code, fact in value.items())
            elif name == "buildings":
                yield from _of_building(value)
            elif name == "location" and value:
                yield from ((f"{of}{axis}", value[axis]) for axis in ("lon", "lat") if axis in value)
            elif not (of and name == "ref"):  # the home names it
                yield f"{of}{name}", value
    yield from ((name, "") for name in stated.cleared)


def _of_building(buildings: Any) -> Iterator[tuple[str, Any]]:
    for building in buildings or ():
        yield from ((f"building.{name}", value) for name, value in building.items() if name != "ref")


def _cell(value: Any, words: dict[str, str]) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    code = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    return words.get(str(code), str(code))
