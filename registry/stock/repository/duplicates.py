"""The SQL of homes that more than one landlord states."""

from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation

# One pass over all homes, hashed: an index on rpls_id would cost every write for what is asked once a night.
_FLAG: Final = text(
    """
    WITH twice AS MATERIALIZED (
        SELECT rpls_id FROM homes WHERE rpls_id IS NOT NULL AND status <> 'withdrawn'
        GROUP BY rpls_id HAVING min(organisation_id::text) <> max(organisation_id::text)),
    present AS MATERIALIZED (
        SELECT h.organisation_id, h.ref, h.rpls_id FROM homes h JOIN twice t ON t.rpls_id = h.rpls_id
        WHERE h.status <> 'withdrawn'),
    gone AS (
        DELETE FROM stock_duplicates d WHERE NOT EXISTS (SELECT FROM present p
            WHERE p.organisation_id = d.organisation_id AND p.ref = d.ref AND p.rpls_id = d.rpls_id))
    INSERT INTO stock_duplicates (organisation_id, ref, rpls_id) SELECT organisation_id, ref, rpls_id FROM present
    ON CONFLICT (organisation_id, ref) DO UPDATE SET rpls_id = excluded.rpls_id, found_at = now()
        WHERE stock_duplicates.rpls_id <> excluded.rpls_id
    """
)
_PAGE: Final = text(
    "SELECT ref, rpls_id, found_at FROM stock_duplicates"
    " WHERE organisation_id = :organisation AND ref > :after ORDER BY ref LIMIT :limit"
)


async def flag(session: AsyncSession) -> None:
    """Flag the homes whose RPLS id another landlord states as well, and no others. As the job."""
    await session.execute(_FLAG)


async def page(session: AsyncSession, organisation: OwnOrganisation, *, after: str, limit: int) -> list[dict[str, Any]]:
    rows = await session.execute(_PAGE, {"organisation": organisation, "after": after, "limit": limit})
    return [dict(row) for row in rows.mappings()]
