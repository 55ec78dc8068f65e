"""The SQL of the charter."""

import uuid
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.ids import new_id

_IN_FORCE: Final = text("SELECT version, terms FROM charters WHERE territory_id = :territory AND status = 'in_force'")
# Who is suspended may be back tomorrow: its homes must not find zones that it did not agree to.
_ZONING: Final = text(
    """
    SELECT c.terms->>'location_precision' = 'cell' OR coalesce(bool_or(m.terms->>'location_precision' = 'cell'), false),
        greatest((c.terms->>'k')::integer, max((m.terms->>'k')::integer)),
        greatest((c.terms->>'k_residences')::integer, max((m.terms->>'k_residences')::integer))
    FROM charters c
    LEFT JOIN LATERAL (
        SELECT binding_terms(c.terms, own.terms) AS terms
        FROM adhesions a JOIN charters own ON own.territory_id = a.territory_id AND own.version = a.charter_version
        WHERE a.territory_id = c.territory_id AND a.status <> 'withdrawn') m ON true
    WHERE c.territory_id = :territory AND c.status = 'in_force'
    GROUP BY c.id
    """
)
_BINDING: Final = text(
    """
    SELECT c.terms FROM adhesions a
    JOIN charters c ON c.territory_id = a.territory_id AND (c.version = a.charter_version OR c.status = 'in_force')
    WHERE a.organisation_id = :organisation AND a.status = 'in_force'
    """
)
_SUPERSEDE: Final = text(
    "UPDATE charters SET status = 'superseded' WHERE territory_id = :territory AND status = 'in_force'"
)
_ENACT: Final = text(
    "INSERT INTO charters (id, territory_id, version, status, terms, in_force_from)"
    " SELECT :id, :territory, coalesce(max(version), 0) + 1, 'in_force', CAST(:terms AS jsonb), now()"
    " FROM charters WHERE territory_id = :territory RETURNING version"
)
_SIGN: Final = text(
    "INSERT INTO adhesions (territory_id, organisation_id, charter_version, status, signed_at, signed_by)"
    " VALUES (:territory, :organisation, :version, 'in_force', now(), :signed_by)"
    " ON CONFLICT (territory_id, organisation_id) DO UPDATE SET charter_version = excluded.charter_version,"
    " status = excluded.status, signed_at = excluded.signed_at, signed_by = :signed_by"
)
_STATUS: Final = text(
    "SELECT status FROM adhesions WHERE territory_id = :territory AND organisation_id = :organisation"
)
_SET_STATUS: Final = text(
    "UPDATE adhesions SET status = :status WHERE territory_id = :territory AND organisation_id = :organisation"
)
_SEEN: Final = """
    SELECT t.id AS territory_id, t.slug AS id, t.name, o.name AS coordinator,
        CASE WHEN c.id IS NOT NULL THEN jsonb_build_object(
            'version', c.version, 'in_force_from', c.in_force_from, 'terms', c.terms) END AS charter,
        CASE WHEN a.territory_id IS NOT NULL THEN jsonb_build_object(
            'charter_version', a.charter_version, 'status', a.status, 'signed_at', a.signed_at) END AS adhesion
    FROM territories t
    JOIN organisations o ON o.id = t.coordinator_id
    LEFT JOIN charters c ON c.territory_id = t.id AND c.status = 'in_force'
    LEFT JOIN adhesions a ON a.territory_id = t.id AND a.organisation_id = :organisation
    WHERE (a.territory_id IS NOT NULL OR t.coordinator_id = :organisation)
"""
_PAGE: Final = text(f"{_SEEN} AND t.slug > :after ORDER BY t.slug LIMIT :limit")
_ONE: Final = text(f"{_SEEN} AND t.slug = :slug")


async def in_force(session: AsyncSession, territory_id: int) -> tuple[int, dict[str, Any]] | None:
    """Return version and terms of the charter in force."""
    row = (await session.execute(_IN_FORCE, {"territory": territory_id})).one_or_none()
    return (row[0], row[1]) if row else None


async def zoning(session: AsyncSession, territory_id: int) -> tuple[bool, int, int] | None:
    """Return whether any home is shown in a zone, and the greatest k and k_residences that bind a member."""
    row = (await session.execute(_ZONING, {"territory": territory_id})).one_or_none()
    return (row[0], row[1], row[2]) if row else None


async def binding(session: AsyncSession, organisation: uuid.UUID) -> list[dict[str, Any]]:
    """Return the terms that bind a landlord: those that it signed, and those in force there since."""
    return list((await session.execute(_BINDING, {"organisation": organisation})).scalars())


async def enact(session: AsyncSession, territory_id: int, terms: str) -> int:
    """Put ``terms`` (JSON) in force as the next version, which is returned."""
    await session.execute(_SUPERSEDE, {"territory": territory_id})
    values = {"id": new_id(), "territory": territory_id, "terms": terms}
    version: int = (await session.execute(_ENACT, values)).scalar_one()
    return version


async def sign(session: AsyncSession, territory_id: int, organisation: uuid.UUID, version: int, signed_by: str) -> None:
    await session.execute(
        _SIGN, {"territory": territory_id, "organisation": organisation, "version": version, "signed_by": signed_by}
    )


async def adhesion_status(session: AsyncSession, territory_id: int, organisation: uuid.UUID) -> str | None:
    values = {"territory": territory_id, "organisation": organisation}
    status: str | None = (await session.execute(_STATUS, values)).scalar_one_or_none()
    return status


async def set_adhesion_status(session: AsyncSession, territory_id: int, organisation: uuid.UUID, status: str) -> None:
    await session.execute(_SET_STATUS, {"territory": territory_id, "organisation": organisation, "status": status})


async def acting_organisation(session: AsyncSession) -> uuid.UUID | None:
    """Return the organisation that this transaction is bound to."""
    bound: uuid.UUID | None = (await session.execute(text("SELECT current_organisation()"))).scalar_one()
    return bound


async def seen_territories(
    session: AsyncSession, organisation: uuid.UUID, after: str, limit: int
) -> list[dict[str, Any]]:
    """Return the territories that the organisation coordinates or has an adhesion in, by slug."""
    rows = await session.execute(_PAGE, {"organisation": organisation, "after": after, "limit": limit})
    return [dict(row) for row in rows.mappings()]


async def seen_territory(session: AsyncSession, organisation: uuid.UUID, slug: str) -> dict[str, Any] | None:
    row = (await session.execute(_ONE, {"organisation": organisation, "slug": slug})).mappings().one_or_none()
    return dict(row) if row else None
