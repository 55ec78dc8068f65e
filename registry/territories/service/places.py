"""The places by which people search a territory: its communes and quarters by name."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from registry.territories.repository import places as repository
from registry.territories.repository.places import NamedCommune, NamedQuarter, NamedTerritory


@dataclass(frozen=True, slots=True)
class Places:
    """Territories, their communes and the quarters of these, each in order of name."""

    territories: list[NamedTerritory]
    communes: list[NamedCommune]
    quarters: list[NamedQuarter]


async def places_of(*, session: AsyncSession, territories: Sequence[int]) -> Places:
    """Return the places of territories, by their ids; three statements, however many they are."""
    return Places(
        await repository.territories(session, territories),
        await repository.communes(session, territories),
        await repository.quarters(session, territories),
    )
