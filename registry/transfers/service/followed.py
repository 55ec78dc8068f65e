"""Proposals as a territory's coordinator follows them: states, delays and coded reasons."""

import uuid
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal
from registry.charter import service as charter
from registry.transfers.repository import followed as repository
from registry.transfers.repository.followed import Followed

__all__ = ["Followed", "count_late", "list_followed"]


async def list_followed(
    *,
    session: AsyncSession,
    principal: Principal,
    territory: str,
    before: tuple[datetime, uuid.UUID],
    limit: int,
    state: str | None = None,
) -> list[Followed]:
    """Return the proposals between members of a territory, the latest first; never a need, a home or a reference.

    Raises:
        TerritoryNotVisible: The caller does not coordinate it.
    """
    place = await charter.coordinated(session=session, principal=principal, slug=territory)
    return await repository.page(session, place, before=before, limit=limit, state=state)


async def count_late(*, session: AsyncSession, principal: Principal) -> dict[str, int]:
    """Return how many open proposals nobody answered in time, by the name in addresses of each territory with such.

    Those of the territories that the caller coordinates; nothing for anybody else.
    """
    if principal.kind != "coordinator":
        return {}
    late = await repository.late(session, list(principal.territories.values()))
    return {slug: late[place] for slug, place in principal.territories.items() if place in late}
