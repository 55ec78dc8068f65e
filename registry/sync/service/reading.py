"""Read a file in chunks, in a thread of its own, some chunks ahead of what the database takes in."""

import asyncio
import sys
from collections import deque
from collections.abc import AsyncGenerator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from typing import Any, Final

from registry.stock.service.reconcile import HeldLines, home_row
from registry.sync.formats import Reader, Record, Stated

CHUNK: Final = 5_000
"""Records that say something new, staged at a time."""
CUT_AT_ONCE: Final = 50_000
"""Records that are looked at before the run says how far it is."""
_AHEAD: Final = 10
"""Chunks that are read before they are asked for: some 20 MB."""
_GIVES_WAY_S: Final = 0.0001


@dataclass(slots=True)
class Chunk:
    """Some records, read.

    Attributes:
        homes: Rows to be staged.
        residences: Line, attributes, whether the record states nothing else.
    """

    homes: list[str] = field(default_factory=list)
    residences: list[tuple[int, Mapping[str, Any], bool]] = field(default_factory=list)
    stated: list[Stated] = field(default_factory=list)
    records: int = 0
    skipped: int = 0


async def chunks(reader: Reader, held: HeldLines) -> AsyncGenerator[Chunk]:
    """Yield what the records of a file say; the next chunks are read while one is dealt with.

    To be closed where it is not read to its end: a thread cannot be called off, and the file must outlive it.
    """
    # Python's own 5 ms, for each answer of the database that the event loop waits for, would double what a run takes.
    sys.setswitchinterval(_GIVES_WAY_S)
    loop, records = asyncio.get_running_loop(), reader.records()
    thread = ThreadPoolExecutor(1, "reading")
    coming = deque(loop.run_in_executor(thread, take, records, reader, held) for _ in range(_AHEAD))
    try:
        while (chunk := await coming.popleft()).records:
            coming.append(loop.run_in_executor(thread, take, records, reader, held))
            yield chunk
    finally:
        thread.shutdown(wait=False, cancel_futures=True)
        await asyncio.gather(*coming, return_exceptions=True)


def take(records: Iterator[Record], reader: Reader, held: HeldLines) -> Chunk:
    """Read up to :data:`CHUNK` records that say something new, and pass over those that are held as they stand."""
    chunk = Chunk()
    key = reader.fingerprint
    for record in islice(records, CUT_AT_ONCE):
        chunk.records += 1
        digest = None
        if key:
            keyed = blake2b(record.raw, digest_size=8, key=key)
            digest = int.from_bytes(keyed.digest(), "big", signed=True) or 1
            if held.see(digest):
                chunk.skipped += 1
                continue
        found = reader.read(record)
        if found.notes:
            chunk.stated.append(found)
        if not found.rejected:
            if found.home is not None:
                chunk.homes.append(home_row(found.line, found.home, found.cleared, digest))
            if found.residence is not None:
                chunk.residences.append((found.line, found.residence, found.home is None))
        if len(chunk.homes) + len(chunk.residences) >= CHUNK:
            break
    return chunk
