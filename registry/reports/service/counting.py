"""Count a report and protect it, before anything of it is kept."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

import structlog
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.canonical_json import canonical
from registry.kernel.clock import now
from registry.kernel.protection import protect
from registry.kernel.text import Text, month_said
from registry.platform.database import Database, Role
from registry.reports.repository import counts, editions, transfers
from registry.reports.schemas import ReportDocument
from registry.reports.service import pdf
from registry.reports.tables import TABLES, Kind, Table
from registry.reports.transfer_tables import DEMAND, TRANSFER_TABLES
from registry.transfers.service import demand
from registry.transfers.service.demand import KeptMonth
from registry.vocabulary.facts import VERSION

ACTOR: Final = "reports.count"
DRAFTS_DAYS: Final = 400
"""How long a draft is kept that nobody publishes."""
log = structlog.get_logger()
_TABLES: Final[Mapping[Kind, tuple[Table, ...]]] = {"accessible-housing": TABLES, "transfers": TRANSFER_TABLES}
_TOTAL: Final = None
"""The row of the whole territory, among the codes of communes."""
Counted = Mapping[str | None, Mapping[str, int]]
"""Counts by column of each commune that has any; of the whole territory where a table is of that alone."""


async def count_requested(database: Database) -> None:
    """Count what coordinators asked for, each report on its own. As the job, which alone may read everybody's homes."""
    while True:
        async with database.transaction(Role.JOB, actor=ACTOR) as session:
            asked = await editions.begin(session)
        if asked is None:
            return
        try:
            await _count(database, asked)
        except Exception:  # the next one is counted all the same; this one is tried again, and then shown as failed
            log.exception("report_failed", report=str(asked["id"]), attempts=asked["attempts"])


async def forget_drafts(*, session: AsyncSession) -> None:
    """Forget drafts that nobody published until the next year's. As the job."""
    await editions.forget_drafts(session, days=DRAFTS_DAYS)


async def _count(database: Database, asked: RowMapping) -> None:
    async with database.transaction(Role.JOB, actor=ACTOR) as session:
        found = await _found(session, asked["kind"], asked["territory_id"], asked["year"])
    document = await asyncio.to_thread(_document, asked, found)
    french, english = await asyncio.to_thread(_printed, document, asked["kind"])
    digest = hashlib.sha256(canonical(document)).hexdigest()
    async with database.transaction(Role.JOB, actor=ACTOR) as session:
        await editions.keep(session, asked["id"], document=document, sha256=digest, pdf_fr=french, pdf_en=english)


@dataclass(frozen=True, slots=True)
class Found:
    """What is counted for a report, exactly.

    Attributes:
        counted: By the code of the table.
        parts: By the code of the table, of each landlord its own part of what is counted.
        demand: The month of unmet demand, which is protected and kept already; ``None``: none of the year is counted.
    """

    territory: dict[str, Any]
    landlords: dict[str, int]
    communes: list[tuple[str, str]]
    counted: dict[str, Counted]
    parts: dict[str, list[dict[str, int]]] = field(default_factory=dict)
    demand: KeptMonth | None = None


async def _found(session: AsyncSession, kind: Kind, territory: int, year: int) -> Found:
    found = Found(
        await counts.territory_of(session, territory), await counts.landlords(session, territory),
        await counts.communes(session, territory), {},
    )  # fmt: skip
    if kind == "transfers":
        by_table = await transfers.count(session, territory, year)
        return replace(
            found, counted={name: {_TOTAL: each.whole} for name, each in by_table.items()},
            parts={name: each.parts for name, each in by_table.items()},
            demand=await demand.kept_of_year(session=session, territory=territory, year=year),
        )  # fmt: skip
    homes = _by_commune(await counts.homes(session, territory, year))
    residences = _by_commune(await counts.residences(session, territory))
    return replace(found, counted={"homes": homes, "works": homes, "changes": homes, "residences": residences})


def _by_commune(rows: Sequence[RowMapping]) -> Counted:
    return {row["commune_code"]: {name: row[name] for name in row if name != "commune_code"} for row in rows}


def _document(asked: RowMapping, found: Found) -> dict[str, Any]:
    """Return the report as it is kept."""
    territory = found.territory
    tables = [
        _stated(table, _rows(table, found, found.communes if table.by_commune else ()))
        for table in _TABLES[asked["kind"]]
    ]
    if found.demand is not None:
        tables.append(_stated(_of_month(found.demand.month), _kept_rows(found.demand, territory["name"])))
    return ReportDocument.model_validate(
        {
            "territory": {"id": territory["slug"], "name": territory["name"]},
            "year": asked["year"],
            "edition": asked["edition"],
            "counted_at": now().replace(microsecond=0),
            "charter_version": territory["charter_version"],
            "vocabulary_version": VERSION,
            "landlords": found.landlords,
            "tables": tables,
        }
    ).model_dump(mode="json")


def _stated(table: Table, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "code": table.code,
        "title": table.title._asdict(),
        "protection": {"least": table.rule.least, "step": table.rule.step},
        "columns": [
            {
                "code": column.code, "dated": column.dated,
                **{name: getattr(column, name)._asdict() for name in ("label", "definition", "source")},
            }
            for column in table.columns
        ],
        "rows": rows,
    }  # fmt: skip


def _of_month(month: date) -> Table:
    said, title = month_said(month), DEMAND.title
    return replace(DEMAND, title=Text(title.fr.format(month=said.fr), title.en.format(month=said.en)))


def _kept_rows(kept: KeptMonth, name: str) -> list[dict[str, Any]]:
    """Return the rows of unmet demand: communes, and the territory last; what is of several is in that alone."""
    codes = [column.code for column in DEMAND.columns]
    return [
        {
            "commune_code": zone.commune_code, "name": zone.name or name,
            "cells": {code: zone.counts[code] for code in codes},
        }
        for zone in kept.zones if zone.zone != demand.SEVERAL
    ]  # fmt: skip


def _rows(table: Table, report: Found, communes: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return the rows of a table, protected together: a total gives away what is left out beneath it."""
    counted, name = report.counted[table.code], report.territory["name"]
    codes = [column.code for column in table.columns]
    every = [*codes, *table.hidden, *table.complements]
    found: dict[tuple[str | None, str], int] = {
        (code, column): counted.get(code, {}).get(column, 0) for code, _ in communes for column in every
    }
    found |= {
        (_TOTAL, column): sum(found[code, column] for code, _ in communes)
        if table.by_commune
        else counted.get(_TOTAL, {}).get(column, 0)
        for column in every
    }
    places = [code for code, _ in communes]
    sums = [
        ((place, total), [(place, part) for part in parts])
        for total, parts in table.sums
        for place in (*places, _TOTAL)
    ] + [((_TOTAL, column), [(code, column) for code in places]) for column in every if table.by_commune]
    hidden = [(place, column) for place in (*places, _TOTAL) for column in table.hidden]
    own: list[dict[tuple[str | None, str], int]] = [
        {(_TOTAL, column): part[column] for column in every} for part in report.parts.get(table.code, ())
    ]
    known = [(_TOTAL, column) for column in table.known]
    shown = protect(found, sums, table.rule, hidden, known=known, insiders=own)
    return [
        {"commune_code": code, "name": label, "cells": {column: shown[code, column] for column in codes}}
        for code, label in (*communes, (_TOTAL, name))
    ]


def _printed(document: Mapping[str, Any], kind: Kind) -> tuple[bytes, bytes]:
    report = ReportDocument.model_validate(document)
    return pdf.printed(report, kind, "fr"), pdf.printed(report, kind, "en")
