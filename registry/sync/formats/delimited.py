"""Read CSV: records cut as bytes, a record parsed only when it is read."""

import codecs
import csv
import re
from collections.abc import Iterator
from collections.abc import Mapping as Mapped
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from registry.kernel.text import Text
from registry.sync.formats import Record, Stated
from registry.sync.formats.cutting import Delimited, batches, lines, unmarked
from registry.sync.formats.declared import Format
from registry.sync.formats.errors import HeaderNotRecognised, KindMistaken
from registry.sync.formats.header import bind, key, known
from registry.sync.formats.source import content
from registry.sync.formats.table import Table, refusal
from registry.sync.formats.texts import BLOCK, decode, encoding_of, fingerprint, first_block, line_end, text_of
from registry.sync.mapping import Mapping
from registry.sync.notes import Note

_DELIMITERS: Final = (";", ",", "\t", "|")
_SEP: Final = re.compile(r"sep=([;,\t|])", re.IGNORECASE)

_UNCLOSED: Final = (
    Text("Guillemet ouvert qui n'est pas fermé", "Quote that is opened and not closed"),
    Text("Doublez les guillemets d'un texte entre guillemets.", "Double the quotes within a quoted text."),
)
_RAGGED: Final = Text(
    "Un enregistrement a un champ par colonne ; un champ qui contient le séparateur s'écrit entre guillemets.",
    "A record has one field for each column; a field that contains the separator is written in double quotes.",
)


class Head(NamedTuple):
    """The first record of a CSV, as one delimiter cuts it; ``line``: from 1."""

    delimiter: str
    line: int
    names: list[str]


def heads_of(block: bytes, encoding: str | None, end: bytes, declared: str | None) -> list[Head]:
    """Return the header of a file by each delimiter that it may have.

    A first line "sep=;", which some spreadsheets write and read, says the delimiter.
    """
    first = next(lines(batches(unmarked(iter([block])), end)), None)
    said = _SEP.fullmatch((decode(first.raw, encoding) or "").strip(" ")) if first else None
    delimiter = declared or (said and said[1])
    found = []
    for candidate in (delimiter,) if delimiter else _DELIMITERS:
        records = Delimited(candidate).records(batches(unmarked(iter([block])), end))
        record = next(islice(records, 1 if said else 0, None), None)
        names = split(decode(record.raw, encoding) or "", candidate) if record else None
        if record and names:
            found.append(Head(candidate, record.line, names))
    return found


class DelimitedReader:
    """Reads a CSV. ``notes``: about its header."""

    siret: str | None = None

    def __init__(
        self, path: Path, declared: Format, mapping: Mapping | None, *, communes: Mapped[str, str] | None
    ) -> None:
        self._path = path
        block = first_block(path)
        marked = block.startswith(codecs.BOM_UTF8)
        self._end = line_end(block)
        self._encoding = encoding_of(block, "utf-8" if marked else declared.encoding)
        self._delimiter, self._line, names = self._header(block, declared, mapping)
        self._cutter = Delimited(self._delimiter)
        binding = bind(names, mapping, declared.content, declared.decimal, self._line)
        self.notes: list[Note] = binding.notes
        self._table = Table(
            binding, declared.content, len(names), communes, empty_values=mapping.empty_values if mapping else ()
        )
        self.homes_alone = self._table.homes_alone
        self.fingerprint = fingerprint(
            declared.model_copy(update={"delimiter": self._delimiter}), mapping, names, self._encoding, communes
        )

    def _header(self, block: bytes, declared: Format, mapping: Mapping | None) -> tuple[str, int, list[str]]:
        """Return delimiter, line and names of the header, by the delimiter that gives most known names."""
        heads = heads_of(block, self._encoding, self._end, declared.delimiter)
        found = [(known(head.names, mapping, declared.content), len(head.names), head) for head in heads]
        score, _, (delimiter, line, names) = max(found, key=lambda each: each[:2], default=(0, 0, Head("", 1, [])))
        if not mapping and {"depcom", "nomvoie"} <= {key(name) for name in names}:
            raise KindMistaken(
                Text("C'est un fichier RPLS.", "It is an RPLS file."), field=f"line {line}", value=names[0]
            )
        if score == 0:
            raise HeaderNotRecognised(field=f"line {line}", value=" | ".join(names)[:200])
        return delimiter, line, names

    def records(self) -> Iterator[Record]:
        """Yield every record after the header; blank lines and lines of delimiters alone are none."""
        with content(self._path) as opened:
            found = self._cutter.records(batches(unmarked(iter(lambda: opened.block(BLOCK), b"")), self._end))
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
