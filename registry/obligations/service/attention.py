"""What waits for people: adhesions to be admitted, landlords whose homes are stale, rights to search at stake."""

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.obligations.repository import attention as repository
from registry.obligations.repository.attention import Waiting


async def attention(*, session: AsyncSession, principal: Principal) -> list[Waiting]:
    """Return the territories that the organisation coordinates or takes part in, by name, with what waits there."""
    return await repository.waiting(session, own_organisation(principal))
