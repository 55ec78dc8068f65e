"""The shared listings over HTTP: the hot path. PostgreSQL's JSON is passed through as it is."""

import uuid
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import Response

from registry.access.bodies import JsonRoute
from registry.access.contract import LINK, stating
from registry.access.dependencies import ListingReader
from registry.access.media import GEOJSON, JSON, wants_geojson
from registry.access.pages import link_to
from registry.kernel.cursor import CursorInvalid
from registry.listings import schemas
from registry.listings.errors import AdhesionRequired, DailyHomesUsedUp, FilterInvalid, ListingNotFound
from registry.listings.filters import AREA_EXAMPLE, ListingQuery, ListingSearch
from registry.listings.service.search import Page, Search
from registry.listings.values import Cursor

router = APIRouter(prefix="/listings", tags=["listings"], route_class=JsonRoute)

_READ: Final = {
    "first": {"operationId": "read_listing", "parameters": {"listing_id": "$response.body#/items/0/id"}},
}
_PAGE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "model": schemas.ListingPage,
        "content": {GEOJSON: {"schema": {"$ref": "#/components/schemas/ListingFeatureCollection"}}},
        "headers": LINK,
        "links": _READ,
    }
}
_ITEM: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "model": schemas.Listing,
        "content": {GEOJSON: {"schema": {"$ref": "#/components/schemas/ListingFeature"}}},
    }
}
_SEARCHED: Final = stating(AdhesionRequired, FilterInvalid, CursorInvalid, DailyHomesUsedUp)


@router.get("", responses=_PAGE, response_class=Response, openapi_extra=_SEARCHED)
async def search_listings(
    request: Request, principal: ListingReader, asked: Annotated[ListingQuery, Query()]
) -> Response:
    """Search around a point, in a box, or by commune, EPCI, quarter or territory."""
    search: Search = request.app.state.search
    geojson = wants_geojson(request)
    page = await search.find(principal, asked, after=asked.cursor, geojson=geojson)
    given = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return _answer(page, request.scope["path"], given, geojson=geojson)


@router.post("/search", responses=_PAGE, response_class=Response, openapi_extra=_SEARCHED)
async def search_listings_in_area(
    request: Request,
    principal: ListingReader,
    asked: Annotated[ListingSearch, Body(examples=[AREA_EXAMPLE])],
    cursor: Annotated[Cursor, Query()] = None,
) -> Response:
    """Search inside a GeoJSON polygon."""
    search: Search = request.app.state.search
    geojson = wants_geojson(request)
    page = await search.find(principal, asked, after=cursor, geojson=geojson)
    return _answer(page, request.scope["path"], [], geojson=geojson)


@router.get(
    "/{listing_id:uuid}",
    responses=_ITEM,
    response_class=Response,
    openapi_extra=stating(ListingNotFound, DailyHomesUsedUp),
)
async def read_listing(
    request: Request,
    principal: ListingReader,
    listing_id: uuid.UUID,
) -> Response:
    """Read one listing. Reading another organisation's is logged."""
    search: Search = request.app.state.search
    geojson = wants_geojson(request)
    document = await search.read(principal, listing_id, geojson=geojson)
    return Response(document, media_type=GEOJSON if geojson else JSON)


def _answer(page: Page, path: str, given: list[tuple[str, str]], *, geojson: bool) -> Response:
    following = f"{path}?{urlencode([*given, ('cursor', page.cursor)])}" if page.cursor else None
    opening, media_type = ('{"type":"FeatureCollection","features":[', GEOJSON) if geojson else ('{"items":[', JSON)
    count = "null" if page.count is None else page.count
    body = f'{opening}{page.items}],"next":{orjson.dumps(following).decode()},"count":{count}}}'
    return Response(body, media_type=media_type, headers=link_to(following))
