"""Give out one's whole stock, a piece at a time."""

from collections.abc import AsyncIterator
from typing import Any, Final, Literal

import orjson

from registry.access.principal import Principal, own_organisation
from registry.platform.database import Database
from registry.stock.repository import exports

PIECE: Final = 1_000
Kind = Literal["homes", "residences"]


async def pieces(*, database: Database, principal: Principal, kind: Kind) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield the landlord's homes or residences by reference, some at a time.

    Each piece is read in a transaction of its own: what changes meanwhile is as it was or as it is, and no connection
    waits for a slow reader.
    """
    organisation, after = own_organisation(principal), ""
    while True:
        texts = await exports.page(database, organisation, kind, bound=principal, after=after, limit=PIECE)
        if texts:
            rows = [orjson.loads(text) for text in texts]
            after = rows[-1]["ref"]
            yield rows
        if len(texts) < PIECE:
            return
