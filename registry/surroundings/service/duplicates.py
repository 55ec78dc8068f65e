"""The same place in two sources: of the same family, near, and named alike; or one names the other's record.

Both rows stay; the one that knows its entrance better counts, the others stand behind it.
"""

import re
import unicodedata
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.geo import Box
from registry.surroundings.repository import services
from registry.surroundings.repository.services import Change, Pair

ALIKE: Final = 0.5
"""Of the trigrams of two names, the share that both have."""
_COMMON: Final = frozenset(
    {
        "a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "s", "pharmacie", "boulangerie",
        "boucherie", "patisserie", "supermarche", "bar", "cafe", "restaurant", "mairie", "poste", "bureau", "banque",
        "arret", "gare", "cabinet",
    }
)  # fmt: skip
"""Words that many places of a family share: they tell nothing apart."""


async def same_places(session: AsyncSession, box: Box) -> Change:
    """Find anew, in and around a box in WGS84 degrees, which rows are one place; return where that changed."""
    groups = grouped(await services.pairs(session, box))
    worths = await services.worths(session, [row for group in groups for row in group])
    same_as: dict[int, int] = {}
    for group in groups:
        best = max(group, key=lambda row: (worths[row], -row))
        same_as |= {row: best for row in group if row != best}
    return await services.mark(session, box, same_as)


def grouped(pairs: list[Pair]) -> list[list[int]]:
    """Return the rows that are one place, at most one of each source; the surest pairs first."""
    sure = [(1.0 if pair.linked else likeness(pair.name, pair.other_name), pair) for pair in pairs]
    sure = [(alike, pair) for alike, pair in sure if alike >= ALIKE]
    sure.sort(key=lambda each: (not each[1].linked, -each[0], each[1].metres, each[1].id, each[1].other))
    group_of: dict[int, dict[int, int]] = {}
    for _, pair in sure:
        one = group_of.get(pair.id) or {pair.source: pair.id}
        two = group_of.get(pair.other) or {pair.other_source: pair.other}
        if one is two or one.keys() & two.keys():
            continue
        both = one | two
        group_of |= dict.fromkeys(both.values(), both)
    return [sorted(group.values()) for group in {id(each): each for each in group_of.values()}.values()]


def likeness(one: str | None, other: str | None) -> float:
    """Return how alike two names are, 0 to 1; 0 where one has none."""
    if not one or not other:
        return 0.0
    first, second = _trigrams(one), _trigrams(other)
    return len(first & second) / len(first | second) if first and second else 0.0


def _trigrams(name: str) -> frozenset[str]:
    flat = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", flat)
    telling = [word for word in words if word not in _COMMON] or words
    return frozenset(
        padded[at : at + 3] for word in telling for padded in [f"  {word} "] for at in range(len(word) + 1)
    )
