"""Ask for a report, publish it, read it."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.audit import service as audit
from registry.kernel.clock import date_in_france, now
from registry.platform import jobs
from registry.platform.database import Database, Role
from registry.reports.errors import (
    ReportNotCounted,
    ReportNotPublished,
    ReportNotVisible,
    ReportPublished,
    YearNotReportable,
)
from registry.reports.repository import editions
from registry.reports.repository.editions import MAX_ATTEMPTS
from registry.reports.schemas import ReportDocument
from registry.reports.tables import Kind
from registry.territories.errors import TerritoryNotVisible

COUNT: Final = "reports.count_soon"
State = Literal["requested", "counted", "published", "failed"]


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of a report on a year.

    Attributes:
        territory: Slug of the territory.
        state: ``requested`` (the worker counts it), ``counted`` (a draft that its coordinator may publish),
            ``published``, or ``failed`` after several attempts: it may be asked for again.
        document: What it says, once it is counted and where it was asked for.
    """

    id: uuid.UUID
    kind: Kind
    territory: str
    year: int
    edition: int
    state: State
    requested_at: datetime
    computed_at: datetime | None
    published_at: datetime | None
    sha256: str | None
    document: ReportDocument | None = None


def years_open() -> tuple[int, int]:
    """Return the years that may be reported on: the last and the present one, in Paris."""
    year = date_in_france(now()).year
    return year - 1, year


async def prepare(*, session: AsyncSession, principal: Principal, kind: Kind, territory: str, year: int) -> int:
    """Have the report on a year counted, as a draft; return its edition. :func:`tell` has it begun at once.

    Raises:
        TerritoryNotVisible: There is none, or the caller does not coordinate it.
        YearNotReportable: Homes are counted as they are now.
    """
    place = _coordinated(principal, territory)
    if year not in years_open():
        raise YearNotReportable(field="year", value=year)
    edition = await editions.request(session, place, kind, year)
    await _record(session, principal, "prepared", kind, territory, year, edition)
    return edition


async def tell(database: Database, principal: Principal) -> None:
    """Have a worker look at what waits to be counted, at once; it looks by itself every minute."""
    async with database.transaction(Role.AUTH, organisation=principal.organisation_id, actor=COUNT) as session:
        await jobs.defer(session, COUNT, lock=COUNT)


async def publish(
    *, session: AsyncSession, principal: Principal, kind: Kind, territory: str, year: int, edition: int
) -> None:
    """Publish a draft: members read it from now on, and it never changes again.

    Raises:
        TerritoryNotVisible: There is none, or the caller does not coordinate it.
        ReportNotVisible, ReportPublished, ReportNotCounted: As they say.
    """
    place = _coordinated(principal, territory)
    found = await editions.edition(session, place, kind, year, edition)
    if found is None:
        raise ReportNotVisible
    if found["published_at"] is not None:
        raise ReportPublished
    if not await editions.publish(session, found["id"]):
        raise ReportNotCounted
    await _record(session, principal, "published", kind, territory, year, edition, sha256=found["sha256"])


async def list_editions(*, session: AsyncSession, principal: Principal) -> list[Edition]:
    """Return the editions that the caller sees, the newest first: of its territories; drafts to their coordinator."""
    slugs = {place: slug for slug, place in principal.territories.items()}
    return [_stated(row, slugs[row["territory_id"]]) for row in await editions.editions(session, list(slugs))]


async def read_edition(
    *, session: AsyncSession, principal: Principal, kind: Kind, territory: str, year: int, edition: int
) -> Edition:
    """Return an edition with its document: to members once it is published, to the coordinator before.

    Raises:
        ReportNotVisible: There is none that the caller sees.
    """
    place = principal.territories.get(territory)
    found = None if place is None else await editions.edition(session, place, kind, year, edition)
    if found is None:
        raise ReportNotVisible
    return _stated(found, territory, document=True)


async def read_published(
    *, session: AsyncSession, principal: Principal, kind: Kind, territory: str, year: int, edition: int | None
) -> Edition:
    """Return a published edition of a year, the last one where none is named.

    Raises:
        TerritoryNotVisible: There is none in which the caller's charter is in force.
        ReportNotPublished: As it says; the coordinator's drafts are none.
    """
    place = principal.territories.get(territory)
    if place is None:
        raise TerritoryNotVisible
    number = edition if edition is not None else await editions.last_published(session, place, kind, year)
    found = None if number is None else await editions.edition(session, place, kind, year, number)
    if found is None or found["published_at"] is None:
        raise ReportNotPublished
    return _stated(found, territory, document=True)


def _coordinated(principal: Principal, territory: str) -> int:
    place = principal.territories.get(territory)
    if place is None or principal.kind != "coordinator":
        raise TerritoryNotVisible
    return place


def _stated(row: RowMapping, territory: str, *, document: bool = False) -> Edition:
    counted = row["computed_at"] is not None and row["computed_at"] >= row["requested_at"]
    state: State = "counted" if counted else "failed" if row["attempts"] >= MAX_ATTEMPTS else "requested"
    given = row["document"] if document and counted else None
    return Edition(
        row["id"], row["kind"], territory, row["year"], row["edition"], "published" if row["published_at"] else state,
        row["requested_at"], row["computed_at"], row["published_at"], row["sha256"],
        ReportDocument.model_validate(given) if given is not None else None,
    )  # fmt: skip


async def _record(
    session: AsyncSession,
    principal: Principal,
    what: str,
    kind: Kind,
    territory: str,
    year: int,
    edition: int,
    **more: str,
) -> None:
    await audit.record(
        session,
        organisation=own_organisation(principal),
        action=f"reports:{kind}:{what}",
        subject=f"{territory}/{year}/{edition}",
        detail=more,
    )
