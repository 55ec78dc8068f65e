"""An edition of a yearly report as if it had been counted: what it says does not matter to the test."""

import hashlib
from typing import Final

from registry.kernel.canonical_json import canonical
from registry.kernel.clock import now
from registry.platform.database import Database, Role
from registry.reports.repository import editions
from registry.reports.schemas import ReportDocument, ReportLandlords, ReportTerritory
from registry.reports.tables import Kind
from tests.support.territory import Territory

PDF: Final = b"%PDF-1.7\n"


async def report(
    database: Database, jobs: Database, place: Territory, year: int, *, kind: Kind = "accessible-housing",
    published: bool = True,
) -> int:  # fmt: skip
    """Leave an empty report of a year; return its edition."""
    coordinator = {"role": Role.COORDINATOR, "organisation": place.coordinator.id, "actor": "tests"}
    async with database.transaction(**coordinator) as session:  # type: ignore[arg-type]  # one dict of three kinds
        number = await editions.request(session, place.id, kind, year)
    said = ReportDocument(
        territory=ReportTerritory(id=place.slug, name=place.slug), year=year, edition=number,
        counted_at=now().replace(microsecond=0), charter_version=1, vocabulary_version="2026.1",
        landlords=ReportLandlords(signatories=0, declaring=0), tables=[],
    ).model_dump(mode="json")  # fmt: skip
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        found = await editions.edition(session, place.id, kind, year, number)
        assert found is not None
        digest = hashlib.sha256(canonical(said)).hexdigest()
        await editions.keep(session, found["id"], document=said, sha256=digest, pdf_fr=PDF, pdf_en=PDF)
    if published:
        async with database.transaction(**coordinator) as session:  # type: ignore[arg-type]  # as above
            assert await editions.publish(session, found["id"])
    return number
