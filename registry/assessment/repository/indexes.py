"""The indexes that are kept, and how they became so."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation

_VALUES: Final = {
    "low": "float8", "high": "float8", "completeness": "float8", "grade_low": "text", "grade_high": "text",
    "favourable": "text", "homes": "integer", "adapted": "integer", "possibly_adapted": "integer",
    "components": "jsonb", "knock_outs": "jsonb", "grid_version": "text", "territory_id": "integer",
}  # fmt: skip
_NAMES: Final = ", ".join(_VALUES)
_GIVEN: Final = ", ".join(f"{name} {kind}" for name, kind in _VALUES.items())
# One snapshot: history is told by what stood there before. What was deleted meanwhile is left out.
_SAVE: Final = text(
    f"""
    WITH given AS MATERIALIZED (
        SELECT g.* FROM jsonb_to_recordset(CAST(:rows AS jsonb))
            AS g (organisation_id uuid, residence_id uuid, {_GIVEN})
        JOIN residences r ON r.organisation_id = g.organisation_id AND r.id = g.residence_id),
    differing AS (
        INSERT INTO residence_index_history (organisation_id, residence_id, valid_from, {_NAMES})
        SELECT g.organisation_id, g.residence_id, now(), {", ".join(f"g.{name}" for name in _VALUES)}
        FROM given g
        LEFT JOIN residence_indexes i ON i.organisation_id = g.organisation_id AND i.residence_id = g.residence_id
        WHERE i.residence_id IS NULL OR ({", ".join(f"g.{name}" for name in _VALUES)})
            IS DISTINCT FROM ({", ".join(f"i.{name}" for name in _VALUES)})
        ON CONFLICT DO NOTHING
        RETURNING 1),
    written AS (
        INSERT INTO residence_indexes (organisation_id, residence_id, computed_at, {_NAMES})
        SELECT organisation_id, residence_id, now(), {_NAMES} FROM given
        ON CONFLICT (organisation_id, residence_id) DO UPDATE SET computed_at = excluded.computed_at,
            {", ".join(f"{name} = excluded.{name}" for name in _VALUES)})
    SELECT count(*) FROM differing
    """
)
_SHOWN: Final = f"{', '.join(f'i.{name}' for name in _VALUES if name != 'territory_id')}"
_PAGE: Final = text(
    f"""
    SELECT r.ref, {_SHOWN}, t.slug AS territory, i.computed_at
    FROM residences r
    JOIN residence_indexes i ON i.organisation_id = r.organisation_id AND i.residence_id = r.id
    LEFT JOIN territories t ON t.id = i.territory_id
    WHERE r.organisation_id = :organisation AND r.ref > :after
        AND (CAST(:favourable AS text) IS NULL OR i.favourable = :favourable)
    ORDER BY r.ref LIMIT :limit
    """
)
_HISTORY: Final = text(
    f"""
    SELECT {_SHOWN}, t.slug AS territory, i.valid_from
    FROM residences r
    JOIN residence_index_history i ON i.organisation_id = r.organisation_id AND i.residence_id = r.id
    LEFT JOIN territories t ON t.id = i.territory_id
    WHERE r.organisation_id = :organisation AND r.ref = :ref
        AND (CAST(:before AS timestamptz) IS NULL OR i.valid_from < :before)
    ORDER BY i.valid_from DESC LIMIT :limit
    """
)
_EXPIRE: Final = text(
    """
    DELETE FROM residence_index_history h
    WHERE h.valid_from < now() - CAST(:kept AS interval) AND EXISTS (SELECT FROM residence_index_history later
        WHERE later.organisation_id = h.organisation_id AND later.residence_id = h.residence_id
            AND later.valid_from > h.valid_from AND later.valid_from < now() - CAST(:kept AS interval))
    """
)
KEPT: Final = "5 years"
"""How long the history of an index is kept; what held at the beginning of that time is kept as well."""


async def save(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> int:
    """Keep the indexes of residences; return how many differ from before, to which history is added. As the job."""
    given = {"rows": orjson.dumps(list(rows), default=str).decode()}
    differing: int = (await session.execute(_SAVE, given)).scalar_one()
    return differing


async def page(
    session: AsyncSession, organisation: OwnOrganisation, *, after: str, limit: int, favourable: str | None
) -> list[dict[str, Any]]:
    """Return the indexes of the landlord's own residences by reference (byte order), after ``after``."""
    values = {"organisation": organisation, "after": after, "limit": limit, "favourable": favourable}
    return [dict(row) for row in (await session.execute(_PAGE, values)).mappings()]


async def history(
    session: AsyncSession, organisation: OwnOrganisation, ref: str, *, before: datetime | None, limit: int
) -> list[dict[str, Any]]:
    """Return how the index of an own residence became so, latest first, older than ``before``."""
    values = {"organisation": organisation, "ref": ref, "before": before, "limit": limit}
    return [dict(row) for row in (await session.execute(_HISTORY, values)).mappings()]


async def expire(session: AsyncSession) -> int:
    """Delete what has not been true for :data:`KEPT`; return how many rows. As the job."""
    deleted: int = (await session.execute(_EXPIRE, {"kept": KEPT})).rowcount  # type: ignore[attr-defined]  # a DELETE's result has it
    return deleted
