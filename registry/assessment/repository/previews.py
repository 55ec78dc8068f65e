"""Previews of a grid: asked for by a coordinator, counted by the job, kept for a week."""

import uuid
from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.assessment.repository.inputs import Key
from registry.kernel.ids import new_id


class PreviewRow(NamedTuple):
    id: uuid.UUID
    status: str
    percent: int
    draft_version: int
    compared_with: int
    result: dict[str, Any] | None
    requested_at: datetime
    computed_at: datetime | None


class Taken(NamedTuple):
    """A preview that a job has taken up; grids as JSON."""

    id: uuid.UUID
    territory_id: int
    grid_before: dict[str, Any]
    grid_after: dict[str, Any]


KEPT: Final = "7 days"
_COLUMNS: Final = ", ".join(PreviewRow._fields)
_LATEST: Final = text(
    f"SELECT {_COLUMNS} FROM grid_previews WHERE territory_id = :territory AND digest = :digest"
    " ORDER BY requested_at DESC, id DESC LIMIT 1"
)
_INSERT: Final = text(
    "INSERT INTO grid_previews (id, territory_id, digest, draft_version, compared_with, grid_before, grid_after)"
    " VALUES (:id, :territory, :digest, :draft, :compared_with, CAST(:before AS jsonb), CAST(:after AS jsonb))"
    f" RETURNING {_COLUMNS}"
)
_ASKED: Final = text(
    "SELECT count(*), min(requested_at) FROM grid_previews"
    " WHERE territory_id = :territory AND requested_at > now() - interval '1 day'"
)
# One that was begun long ago was left by a worker that died.
_TAKE: Final = text(
    """
    UPDATE grid_previews SET status = 'running', percent = 0, begun_at = now()
    WHERE id = (
        SELECT id FROM grid_previews
        WHERE status = 'waiting' OR status = 'running' AND begun_at < now() - interval '15 minutes'
        ORDER BY requested_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, territory_id, grid_before, grid_after
    """
)
_PROGRESS: Final = text("UPDATE grid_previews SET percent = :percent, begun_at = now() WHERE id = :id")
_FINISH: Final = text(
    "UPDATE grid_previews SET status = 'done', percent = 100, result = CAST(:result AS jsonb), computed_at = now()"
    " WHERE id = :id"
)
_FAIL: Final = text("UPDATE grid_previews SET status = 'failed', result = NULL WHERE id = :id AND status <> 'done'")
_EXPIRE: Final = text("DELETE FROM grid_previews WHERE requested_at < now() - CAST(:kept AS interval)")
# Wherever a member's homes may be assessed by the territory's charter; whether they are is said with each of them.
_RESIDENCES: Final = text(
    """
    SELECT r.organisation_id, r.id
    FROM adhesions a
    JOIN territory_communes tc ON tc.territory_id = a.territory_id
    JOIN residences r ON r.organisation_id = a.organisation_id AND r.commune_code = tc.commune_code
    WHERE a.territory_id = :territory AND a.status = 'in_force'
    ORDER BY 1, 2
    """
)
_NAMES: Final = text("SELECT id, name FROM organisations WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY name, id")


async def latest(session: AsyncSession, territory: int, digest: str) -> PreviewRow | None:
    """Return what was last asked for of two grids. As the coordinator."""
    row = (await session.execute(_LATEST, {"territory": territory, "digest": digest})).one_or_none()
    return PreviewRow(*row) if row else None


async def ask(
    session: AsyncSession, territory: int, digest: str, *, draft: int, compared_with: int, before: dict[str, Any],
    after: dict[str, Any],
) -> PreviewRow:  # fmt: skip
    """Ask the job for a preview. As the coordinator."""
    values = {
        "id": new_id(), "territory": territory, "digest": digest, "draft": draft, "compared_with": compared_with,
        "before": orjson.dumps(before).decode(), "after": orjson.dumps(after).decode(),
    }  # fmt: skip
    return PreviewRow(*(await session.execute(_INSERT, values)).one())


async def asked_today(session: AsyncSession, territory: int) -> tuple[int, datetime | None]:
    """Return how many were asked for in the last 24 hours, and when the first of them was."""
    row = (await session.execute(_ASKED, {"territory": territory})).one()
    return row[0], row[1]


async def take(session: AsyncSession) -> Taken | None:
    """Take up the one that waits longest, if one does. As the job."""
    row = (await session.execute(_TAKE)).one_or_none()
    return Taken(*row) if row else None


async def progress(session: AsyncSession, id_: uuid.UUID, percent: int) -> None:
    """Say how far it is. As the job."""
    await session.execute(_PROGRESS, {"id": id_, "percent": percent})


async def finish(session: AsyncSession, id_: uuid.UUID, result: dict[str, Any]) -> None:
    """Keep what was counted. As the job."""
    await session.execute(_FINISH, {"id": id_, "result": orjson.dumps(result, default=str).decode()})


async def fail(session: AsyncSession, id_: uuid.UUID) -> None:
    """Say that it could not be counted. As the job."""
    await session.execute(_FAIL, {"id": id_})


async def expire(session: AsyncSession) -> None:
    """Forget what is older than :data:`KEPT`. As the job."""
    await session.execute(_EXPIRE, {"kept": KEPT})


async def residences(session: AsyncSession, territory: int) -> list[Key]:
    """Return the residences of the territory's members in its communes. As the job."""
    return [(row[0], row[1]) for row in await session.execute(_RESIDENCES, {"territory": territory})]


async def names(session: AsyncSession, organisations: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the names of organisations, in their order. As the job."""
    return {row[0]: row[1] for row in await session.execute(_NAMES, {"ids": organisations})}
