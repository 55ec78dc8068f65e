"""Create territories, and read what they are made of."""

import re
import uuid
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.audit import service as audit
from registry.territories.errors import CoordinatorInvalid, SlugInvalid, TerritoryExists, TerritoryNotVisible
from registry.territories.repository import compositions, reference
from registry.territories.repository.reference import TerritoryRow
from registry.territories.schemas import MAX_SLUG, Composition, OutlineIn
from registry.territories.service.compose import resolve
from registry.territories.spelling import plain

_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


async def create_territory(
    *,
    session: AsyncSession,
    coordinator: uuid.UUID,
    slug: str,
    name: str,
    communes: Sequence[str] = (),
    epcis: Sequence[str] = (),
    departements: Sequence[str] = (),
    outline: OutlineIn | None = None,
) -> int:
    """Create a territory of communes, EPCI, départements and what a drawn outline holds; return its id.

    Needs ``Role.COORDINATOR``, bound.

    Raises:
        CoordinatorInvalid: It is of another kind: a landlord would search there without having signed.
        SlugInvalid, TerritoryExists: As they say.
        And what :func:`registry.territories.service.compose.resolve` raises.
    """
    if not await reference.is_coordinator(session, coordinator):
        raise CoordinatorInvalid(field="coordinator", value=str(coordinator))
    if not _SLUG.fullmatch(slug) or len(slug) > MAX_SLUG:
        raise SlugInvalid(field="slug", value=slug)
    # Codes come from operators and tests as they are: what nothing is loaded of is refused by name.
    composition = Composition.model_construct(
        communes=tuple(communes), epcis=tuple(epcis), departements=tuple(departements), outline=outline
    )
    resolved = await resolve(session=session, given=composition)
    codes = [each.code for each in resolved.members]
    values = {**resolved.values, "slug": slug, "name": name, "coordinator": coordinator}
    made = await compositions.create(session, values, codes)
    if made is None:
        raise TerritoryExists(field="id", value=slug)
    await audit.record(
        session, organisation=coordinator, action="territories:territory:created", subject=slug,
        detail={"communes": len(codes)},
    )  # fmt: skip
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
    *, session: AsyncSession, territory_id: int, after: str, limit: int, search: str | None = None
) -> list[dict[str, Any]]:
    """Return communes in order of code, after the code ``after``.

    Args:
        search: Begins a word of the name, whatever the accents, or the code; a retired code finds its successor.
    """
    return await reference.territory_communes(session, territory_id, after, limit, _asked(search))


async def quarters_of_territory(
    *, session: AsyncSession, territory_id: int, after: str, limit: int, search: str | None = None
) -> list[dict[str, Any]]:
    """Return the quarters of the territory's communes in order of ``layer:code``; ``shape`` is GeoJSON text.

    Args:
        search: Begins a word of the name, whatever the accents, or the code, with its layer or without.
    """
    return await reference.territory_quarters(session, territory_id, after, limit, _asked(search))


def _asked(search: str | None) -> reference.Asked:
    return reference.Asked(search, plain(search or ""))
