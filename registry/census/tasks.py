"""The job of the census: it may run at any time."""

import asyncio
from typing import Final

from registry.census import service
from registry.platform.database import Database, Role

ACTOR: Final = "census.count"


async def count(database: Database) -> None:
    """Count every territory anew."""
    async with database.transaction(Role.JOB, actor=ACTOR) as session:
        counted = await service.count(session=session)
    shown = await asyncio.to_thread(service.protected, counted)
    async with database.transaction(Role.JOB, actor=ACTOR) as session:
        await service.keep(session=session, shown=shown)
