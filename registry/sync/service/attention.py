"""What waits for a landlord's people: files to confirm, runs that ended badly, sources that gave up or say nothing."""

from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.sync import schedules
from registry.sync.repository import attention as repository
from registry.sync.service import sources
from registry.sync.service.imports import View
from registry.sync.service.sources import MAX_SOURCES, SourceView


class Attention(NamedTuple):
    """How much waits: imports in each state, sources that are stopped, and sources older than the charter allows."""

    waiting: int
    failed: int
    refused: int
    stopped: int
    stale: int


async def attention(*, session: AsyncSession, principal: Principal) -> Attention:
    """Return how much waits for a person."""
    runs = await repository.counts(session, own_organisation(principal))
    views = await sources.list_sources(session=session, principal=principal, after="", limit=MAX_SOURCES)
    return Attention(
        waiting=runs.get("waiting", 0),
        failed=runs.get("failed", 0),
        refused=runs.get("refused", 0),
        stopped=sum(state_of(view) == "stopped" for view in views),
        stale=sum(view.stale for view in views),
    )


async def list_needing(*, session: AsyncSession, principal: Principal, limit: int) -> list[View]:
    """Return the imports that wait for a person, the newest first."""
    rows = await repository.runs(session, own_organisation(principal), limit=limit)
    return [View(run, name) for run, name in rows]


def state_of(view: SourceView) -> schedules.State:
    """Return how a source is doing."""
    return schedules.state_of(paused=view.source.paused, failures=view.source.failures)
