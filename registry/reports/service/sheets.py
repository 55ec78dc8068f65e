"""Write a report as CSV (RFC 4180, UTF-8), one line a figure, and as OpenDocument spreadsheet, one sheet a table."""

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

from registry.kernel.spreadsheets import harmless
from registry.kernel.text import Language
from registry.reports.schemas import ReportDocument, ReportTable
from registry.reports.service.words import TITLES, UNDER_TITLES, WORDS, day, protection_of, said
from registry.reports.tables import Kind

COLUMNS: Final = (
    "territory", "year", "edition", "counted_at", "table", "commune_code", "name", "column", "count", "label",
    "definition", "source", "source_dated",
)  # fmt: skip

_NOT_IN_NAMES: Final = "[]*?:/\\'"
_LONGEST_NAME: Final = 31
"""Of a sheet, in the spreadsheets that are read most."""


def as_csv(report: ReportDocument, language: Language) -> bytes:
    """Return every figure with its definition; an empty count is one that is not shown, an empty code the territory."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(COLUMNS)
    table.writerows([harmless(cell) for cell in line] for line in _lines(report, language))
    return text.getvalue().encode()


def _lines(report: ReportDocument, language: Language) -> Iterator[list[Any]]:
    head = [report.territory.id, report.year, report.edition, report.counted_at.isoformat()]
    for table in report.tables:
        for row in table.rows:
            for column in table.columns:
                yield [
                    *head, table.code, row.commune_code, row.name, column.code, row.cells[column.code],
                    *(said(words, language) for words in (column.label, column.definition, column.source)),
                    column.dated.isoformat(),
                ]  # fmt: skip


def as_ods(report: ReportDocument, kind: Kind, language: Language) -> bytes:
    """Return a spreadsheet: a sheet for what the report is, one for each table, one for the definitions."""
    from odfdo import Document, Table  # noqa: PLC0415  # with lxml, 20 MB that most processes never need

    document = Document("spreadsheet")
    document.body.clear()
    document.meta.title = f"{TITLES[kind].in_language(language)}, {report.territory.name}, {report.year}"
    document.meta.language = "fr-FR" if language == "fr" else "en-GB"
    sheets = [_about(report, kind, language)]
    sheets += [(said(table.title, language), _sheet(table, language)) for table in report.tables]
    sheets.append((WORDS["definitions"].in_language(language), _definitions(report, language)))
    for name, lines in sheets:
        sheet = Table("".join(" " if sign in _NOT_IN_NAMES else sign for sign in name)[:_LONGEST_NAME])
        sheet.set_values(lines)  # text is text: OpenDocument computes only cells that say so
        document.body.append(sheet)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _about(report: ReportDocument, kind: Kind, language: Language) -> tuple[str, list[list[Any]]]:
    def word(key: str) -> str:
        return WORDS[key].in_language(language)

    title = TITLES[kind].in_language(language)
    return title, [
        [title],
        [UNDER_TITLES[kind].in_language(language)],
        [word("territory"), report.territory.name],
        [word("year"), report.year],
        [word("edition"), report.edition],
        [word("counted"), day(report.counted_at, language)],
        [word("charter"), report.charter_version],
        [word("vocabulary"), report.vocabulary_version],
        [word("signatories"), report.landlords.signatories],
        [word("declaring"), report.landlords.declaring],
    ]


def _sheet(table: ReportTable, language: Language) -> list[list[Any]]:
    left_out = WORDS["left_out_long"].in_language(language)
    head = ["INSEE", WORDS["commune"].in_language(language), *(said(c.label, language) for c in table.columns)]
    rows = [
        [
            row.commune_code or WORDS["territory"].in_language(language), row.name,
            *(left_out if row.cells[c.code] is None else row.cells[c.code] for c in table.columns),
        ]
        for row in table.rows
    ]  # fmt: skip
    return [head, *rows, [], [protection_of(table, language)]]


def _definitions(report: ReportDocument, language: Language) -> list[list[Any]]:
    head = [WORDS[key].in_language(language) for key in ("table", "figure", "definition", "source")]
    return [
        head,
        *(
            [
                said(table.title, language), said(column.label, language), said(column.definition, language),
                f"{said(column.source, language)} ({day(column.dated, language)})",
            ]
            for table in report.tables
            for column in table.columns
        ),
    ]  # fmt: skip
