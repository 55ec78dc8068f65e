"""The orders in which a landlord lists its homes: by one attribute, then by reference; what is not stated comes last.

Pages go on after the last home by its value and its reference, so that none is shown twice and none left out, whatever
is written meanwhile to other homes.
"""

from typing import Final, LiteralString, NamedTuple


class _Key(NamedTuple):
    """An attribute: its type, and what stands for one that is not stated, at the end of either direction."""

    column: LiteralString
    kind: LiteralString
    last_up: LiteralString | None = None
    last_down: LiteralString | None = None


_KEYS: Final = {
    "rooms": _Key("rooms", "smallint"),
    "rent": _Key("rent_cents", "integer", "2147483647", "-1"),
    "status": _Key("status", "text"),
    "updated": _Key("updated_at", "timestamptz"),
}
COLUMN_OF: Final = {name: key.column for name, key in _KEYS.items()}
"""The attribute of a home by which each order goes first; an order that is not here goes by reference alone."""
SORTS: Final = ("ref", *(sign + name for name in _KEYS for sign in ("", "-")), "-ref")
"""Every order; the hyphen is that of the reverse."""


def order_by(sort: str, table: LiteralString = "") -> LiteralString:
    """Return the columns of ``ORDER BY`` for one of :data:`SORTS`; ``table``: their prefix."""
    down: LiteralString = " DESC" if sort.startswith("-") else ""
    return ", ".join(f"{part}{down}" for part in _parts(sort, table))


def beyond(sort: str, *, value: LiteralString, ref: LiteralString, table: LiteralString = "") -> LiteralString:
    """Return the condition of the homes that come after one: ``value`` and ``ref`` stand for its own."""
    sign: LiteralString = "<" if sort.startswith("-") else ">"
    key = _KEYS.get(sort.lstrip("-"))
    if key is None:
        return f"{table}ref {sign} {ref}"
    given: LiteralString = f"CAST({value} AS {key.kind})"
    return f"({', '.join(_parts(sort, table))}) {sign} ({_ranked(given, sort, key)}, {ref})"


def _parts(sort: str, table: LiteralString) -> list[LiteralString]:
    key = _KEYS.get(sort.lstrip("-"))
    return [f"{table}ref"] if key is None else [_ranked(f"{table}{key.column}", sort, key), f"{table}ref"]


def _ranked(value: LiteralString, sort: str, key: _Key) -> LiteralString:
    last = key.last_down if sort.startswith("-") else key.last_up
    return value if last is None else f"coalesce({value}, {last})"
