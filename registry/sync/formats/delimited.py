"""Read CSV: records cut as bytes, a record parsed only when it is read."""

import codecs
import csv
import hashlib
import re
from collections.abc import Iterator
from collections.abc import Mapping as Mapped
from itertools import islice
from pathlib import Path
from typing import Final

import orjson

from registry.kernel.text import Text
from registry.sync.formats import Record, Stated
from registry.sync.formats.cutting import MAX_RECORD, Batch, Delimited, batches, lines, unmarked
from registry.sync.formats.declared import Format
from registry.sync.formats.errors import EncodingNotRead, HeaderNotRecognised, KindMistaken
from registry.sync.formats.header import bind, known
from registry.sync.formats.source import content
from registry.sync.formats.table import Table, refusal
from registry.sync.mapping import Mapping
from registry.sync.notes import Note
from registry.vocabulary.facts import VERSION

READING: Final = 1
"""Raised when the same bytes come to mean something else: what is skipped as known is then read again."""
BLOCK: Final = 1 << 20
_DELIMITERS: Final = (";", ",", "\t", "|")
_SEP: Final = re.compile(r"sep=(.)", re.IGNORECASE)
_ZIP: Final = b"PK\x03\x04"
_BOMS: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

TOO_LONG: Final = (
    Text(f"Enregistrement de plus de {MAX_RECORD} octets", f"Record of more than {MAX_RECORD} bytes"),
    Text("Vérifiez les fins de ligne et les guillemets.", "Check line ends and quotes."),
)
NUL: Final = (
    Text("Octet nul dans l'enregistrement", "NUL byte in the record"),
    Text("Exportez de nouveau : le fichier est abîmé ou d'un autre encodage.",
         "Export it again: the file is damaged or in another encoding."),
)  # fmt: skip
UNDECODABLE: Final = (
    Text("Octets qui ne sont pas de l'encodage du fichier", "Bytes that are not in the file's encoding"),
    Text("Exportez tout le fichier en UTF-8.", "Export the whole file in UTF-8."),
)
_UNCLOSED: Final = (
    Text("Guillemet ouvert qui n'est pas fermé", "Quote that is opened and not closed"),
    Text("Doublez les guillemets d'un texte entre guillemets.", "Double the quotes within a quoted text."),
)
_RAGGED: Final = Text(
    "Un enregistrement a un champ par colonne ; un champ qui contient le séparateur s'écrit entre guillemets.",
    "A record has one field for each column; a field that contains the separator is written in double quotes.",
)


