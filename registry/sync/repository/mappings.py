"""The SQL of a landlord's mappings."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.sync.models import SyncMapping


async def mapping(
    session: AsyncSession, organisation: OwnOrganisation, name: str, version: int | None = None
) -> SyncMapping | None:
    """Return a version of a mapping; without ``version`` its latest."""
    statement = select(SyncMapping).where(SyncMapping.organisation_id == organisation, SyncMapping.name == name)
    if version is not None:
        statement = statement.where(SyncMapping.version == version)
    return (await session.scalars(statement.order_by(SyncMapping.version.desc()).limit(1))).one_or_none()


async def add(
    session: AsyncSession, organisation: OwnOrganisation, name: str, version: int, document: dict[str, Any], by: str
) -> None:
    values = {"organisation_id": organisation, "name": name, "version": version, "document": document}
    await session.execute(insert(SyncMapping).values(**values, created_by=by))


async def count(session: AsyncSession, organisation: OwnOrganisation) -> int:
    statement = select(func.count()).select_from(SyncMapping).where(SyncMapping.organisation_id == organisation)
    return int((await session.execute(statement)).scalar_one())


async def latest(session: AsyncSession, organisation: OwnOrganisation) -> dict[str, int]:
    """Return the latest version of each mapping, by its name."""
    statement = select(SyncMapping.name, func.max(SyncMapping.version)).where(
        SyncMapping.organisation_id == organisation
    )
    return dict((await session.execute(statement.group_by(SyncMapping.name))).all())


async def page(session: AsyncSession, organisation: OwnOrganisation, after: str, limit: int) -> Sequence[SyncMapping]:
    """Return the latest version of each mapping, by name."""
    statement = (
        select(SyncMapping)
        .where(SyncMapping.organisation_id == organisation, SyncMapping.name > after)
        .ext(distinct_on(SyncMapping.name))
        .order_by(SyncMapping.name, SyncMapping.version.desc())
        .limit(limit)
    )
    return (await session.scalars(statement)).all()
