"""What waits for people in the territories that they coordinate or take part in."""

import uuid
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


class Waiting(NamedTuple):
    """A territory, and how many of its adhesions are in each of these states: of all, or the landlord's own.

    Attributes:
        coordinated: Whether the organisation coordinates it; otherwise only its own adhesion counts.
        pending: That wait to be admitted.
        stale: Of landlords that share a home which is not fresh.
        warned: That lose the right to search unless something is mended; ``barred``: that have lost it.
        unsigned: That have not signed the version in force.
        unchartered: 1 where the organisation coordinates a territory that has no charter in force yet.
        suspended: 1 where the landlord's own adhesion is suspended by the coordinator.
    """

    slug: str
    name: str
    coordinated: bool
    pending: int
    stale: int
    warned: int
    barred: int
    unsigned: int
    unchartered: int
    suspended: int


_WAITING: Final = text(
    """
    SELECT t.slug, t.name, t.coordinator_id = :organisation,
        count(*) FILTER (WHERE a.status = 'pending'),
        count(*) FILTER (WHERE a.status = 'in_force' AND fresh.met < fresh.counted),
        count(*) FILTER (WHERE a.status = 'in_force' AND s.state = 'warned'),
        count(*) FILTER (WHERE a.status = 'in_force' AND s.state = 'barred'),
        count(*) FILTER (WHERE a.status IN ('in_force', 'suspended') AND a.charter_version <> c.version),
        count(DISTINCT t.id) FILTER (WHERE t.coordinator_id = :organisation AND c.version IS NULL),
        count(*) FILTER (WHERE t.coordinator_id <> :organisation AND a.status = 'suspended' AND NOT a.unsigned)
    FROM territories t
    LEFT JOIN adhesions a ON a.territory_id = t.id
        AND (t.coordinator_id = :organisation OR a.organisation_id = :organisation)
    LEFT JOIN charters c ON c.territory_id = t.id AND c.status = 'in_force'
    LEFT JOIN standings s ON s.territory_id = t.id AND s.organisation_id = a.organisation_id
    LEFT JOIN LATERAL (
        SELECT met, counted FROM obligation_scores o WHERE o.territory_id = t.id
            AND o.organisation_id = a.organisation_id AND o.obligation = 'freshness' ORDER BY day DESC LIMIT 1
        ) fresh ON true
    WHERE t.coordinator_id = :organisation OR a.organisation_id = :organisation AND a.status <> 'withdrawn'
    GROUP BY t.id ORDER BY t.name, t.slug LIMIT 1000
    """
)


async def waiting(session: AsyncSession, organisation: uuid.UUID) -> list[Waiting]:
    """Return the territories of an organisation, with what waits there."""
    return [Waiting(*row) for row in await session.execute(_WAITING, {"organisation": organisation})]
