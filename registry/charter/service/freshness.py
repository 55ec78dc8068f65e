"""How old what is said of a home may be before it is said to be stale."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from registry.charter.repository import freshness as repository
from registry.charter.schemas import Terms


async def freshness_of(*, session: AsyncSession, territories: Sequence[int]) -> dict[int, int]:
    """Return within how many days landlords confirm their homes, by territory with a charter in force."""
    found = await repository.days(session, territories)
    return {territory: days or Terms().freshness_days for territory, days in found.items()}
