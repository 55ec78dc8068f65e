"""The surroundings over HTTP."""

from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Query, Request, Response

from registry.access.contract import LINK, stating
from registry.access.dependencies import TerritoryReader
from registry.access.media import GEOJSON, wants_geojson
from registry.access.pages import page_of
from registry.kernel.cursor import CursorInvalid
from registry.surroundings import schemas, service
from registry.vocabulary.services import BY_CODE

router = APIRouter(prefix="/services", tags=["services"])
_PAGE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "headers": LINK,
        "content": {GEOJSON: {"schema": {"$ref": "#/components/schemas/ServiceFeatureCollection"}}},
    }
}


@router.get("", response_model=schemas.ServicePage, responses=_PAGE, openapi_extra=stating(CursorInvalid))
async def list_services(
    request: Request, response: Response, caller: TerritoryReader, asked: Annotated[schemas.ServiceQuery, Query()]
) -> Any:
    """List the services around a place by straight distance, each with what is known of its entrance.

    Public reference data. A place that several sources have is listed once, by the one that knows its entrance best.
    """
    page = page_of(request, caller.principal, asked.cursor)
    rows = await service.services_near(
        session=caller.session,
        place=schemas.place_of(asked.near),
        within_m=asked.within_m,
        family=BY_CODE[asked.family] if asked.family else None,
        after=page.after(""),
        limit=asked.limit + 1,
    )
    answer = page.answer(rows, asked.limit, key="key", response=response)
    if not wants_geojson(request):
        return answer
    features = [schemas.feature(row) for row in answer["items"]]
    body = {"type": "FeatureCollection", "features": features, "next": answer["next"]}
    return Response(orjson.dumps(body), headers=dict(response.headers), media_type=GEOJSON)
