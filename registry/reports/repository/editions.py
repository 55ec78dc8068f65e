"""The editions of reports: asked for and published by the coordinator, counted by the job."""

import uuid
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from registry.reports.models import TerritoryReport as Report

MAX_ATTEMPTS: Final = 3
_HEAD: Final = (
    Report.id, Report.territory_id, Report.kind, Report.year, Report.edition, Report.requested_at, Report.attempts,
    Report.computed_at, Report.sha256, Report.published_at,
)  # fmt: skip


async def editions(session: AsyncSession, territories: Sequence[int]) -> Sequence[RowMapping]:
    """Return what is known of the editions of some territories that the caller sees, the newest first."""
    statement = (
        select(*_HEAD)
        .where(Report.territory_id.in_(territories))
        .order_by(Report.year.desc(), Report.kind, Report.edition.desc(), Report.territory_id)
    )
    return (await session.execute(statement)).mappings().all()


async def edition(session: AsyncSession, territory: int, kind: str, year: int, number: int) -> RowMapping | None:
    """Return an edition with its document, where the caller sees it."""
    statement = select(*_HEAD, Report.document).where(*_one(territory, kind, year), Report.edition == number)
    return (await session.execute(statement)).mappings().one_or_none()


async def last_published(session: AsyncSession, territory: int, kind: str, year: int) -> int | None:
    """Return the number of the last edition of a kind and year that is published."""
    published = Report.published_at.is_not(None)
    return (
        await session.execute(select(func.max(Report.edition)).where(*_one(territory, kind, year), published))
    ).scalar_one_or_none()


async def pdf(session: AsyncSession, id_: uuid.UUID, language: str) -> bytes | None:
    column = Report.pdf_fr if language == "fr" else Report.pdf_en
    return (await session.execute(select(column).where(Report.id == id_))).scalar_one_or_none()


async def request(session: AsyncSession, territory: int, kind: str, year: int) -> int:
    """Have the draft of a kind and year counted anew, made where there is none; return its edition.

    As the coordinator.
    """
    again = await session.execute(
        update(Report)
        .where(*_one(territory, kind, year), Report.published_at.is_(None))
        .values(requested_at=func.now(), attempts=0)
        .returning(Report.edition)
    )
    if (number := again.scalar_one_or_none()) is not None:
        return int(number)
    made = await session.execute(
        text(
            "INSERT INTO territory_reports (territory_id, kind, year, edition)"
            " SELECT :territory, CAST(:kind AS text), :year, coalesce(max(edition), 0) + 1 FROM territory_reports"
            " WHERE territory_id = :territory AND kind = :kind AND year = :year RETURNING edition"
        ),
        {"territory": territory, "kind": kind, "year": year},
    )
    return int(made.scalar_one())


async def publish(session: AsyncSession, id_: uuid.UUID) -> bool:
    """Publish a draft that is counted; return whether it was one. As the coordinator."""
    done = await session.execute(
        update(Report)
        .where(Report.id == id_, Report.published_at.is_(None), Report.computed_at >= Report.requested_at)
        .values(published_at=func.now())
        .returning(Report.id)
    )
    return done.scalar_one_or_none() is not None


async def begin(session: AsyncSession) -> RowMapping | None:
    """Take a report that is to be counted and was not tried too often, and note that it is tried. As the job."""
    waiting = (
        select(Report.id)
        .where(Report.published_at.is_(None), _to_count(), Report.attempts < MAX_ATTEMPTS)
        .order_by(Report.requested_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = await session.execute(
        update(Report).where(Report.id == waiting).values(attempts=Report.attempts + 1).returning(*_HEAD)
    )
    return taken.mappings().one_or_none()


async def keep(
    session: AsyncSession, id_: uuid.UUID, *, document: dict[str, Any], sha256: str, pdf_fr: bytes, pdf_en: bytes
) -> None:
    """Keep what was counted. As the job."""
    counted = {"document": document, "sha256": sha256, "pdf_fr": pdf_fr, "pdf_en": pdf_en}
    await session.execute(
        update(Report).where(Report.id == id_, Report.published_at.is_(None)).values(computed_at=func.now(), **counted)
    )


async def forget_drafts(session: AsyncSession, *, days: int) -> None:
    """Delete drafts that nobody has touched for so long. As the job."""
    await session.execute(
        text(
            "DELETE FROM territory_reports WHERE published_at IS NULL"
            " AND requested_at < now() - make_interval(days => :days)"
        ),
        {"days": days},
    )


def _one(territory: int, kind: str, year: int) -> tuple[ColumnElement[bool], ...]:
    return Report.territory_id == territory, Report.kind == kind, Report.year == year


def _to_count() -> ColumnElement[bool]:
    return or_(Report.computed_at.is_(None), Report.computed_at < Report.requested_at)
