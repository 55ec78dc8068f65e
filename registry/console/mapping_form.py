"""A mapping as a form: a row for each column, beside it what it states; and the document that the form says."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from registry.kernel.errors import Fault
from registry.kernel.text import Language
from registry.sync.service.editing import Choice, Content, choices, is_personal, key, suggested
from registry.sync.service.trials import Sample

MOST_FIELDS: Final = 5_000
"""Of a form; a mapping that has more is written over the API."""
NOTHING: Final = "(nothing)"
"""Beside a code: nothing is known where it stands."""
EXAMPLES: Final = 3
MOST_VALUES: Final = 60
"""Different values of a sample's column beside which a code is asked for; one that has more holds no codes."""
_PLACE: Final = re.compile(r"columns\.(\d+)(?:\.(.*))?")


@dataclass(frozen=True, slots=True)
class Row:
    """What one column states.

    Attributes:
        theirs: The column, as the header names it.
        to: The target; empty: the column is not read.
        pairs: Their value and ours: empty where none is chosen, :data:`NOTHING` where nothing is known.
    """

    theirs: str
    to: str = ""
    unit: str = ""
    date: str = ""
    empty: str = ""
    pairs: tuple[tuple[str, str], ...] = ()

    def stated(self) -> dict[str, Any]:
        """Return the entry of the document."""
        values = {theirs: None if ours == NOTHING else ours for theirs, ours in self.pairs if theirs and ours}
        rest = {"values": values, "unit": self.unit, "date": self.date, "empty": self.empty}
        return {"from": self.theirs, "to": self.to, **{name: value for name, value in rest.items() if value}}


@dataclass(frozen=True, slots=True)
class Typed:
    """A whole form. ``version``: of the mapping that was seen, empty for a new one."""

    content: Content
    version: str = ""
    decimal: str = ""
    empty_values: str = ""
    rows: tuple[Row, ...] = ()
    constants: tuple[tuple[str, str], ...] = ()

    def document(self) -> dict[str, Any]:
        """Return the mapping that the form says, as the API takes it."""
        lines = [line.strip() for line in self.empty_values.splitlines()]
        rest = {
            "constants": {name: value for name, value in self.constants if name},
            "empty_values": [line for line in lines if line],
            "decimal": self.decimal,
        }
        columns = [row.stated() for row in self.rows if row.to]
        return {
            "content": self.content,
            "columns": columns,
            **{name: value for name, value in rest.items() if value},
        }

    def place_of(self, fault: Fault) -> tuple[int, str] | None:
        """Return of which row, and of what in it, a fault is; ``None``: of none."""
        found = _PLACE.fullmatch(fault.field)
        used = [n for n, row in enumerate(self.rows) if row.to]
        if found is None or int(found[1]) >= len(used):
            return None
        return used[int(found[1])], (found[2] or "to").partition(".")[0]


def typed_of(document: Mapping[str, Any], version: int) -> Typed:
    """Return the form of a mapping as it is stored."""
    rows = tuple(
        Row(
            each["from"], each["to"], each.get("unit") or "", each.get("date", ""), each.get("empty", ""),
            tuple((theirs, NOTHING if ours is None else ours) for theirs, ours in (each.get("values") or {}).items()),
        )
        for each in document["columns"]
    )  # fmt: skip
    return Typed(
        document.get("content", "homes"), str(version), document.get("decimal") or "",
        "\n".join(document.get("empty_values", ())), rows, tuple(document.get("constants", {}).items()),
    )  # fmt: skip


def read(fields: Mapping[str, str], language: Language, content: Content) -> Typed:
    """Return what somebody typed. What belonged to another target than is chosen now is dropped."""
    known = choices(content, language)
    rows = tuple(_row(fields, f"c{n}", known) for n in _numbers(fields, "c", "from"))
    constants = tuple((fields[f"k{n}.to"], fields.get(f"k{n}.value", "").strip()) for n in _numbers(fields, "k", "to"))
    return Typed(
        content, fields.get("version", ""), fields.get("decimal", ""), fields.get("empty_values", ""),
        tuple(row for row in rows if row.theirs), constants,
    )  # fmt: skip


