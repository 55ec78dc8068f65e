"""Landlords' files for tests: written, opened, read."""

import gzip
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from registry.sync.formats import Reader, Stated
from registry.sync.formats.declared import Format
from registry.sync.formats.opening import open_reader
from registry.sync.mapping import parse_mapping

FACTS_DATE = date(2026, 1, 1)
COMMUNES = {"33063": "33063", "06029": "06029", "33999": "33063"}
"""33999 is a commune that is part of 33063 now."""


def opened(
    path: Path,
    content: str | bytes,
    mapping: Mapping[str, Any] | None = None,
    /,
    *,
    packed: bool = False,
    communes: Mapping[str, str] | None = None,
    **declared: Any,
) -> Reader:
    """Write a file and open it; a CSV of homes unless ``declared`` says otherwise."""
    raw = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(raw, mtime=0) if packed else raw)
    given = parse_mapping(mapping) if mapping else None
    form = Format.model_validate({"kind": "csv", **declared})
    return open_reader(path, form, given, communes=communes, default_facts_date=FACTS_DATE)


def stated(reader: Reader) -> list[Stated]:
    return [reader.read(record) for record in reader.records()]


def noted(found: Stated) -> list[tuple[str, str, bool]]:
    return [(note.column, note.value, note.rejected) for note in found.notes]


Cell = str | int | float | bool | None


def workbook(path: Path, sheets: Mapping[str, Iterable[Iterable[Cell]]], *, shared: Iterable[str] = ()) -> Path:
    """Write an .xlsx of the cells of each sheet; text cells stand in the sheet itself."""
    names = list(sheets)
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
    linked = "".join(
        f'<Relationship Id="rId{n}" Type="{relations}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    texts = "".join(f"<si><t>{escape(text)}</t></si>" for text in shared)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">{linked}<Relationship '
        f'Id="rId0" Type="{relations}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{texts}</sst>',
        **{
            f"xl/worksheets/sheet{n}.xml": f'<worksheet xmlns="{main}"><sheetData>{_rows(sheets[name])}</sheetData>'
            "</worksheet>"
            for n, name in enumerate(names, 1)
        },
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def _rows(rows: Iterable[Iterable[Cell]]) -> str:
    return "".join(
        f'<row r="{line}">{"".join(_cell(f"{_letters(n)}{line}", value) for n, value in enumerate(row, 1))}</row>'
        for line, row in enumerate(rows, 1)
    )


def _cell(place: str, value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def _letters(number: int) -> str:
    rest = ""
    while number:
        number, last = divmod(number - 1, 26)
        rest = chr(65 + last) + rest
    return rest
