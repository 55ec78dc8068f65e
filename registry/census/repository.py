"""The SQL of the census: counted by the job, protected before it is kept, read by the coordinator."""

from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

LEAST: Final = 11
"""Below that a count is not shown (privacy rule 7)."""
STEP: Final = 5
"""What is shown is rounded to a multiple of this, half up, so that no difference of two figures tells a small one."""

# Homes of the landlords whose adhesion is in force there, in the communes of the territory; withdrawn ones are none.
# The exact figures exist in this statement alone.
_COUNT: Final = text(
    """
    INSERT INTO census_counts (territory_id, commune_code, kind, category, homes)
    SELECT territory_id, commune_code,
        CASE WHEN grouping(status) = 0 THEN 'status' WHEN grouping(typology) = 0 THEN 'typology' ELSE 'all' END,
        coalesce(status, typology, 'all'),
        CASE WHEN count(*) >= :least THEN CAST(round(count(*) / CAST(:step AS numeric)) * :step AS integer) END
    FROM (
        SELECT a.territory_id, r.commune_code, h.status, h.typology
        FROM adhesions a
        JOIN charters c ON c.territory_id = a.territory_id AND c.status = 'in_force'
        JOIN territory_communes tc ON tc.territory_id = a.territory_id
        JOIN residences r ON r.organisation_id = a.organisation_id AND r.commune_code = tc.commune_code
        JOIN homes h ON h.organisation_id = r.organisation_id AND h.residence_id = r.id AND h.status <> 'withdrawn'
        WHERE a.status = 'in_force') counted
    GROUP BY GROUPING SETS ((territory_id, commune_code), (territory_id, commune_code, status),
        (territory_id, commune_code, typology))
    """
)
_FORGET: Final = text("DELETE FROM census_counts")
_READ: Final = text(
    "SELECT commune_code, kind, category, homes, computed_at FROM census_counts"
    " WHERE territory_id = :territory ORDER BY commune_code, kind, category"
)


async def count(session: AsyncSession) -> None:
    """Count anew, every territory. As the job."""
    await session.execute(_FORGET)
    await session.execute(_COUNT, {"least": LEAST, "step": STEP})


async def read(session: AsyncSession, territory: int) -> list[dict[str, Any]]:
    """Return the cells of a territory by commune, table and category."""
    return [dict(row) for row in (await session.execute(_READ, {"territory": territory})).mappings()]