def _numbers(fields: Mapping[str, str], letter: str, name: str) -> Iterator[int]:
    n = 0
    while f"{letter}{n}.{name}" in fields:
        yield n
        n += 1


def _row(fields: Mapping[str, str], at: str, known: Mapping[str, Choice]) -> Row:
    def said(name: str) -> str:
        return fields.get(f"{at}.{name}", "").strip()

    found = Row(said("from"), said("to"))
    if found.to != said("was"):
        return found
    choice = known.get(found.to)
    pairs = []
    for k in _numbers(fields, f"{at}.v", "theirs"):
        theirs, ours = said(f"v{k}.theirs"), said(f"v{k}.ours")
        if theirs:
            pairs.append((theirs, ours or (NOTHING if choice and not choice.codes else "")))
    return replace(found, unit=said("unit"), date=said("date"), empty=said("empty"), pairs=tuple(pairs))


def beside(typed: Typed, sample: Sample) -> Typed:
    """Return the form with a row for every column of a sample, in its order; columns that it lacks come last.

    A column that nothing was said of gets the target whose name or label it has, where no other column states that.
    """
    rows: dict[str, list[Row]] = {}
    for row in typed.rows:
        rows.setdefault(key(row.theirs), []).append(row)
    taken = {row.to for row in typed.rows} | {name for name, _ in typed.constants}
    found: list[Row] = []
    for name in dict.fromkeys(filter(key, sample.names)):
        if held := rows.pop(key(name), None):
            found += held
            continue
        to = suggested(name, typed.content) or ""
        found.append(Row(name, "" if to in taken or typed.version else to))
        taken.add(to)
    return replace(typed, rows=(*found, *(row for rest in rows.values() for row in rest)))


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as the page shows it.

    Attributes:
        examples: What stands in the sample's column; none of one that seems to hold personal data.
        absent: Whether the sample lacks the column.
        pairs: Their value, ours, and whether theirs stands in the sample.
    """

    theirs: str
    row: Row
    choice: Choice | None
    examples: tuple[str, ...] = ()
    personal: bool = False
    absent: bool = False
    pairs: tuple[tuple[str, str, bool], ...] = ()
    options: tuple[tuple[str, str], ...] = field(default=())


def shown(typed: Typed, sample: Sample | None, language: Language) -> list[Shown]:
    """Return the rows as the page shows them; codes are asked for beside the values that the sample has."""
    known = choices(typed.content, language)
    places = {key(name): n for n, name in reversed(list(enumerate(sample.names)))} if sample else {}
    found = []
    for row in typed.rows:
        place = places.get(key(row.theirs))
        values = sample.values(place) if sample and place is not None else []
        choice, personal = known.get(row.to), is_personal(row.theirs)
        found.append(
            Shown(
                row.theirs, row, choice, () if personal else tuple(value[:60] for value in values[:EXAMPLES]),
                personal, sample is not None and place is None, tuple(_pairs(row, choice, values)),
                _options(row, choice),
            )
        )  # fmt: skip
    return found


def _pairs(row: Row, choice: Choice | None, values: list[str]) -> Iterable[tuple[str, str, bool]]:
    if choice is None:
        return
    asked = values if choice.codes and len(values) <= MOST_VALUES else []
    said = dict(row.pairs)
    for theirs, ours in row.pairs:
        yield theirs, ours, theirs in values
    for value in asked:
        if value not in said:
            yield value, "", True


def _options(row: Row, choice: Choice | None) -> tuple[tuple[str, str], ...]:
    """Return the codes to choose from, with those that are stored in another spelling."""
    if choice is None or not choice.codes:
        return ()
    codes = [code for code, _ in choice.codes]
    other = dict.fromkeys(ours for _, ours in row.pairs if ours and ours != NOTHING and ours not in codes)
    return (*choice.codes, *((code, code) for code in other))


def fields_in(rows: list[Shown], constants: int) -> int:
    """Return how many fields the form has at most."""
    return 20 + 2 * (constants + 1) + sum(8 + 2 * (len(each.pairs) + 1) for each in rows)
