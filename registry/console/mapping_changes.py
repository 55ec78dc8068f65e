"""What differs between two versions of a mapping, in words."""

from collections.abc import Iterator
from typing import NamedTuple

from registry.console.mapping_form import NOTHING, Row, Typed
from registry.console.texts import TEXTS
from registry.kernel.text import Language
from registry.sync.service.editing import choices


class Change(NamedTuple):
    """One thing that is stated otherwise, or in one version only: how each states it, in lines."""

    label: str
    before: list[str]
    after: list[str]


def changes_of(before: Typed, after: Typed, language: Language) -> list[Change]:
    """Return what a newer version states otherwise; of codes, those that differ."""

    def said(key: str) -> str:
        return TEXTS[key].in_language(language)

    known = {**choices(before.content, language), **choices(after.content, language)}
    rows = [{row.to: row for row in each.rows} for each in (before, after)]
    constants = [dict(each.constants) for each in (before, after)]
    found = []
    if before.content != after.content:
        found.append(Change(
            said("mappings.content"), [said(f"mappings.content_{before.content}")],
            [said(f"mappings.content_{after.content}")],
        ))  # fmt: skip
    for name in dict.fromkeys([*rows[0], *constants[0], *rows[1], *constants[1]]):
        sides = [
            _stated(side.get(name), other.get(name), stated.get(name), language)
            for side, other, stated in zip(rows, reversed(rows), constants, strict=True)
        ]
        if sides[0] != sides[1]:
            found.append(Change(known[name].label if name in known else name, *sides))
    if before.decimal != after.decimal:
        found.append(Change(
            said("mapping.decimal"), [said(f"mapping.decimal_{before.decimal or 'declared'}")],
            [said(f"mapping.decimal_{after.decimal or 'declared'}")],
        ))  # fmt: skip
    if before.empty_values != after.empty_values:
        found.append(Change(
            said("mapping.empty_values"), before.empty_values.splitlines(), after.empty_values.splitlines()
        ))  # fmt: skip
    return found


def _stated(row: Row | None, other: Row | None, constant: str | None, language: Language) -> list[str]:
    """Return how one version states a target; of its codes, those that the other version has otherwise."""
    if row is None:
        return [constant] if constant is not None else []
    return [*_lines(row, set(other.pairs) if other else set(), language)]


def _lines(row: Row, same: set[tuple[str, str]], language: Language) -> Iterator[str]:
    def said(key: str) -> str:
        return TEXTS[key].in_language(language)

    yield f"{said('mapping.column')}{COLON[language]}{row.theirs}"
    if row.unit:
        yield f"{said('mapping.unit')}{COLON[language]}{row.unit}"
    if row.date and row.date != "auto":
        yield f"{said('mapping.date')}{COLON[language]}{row.date}"
    if row.empty == "clear":
        yield f"{said('mapping.empty')}{COLON[language]}{said('mapping.empty_clear')}"
    for theirs, ours in row.pairs:
        if (theirs, ours) not in same:
            yield f"{theirs} → {said('mapping.unknown') if ours == NOTHING else ours}"


COLON: dict[Language, str] = {"fr": " : ", "en": ": "}
