"""The places by which people search a territory: its communes and quarters by name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.territories.repository import places as repository
from registry.territories.repository.places import NamedCommune, NamedQuarter, NamedTerritory
from registry.territories.spelling import plain

MOST_OFFERED: Final = 300
"""Communes of a form's list; of a territory with more, the person writes them."""
_CODE: Final = re.compile(r"(?:.*\()?([0-9][0-9AB][0-9]{3})\)?")


@dataclass(frozen=True, slots=True)
class Places:
    """Territories, their communes and the quarters of these, each in order of name.

    Attributes:
        crowded: There are more than :data:`MOST_OFFERED` communes: here are those that were asked for, and no others.
    """

    territories: list[NamedTerritory]
    communes: list[NamedCommune]
    quarters: list[NamedQuarter]
    crowded: bool = False

    def named(self, written: str) -> list[NamedCommune]:
        """Return the communes that somebody may mean: by the INSEE code, or by the name in any spelling."""
        if code := code_in(written):
            return [each for each in self.communes if each.code == code]
        return [each for each in self.communes if plain(each.name) == plain(written)]


def code_in(written: str) -> str | None:
    """Return the INSEE code of ``"06029"`` and of ``"Cannes (06029)"``; ``None`` of a name alone."""
    found = _CODE.fullmatch(written)
    return found[1] if found else None


async def places_of(
    *,
    session: AsyncSession,
    territories: Sequence[int],
    chosen: Sequence[int] | None = None,
    asked: Sequence[str] | None = None,
) -> Places:
    """Return the places of territories, by their ids; three statements, however many they are.

    Args:
        chosen: Those whose communes and quarters are wanted; all of them where it is not given.
        asked: The communes that are needed where they are too many to be offered, by code or name; ``None``: all.
    """
    within = territories if chosen is None else chosen
    found = await repository.territories(session, territories)
    crowded = asked is not None and sum(each.communes for each in found if each.id in within) > MOST_OFFERED
    communes = await _asked(session, within, asked) if crowded and asked else []
    return Places(
        found,
        communes if crowded else await repository.communes(session, within),
        await repository.quarters(session, within),
        crowded,
    )


async def largest_of(*, session: AsyncSession, territories: Sequence[int]) -> list[NamedCommune]:
    """Return the most populous communes of territories: as many as can be named on a map."""
    return await repository.largest(session, territories, MOST_OFFERED)


async def _asked(session: AsyncSession, territories: Sequence[int], asked: Sequence[str]) -> list[NamedCommune]:
    codes = {each: code_in(each) for each in asked}
    if None not in codes.values():
        return await repository.communes_by_code(session, territories, [code for code in codes.values() if code])
    names = {plain(each) for each, code in codes.items() if code is None}
    found = await repository.communes(session, territories)
    return [each for each in found if each.code in codes.values() or plain(each.name) in names]
