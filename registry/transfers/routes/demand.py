"""Unmet demand over HTTP, as JSON or as CSV."""

import datetime as dt
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from registry.access.contract import stating
from registry.access.dependencies import TerritoryReader
from registry.access.media import CSV, JSON, chosen, language_of
from registry.territories.errors import TerritoryNotVisible
from registry.transfers import errors
from registry.transfers.schemas import demand as schemas
from registry.transfers.service import demand as service
from registry.transfers.service.demand_file import as_csv

router = APIRouter(prefix="/territories", tags=["transfers"])
Territory = Annotated[
    str, Path(description="The territory's id.", min_length=1, max_length=60, pattern=r"^[a-z0-9-]+$")
]
Month = Annotated[
    str | None, Query(description="YYYY-MM; the last one that is counted otherwise.", pattern=schemas.MONTH_FORM)
]
_TABLES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The tables. CSV has that of the items, in the language of Accept-Language.",
        "content": {CSV: {"schema": {"type": "string"}}},
    }
}


@router.get(
    "/{territory_id}/demand",
    response_model=schemas.UnmetDemand,
    responses=_TABLES,
    openapi_extra=stating(TerritoryNotVisible, errors.DemandNotCounted),
)
async def read_demand(request: Request, caller: TerritoryReader, territory_id: Territory, month: Month = None) -> Any:
    """Read how many cases of your territory have found no home, by commune and kind of home; counted once a month."""
    first = None if month is None else dt.date.fromisoformat(f"{month}-01")
    found = await service.read_demand(
        session=caller.session, principal=caller.principal, territory=territory_id, month=first
    )
    if chosen(request, (JSON, CSV)) == CSV:
        file = as_csv(found, language_of(request))
        return Response(file.content, media_type=file.media_type, headers=file.headers)
    return {
        "territory": found.territory,
        "month": f"{found.month:%Y-%m}",
        "months": [f"{each:%Y-%m}" for each in found.months],
        "counted_at": found.counted_at,
        "items": found.zones,
        "freed": found.freed,
    }
