"""The map of the shared listings, and the tiles that it draws: the API's, for the person at this browser."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import Response

from registry.access.caching import kept
from registry.access.media import PNG, TILE
from registry.access.preconditions import ETAGS
from registry.access.scopes import Scope
from registry.console.basemap import BaseMap, surroundings
from registry.console.members import bound, member
from registry.console.pages.search import MAP, PAGE, Seen, answer, look, tidied
from registry.console.rendering import language_of
from registry.console.searching import whole
from registry.console.texts import TEXTS
from registry.kernel.geo import TileAddress
from registry.kernel.text import Language
from registry.listings.service import Layer, TileQuery
from registry.listings.service.tiles import FILTERED_ZOOM, MAX_ZOOM, NETWORK_ZOOM, Tiles
from registry.territories.service import NamedCommune, places_of
from registry.vocabulary.home_class import LABELS

router = APIRouter(include_in_schema=False)
TILES: Final = "/console/tiles"
BASEMAP: Final = "/console/basemap"
BASEMAP_KEPT_S: Final = 86_400
"""How long a browser draws a tile of the base map without asking again; one that is missing, a minute."""
HOMES_KEPT_S: Final = 5
OUTLINES_KEPT_S: Final = 3_600
POLICY: Final = {"worker-src": "'self'"}
"""The map decodes tiles in a worker of its own, a script of ours; everything else is as on every page (ADR 0026)."""
WORDS: Final = ("filtered", "quota", "failed", "drawing", "drawn", "too_few", "in_view")


@router.get(MAP)
async def show_map(request: Request) -> Response:
    """Show the map, and beside it the first page of the list: everything on the map is also in the list."""
    seat = await member(request, Scope.LISTINGS_READ)
    if tidy := tidied(request, MAP):
        return tidy
    seen = await look(request, seat, MAP)
    return answer(
        request, seat, seen, "maps", MAP, policy=POLICY, map=MAP, to_list=seen.asked.address(PAGE),
        drawn=_drawn(seen, language_of(request), request.app.state.basemap), basemap=request.app.state.basemap,
    )  # fmt: skip


@router.get(f"{TILES}/{{z}}/{{x}}/{{y}}.mvt")
async def read_map_tile(
    request: Request,
    z: Annotated[int, Path(ge=0, le=MAX_ZOOM)],
    x: Annotated[int, Path(ge=0, lt=2**MAX_ZOOM)],
    y: Annotated[int, Path(ge=0, lt=2**MAX_ZOOM)],
    asked: Annotated[TileQuery, Query()],
    if_none_match: Annotated[str | None, Header(max_length=200, pattern=ETAGS)] = None,
) -> Response:
    """Answer as ``GET /v1/tiles`` does, to the cookie of the person who is signed in."""
    seat = await member(request, Scope.LISTINGS_READ)
    made: Tiles = request.app.state.tiles
    body = await made.make(seat.principal, TileAddress(z, x, y), asked)
    max_age_s = HOMES_KEPT_S if Layer.HOMES in asked.layer else OUTLINES_KEPT_S
    return kept(
        request, body, media_type=TILE, max_age_s=max_age_s, vary="Cookie", if_none_match=if_none_match
    )  # fmt: skip


@router.get(f"{BASEMAP}/{{z}}/{{x}}/{{y}}.png")
async def read_basemap_tile(
    request: Request,
    z: Annotated[int, Path(ge=0, le=MAX_ZOOM)],
    x: Annotated[int, Path(ge=0, lt=2**MAX_ZOOM)],
    y: Annotated[int, Path(ge=0, lt=2**MAX_ZOOM)],
) -> Response:
    """Answer with a tile of the base map in or around the person's territories; 404 where there is none to show."""
    seat = await member(request, Scope.LISTINGS_READ)
    basemap: BaseMap | None = request.app.state.basemap
    body, address = None, TileAddress(z, x, y)
    if basemap is not None:

        async def communes(territories: Sequence[int]) -> Sequence[NamedCommune]:
            async with bound(request, seat.principal) as session:
                return (await places_of(session=session, territories=territories)).communes

        if await basemap.reaches(seat.principal.territories.values(), address, communes):
            body = await basemap.tile(address)
    headers = {"Cache-Control": f"private, max-age={BASEMAP_KEPT_S if body else 60}", "Vary": "Cookie"}
    return Response(body, media_type=PNG, headers=headers) if body else Response(status_code=404, headers=headers)


def _drawn(seen: Seen, language: Language, basemap: BaseMap | None) -> str:
    """Return what the script of the map needs to know, as JSON: addresses, the search, names of places, words."""
    asked = seen.asked
    query = _tile_query(seen)
    stated: dict[str, Any] = {
        "tiles": f"{TILES}/{{z}}/{{x}}/{{y}}.mvt",
        "query": query,
        "filtered": any(name != "territory" for name, _ in query),
        "filtered_zoom": FILTERED_ZOOM,
        "max_zoom": MAX_ZOOM,
        "network_zoom": NETWORK_ZOOM,
        "page": MAP,
        "bounds": _bounds(seen.drawn),
        "near": _near(seen),
        "basemap": _ground(seen.drawn) if basemap else None,
        "area": [[float(number) for number in corner.split(",")] for corner in asked.value("area").split()]
        if seen.error is None else [],
        "bbox": [float(number) for number in asked.value("bbox").split(",") if number] if seen.error is None else [],
        "communes": [[each.name, each.lon, each.lat] for each in seen.drawn if each.lon is not None],
        "classes": {number: label.in_language(language) for number, label in LABELS.items()},
        "words": {name: TEXTS[f"maps.{name}"].in_language(language) for name in WORDS},
    }  # fmt: skip
    return orjson.dumps(stated, option=orjson.OPT_NON_STR_KEYS).decode()


def _ground(communes: Sequence[NamedCommune]) -> dict[str, Any]:
    around = surroundings(communes)
    return {"tiles": f"{BASEMAP}/{{z}}/{{x}}/{{y}}.png", "bounds": list(around) if around else None}


def _tile_query(seen: Seen) -> list[tuple[str, str]]:
    """Return the parameters of the tiles: those of the search that do not say where it is."""
    if seen.asked.filters is None:
        return []
    given = whole(seen.asked.filters).model_dump(mode="json", exclude_defaults=True)
    return [
        (name, str(each).lower() if isinstance(each, bool) else str(each))
        for name, value in given.items()
        for each in (value if isinstance(value, list) else [value])
    ]


def _near(seen: Seen) -> dict[str, float] | None:
    filters = seen.asked.filters
    place = getattr(filters, "place", None)
    within = getattr(filters, "within_m", None)
    return {"lon": place.lon, "lat": place.lat, "within_m": within} if place and within else None


def _bounds(communes: Sequence[NamedCommune]) -> list[float] | None:
    """Return west, south, east, north of the communes' centres; ``None`` where none is known."""
    centres = [(each.lon, each.lat) for each in communes if each.lon is not None and each.lat is not None]
    if not centres:
        return None
    lons, lats = [lon for lon, _ in centres], [lat for _, lat in centres]
    return [min(lons), min(lats), max(lons), max(lats)]
