"""The jobs of files that came in: run them, tell of them, keep no more of them than is asked."""

import uuid
from typing import Final

from registry.platform.database import Database, Role
from registry.sync.service import files
from registry.sync.service.imports import RUN
from registry.sync.service.run import Runner
from registry.sync.service.run_notices import TELL, RunNotices

__all__ = ["EXPIRE", "RUN", "RUN_WAITING", "TELL", "expire", "run_waiting"]

RUN_WAITING: Final = "sync.run_waiting"
EXPIRE: Final = "sync.expire"


async def run_waiting(runner: Runner, notices: RunNotices, organisation: uuid.UUID | None = None) -> int:
    """Run what waits, of one landlord or of all, and tell of it; return how many runs ended."""
    ended = await runner.run_waiting(organisation)
    await notices.tell()
    return ended


async def expire(database: Database) -> None:
    """Delete runs beyond what their sources keep, and files that no run names."""
    async with database.transaction(Role.JOB, actor=EXPIRE) as session:
        await files.expire(session)
