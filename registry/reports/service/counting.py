"""Count a report and protect it, before anything of it is kept."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.canonical_json import canonical
from registry.kernel.clock import now
from registry.kernel.protection import protect
from registry.platform.database import Database, Role
from registry.reports.repository import counts, editions, transfers
from registry.reports.schemas import AccessibleHousing
from registry.reports.service import pdf
from registry.reports.tables import TABLES, Table
from registry.reports.transfer_tables import TRANSFER_TABLES
from registry.vocabulary.facts import VERSION

ACTOR: Final = "reports.count"
DRAFTS_DAYS: Final = 400
"""How long a draft is kept that nobody publishes."""
log = structlog.get_logger()
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
        found = await _found(session, asked["territory_id"], asked["year"])
    document = await asyncio.to_thread(_document, asked, *found)
    french, english = await asyncio.to_thread(_printed, document)
    digest = hashlib.sha256(canonical(document)).hexdigest()
    async with database.transaction(Role.JOB, actor=ACTOR) as session:
        await editions.keep(session, asked["id"], document=document, sha256=digest, pdf_fr=french, pdf_en=english)


async def _found(
    session: AsyncSession, territory: int, year: int
) -> tuple[dict[str, Any], dict[str, int], list[tuple[str, str]], dict[str, Counted]]:
    homes = _by_commune(await counts.homes(session, territory, year))
    residences = _by_commune(await counts.residences(session, territory))
    whole: dict[str, Counted] = {
        name: {_TOTAL: found} for name, found in (await transfers.count(session, territory, year)).items()
    }
    return (
        await counts.territory_of(session, territory),
        await counts.landlords(session, territory),
        await counts.communes(session, territory),
        {"homes": homes, "works": homes, "changes": homes, "residences": residences, **whole},
    )


def _by_commune(rows: Sequence[RowMapping]) -> Counted:
    return {row["commune_code"]: {name: row[name] for name in row if name != "commune_code"} for row in rows}


def _document(
    asked: RowMapping,
    territory: Mapping[str, Any],
    landlords: Mapping[str, int],
    communes: Sequence[tuple[str, str]],
    counted: Mapping[str, Counted],
) -> dict[str, Any]:
    """Return the report as it is kept."""
    tables = [
        {
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
            "rows": _rows(table, communes if table.by_commune else (), counted[table.code], territory["name"]),
        }
        for table in (*TABLES, *TRANSFER_TABLES)
    ]  # fmt: skip
    return AccessibleHousing.model_validate(
        {
            "territory": {"id": territory["slug"], "name": territory["name"]},
            "year": asked["year"],
            "edition": asked["edition"],
            "counted_at": now().replace(microsecond=0),
            "charter_version": territory["charter_version"],
            "vocabulary_version": VERSION,
            "landlords": landlords,
            "tables": tables,
        }
    ).model_dump(mode="json")


def _rows(table: Table, communes: Sequence[tuple[str, str]], counted: Counted, name: str) -> list[dict[str, Any]]:
    """Return the rows of a table, protected together: a total gives away what is left out beneath it."""
    codes = [column.code for column in table.columns]
    every = [*codes, *table.hidden]
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
    shown = protect(found, sums, table.rule, hidden)
    return [
        {"commune_code": code, "name": label, "cells": {column: shown[code, column] for column in codes}}
        for code, label in (*communes, (_TOTAL, name))
    ]


def _printed(document: Mapping[str, Any]) -> tuple[bytes, bytes]:
    report = AccessibleHousing.model_validate(document)
    return pdf.printed(report, "fr"), pdf.printed(report, "en")
