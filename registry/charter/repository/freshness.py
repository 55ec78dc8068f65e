"""The SQL of what charters say of freshness."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_DAYS: Final = text(
    "SELECT territory_id, (terms->>'freshness_days')::integer FROM charters"
    " WHERE status = 'in_force' AND territory_id = ANY(:territories)"
)


async def days(session: AsyncSession, territories: Sequence[int]) -> dict[int, int | None]:
    """Return the term by territory; ``None`` where a charter leaves it to the default."""
    return dict((await session.execute(_DAYS, {"territories": list(territories)})).all())
