"""Give out one's whole stock, a piece at a time."""

import uuid
from collections.abc import AsyncIterator
from typing import Any, Final, Literal, get_args

import orjson

from registry.access.principal import Principal, own_organisation
from registry.platform.database import Database
from registry.stock.repository import exports

PIECE: Final = 1_000
Kind = Literal[
    "homes", "residences", "adaptations", "feasible-works", "lift-outages", "home-history", "residence-history",
    "reservation-conventions",
]  # fmt: skip
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
_FIRST: Final = str(uuid.UUID(int=0))
_KEYS: Final[dict[Kind, tuple[str, str]]] = {
    **dict.fromkeys(("homes", "residences", "home-history", "residence-history"), ("ref", "")),
    "reservation-conventions": ("departement", ""),
}
"""The column by which a kind is cut into pieces, and what is before the first; of the others the id, not shown."""


async def pieces(*, database: Database, principal: Principal, kind: Kind) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield homes, residences or what they were before by reference; conventions by département, the rest by id.

    Each piece is read in a transaction of its own: what changes meanwhile is as it was or as it is, and no connection
    waits for a slow reader.
    """
    organisation = own_organisation(principal)
    key, after = _KEYS.get(kind, ("id", _FIRST))
    while True:
        texts = await exports.page(database, organisation, kind, bound=principal, after=after, limit=PIECE)
        if texts:
            rows = [orjson.loads(text) for text in texts]
            after = rows[-1][key]
            yield rows
        if len(texts) < PIECE:
            return
