"""How many homes the members of a territory have registered: fixed tables, for its coordinator."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal
from registry.census import repository
from registry.territories.errors import TerritoryNotVisible


async def read_census(*, session: AsyncSession, principal: Principal, territory: str) -> list[dict[str, Any]]:
    """Return the tables of a territory as they were counted last.

    Raises:
        TerritoryNotVisible: There is none, or the caller does not coordinate it: the same answer.
    """
    place = principal.territories.get(territory)
    if place is None or principal.kind != "coordinator":
        raise TerritoryNotVisible
    return await repository.read(session, place)


async def count(*, session: AsyncSession) -> None:
    """Count every territory anew. As the job, which alone may read everybody's homes."""
    await repository.count(session)
