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


async def places_of(
    *, session: AsyncSession, territories: Sequence[int], chosen: Sequence[int] | None = None
) -> Places:
    """Return the places of territories, by their ids; three statements, however many they are.

    Args:
        chosen: Those whose communes and quarters are wanted; all of them where it is not given.
    """
    within = territories if chosen is None else chosen
    return Places(
        await repository.territories(session, territories),
        await repository.communes(session, within),
        await repository.quarters(session, within),
    )
