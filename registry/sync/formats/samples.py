"""The first records of a landlord's table, before anybody has said what its columns state."""

import codecs
import csv
import io
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, Literal

from registry.sync.formats.cutting import Delimited, batches, unmarked
from registry.sync.formats.delimited import heads_of, split
from registry.sync.formats.errors import HeaderNotRecognised
from registry.sync.formats.texts import decode, encoding_of, first_block, line_end
from registry.sync.formats.xlsx import rows_of, sheet_of

SampleKind = Literal["csv", "xlsx"]
MAX_SAMPLE: Final = 200_000
"""Bytes of a sample: fewer records are taken where theirs are longer."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of a table.

    Attributes:
        content: A CSV of it; its lines have the numbers of the file's lines, or of the sheet's rows.
        names: Of its columns.
        rows: The cells of its records; a record of which quotes do not close is left out here.
    """

    content: bytes
    names: list[str]
    rows: list[list[str]]

    def values(self, place: int) -> list[str]:
        """Return the different values of a column, in their order."""
        return list(dict.fromkeys(row[place] for row in self.rows if place < len(row) and row[place]))


def sample_of(path: Path, kind: SampleKind, most: int) -> Sample:
    """Return the header and at most ``most`` records of a file. Of a CSV's delimiters the one with most columns counts.

    Raises:
        FileUnreadable, FileTooLarge, EncodingNotRead, KindMistaken, HeaderNotRecognised, WorkbookUnreadable: The file
            as a whole.
    """
    return _of_text(path, most) if kind == "csv" else _of_sheet(path, most)


def _of_text(path: Path, most: int) -> Sample:
    block = first_block(path)
    end, encoding = line_end(block), encoding_of(block, "utf-8" if block.startswith(codecs.BOM_UTF8) else None)
    heads = heads_of(block, encoding, end, None)
    if not heads:
        raise HeaderNotRecognised(field="line 1", value="")
    head = max(heads, key=lambda each: len(each.names))
    found = Delimited(head.delimiter).records(batches(unmarked(iter([block])), end))
    records = list(islice((record for record in found if record.line > head.line), most + 1))
    kept = block.split(end)
    content = end.join(kept[: records[most].line - 1] if len(records) > most else kept)
    if len(content) > MAX_SAMPLE:
        content = content[: content.rfind(end, 0, MAX_SAMPLE) + 1]
    last = content.count(end) + (not content.endswith(end))
    texts = [decode(record.raw, encoding) for record in records[:most] if record.line <= last]
    cells = [split(text, head.delimiter) for text in texts if text is not None]
    return Sample(content, head.names, [row for row in cells if row])


def _of_sheet(path: Path, most: int) -> Sample:
    rows = list(islice(rows_of(sheet_of(path, None)), most + 1))
    if not rows:
        raise HeaderNotRecognised(field="line 1", value="")
    names = list(rows[0][1])
    while names and not names[-1]:
        names.pop()
    text = io.StringIO(newline="")
    kept, line = [], 1
    for number, cells in rows:
        flat = [" ".join(cell.split()) if "\n" in cell or "\r" in cell else cell for cell in cells]
        while len(flat) > len(names) and not flat[-1]:
            flat.pop()
        text.write("\n" * (number - line))
        csv.writer(text, delimiter=";", lineterminator="\n").writerow(flat)
        line = number + 1
        kept.append(flat)
        if text.tell() > MAX_SAMPLE:
            break
    return Sample(text.getvalue().encode(), names, kept[1:])
