"""The SQL of the census: counted by the job, protected before it is kept, read by the coordinator."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


class Place(NamedTuple):
    territory_id: int
    commune_code: str


Cell = tuple[str, str]
"""A table, ``all``, ``status`` or ``typology``, and its row."""

# Homes of the landlords whose adhesion is in force there, in the communes of the territory; withdrawn ones are none.
_COUNT: Final = text(
    """
    SELECT territory_id, commune_code,
        CASE WHEN grouping(status) = 0 THEN 'status' WHEN grouping(typology) = 0 THEN 'typology' ELSE 'all' END,
        coalesce(status, typology, 'all'), count(*)
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
_KEEP: Final = text(
    """
    INSERT INTO census_counts (territory_id, commune_code, kind, category, homes)
    SELECT * FROM unnest(CAST(:territories AS integer[]), CAST(:communes AS text[]), CAST(:kinds AS text[]),
        CAST(:categories AS text[]), CAST(:homes AS integer[]))
    """
)
_FORGET: Final = text("DELETE FROM census_counts")
_READ: Final = text(
    "SELECT commune_code, kind, category, homes, computed_at FROM census_counts"
    " WHERE territory_id = :territory ORDER BY commune_code, kind, category"
)


async def count(session: AsyncSession) -> dict[Place, dict[Cell, int]]:
    """Return the exact counts of every territory, for nobody but who protects them. As the job."""
    found: dict[Place, dict[Cell, int]] = defaultdict(dict)
    for territory, commune, kind, category, homes in await session.execute(_COUNT):
        found[Place(territory, commune)][kind, category] = homes
    return found


async def keep(session: AsyncSession, shown: Mapping[Place, Mapping[Cell, int | None]]) -> None:
    """Keep what is shown, in the place of what was. As the job."""
    rows = [(*place, *cell, homes) for place, cells in shown.items() for cell, homes in cells.items()]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(5)]
    await session.execute(_FORGET)
    await session.execute(
        _KEEP, dict(zip(("territories", "communes", "kinds", "categories", "homes"), columns, strict=True))
    )


async def read(session: AsyncSession, territory: int) -> list[dict[str, Any]]:
    """Return the cells of a territory by commune, table and category."""
    return [dict(row) for row in (await session.execute(_READ, {"territory": territory})).mappings()]
