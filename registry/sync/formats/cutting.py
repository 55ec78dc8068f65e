r"""Cut a file into records, as bytes: in flat memory, at the speed of ``bytes.split``, parsing nothing.

A line is what ends with ``\n`` (``\r\n``, or ``\r`` in a file that has no ``\n``). One that is longer than
:data:`MAX_RECORD` is cut there: it is refused as one record, fills no memory, and the rest of the file is still read.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from registry.sync.formats import Record

MAX_RECORD: Final = 65_536
"""Bytes. A record has a few hundred."""
MAX_LINES: Final = 100
"""Of one record: a quote that is not closed within them is taken for a sign of its line."""
_DONE: Final = 4_096
_QUOTE: Final = b'"'


class Batch(NamedTuple):
    """Lines without their ends; one that is too long has ``MAX_RECORD + 1`` bytes.

    Attributes:
        number: Of the first line.
        quoted: Whether a quote may be in one of them.
    """

    number: int
    lines: list[bytes]
    quoted: bool


def batches(blocks: Iterable[bytes], end: bytes) -> Iterator[Batch]:
    """Cut blocks into lines."""
    number, tail, head = 1, b"", b""  # head: kept of a line that is too long, while the rest of it is passed over
    for block in blocks:
        data = tail + block
        quoted = _QUOTE in data
        lines = data.split(end)
        tail = lines.pop()
        if head and lines:
            lines[0], head = head, b""
        if lines:
            if end == b"\n" and b"\r" in data:
                lines = [line.removesuffix(b"\r") for line in lines]
            if max(map(len, lines)) > MAX_RECORD:
                lines = [line[: MAX_RECORD + 1] for line in lines]
            yield Batch(number, lines, quoted)
            number += len(lines)
        if head:
            tail = b""
        elif len(tail) > MAX_RECORD:
            head, tail = tail[: MAX_RECORD + 1], b""
    last = head or tail.removesuffix(b"\r")
    if last:
        yield Batch(number, [last], _QUOTE in last)


def unmarked(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield blocks without the byte order mark of UTF-8 before them."""
    yield next(blocks, b"").removeprefix(BOM_UTF8)
    yield from blocks


def lines(found: Iterable[Batch]) -> Iterator[Record]:
    """Yield every line that is not blank as a record."""
    for number, batch, _ in found:
        for line, raw in enumerate(batch, number):
            if raw and not raw.isspace():
                yield Record(line, raw)


class Delimited:
    """Cuts records of which a quoted cell may hold line ends, up to :data:`MAX_LINES` and :data:`MAX_RECORD`.

    Quotes count where a cell begins with one (RFC 4180); elsewhere they are signs like others.
    """

    def __init__(self, delimiter: str) -> None:
        self._delimiter = delimiter.encode()
        sign, quoted = re.escape(self._delimiter), rb'"[^"]*+(?:""[^"]*+)*+"'
        cell = rb"(?:%b|[^\"%b\n][^%b\n]*+|)" % (quoted, sign, sign)
        self._whole = re.compile(rb"%b(?:%b%b)*+" % (cell, sign, cell))
        self._cell = re.compile(quoted)
        self._close = re.compile(rb'[^"]*+(?:""[^"]*+)*+"')
        self._blank = self._delimiter + b' \t\r"'

    def records(self, found: Iterable[Batch]) -> Iterator[Record]:
        """Yield every record but those that hold nothing: blank lines, and lines of delimiters alone."""
        blank = self._blank
        source = iter(found)
        for number, batch, quoted in source:
            if quoted:
                yield from self._joined(number, batch, source)
                continue
            for line, raw in enumerate(batch, number):
                if raw.strip(blank):
                    yield Record(line, raw)

    def _joined(self, number: int, batch: list[bytes], source: Iterator[Batch]) -> Iterator[Record]:
        """Yield the records of lines that hold quotes, with the lines that follow where one of them is open."""
        place = reached = 0
        while place < len(batch):
            if place >= _DONE:  # a batch is grown by the next one where a record goes on in it
                del batch[:place]
                number, place, reached = number + place, 0, reached - place
            raw = batch[place]
            whole = _QUOTE not in raw or self._whole.fullmatch(raw)
            if not whole or raw.strip(self._blank):
                end = place
                if not whole and self._ends_open(raw):
                    end, reached = self._closing(batch, place, source, reached)
                    raw = b"\n".join(batch[place : end + 1]) if end > place else raw
                yield Record(number + place, raw[: MAX_RECORD + 1])
                place = end
            place += 1

    def _closing(self, batch: list[bytes], start: int, source: Iterator[Batch], reached: int) -> tuple[int, int]:
        """Return the place of the line that closes the record of line ``start``; ``start`` where none does.

        What closes it is a quote at the end of a cell: one that opens another cell further down closes nothing, and
        the lines between are records of their own.

        Args:
            batch, source: Lines, and where there are more.
            start: Place of the line that is open at its end.
            reached: Up to this place every line is known to close nothing; the second value returned is the same for
                the next search. So a file in which every line opens a cell is searched once, not once a line.
        """
        place = max(start + 1, reached)
        size = sum(map(len, batch[start:place]))
        while place < start + MAX_LINES and size <= MAX_RECORD:
            if place == len(batch):
                more = next(source, None)
                if more is None:
                    break
                batch += more.lines
            size += len(batch[place]) + 1
            if _QUOTE in batch[place] and not self._ends_open(batch[place], inside=True):
                closed = size <= MAX_RECORD and self._whole.fullmatch(b"\n".join(batch[start : place + 1]))
                return (place if closed else start), place
            place += 1
        return start, place

    def _ends_open(self, line: bytes, *, inside: bool = False) -> bool:
        """Return whether a quoted cell is open at the end of a line, begun ``inside`` one or not."""
        place = 0
        while True:
            if inside or line.startswith(_QUOTE, place):
                closed = (self._close if inside else self._cell).match(line, place)
                if closed is None:
                    return True
                place, inside = closed.end(), False
            place = line.find(self._delimiter, place) + 1
            if place == 0:
                return False
