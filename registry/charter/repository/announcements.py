"""What members have not been told yet of their charters."""

import datetime as dt
import uuid
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


class Untold(NamedTuple):
    """A version whose state its members have not been written to about."""

    territory_id: int
    slug: str
    territory: str
    version: int
    status: str
    reply_by: dt.date | None
    in_force_from: dt.datetime | None
    terms: dict[str, Any]


class Told(NamedTuple):
    """A member, and whether its signature of the version stands."""

    organisation_id: uuid.UUID
    signed: bool


_UNTOLD: Final = text(
    """
    SELECT c.territory_id, t.slug, t.name, c.version, c.status, c.reply_by, c.in_force_from, c.terms
    FROM charters c JOIN territories t ON t.id = c.territory_id
    WHERE c.status IN ('proposed', 'in_force') AND c.told IS DISTINCT FROM c.status
    ORDER BY c.territory_id, c.version FOR UPDATE OF c SKIP LOCKED
    """
)
_MEMBERS: Final = text(
    """
    SELECT a.organisation_id, EXISTS (SELECT FROM signatures s WHERE s.organisation_id = a.organisation_id
        AND s.territory_id = a.territory_id AND s.charter_version = :version AND s.withdrawn_at IS NULL)
    FROM adhesions a
    WHERE a.territory_id = :territory AND a.status IN ('in_force', 'suspended') ORDER BY a.organisation_id
    """
)
_TELL: Final = text("UPDATE charters SET told = status WHERE territory_id = :territory AND version = :version")


async def untold(session: AsyncSession) -> list[Untold]:
    """Return what is to be told, held until the transaction ends; what another job tells is left out."""
    return [Untold(*row) for row in await session.execute(_UNTOLD)]


async def members(session: AsyncSession, territory_id: int, version: int) -> list[Told]:
    rows = await session.execute(_MEMBERS, {"territory": territory_id, "version": version})
    return [Told(*row) for row in rows]


async def tell(session: AsyncSession, territory_id: int, version: int) -> None:
    """Note that the present state of a version is told."""
    await session.execute(_TELL, {"territory": territory_id, "version": version})
