"""Read a workbook: its rows as records of text cells, as a CSV would hold them.

A workbook is loaded whole, so it is measured first: what its parts really inflate to, how many cells and rows.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from collections.abc import Mapping as Mapped
from pathlib import Path
from typing import Final

import orjson
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, WorksheetNotFound, ZipError

from registry.kernel.text import Text
from registry.sync.formats import Record, Stated
from registry.sync.formats.cutting import MAX_RECORD
from registry.sync.formats.declared import Format
from registry.sync.formats.errors import HeaderNotRecognised, KindMistaken, SheetNotFound, WorkbookUnreadable
from registry.sync.formats.header import bind
from registry.sync.formats.source import content
from registry.sync.formats.table import Table, refusal
from registry.sync.formats.texts import TOO_LONG, fingerprint
from registry.sync.formats.values import cell_of
from registry.sync.mapping import Mapping
from registry.sync.notes import Note

MAX_ROWS: Final = 100_000
MAX_CELLS: Final = 5_000_000
MAX_FILE: Final = 64 << 20
"""Bytes of the file itself."""
MAX_PARTS: Final = 1_000
MAX_INFLATED: Final = 512 << 20
"""Bytes of all its parts together, as they inflate, whatever its directory says."""
MAX_TEXT: Final = 1 << 30
"""Bytes of its cells' texts: every cell may name the longest shared one."""
_BLOCK: Final = 1 << 20
_ZIP: Final = b"PK\x03\x04"
_LOCAL_HEADER: Final = 30
_CELL: Final = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_PLACE: Final = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{0,3})([0-9]{1,9})[\"']")
_VALUE: Final = re.compile(rb"<(?:[\w.-]+:)?v(?:\s[^>]*)?>\s*([0-9]{1,9})\s*<")
_CARRY: Final = 4_096  # of a block kept for the next one: a tag is shorter


class XlsxReader:
    """Reads one sheet of a workbook; the raw bytes of a record are the JSON list of its cells."""

    siret: str | None = None

    def __init__(
        self, path: Path, declared: Format, mapping: Mapping | None, *, communes: Mapped[str, str] | None
    ) -> None:
        self._sheet = sheet_of(path, declared.sheet)
        line, names = next(rows_of(self._sheet), (1, []))
        while names and not names[-1]:
            names.pop()
        if not names:
            raise HeaderNotRecognised(field="line 1", value="")
        binding = bind(names, mapping, declared.content, declared.decimal, line)
        self._line = line
        self.notes: list[Note] = binding.notes
        self._table = Table(
            binding, declared.content, len(names), communes, empty_values=mapping.empty_values if mapping else ()
        )
        self.homes_alone = self._table.homes_alone
        self.fingerprint = fingerprint(declared, mapping, names, None, communes)

    def records(self) -> Iterator[Record]:
        """Yield every row after the header."""
        for line, cells in rows_of(self._sheet):
            if line > self._line:
                yield Record(line, orjson.dumps(cells))

    def read(self, record: Record) -> Stated:
        if len(record.raw) > MAX_RECORD:
            shown = record.raw[:40].decode(errors="replace")
            return Stated(record.line, notes=[refusal(record.line, "*", shown, *TOO_LONG)])
        cells = orjson.loads(record.raw)
        width = self._table.width
        if any(cells[width:]):
            beside = next(filter(None, cells[width:]))
            return Stated(record.line, notes=[refusal(record.line, "*", beside, *_BESIDE)])
        return self._table.state(record.line, (cells + [""] * (width - len(cells)))[:width])


_BESIDE: Final = (
    Text("Cellule hors des colonnes de l'en-tête", "Cell beyond the columns of the header"),
    Text("Nommez la colonne, ou videz la cellule.", "Name the column, or empty the cell."),
)


def _bytes_of(path: Path) -> bytes:
    with content(path) as opened:
        packed = opened.block(MAX_FILE + 1)
    if not packed.startswith(_ZIP):
        raise KindMistaken(
            Text("Ce n'est pas un classeur .xlsx.", "It is no .xlsx workbook."), field="path", value=str(path)
        )
    if len(packed) > MAX_FILE:
        raise _too_large("path", f"> {MAX_FILE}")
    return packed


def rows_of(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """Yield every row that is not blank, with its number as the sheet shows it."""
    for line, row in enumerate(sheet.iter_rows(), 1):  # from the sheet's first row on, blank ones above the header too
        cells = [cell_of(value) for value in row]
        if any(cells):
            yield line, cells


def sheet_of(path: Path, name: str | None) -> CalamineSheet:
    """Return a sheet of a workbook, the first one where none is named, once it was measured.

    Raises:
        FileUnreadable, KindMistaken, WorkbookUnreadable, SheetNotFound: As they say.
    """
    packed = _bytes_of(path)
    measure(packed)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(packed))
        if name is None:
            return workbook.get_sheet_by_index(0)
        return workbook.get_sheet_by_name(name)
    except WorksheetNotFound:
        raise SheetNotFound(field="sheet", value=name or "1") from None
    except PasswordError:
        raise WorkbookUnreadable(
            Text("Le classeur est protégé par un mot de passe.", "The workbook is protected by a password."),
            field="path",
        ) from None
    except (CalamineError, ZipError, OSError, ValueError) as error:
        raise WorkbookUnreadable(
            Text(f"Le classeur ne se lit pas : {error}.", f"The workbook cannot be read: {error}."), field="path"
        ) from error