def first_block(path: Path) -> bytes:
    """Return the beginning of a file as text bytes, of which line ends, encoding and header are known.

    Raises:
        EncodingNotRead: It is in UTF-16 or UTF-32.
        KindMistaken: It is a workbook or another archive.
    """
    with content(path) as opened:
        block = opened.block(BLOCK)
    if block.startswith(_BOMS) or (block and block[:1_000].count(0) > len(block[:1_000]) // 4):
        raise EncodingNotRead(
            Text("Le fichier est en UTF-16 ou UTF-32.", "The file is in UTF-16 or UTF-32."),
            field="path", value=str(path),
        )  # fmt: skip
    if block.startswith(_ZIP):
        raise KindMistaken(
            Text("C'est un classeur ou une archive zip.", "It is a workbook or a zip archive."),
            field="path", value=str(path),
        )  # fmt: skip
    return block


def line_end(block: bytes) -> bytes:
    return b"\n" if b"\n" in block or b"\r" not in block else b"\r"


def encoding_of(block: bytes, declared: str | None) -> str | None:
    """Return the encoding of a file by its first block; ``None``: UTF-8 by all that is seen of it, ASCII so far."""
    if declared is not None:
        return declared
    if block.isascii():
        return None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(block)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def decode(raw: bytes, encoding: str | None) -> str | None:
    """Return the text of a record; ``None`` where it is not of the encoding.

    What Windows-1252 leaves undefined is Latin-1. A record that is not UTF-8, in a file of which nothing else tells the
    encoding, is read as Windows-1252; in one that was seen to be UTF-8 it is an error.
    """
    if encoding in {None, "utf-8"}:
        try:
            return raw.decode()
        except UnicodeDecodeError:
            if encoding:
                return None
    if encoding != "latin-1":
        try:
            return raw.decode("cp1252")
        except UnicodeDecodeError:
            pass
    return raw.decode("latin-1")


def communes_digest(communes: Mapped[str, str] | None) -> str:
    return hashlib.sha256(orjson.dumps(sorted((communes or {}).items()))).hexdigest()


def fingerprint(
    declared: Format, mapping: Mapping | None, names: list[str], encoding: str | None,
    communes: Mapped[str, str] | None,
) -> bytes:  # fmt: skip
    """Return the digest of everything besides a record's bytes on which its meaning depends."""
    # Read as UTF-8 a record says the same whether or not the file was seen to be in it.
    about = [
        READING, VERSION, declared.model_dump(exclude={"encoding"}), mapping.digest().hex() if mapping else None, names,
        encoding or "utf-8", communes_digest(communes),
    ]  # fmt: skip
    return hashlib.sha256(orjson.dumps(about)).digest()


class DelimitedReader:
    """Reads a CSV. ``notes``: about its header."""

    def __init__(
        self, path: Path, declared: Format, mapping: Mapping | None, *, communes: Mapped[str, str] | None
    ) -> None:
        self._path = path
        block = first_block(path)
        self._bom = block.startswith(codecs.BOM_UTF8)
        self._end = line_end(block)
        self._encoding = encoding_of(block.removeprefix(codecs.BOM_UTF8), "utf-8" if self._bom else declared.encoding)
        self._delimiter, self._line, names = self._header(block, declared, mapping)
        self._cutter = Delimited(self._delimiter)
        binding = bind(names, mapping, declared.content, declared.decimal, self._line)
        self.notes: list[Note] = binding.notes
        self._table = Table(
            binding, declared.content, len(names), communes, empty_values=mapping.empty_values if mapping else ()
        )
        self.fingerprint = fingerprint(
            declared.model_copy(update={"delimiter": self._delimiter}), mapping, names, self._encoding, communes
        )

    def _header(self, block: bytes, declared: Format, mapping: Mapping | None) -> tuple[str, int, list[str]]:
        """Return the delimiter, the header's line and its names: of the delimiters the one that gives most known names.

        A first line "sep=;", which some spreadsheets write and read, says the delimiter.
        """
        first = next(lines(self._batches(iter([block]))), None)
        said = _SEP.fullmatch((decode(first.raw, self._encoding) or "").strip()) if first else None
        delimiter = declared.delimiter or (said and said[1])
        found = []
        for candidate in (delimiter,) if delimiter else _DELIMITERS:
            records = Delimited(candidate).records(self._batches(iter([block])))
            record = next(islice(records, 1 if said else 0, None), None)
            names = split(decode(record.raw, self._encoding) or "", candidate) if record else None
            if record and names:
                found.append((known(names, mapping, declared.content), len(names), candidate, record.line, names))
        score, _, delimiter, line, names = max(found, key=lambda each: each[:2], default=(0, 0, "", 1, []))
        if score == 0:
            raise HeaderNotRecognised(field=f"line {line}", value=" | ".join(names)[:200])
        return delimiter, line, names

    def _batches(self, blocks: Iterator[bytes]) -> Iterator[Batch]:
        return batches(unmarked(blocks), self._end)

    def records(self) -> Iterator[Record]:
        """Yield every record after the header; blank lines and lines of delimiters alone are none."""
        with content(self._path) as opened:
            found = self._cutter.records(self._batches(iter(lambda: opened.block(BLOCK), b"")))
            for record in found:
                if record.line >= self._line:
                    break
            yield from found

    def read(self, record: Record) -> Stated:
        text = text_of(record, self._encoding)
        if isinstance(text, Note):
            return Stated(record.line, notes=[text])
        cells, width = split(text, self._delimiter), self._table.width
        if cells is None:
            return self._refused(record, text.split(self._delimiter), "", *_UNCLOSED)
        if len(cells) > width and not any(cells[width:]):
            del cells[width:]
        if len(cells) != width:
            rule = Text(
                f"{width} champs attendus, {len(cells)} trouvés", f"{width} fields expected, {len(cells)} found"
            )
            return self._refused(record, cells, str(len(cells)), rule, _RAGGED)
        return self._table.state(record.line, cells)

    def _refused(self, record: Record, cells: list[str], value: str, rule: Text, remedy: Text) -> Stated:
        """Return what is known of a record whose cells cannot be told apart: its reference, if it stands before."""
        ref = self._table.ref_in(cells)
        return Stated(record.line, ref=ref, notes=[refusal(record.line, "*", value, rule, remedy)])


def text_of(record: Record, encoding: str | None) -> str | Note:
    """Return a record's text, or the note that refuses it."""
    if len(record.raw) > MAX_RECORD:
        return refusal(record.line, "*", record.raw[:40].decode(errors="replace"), *TOO_LONG)
    if b"\x00" in record.raw:
        return refusal(record.line, "*", "", *NUL)
    text = decode(record.raw, encoding)
    if text is None:
        return refusal(record.line, "*", record.raw[:80].decode(errors="backslashreplace"), *UNDECODABLE)
    return text


def split(text: str, delimiter: str) -> list[str] | None:
    """Return the cells of a record; ``None`` where a quote is not closed.

    Quotes that enclose only a part of a cell are signs of it.
    """
    if '"' not in text:
        return [cell.strip() for cell in text.split(delimiter)]
    try:
        return [cell.strip() for cell in next(csv.reader([text], delimiter=delimiter, strict=True))]
    except (csv.Error, StopIteration):
        if text.count('"') % 2:
            return None
        return [cell.strip() for cell in text.split(delimiter)]
