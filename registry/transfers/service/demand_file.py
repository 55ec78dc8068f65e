"""Unmet demand as CSV (RFC 4180, UTF-8): one line a figure, with what it means."""

import csv
import io
from typing import Final, NamedTuple

from registry.kernel.spreadsheets import harmless
from registry.kernel.text import Language
from registry.transfers.service.demand import Demand
from registry.vocabulary.demand import CLASSES, DEFINED

COLUMNS: Final = (
    "territory", "month", "counted_at", "zone", "commune_code", "name", "column", "count", "label", "definition",
    "defined",
)  # fmt: skip
MEDIA_TYPE: Final = "text/csv; charset=utf-8; header=present"


class DemandFile(NamedTuple):
    """A file, and what a response says of it."""

    content: bytes
    media_type: str
    headers: dict[str, str]


def as_csv(demand: Demand, language: Language) -> DemandFile:
    """Return every figure of the table by zone; an empty count is one that is not shown."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for zone in demand.zones:
        for each in CLASSES:
            line = (
                demand.territory, f"{demand.month:%Y-%m}", demand.counted_at.isoformat(), zone.zone,
                zone.commune_code, zone.name, each.code, zone.counts.get(each.code),
                each.label.in_language(language), each.definition.in_language(language), DEFINED.isoformat(),
            )  # fmt: skip
            table.writerow([harmless(cell) for cell in line])
    name = f"demand-{demand.territory}-{demand.month:%Y-%m}-{language}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Language": language}
    return DemandFile(text.getvalue().encode(), MEDIA_TYPE, headers)
