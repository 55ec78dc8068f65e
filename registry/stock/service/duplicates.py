"""Homes that more than one landlord states under one identifier of the national register (RPLS, IDENT_REP).

One dwelling has one: two landlords that state it have merged, or sold it, or one of them is mistaken. Each is told of
its own home, and not who the other is: the coordinator brings them together.
"""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.platform.database import Database, Role
from registry.stock.repository import duplicates as repository

FLAG = "stock.flag_duplicates"


async def flag_duplicates(database: Database) -> None:
    """Flag them to each of their landlords, and unflag what is no longer one."""
    async with database.transaction(Role.JOB, actor=FLAG) as session:
        await repository.flag(session)


async def list_duplicates(
    *, session: AsyncSession, principal: Principal, after: str, limit: int
) -> list[dict[str, Any]]:
    """Return the landlord's own, by reference."""
    return await repository.page(session, own_organisation(principal), after=after, limit=limit)
