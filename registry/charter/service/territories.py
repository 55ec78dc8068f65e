"""From the name of a territory to what the caller may see and do there."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.charter.repository import territories as repository
from registry.charter.repository.territories import Place
from registry.territories.errors import TerritoryNotVisible


async def list_seen(*, session: AsyncSession, principal: Principal, after: str, limit: int) -> list[dict[str, Any]]:
    """Return the territories that the caller coordinates or has an adhesion in."""
    return await repository.seen_territories(session, own_organisation(principal), after, limit)


async def read_seen(*, session: AsyncSession, principal: Principal, slug: str) -> dict[str, Any]:
    """Return one of them.

    Raises:
        TerritoryNotVisible: It is none of the caller's: the same answer whether it exists or not.
    """
    found = await repository.seen_territory(session, own_organisation(principal), slug)
    if found is None:
        raise TerritoryNotVisible
    return found


async def open_to(*, session: AsyncSession, principal: Principal, slug: str) -> Place:
    """Return a territory whose charters the caller may read: its coordinator, and any landlord.

    Raises:
        TerritoryNotVisible: There is none, or the caller is neither.
    """
    own, landlord = own_organisation(principal), principal.kind == "landlord"
    found = await repository.open_to(session, own, slug, landlord=landlord)
    if found is None:
        raise TerritoryNotVisible
    return found


async def coordinated(*, session: AsyncSession, principal: Principal, slug: str) -> int:
    """Return the id of a territory that the caller coordinates.

    Raises:
        TerritoryNotVisible: There is none, or somebody else does.
    """
    found = await repository.open_to(session, own_organisation(principal), slug, landlord=False)
    if found is None or not found.coordinated:
        raise TerritoryNotVisible
    return found.id
