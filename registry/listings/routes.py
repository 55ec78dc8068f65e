"""The shared listings over HTTP: the hot path. PostgreSQL's JSON is passed through as it is."""

import re
import uuid
from collections.abc import Callable, Coroutine, Mapping
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Body, Header, Path, Query, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from fastapi.security import SecurityScopes

from registry.access.bodies import JsonRoute
from registry.access.caching import kept
from registry.access.contract import LINK, stating
from registry.access.dependencies import ListingReader, authenticated
from registry.access.media import GEOJSON, JSON, TILE, wants_geojson
from registry.access.pages import link_to
from registry.access.preconditions import ETAGS
from registry.access.principal import Principal
from registry.access.scopes import Scope
from registry.kernel.cursor import CursorInvalid
from registry.kernel.geo import TileAddress
from registry.listings import schemas
from registry.listings.errors import (
    AdhesionRequired,
    DailyHomesUsedUp,
    FilterInvalid,
    ListingNotFound,
    ReciprocityUnmet,
    TileOutside,
)
from registry.listings.filters import AREA_EXAMPLE, Layer, ListingQuery, ListingSearch, TileQuery
from registry.listings.service.search import Page, Search
from registry.listings.service.tiles import MAX_ZOOM, Tiles
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
_SEARCHED: Final = stating(AdhesionRequired, ReciprocityUnmet, FilterInvalid, CursorInvalid, DailyHomesUsedUp)


HOMES_KEPT_S: Final = 5
"""How long a browser draws a tile of homes without asking again: what is withdrawn is gone from the map as fast."""
OUTLINES_KEPT_S: Final = 3_600
_TILE_HEADERS: Final[dict[str, Any]] = {
    "Cache-Control": {"description": "How long it may be drawn without asking again.", "schema": {"type": "string"}},
}
_ETAG: Final[dict[str, Any]] = {"ETag": {"description": "For If-None-Match.", "schema": {"type": "string"}}}
_TILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "A Mapbox Vector Tile 2.1, gzipped where that is accepted.",
        "content": {TILE: {"schema": {"type": "string", "format": "binary"}}},
        "headers": _TILE_HEADERS | _ETAG,
    },
    204: {"description": "Nothing is there.", "headers": _TILE_HEADERS},
    304: {"description": "As the caller holds it.", "headers": _TILE_HEADERS | _ETAG},
}


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


class _TileRoute(APIRoute):
    """The route of tiles: a map asks for many with one query string, which is read into its model once.

    What FastAPI reads of a request costs more than the tile. So a query string that was accepted is kept with what it
    says, and a request that has it, and is written as maps write it, is not read again; who calls is verified as on
    every route. Whatever else comes is read, and refused, as the document says.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        read = super().get_route_handler()

        async def handle(request: Request) -> Response:
            asked = _accepted.get(request.scope["query_string"])
            address = _address_of(request.path_params)
            version = request.headers.getlist("if-none-match")
            if asked is None or address is None or not (len(version) < 2 and all(map(_VERSION.fullmatch, version))):
                return await read(request)
            principal = await authenticated(request, _READING)
            return await _tile(request, principal, address, asked, version[0] if version else None)

        return handle


tiles = APIRouter(prefix="/tiles", tags=["listings"], route_class=_TileRoute)
_READING: Final = SecurityScopes([Scope.LISTINGS_READ.value])
_VERSION: Final = re.compile(r'(W/)?"[0-9a-f]{1,64}"')
_NUMBER: Final = re.compile(r"[0-9]{1,6}")
_QUERIES_KEPT: Final = 500
_QUERY_BYTES: Final = 500
_accepted: dict[bytes, TileQuery] = {}


def _accept(query: bytes, asked: TileQuery) -> None:
    """Keep what a query string says; the oldest goes where there are too many."""
    if len(query) <= _QUERY_BYTES:
        if len(_accepted) >= _QUERIES_KEPT:
            del _accepted[next(iter(_accepted))]
        _accepted[query] = asked


def _address_of(given: Mapping[str, str]) -> TileAddress | None:
    """Return the address as maps write it, if it is one that the document allows."""
    if not all(_NUMBER.fullmatch(part) for part in given.values()):
        return None
    address = TileAddress(*(int(given[name]) for name in TileAddress._fields))
    return address if address.z <= MAX_ZOOM and max(address.x, address.y) < 2**MAX_ZOOM else None


async def _tile(
    request: Request, principal: Principal, address: TileAddress, asked: TileQuery, if_none_match: str | None
) -> Response:
    made: Tiles = request.app.state.tiles
    body = await made.make(principal, address, asked)
    max_age_s = HOMES_KEPT_S if Layer.HOMES in asked.layer else OUTLINES_KEPT_S
    return kept(
        request, body, media_type=TILE, max_age_s=max_age_s, vary="Authorization", if_none_match=if_none_match
    )  # fmt: skip


@tiles.get(
    "/{z}/{x}/{y}.mvt",
    responses=_TILE,
    response_class=Response,
    openapi_extra=stating(AdhesionRequired, ReciprocityUnmet, FilterInvalid, TileOutside, DailyHomesUsedUp),
)
async def read_tile(
    request: Request,
    principal: ListingReader,
    z: Annotated[int, Path(ge=0, le=MAX_ZOOM, description="Zoom.")],
    x: Annotated[int, Path(ge=0, lt=2**MAX_ZOOM, description="From the west, below 2^z.")],
    y: Annotated[int, Path(ge=0, lt=2**MAX_ZOOM, description="From the north, below 2^z.")],
    asked: Annotated[TileQuery, Query()],
    if_none_match: Annotated[
        str | None, Header(max_length=200, pattern=ETAGS, description="304 where the tile is still this one.")
    ] = None,
) -> Response:
    """Read a vector tile: numbers of listings by cell up to zoom 13, each listing at its shown point from 14 on."""
    _accept(request.scope["query_string"], asked)
    return await _tile(request, principal, TileAddress(z, x, y), asked, if_none_match)


def _answer(page: Page, path: str, given: list[tuple[str, str]], *, geojson: bool) -> Response:
    following = f"{path}?{urlencode([*given, ('cursor', page.cursor)])}" if page.cursor else None
    opening, media_type = ('{"type":"FeatureCollection","features":[', GEOJSON) if geojson else ('{"items":[', JSON)
    count = "null" if page.count is None else page.count
    body = f'{opening}{page.items}],"next":{orjson.dumps(following).decode()},"count":{count}}}'
    return Response(body, media_type=media_type, headers=link_to(following))
