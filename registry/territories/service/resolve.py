"""From a code or a place to what it is now."""

from collections.abc import Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from registry.territories.errors import CommuneUnknown
from registry.territories.repository import reference
from registry.territories.repository.reference import CommuneRow


async def current_communes(*, session: AsyncSession, codes: Iterable[str]) -> dict[str, CommuneRow]:
    """Return the present commune of each INSEE code that is or was one; retired codes resolve, chains too."""
    return await reference.current_communes(session, codes)


async def present_codes(*, session: AsyncSession) -> dict[str, str]:
    """Return the present code of every INSEE code that is or was a commune's."""
    return await reference.present_codes(session)


async def known_departements(*, session: AsyncSession, codes: Iterable[str]) -> set[str]:
    """Return those of the codes that are a département's of which communes are loaded."""
    return await reference.known_departements(session, codes)


async def current_commune(*, session: AsyncSession, code: str) -> CommuneRow:
    """Return the present commune of an INSEE code.

    Raises:
        CommuneUnknown: It neither is nor was a commune's.
    """
    found = (await reference.current_communes(session, [code])).get(code)
    if found is None:
        raise CommuneUnknown(field="commune_code", value=code)
    return found


async def quarters_of_points(*, session: AsyncSession, points: Sequence[tuple[float, float]]) -> list[list[str]]:
    """Return, for each lon, lat (WGS84), the ``layer:code`` of every quarter that covers it."""
    return await reference.quarters_of_points(session, points)


async def quarters_at(*, session: AsyncSession, lon: float, lat: float) -> list[str]:
    return (await reference.quarters_of_points(session, [(lon, lat)]))[0]
