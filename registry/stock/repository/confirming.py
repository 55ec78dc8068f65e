"""The SQL by which a landlord says that homes are still as they stand."""

import uuid
from collections.abc import Sequence
from typing import Final, NamedTuple

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation

# In the order of references, as everybody who writes homes.
_CONFIRM: Final = text(
    """
    WITH given AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:seen AS jsonb)) AS g (ref text, version bigint)),
    present AS MATERIALIZED (
        SELECT h.id, h.ref FROM homes h JOIN given g ON g.ref = h.ref AND g.version = h.version
        WHERE h.organisation_id = :organisation ORDER BY h.ref COLLATE "C" FOR NO KEY UPDATE OF h)
    UPDATE homes h SET confirmed_at = now() FROM present p
    WHERE h.organisation_id = :organisation AND h.id = p.id RETURNING h.id, h.ref
    """
)


class Confirmed(NamedTuple):
    id: uuid.UUID
    ref: str


async def confirm(
    session: AsyncSession, organisation: OwnOrganisation, seen: Sequence[tuple[str, int]]
) -> list[Confirmed]:
    """Note that homes are, now, as they stand in the version that was seen; return those that still are that one."""
    given = orjson.dumps([{"ref": ref, "version": version} for ref, version in seen]).decode()
    rows = await session.execute(_CONFIRM, {"organisation": organisation, "seen": given})
    return [Confirmed(*row) for row in rows]