def _too_large(field: str, value: str) -> WorkbookUnreadable:
    return WorkbookUnreadable(
        Text("Le classeur est trop grand.", "The workbook is too large."), field=field, value=value
    )


def measure(packed: bytes) -> None:
    """Refuse a workbook that would fill the memory when it is loaded.

    Raises:
        WorkbookUnreadable: It is no whole zip archive, or larger than the limits of this module.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(packed))
        parts = archive.infolist()
        if len(parts) > MAX_PARTS:
            raise _too_large("parts", str(len(parts)))
        sheets, left = Sheets(), MAX_INFLATED
        for part in sorted(parts, key=lambda part: "sharedStrings" not in part.filename):
            left = sheets.take(part.filename, inflated(packed, part, left), left)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, EOFError) as error:
        raise WorkbookUnreadable(
            Text(f"L'archive est abîmée : {error}.", f"The archive is damaged: {error}."), field="path"
        ) from None
    sheets.check()
    if sheets.texts_at_most > MAX_TEXT:
        named = sum(sheets.named(inflated(packed, part, MAX_INFLATED)) for part in parts if _is_sheet(part.filename))
        if named > MAX_TEXT:
            raise _too_large("cells", f"{named} bytes of text")


def _is_sheet(name: str) -> bool:
    return name.lower().startswith("xl/worksheets/")


def inflated(packed: bytes, part: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
    """Yield what a part really holds: the directory states a size, and a reader that trusts it can be fooled.

    Raises:
        WorkbookUnreadable: It is larger than ``most``.
    """
    start = part.header_offset + _LOCAL_HEADER
    lengths = packed[start - 4 : start]
    start += int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
    raw = memoryview(packed)[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        if len(raw) > most:
            raise _too_large("parts", part.filename)
        yield bytes(raw)
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile(f"compression {part.compress_type}")
    stream, size = zlib.decompressobj(-15), 0
    rest: bytes | memoryview = raw
    while not stream.eof:
        found = stream.decompress(rest, _BLOCK)
        rest = stream.unconsumed_tail
        if not found and not rest:
            raise EOFError(part.filename)
        size += len(found)
        if size > most:
            raise _too_large("parts", part.filename)
        yield found


class Sheets:
    """What the sheets of a workbook hold, counted without loading them."""

    def __init__(self) -> None:
        self.cells = self.columns = self.rows = 0
        self.longest = 0
        self._lengths: list[int] = []

    def take(self, name: str, blocks: Iterator[bytes], left: int) -> int:
        """Count a part; return how much the others may hold."""
        shared, sheet = "sharedstrings" in name.lower(), _is_sheet(name)
        carry, since = b"", 0
        for block in blocks:
            left -= len(block)
            if shared:
                texts = (carry + block).split(b"</si>")
                carry = texts.pop()
                for text in texts:
                    self._lengths.append(since + len(text))
                    since = 0
                if len(carry) > _CARRY:
                    since, carry = since + len(carry) - _CARRY, carry[-_CARRY:]
            elif sheet:
                self._count(carry, block)
                carry = block[-_CARRY:]
        self.longest = max(self._lengths, default=0)
        return left

    def _count(self, carry: bytes, block: bytes) -> None:
        self.cells += len(_CELL.findall(block))
        found = _PLACE.findall(carry + block)
        self.rows = max(self.rows, max((int(row) for _, row in found), default=0))
        self.columns = max(self.columns, max((_column(column) for column in {name for name, _ in found}), default=0))

    def check(self) -> None:
        """Raise where the sheets are too large: a sheet is loaded as the whole rectangle up to its last cell."""
        if self.rows > MAX_ROWS + 1:
            raise _too_large("rows", str(self.rows))
        if max(self.cells, self.rows * max(self.columns, 1)) > MAX_CELLS:
            raise _too_large("cells", str(max(self.cells, self.rows * self.columns)))

    @property
    def texts_at_most(self) -> int:
        return self.cells * self.longest

    def named(self, blocks: Iterator[bytes]) -> int:
        """Return the bytes of the shared texts that a sheet's cells name, at most."""
        total, lengths = 0, self._lengths
        for block in blocks:
            total += sum(lengths[n] for n in map(int, _VALUE.findall(block)) if n < len(lengths))
        return total


def _column(name: bytes) -> int:
    number = 0
    for letter in name.upper():
        number = number * 26 + letter - 64
    return number
