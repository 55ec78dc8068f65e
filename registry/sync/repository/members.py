"""The SQL of what a coordinator reads of its members' sources and runs: columns that say nothing of a file."""

import uuid
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

_MEMBERS: Final = """
    (SELECT DISTINCT a.organisation_id, o.name FROM adhesions a JOIN organisations o ON o.id = a.organisation_id
        WHERE a.territory_id = ANY (:territories) AND a.status IN ('in_force', 'suspended')) m
"""
_RUNS: Final = text(
    f"""
    SELECT r.id, r.organisation_id, m.name AS landlord, s.kind, r.mode, r.dry_run, r.as_of, r.cause, r.status,
        r.attempts, r.created_at, r.started_at, r.finished_at, r.summary, r.rule_codes
    FROM {_MEMBERS}
    JOIN sync_runs r ON r.organisation_id = m.organisation_id
    JOIN sync_sources s ON s.organisation_id = r.organisation_id AND s.id = r.source_id
    WHERE (CAST(:landlord AS uuid) IS NULL OR r.organisation_id = :landlord)
        AND (CAST(:status AS text) IS NULL OR r.status = :status)
        AND (CAST(:before AS uuid) IS NULL OR r.id < :before)
    ORDER BY r.id DESC LIMIT :limit
    """
)
_NEEDING: Final = text(
    f"""
    SELECT r.status, count(*) FROM {_MEMBERS} JOIN sync_runs r ON r.organisation_id = m.organisation_id
    WHERE r.status = 'waiting' OR r.status IN ('failed', 'refused') AND NOT r.dry_run AND NOT EXISTS (
        SELECT FROM sync_runs newer WHERE newer.organisation_id = r.organisation_id
            AND newer.source_id = r.source_id AND newer.id > r.id AND NOT newer.dry_run)
    GROUP BY r.status ORDER BY r.status
    """
)
# How old the last applied file may be is the charter's term; of several territories the strictest.
_SOURCES: Final = text(
    f"""
    SELECT s.id, s.organisation_id, m.name AS landlord, s.kind, s.mode, s.paused, s.applied_as_of, s.next_run_at,
        s.failures, s.failure_code,
        coalesce(s.applied_as_of, s.created_at) + make_interval(days => freshness.days) AS stale_after
    FROM {_MEMBERS}
    JOIN sync_sources s ON s.organisation_id = m.organisation_id
    CROSS JOIN LATERAL (
        SELECT min((c.terms->>'freshness_days')::integer) AS days FROM charters c
        JOIN adhesions a ON a.territory_id = c.territory_id AND a.organisation_id = m.organisation_id
        WHERE c.status = 'in_force' AND c.territory_id = ANY (:territories)
            AND a.status IN ('in_force', 'suspended')) freshness
    ORDER BY m.name, s.id
    """
)
_LANDLORDS: Final = text(f"SELECT m.organisation_id AS id, m.name FROM {_MEMBERS} ORDER BY m.name, m.organisation_id")


async def runs(
    session: AsyncSession,
    territories: Sequence[int],
    *,
    landlord: uuid.UUID | None,
    status: str | None,
    before: uuid.UUID | None,
    limit: int,
) -> Sequence[RowMapping]:
    """Return runs of the members of some territories, the newest first."""
    values: dict[str, Any] = {
        "territories": list(territories), "landlord": landlord, "status": status, "before": before, "limit": limit,
    }  # fmt: skip
    return (await session.execute(_RUNS, values)).mappings().all()


async def needing(session: AsyncSession, territories: Sequence[int]) -> dict[str, int]:
    """Count the runs that wait for a person, or ended badly and were followed by no other, by status."""
    rows = await session.execute(_NEEDING, {"territories": list(territories)})
    return {str(status): int(count) for status, count in rows}


async def sources(session: AsyncSession, territories: Sequence[int]) -> Sequence[RowMapping]:
    """Return the sources of the members of some territories, by landlord."""
    return (await session.execute(_SOURCES, {"territories": list(territories)})).mappings().all()


async def landlords(session: AsyncSession, territories: Sequence[int]) -> Sequence[RowMapping]:
    """Return the members of some territories by name."""
    return (await session.execute(_LANDLORDS, {"territories": list(territories)})).mappings().all()
