"""The SQL of an organisation among others: its group, whom it succeeded, what each holds to."""

import uuid
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation

MOST: Final = 1_000
"""Organisations of a group that are shown at most."""
_OWN: Final = text(
    "SELECT o.id, o.name, o.kind, o.siren, p.id AS parent_id, p.name AS parent_name, p.kind AS parent_kind"
    " FROM organisations o LEFT JOIN organisations p ON p.id = o.parent_id WHERE o.id = :organisation"
)
# What is bound by a charter is all that a parent sees: nothing here reads stock, files, people or credentials.
_CHILDREN: Final = text(
    f"""
    SELECT c.id, c.name, c.kind, c.status, coalesce(json_agg(json_build_object('territory', t.slug,
        'status', a.status, 'charter_version', a.charter_version) ORDER BY t.slug)
        FILTER (WHERE t.id IS NOT NULL), '[]') AS adhesions
    FROM (SELECT * FROM organisations WHERE parent_id = :organisation AND status NOT IN ('left', 'merged')
        ORDER BY name, id LIMIT {MOST}) c
    LEFT JOIN adhesions a ON a.organisation_id = c.id AND a.status <> 'withdrawn'
    LEFT JOIN territories t ON t.id = a.territory_id
    GROUP BY c.id, c.name, c.kind, c.status ORDER BY c.name, c.id
    """
)
_FORMER: Final = text(
    "SELECT id, name, kind FROM organisations WHERE successor_id = :organisation ORDER BY name, id LIMIT 1000"
)


async def own(session: AsyncSession, organisation: OwnOrganisation) -> dict[str, Any]:
    return dict((await session.execute(_OWN, {"organisation": organisation})).mappings().one())


async def children(session: AsyncSession, organisation: OwnOrganisation) -> list[dict[str, Any]]:
    """Return those whose parent it is, each with the charters that it holds to or waits with."""
    return [dict(row) for row in (await session.execute(_CHILDREN, {"organisation": organisation})).mappings()]


async def former(session: AsyncSession, organisation: OwnOrganisation) -> list[dict[str, Any]]:
    """Return whom it succeeded in a merger."""
    return [dict(row) for row in (await session.execute(_FORMER, {"organisation": organisation})).mappings()]


_PARENT: Final = text("UPDATE organisations SET parent_id = :parent WHERE id = :organisation RETURNING id")
_HOLD: Final = text("SELECT pg_advisory_xact_lock(hashtext('organisations.parent_id'))")
_FIT: Final = text(
    """
    WITH RECURSIVE above (id) AS (SELECT CAST(:parent AS uuid)
        UNION SELECT o.parent_id FROM organisations o JOIN above a ON o.id = a.id WHERE o.parent_id IS NOT NULL)
    SELECT NOT EXISTS (SELECT FROM above WHERE id = :organisation)
        AND (SELECT kind <> 'coordinator' AND status = 'active' FROM organisations WHERE id = :parent)
    """
)


async def set_parent(session: AsyncSession, organisation: uuid.UUID, parent: uuid.UUID | None) -> bool:
    """Change the parent; return whether there is such an organisation."""
    values = {"organisation": organisation, "parent": parent}
    return (await session.execute(_PARENT, values)).first() is not None


async def may_be_parent(session: AsyncSession, organisation: uuid.UUID, parent: uuid.UUID) -> bool | None:
    """Return whether it is active, no coordinator and not below the other; ``None`` where there is none.

    Groups do not change until the commit.
    """
    await session.execute(_HOLD)
    fit: bool | None = (await session.execute(_FIT, {"organisation": organisation, "parent": parent})).scalar_one()
    return fit
