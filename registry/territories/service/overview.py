"""What a person looks up before making a territory, and of one that is made."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from registry.territories.repository import overview as repository
from registry.territories.repository.compositions import DefinitionRow
from registry.territories.repository.overview import CodeRow, LayerRow, PictureRow
from registry.territories.repository.reference import Asked
from registry.territories.spelling import plain


async def list_layers(*, session: AsyncSession) -> list[LayerRow]:
    """Return what is loaded of reference data, by layer and vintage."""
    return await repository.layers(session)


async def find_codes(*, session: AsyncSession, search: str, limit: int) -> list[CodeRow]:
    """Return EPCI, départements and communes, up to ``limit`` of each, of which a word or the code begins so."""
    return await repository.codes(session, Asked(search, plain(search)), limit)


async def named_parts(*, session: AsyncSession, definition: DefinitionRow) -> list[CodeRow]:
    """Return the EPCI and the départements that a territory is made of, with their names."""
    made_of = definition.made_of
    return await repository.named(session, made_of.get("epcis", []), made_of.get("departements", []))


async def departement_names(*, session: AsyncSession, codes: Sequence[str]) -> dict[str, str]:
    """Return the name of each département by its code; of one that is not loaded, the code."""
    return {row.code: row.name for row in await repository.named(session, [], codes)}


async def picture_of(*, session: AsyncSession, territory_id: int) -> PictureRow | None:
    """Return the outlines of a territory's communes as an SVG path in its legal projection, north up."""
    return await repository.picture(session, territory_id)
