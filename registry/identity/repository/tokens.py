"""The SQL of issued tokens: what one may do now."""

import uuid
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


class Standing(NamedTuple):
    """What a token may do now, whatever it was made for."""

    kind: str
    scopes: list[str]
    territories: dict[str, int]


_STANDING = text(
    """
    SELECT o.kind, c.scopes, (
        SELECT coalesce(jsonb_object_agg(t.slug, t.id), '{}')
        FROM unnest(territories_in_force(o.id)) AS f (id) JOIN territories t ON t.id = f.id) AS territories
    FROM oauth_clients c JOIN organisations o ON o.id = c.organisation_id
    WHERE c.client_id = :client AND o.id = :organisation AND c.status = 'active' AND o.status = 'active'
    """
)


async def standing(session: AsyncSession, client_id: str, organisation_id: uuid.UUID) -> Standing | None:
    """Return what the client may do now; ``None``: it or its organisation is no longer active."""
    row = (await session.execute(_STANDING, {"client": client_id, "organisation": organisation_id})).one_or_none()
    return None if row is None else Standing(row.kind, row.scopes, row.territories)
