"""How many homes the members of a territory have registered: fixed tables, for its coordinator."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal
from registry.census import repository
from registry.census.repository import Cell, Place
from registry.kernel.protection import Rule, protect
from registry.territories.errors import TerritoryNotVisible

RULE: Final = Rule(least=11, step=5)
ALL: Final = ("all", "all")


async def read_census(*, session: AsyncSession, principal: Principal, territory: str) -> list[dict[str, Any]]:
    """Return the tables of a territory as they were counted last.

    Raises:
        TerritoryNotVisible: There is none, or the caller does not coordinate it: the same answer.
    """
    place = principal.territories.get(territory)
    if place is None or principal.kind != "coordinator":
        raise TerritoryNotVisible
    return await repository.read(session, place)


async def count(*, session: AsyncSession) -> dict[Place, dict[Cell, int]]:
    """Count every territory, exactly. As the job, which alone may read everybody's homes."""
    return await repository.count(session)


def protected(counted: Mapping[Place, Mapping[Cell, int]]) -> dict[Place, dict[Cell, int | None]]:
    """Return what is shown of each commune (privacy rule 7): no sum of what is shown gives a small number back.

    The two tables of a commune are protected together, as both sum to its homes. Of a commune whose homes are too few
    to be told only that is said: which statuses and typologies there are would tell of how many.
    """
    return {place: _shown(cells) for place, cells in counted.items()}


async def keep(*, session: AsyncSession, shown: Mapping[Place, Mapping[Cell, int | None]]) -> None:
    """Keep what is shown. As the job."""
    await repository.keep(session, shown)


def _shown(cells: Mapping[Cell, int]) -> dict[Cell, int | None]:
    if cells[ALL] < RULE.least:
        return {ALL: None}
    sums = [(ALL, [cell for cell in cells if cell[0] == kind]) for kind in ("status", "typology")]
    return protect(cells, sums, RULE)
