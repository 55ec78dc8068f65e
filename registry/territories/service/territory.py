"""Create territories, and read what they are made of."""

import re
import uuid
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.audit import service as audit
from registry.territories.errors import (
    CommuneUnknown,
    CoordinatorInvalid,
    SlugInvalid,
    TerritoryEmpty,
    TerritoryExists,
    TerritoryNotVisible,
)
from registry.territories.legal_projection import srid_of
from registry.territories.repository import reference
from registry.territories.repository.reference import TerritoryRow

_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MAX_SLUG: Final = 60


async def create_territory(
    *,
    session: AsyncSession,
    coordinator: uuid.UUID,
    slug: str,
    name: str,
    communes: Sequence[str] = (),
    epcis: Sequence[str] = (),
    departements: Sequence[str] = (),
) -> int:
    """Create a territory of communes, EPCI and départements; return its id. Needs ``Role.COORDINATOR``, bound.

    Raises:
        CoordinatorInvalid: It is of another kind: a landlord would search there without having signed.
        SlugInvalid, TerritoryExists, TerritoryEmpty, CommuneUnknown, ProjectionMixed: As they say.
    """
    if not await reference.is_coordinator(session, coordinator):
        raise CoordinatorInvalid(field="coordinator", value=str(coordinator))
    if not _SLUG.fullmatch(slug) or len(slug) > MAX_SLUG:
        raise SlugInvalid(field="slug", value=slug)
    members = await reference.communes_of(session, epcis=epcis, departements=departements)
    named = await reference.current_communes(session, communes)
    for code in communes:
        if code not in named:
            raise CommuneUnknown(field="communes", value=code)
    members += named.values()
    if not members:
        raise TerritoryEmpty(field="communes", value=[*epcis, *departements])
    made = await reference.create_territory(
        session,
        slug=slug,
        name=name,
        coordinator=coordinator,
        srid=srid_of(commune.departement for commune in members),
        communes=sorted({commune.code for commune in members}),
    )
    if made is None:
        raise TerritoryExists(field="slug", value=slug)
    await audit.record(session, organisation=coordinator, action="territories:territory:created", subject=slug)
    return made


async def territory_by_slug(*, session: AsyncSession, slug: str) -> TerritoryRow:
    """Return a territory by the id that the API shows.

    Raises:
        TerritoryNotVisible: There is none.
    """
    found = await reference.territory(session, slug)
    if found is None:
        raise TerritoryNotVisible
    return found


async def list_territories(*, session: AsyncSession) -> list[TerritoryRow]:
    return await reference.territories(session)


async def communes_of_territory(
    *, session: AsyncSession, territory_id: int, after: str, limit: int
) -> list[dict[str, Any]]:
    """Return communes in order of code, after the code ``after``."""
    return await reference.territory_communes(session, territory_id, after, limit)


async def quarters_of_territory(
    *, session: AsyncSession, territory_id: int, after: str, limit: int
) -> list[dict[str, Any]]:
    """Return the quarters of the territory's communes in order of ``layer:code``; ``shape`` is GeoJSON text."""
    return await reference.territory_quarters(session, territory_id, after, limit)
