"""The SQL of what waits for a person."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from registry.access.principal import OwnOrganisation
from registry.sync.models import SyncRun, SyncSource

WAITING: Final = "waiting"
STOPPED: Final = ("failed", "refused")


def _needing(organisation: OwnOrganisation) -> ColumnElement[bool]:
    """Tell the runs that wait for a confirmation, and those that ended badly and that no newer file followed.

    A trial is over once it is read: whatever came of it, the stock is as it was.
    """
    newer = aliased(SyncRun)
    followed = exists().where(
        newer.organisation_id == organisation, newer.source_id == SyncRun.source_id, newer.id > SyncRun.id,
        newer.dry_run.is_(False),
    )  # fmt: skip
    ended = and_(SyncRun.status.in_(STOPPED), SyncRun.dry_run.is_(False), ~followed)
    return and_(SyncRun.organisation_id == organisation, or_(SyncRun.status == WAITING, ended))


async def runs(session: AsyncSession, organisation: OwnOrganisation, *, limit: int) -> Sequence[tuple[SyncRun, str]]:
    """Return what waits for a person, the newest first, each with its source's name."""
    statement = (
        select(SyncRun, SyncSource.name)
        .join(SyncSource, SyncSource.id == SyncRun.source_id)
        .where(_needing(organisation))
        .order_by(SyncRun.id.desc())
        .limit(limit)
    )
    return [(found, name) for found, name in await session.execute(statement)]


async def counts(session: AsyncSession, organisation: OwnOrganisation) -> dict[str, int]:
    """Return how many runs wait for a person, by status."""
    statement = select(SyncRun.status, func.count()).where(_needing(organisation)).group_by(SyncRun.status)
    return {status: int(count) for status, count in await session.execute(statement)}
