"""Services over HTTP."""

from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator, Field

from registry.access.contract import LINK, stating
from registry.access.dependencies import TerritoryReader
from registry.access.media import GEOJSON, wants_geojson
from registry.access.pages import PageQuery, page_of
from registry.kernel.cursor import CursorInvalid
from registry.surroundings import schemas, service
from registry.vocabulary.services import BY_CODE

MAX_WITHIN_M: Final = 5_000
_LON: Final = r"-?(180(\.0{1,17})?|(1[0-7][0-9]|[0-9]{1,2})(\.[0-9]{1,17})?)"
_LAT: Final = r"-?(85(\.0{1,17})?|([0-7]?[0-9]|8[0-4])(\.[0-9]{1,17})?)"
router = APIRouter(prefix="/services", tags=["services"])
_PAGE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "headers": LINK,
        "content": {GEOJSON: {"schema": {"$ref": "#/components/schemas/ServiceFeatureCollection"}}},
    }
}


def _near(value: str) -> str:
    schemas.place_of(value)
    return value


class ServiceQuery(PageQuery):
    """Which services, around where."""

    near: Annotated[str, Field(pattern=f"^{_LON},{_LAT}$"), AfterValidator(_near)] = Field(
        description="lon,lat in WGS84 degrees.", examples=["-2.0842,47.6510"]
    )
    within_m: int = Field(default=1_000, ge=1, le=MAX_WITHIN_M, description="Straight, in metres.")
    family: schemas.FamilyCode | None = Field(default=None, description="Of the vocabulary's service_families.")


@router.get("", response_model=schemas.ServicePage, responses=_PAGE, openapi_extra=stating(CursorInvalid))
async def list_services(
    request: Request, response: Response, caller: TerritoryReader, asked: Annotated[ServiceQuery, Query()]
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
