"""Territories as those see them who belong to them, or may."""

import uuid
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


class Place(NamedTuple):
    """A territory, and whether the caller coordinates it."""

    id: int
    coordinated: bool
    slug: str
    name: str


_SEEN: Final = """
    SELECT t.id AS territory_id, t.slug AS id, t.name, o.name AS coordinator,
        CASE WHEN c.id IS NOT NULL THEN jsonb_build_object(
            'version', c.version, 'in_force_from', c.in_force_from, 'terms', c.terms) END AS charter,
        CASE WHEN a.territory_id IS NOT NULL THEN jsonb_build_object(
            'charter_version', a.charter_version, 'status', a.status, 'signed_at', a.signed_at,
            'unsigned', a.unsigned) END AS adhesion
    FROM territories t
    JOIN organisations o ON o.id = t.coordinator_id
    LEFT JOIN charters c ON c.territory_id = t.id AND c.status = 'in_force'
    LEFT JOIN adhesions a ON a.territory_id = t.id AND a.organisation_id = :organisation
    WHERE (a.territory_id IS NOT NULL OR t.coordinator_id = :organisation)
"""
_PAGE: Final = text(f"{_SEEN} AND t.slug > :after ORDER BY t.slug LIMIT :limit")
_ONE: Final = text(f"{_SEEN} AND t.slug = :slug")
# A charter is read before it is signed, hence by any landlord.
_OPEN: Final = text(
    """
    SELECT t.id, t.coordinator_id = :organisation, t.slug, t.name FROM territories t
    WHERE t.slug = :slug AND (t.coordinator_id = :organisation OR :landlord
        OR EXISTS (SELECT FROM adhesions a WHERE a.territory_id = t.id AND a.organisation_id = :organisation))
    """
)


async def seen_territories(
    session: AsyncSession, organisation: uuid.UUID, after: str, limit: int
) -> list[dict[str, Any]]:
    """Return the territories that the organisation coordinates or has an adhesion in, by slug."""
    rows = await session.execute(_PAGE, {"organisation": organisation, "after": after, "limit": limit})
    return [dict(row) for row in rows.mappings()]


async def seen_territory(session: AsyncSession, organisation: uuid.UUID, slug: str) -> dict[str, Any] | None:
    row = (await session.execute(_ONE, {"organisation": organisation, "slug": slug})).mappings().one_or_none()
    return dict(row) if row else None


async def open_to(session: AsyncSession, organisation: uuid.UUID, slug: str, *, landlord: bool) -> Place | None:
    """Return a territory whose charters the organisation may read."""
    values = {"organisation": organisation, "slug": slug, "landlord": landlord}
    row = (await session.execute(_OPEN, values)).one_or_none()
    return Place(*row) if row else None
