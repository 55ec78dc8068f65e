"""Open a landlord's file, whatever its format; try a mapping on the first records of one."""

from collections.abc import Mapping as Mapped
from datetime import date
from itertools import islice
from pathlib import Path

from registry.sync.formats import Reader, Record, Stated
from registry.sync.formats.declared import Format
from registry.sync.formats.delimited import DelimitedReader
from registry.sync.formats.errors import MappingOfOtherContent
from registry.sync.formats.ndjson import NdjsonReader
from registry.sync.formats.positions import read_positions
from registry.sync.formats.rpls.reader import RplsReader
from registry.sync.formats.xlsx import XlsxReader
from registry.sync.mapping import Mapping


def open_reader(
    path: Path,
    declared: Format,
    mapping: Mapping | None,
    *,
    communes: Mapped[str, str] | None,
    default_facts_date: date,
    positions: Path | None = None,
) -> Reader:
    """Return the reader of a file.

    Args:
        path: Plain or gzip.
        declared: What the file is.
        mapping: Theirs to ours; without one the columns are those of the published schema. RPLS takes none.
        communes: The present code of every INSEE code, retired ones too; ``None``: codes are checked by form only.
        default_facts_date: Of what an RPLS file states of accessibility, where neither it nor the source says of which
            year it is.
        positions: Beside an RPLS file: lon, lat by the rank of the row.

    Raises:
        FileUnreadable, FileTooLarge, EncodingNotRead, KindMistaken, HeaderNotRecognised, ColumnTwice,
        LayoutNotRecognised, WorkbookUnreadable, SheetNotFound, MappingOfOtherContent, PositionsInvalid: The file, or
            the mapping, as a whole. Some are raised by ``records()`` only.
    """
    if mapping is not None and (declared.kind == "rpls" or mapping.content != declared.content):
        raise MappingOfOtherContent(field="content", value=mapping.content)
    if declared.kind == "rpls":
        found = read_positions(positions) if positions else {}
        return RplsReader(path, declared, communes=communes, facts_date=default_facts_date, positions=found)
    kinds: dict[str, type[DelimitedReader | NdjsonReader | XlsxReader]] = {
        "csv": DelimitedReader,
        "ndjson": NdjsonReader,
        "xlsx": XlsxReader,
    }
    return kinds[declared.kind](path, declared, mapping, communes=communes)


def try_mapping(path: Path, declared: Format, mapping: Mapping, limit: int) -> list[tuple[Record, Stated]]:
    """Return the first records of a sample, and what each states by the mapping. Communes are checked by form only.

    Raises:
        As :func:`open_reader`.
    """
    reader = open_reader(path, declared, mapping, communes=None, default_facts_date=date.min)
    return [(record, reader.read(record)) for record in islice(reader.records(), limit)]
