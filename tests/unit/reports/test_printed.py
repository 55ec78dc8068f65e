"""A printed report keeps every figure on its paper."""

import datetime as dt
from typing import Any

import pytest

from registry.reports.schemas import (
    ReportColumn,
    ReportDocument,
    ReportLandlords,
    ReportProtection,
    ReportRow,
    ReportTable,
    ReportTerritory,
    Words,
)
from registry.reports.service.pdf import as_html
from registry.reports.tables import TABLES, Kind, Table
from registry.reports.transfer_tables import DEMAND, TRANSFER_TABLES

TERRITORY = "Communauté d'agglomération de Cap Excellence"


def _table(table: Table) -> ReportTable:
    columns = [
        ReportColumn(
            code=each.code, label=Words(**words_of(each.label)), definition=Words(**words_of(each.definition)),
            source=Words(**words_of(each.source)), dated=each.dated,
        )
        for each in table.columns
    ]  # fmt: skip
    communes = [("97101", "Les Abymes"), ("97103", "Baie-Mahault")] if table.by_commune else []
    rows = [
        ReportRow(commune_code=code, name=name, cells={each.code: 10_000 for each in columns})
        for code, name in (*communes, (None, TERRITORY))
    ]
    return ReportTable.model_validate({
        "code": table.code, "title": words_of(table.title), "protection": ReportProtection(least=11, step=5),
        "columns": columns, "rows": rows,
    })  # fmt: skip


def words_of(words: Any) -> dict[str, str]:
    return {"fr": words.fr, "en": words.en}


@pytest.mark.parametrize(
    ("kind", "tables"), [("accessible-housing", TABLES), ("transfers", (*TRANSFER_TABLES, DEMAND))]
)
def test_every_figure_is_on_the_paper(kind: Kind, tables: tuple[Table, ...]) -> None:
    from weasyprint import HTML  # it loads Pango, which other tests need not have

    report = ReportDocument(
        territory=ReportTerritory(id="t", name=TERRITORY), year=2026, edition=1,
        counted_at=dt.datetime(2026, 11, 27, tzinfo=dt.UTC), charter_version=1, vocabulary_version="2026.2",
        landlords=ReportLandlords(signatories=3, declaring=2), tables=[_table(each) for each in tables],
    )  # fmt: skip
    pages = HTML(string=as_html(report, kind, "fr")).render().pages
    off = [
        box.element_tag
        for page in pages
        for box in page._page_box.descendants()
        if box.element_tag in {"th", "td"} and box.position_x + box.border_width() > page.width
    ]
    assert off == []
