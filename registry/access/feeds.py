"""Feeds of changes: a position in the order of transactions, and what is answered from there (ADR 0013).

A row says which transaction last changed it, a tombstone which one deleted it. What a reader is given was changed by
transactions older than every one that still runs: nothing can come to stand before what it has read. Within one
transaction deletions come first, so that what is deleted and made anew ends as it is.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, LiteralString, NamedTuple, Self

import orjson

from registry.access.errors import ChangesForgotten
from registry.kernel import cursor

WAIT_MAX_S: Final = 30
LOOK_AGAIN_S: Final = 1.0
"""How often somebody who waits is looked after; in between no connection is held for them."""
DELETED: Final = 0
"""The rank of tombstones; what stands has higher ones."""
_END: Final = 9
_FIRST_ID, _LAST_ID = "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"

PAST: Final[LiteralString] = "changed_in < pg_snapshot_xmin(pg_current_snapshot())"
"""The condition that a change is by a transaction before every one that still runs."""
STATE: Final[LiteralString] = """
    'history', history_of_database(), 'forgotten', (SELECT forgotten FROM change_feeds),
    'horizon', pg_snapshot_xmin(pg_current_snapshot()),
    'last', (SELECT json_build_array(changed_in, rank, id) FROM page ORDER BY n DESC LIMIT 1)
"""
"""Members of the object that a query gives before its items, for :func:`page_of`; ``page`` is its page."""


class Position(NamedTuple):
    """How far a reader is: after the change of ``id`` by ``transaction``.

    Attributes:
        history: The line of history on which the numbers of transactions count.
        since: The oldest transaction that could still run when the reader began: what was deleted before it never saw.
    """

    history: str
    since: int
    transaction: int
    rank: int
    id: str

    @classmethod
    def opened(cls, given: str | None, *, key: bytes, context: bytes) -> Self | None:
        """Return the position in a cursor; ``None``: the beginning.

        Raises:
            CursorInvalid: It is not one of this feed.
        """
        return cls(*cursor.open_hidden(given, key=key, context=context)) if given is not None else None

    def hidden(self, *, key: bytes, context: bytes) -> str:
        return cursor.hide(list(self), key=key, context=context)


class Bound(NamedTuple):
    """Only rows whose ``(changed_in, id)`` is greater come after a position."""

    transaction: int
    id: str


def bound(after: Position | None, rank: int) -> Bound:
    """Return where the rows of one rank go on after a position."""
    if after is None:
        return Bound(0, _LAST_ID)
    if rank == DELETED and after.transaction < after.since:
        return Bound(after.since - 1, _LAST_ID)
    if rank == after.rank:
        return Bound(after.transaction, after.id)
    return Bound(after.transaction, _FIRST_ID if rank > after.rank else _LAST_ID)


@dataclass(frozen=True, slots=True)
class Page:
    """``items``: JSON objects in UTF-8; ``after``: where the next page begins; ``state``: what the query said of it."""

    items: list[bytes]
    after: Position
    state: dict[str, Any]


def page_of(texts: Sequence[bytes], after: Position | None, limit: int) -> Page:
    """Return the page from what a query gives: its state, then the items.

    A page that is not full ends with everything that is past, wherever that may be: whoever keeps asking stays in time.

    Raises:
        ChangesForgotten: The position is of another history, or what was deleted since is no longer known.
    """
    state, items = orjson.loads(texts[0]), list(texts[1:])
    history, horizon = state["history"], int(state["horizon"])
    since = horizon if after is None else after.since
    if after is not None:
        unseen = max(after.since, after.transaction + (after.rank != DELETED))  # the first whose deletions are to come
        if after.history != history or int(state["forgotten"]) >= unseen:
            raise ChangesForgotten(field="after")
    if len(items) < limit:
        return Page(items, Position(history, since, horizon - 1, _END, _LAST_ID), state)
    transaction, rank, id_ = state["last"]
    return Page(items, Position(history, since, int(transaction), rank, id_), state)


async def follow(read: Callable[[], Awaitable[Page]], *, wait_s: int) -> Page:
    """Read until there is something, for ``wait_s`` seconds at most."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + wait_s
    while True:
        page = await read()
        left = deadline - loop.time()
        if page.items or left <= 0:
            return page
        await asyncio.sleep(min(LOOK_AGAIN_S, left))
