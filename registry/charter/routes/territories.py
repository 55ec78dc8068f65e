"""Territories and their charters, as a member sees them."""

from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field

from registry.access.contract import LINK, stating
from registry.access.dependencies import TerritoryReader
from registry.access.media import GEOJSON, wants_geojson
from registry.access.pages import PageQuery, page_of
from registry.charter import schemas, service
from registry.charter.routes.common import Territory
from registry.kernel.cursor import CursorInvalid
from registry.kernel.fields import Printable
from registry.territories import service as territories
from registry.territories.errors import TerritoryNotVisible

router = APIRouter(prefix="/territories")


class Search(PageQuery):
    """Which of a territory's communes or quarters."""

    q: Annotated[
        Printable | None,
        Field(
            min_length=1,
            max_length=100,
            description="Begins a word of the name, whatever the accents, or the code.",
            examples=["meriadeck"],
        ),
    ] = None


Asked = Annotated[PageQuery, Query()]
Searched = Annotated[Search, Query()]
_NEXT: Final[dict[int | str, dict[str, Any]]] = {200: {"headers": LINK}}
_SEEN: Final = stating(CursorInvalid, TerritoryNotVisible)


@router.get(
    "",
    response_model=schemas.TerritoryPage,
    responses={
        200: {
            "headers": LINK,
            "links": {
                name: {"operationId": name, "parameters": {"territory_id": "$response.body#/items/0/id"}}
                for name in ("read_territory", "list_communes", "list_quarters")
            },
        }
    },
    openapi_extra=stating(CursorInvalid),
)
async def list_territories(request: Request, response: Response, caller: TerritoryReader, asked: Asked) -> Any:
    """List the territories that your organisation has signed for or coordinates."""
    page = page_of(request, caller.principal, asked.cursor)
    rows = await service.list_seen(
        session=caller.session, principal=caller.principal, after=page.after(""), limit=asked.limit + 1
    )
    return page.answer(rows, asked.limit, key="id", response=response)


@router.get("/{territory_id}", response_model=schemas.TerritoryOut, openapi_extra=stating(TerritoryNotVisible))
async def read_territory(caller: TerritoryReader, territory_id: Territory) -> Any:
    """Read a territory, its charter in force and your adhesion."""
    return await service.read_seen(session=caller.session, principal=caller.principal, slug=territory_id)


@router.get(
    "/{territory_id}/communes",
    response_model=schemas.CommunePage,
    responses=_NEXT,
    openapi_extra=_SEEN,
)
async def list_communes(
    request: Request, response: Response, caller: TerritoryReader, territory_id: Territory, asked: Searched
) -> Any:
    """List the communes of a territory by INSEE code; with q those of a name or code."""
    page = page_of(request, caller.principal, asked.cursor)
    seen = await service.read_seen(session=caller.session, principal=caller.principal, slug=territory_id)
    rows = await territories.communes_of_territory(
        session=caller.session,
        territory_id=seen["territory_id"],
        after=page.after(""),
        limit=asked.limit + 1,
        search=asked.q,
    )
    return page.answer(rows, asked.limit, key="code", response=response)


@router.get(
    "/{territory_id}/quarters",
    response_model=schemas.QuarterPage,
    responses={
        200: {
            "headers": LINK,
            "content": {GEOJSON: {"schema": {"$ref": "#/components/schemas/QuarterFeatureCollection"}}},
        }
    },
    openapi_extra=_SEEN,
)
async def list_quarters(
    request: Request, response: Response, caller: TerritoryReader, territory_id: Territory, asked: Searched
) -> Any:
    """List the quarters of a territory, with q those of a name or code; with their shapes as GeoJSON."""
    page = page_of(request, caller.principal, asked.cursor)
    seen = await service.read_seen(session=caller.session, principal=caller.principal, slug=territory_id)
    rows = await territories.quarters_of_territory(
        session=caller.session,
        territory_id=seen["territory_id"],
        after=page.after(""),
        limit=asked.limit + 1,
        search=asked.q,
    )
    answer = page.answer(rows, asked.limit, key="code", response=response)
    return _features(answer, response) if wants_geojson(request) else answer


def _features(answer: dict[str, Any], response: Response) -> Response:
    features = [
        {"type": "Feature", "id": row["code"], "geometry": orjson.Fragment(row.pop("shape")), "properties": row}
        for row in answer["items"]
    ]
    body = {"type": "FeatureCollection", "features": features, "next": answer["next"]}
    return Response(orjson.dumps(body), headers=response.headers, media_type=GEOJSON)
