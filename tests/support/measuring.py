"""The rounds in which obligations are measured, in some territories alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from registry.obligations import service
from registry.obligations.repository import measure as repository
from registry.obligations.repository.measure import Member
from registry.platform.crypto import Keyring
from registry.platform.database import Database


@contextmanager
def alone(*ours: int) -> Iterator[None]:
    """Leave out the territories of other tests: there are hundreds in the database, measured one after another."""
    everywhere, everybody = repository.territories, repository.due

    async def territories(session: AsyncSession) -> list[int]:
        return [each for each in await everywhere(session) if each in ours]

    async def due(session: AsyncSession) -> list[Member]:
        return [each for each in await everybody(session) if each.territory_id in ours]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repository, "territories", territories)
        patch.setattr(repository, "due", due)
        yield


async def measure(jobs: Database, keys: Keyring, *ours: int, at: datetime | None = None) -> None:
    """Do in territories what the worker does each night in all of them."""
    with alone(*ours):
        assert await service.measure_all(jobs, keys, at=at) == len(ours)
