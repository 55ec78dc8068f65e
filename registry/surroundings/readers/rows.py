"""The rows of a CSV file whose encoding and separator nobody told."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from registry.kernel.text import Text
from registry.surroundings.errors import ServiceFileUnreadable
from registry.surroundings.readers.records import FaultCode, Notes

Row = dict[str, str]
_LONGEST_CELL: Final = 1_000_000
_SEPARATORS: Final = ";,\t|"


def contents(path: Path) -> bytes:
    """Return a file's bytes, unpacked.

    Raises:
        ServiceFileUnreadable: It is cut off, empty or damaged.
    """
    raw = path.read_bytes()
    try:
        content = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except (EOFError, OSError, zlib.error) as error:
        raise ServiceFileUnreadable(
            Text("Le fichier gzip est incomplet ou abîmé.", f"The gzip file is cut off or damaged: {error}."),
            field="path", value=path.name,
        ) from None  # fmt: skip
    if not content.strip():
        raise ServiceFileUnreadable(Text("Le fichier est vide.", "The file is empty."), field="path", value=path.name)
    return content


def text_of(content: bytes) -> str:
    """Return text: UTF-8 with or without a mark, UTF-16 with one, else Windows-1252."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def header_of(path: Path) -> tuple[list[str], str, str]:
    """Return the names of the columns, the separator and the whole text."""
    text = text_of(contents(path))
    head = text[: text.find("\n")] if "\n" in text else text
    separator = max(_SEPARATORS, key=head.count)
    names = [name.strip() for name in next(csv.reader(io.StringIO(text), delimiter=separator), [])]
    return names, separator, text


def rows_of(path: Path, notes: Notes) -> Iterator[tuple[str, Row]]:
    """Yield ``line 12`` and its cells by column, outer spaces removed; the line is the first of the row.

    A row that is longer or shorter than the header is a fault, and left out.
    """
    names, separator, text = header_of(path)
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line = 1
    try:
        for cells in reader:
            where, line = f"line {line}", reader.line_num + 1
            if where == "line 1" or not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(names):
                notes.fault(FaultCode.ROW_UNREADABLE, where, "row", f"{len(cells)} cells, not {len(names)}")
                continue
            yield where, {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
    except csv.Error as error:
        raise ServiceFileUnreadable(
            Text(f"Ligne {line} : CSV illisible.", f"Line {line}: {error}."), field="path", value=f"{path.name}:{line}"
        ) from None
