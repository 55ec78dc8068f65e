"""The census over HTTP, as JSON or as CSV."""

import csv
import io
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from registry.access.contract import stating
from registry.access.dependencies import TerritoryReader
from registry.access.media import CSV, JSON, chosen
from registry.census import schemas, service
from registry.territories.errors import TerritoryNotVisible

router = APIRouter(prefix="/territories", tags=["territories"])
Territory = Annotated[
    str, Path(description="The territory's id.", min_length=1, max_length=60, pattern=r"^[a-z0-9-]+$")
]
_TABLES: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {CSV: {"schema": {"type": "string"}}}}}


@router.get(
    "/{territory_id}/census",
    response_model=schemas.Census,
    responses=_TABLES,
    openapi_extra=stating(TerritoryNotVisible),
)
async def read_census(request: Request, caller: TerritoryReader, territory_id: Territory) -> Any:
    """Read how many homes the members of your territory have registered, by commune; for its coordinator."""
    cells = await service.read_census(session=caller.session, principal=caller.principal, territory=territory_id)
    if chosen(request, (JSON, CSV)) == JSON:
        return {"items": cells}
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, list(schemas.CensusCell.model_fields))
    table.writeheader()
    table.writerows(cells)
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8; header=present")
