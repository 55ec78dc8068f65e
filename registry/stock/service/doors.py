"""Where residences are entered: what accessible distances are measured from."""

import uuid
from collections.abc import Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.stock.errors import BuildingUnknown, ResidenceNotFound
from registry.stock.repository import doors as repository
from registry.stock.repository.doors import Door

FIRST: Final = (uuid.UUID(int=0), uuid.UUID(int=0))


async def list_doors(
    *, session: AsyncSession, after: tuple[uuid.UUID, uuid.UUID] = FIRST, limit: int = 1_000
) -> Sequence[Door]:
    """Return the doors of the next residences of all landlords, by organisation and residence. As the job.

    Args:
        after: Organisation and residence that were returned last.
        limit: Residences, whose doors are all returned; a residence of unknown place has one without coordinates.
    """
    return await repository.page(session, after, limit)


async def doors_of(*, session: AsyncSession, principal: Principal, ref: str) -> Sequence[Door]:
    """Return the doors of one of the caller's residences.

    Raises:
        ResidenceNotFound: The caller has none of that reference.
    """
    found = await repository.of_residence(session, own_organisation(principal), ref)
    if not found:
        raise ResidenceNotFound(field="ref", value=ref)
    return found


async def door_of(*, session: AsyncSession, principal: Principal, ref: str, building_ref: str) -> Door:
    """Return the door of one building of one of the caller's residences; the residence's, if nobody knows its place.

    Raises:
        ResidenceNotFound: The caller has none of that reference.
        BuildingUnknown: The residence has none of that reference.
    """
    found = await repository.of_building(session, own_organisation(principal), ref, building_ref)
    if found is None:
        raise ResidenceNotFound(field="ref", value=ref)
    door, known = found
    if not known:
        raise BuildingUnknown(field="building", value=building_ref)
    return door
