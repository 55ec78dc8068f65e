"""``/v1/exports``: one's own stock as a file."""

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from registry.access.dependencies import StockLister
from registry.access.media import CSV, GEOJSON, chosen, resumed
from registry.access.principal import Principal
from registry.exports import service

router = APIRouter(prefix="/exports", tags=["stock"])

_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file, as it is read: what changes meanwhile is as it was or as it is.",
        "content": {
            CSV: {"schema": {"type": "string"}},
            GEOJSON: {
                "schema": {
                    "type": "object",
                    "required": ["type", "features"],
                    "properties": {"type": {"const": "FeatureCollection"}, "features": {"type": "array"}},
                }
            },
        },
    }
}

_TABLE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The table, as it is read.", "content": {CSV: {"schema": {"type": "string"}}}}
}


@router.get("/homes", response_class=Response, responses=_FILE)
async def export_homes(request: Request, principal: StockLister) -> Response:
    """Export your homes, as CSV with a column for each fact or as GeoJSON."""
    return await _streamed(request, principal, "homes")


@router.get("/residences", response_class=Response, responses=_FILE)
async def export_residences(request: Request, principal: StockLister) -> Response:
    """Export your residences, as CSV or as GeoJSON with their buildings."""
    return await _streamed(request, principal, "residences")


@router.get("/adaptations", response_class=Response, responses=_TABLE)
async def export_adaptations(request: Request, principal: StockLister) -> Response:
    """Export the adaptations that your homes have, as CSV."""
    return await _streamed(request, principal, "adaptations", (CSV,))


@router.get("/feasible-works", response_class=Response, responses=_TABLE)
async def export_feasible_works(request: Request, principal: StockLister) -> Response:
    """Export the works that your homes and residences could have, as CSV."""
    return await _streamed(request, principal, "feasible-works", (CSV,))


@router.get("/lift-outages", response_class=Response, responses=_TABLE)
async def export_lift_outages(request: Request, principal: StockLister) -> Response:
    """Export the outages of your lifts of the last two years, as CSV."""
    return await _streamed(request, principal, "lift-outages", (CSV,))


async def _streamed(
    request: Request, principal: Principal, kind: service.Kind, offered: tuple[str, ...] = (CSV, GEOJSON)
) -> Response:
    """Answer once the first piece is there: what fails before is answered as an error."""
    geojson = chosen(request, offered) == GEOJSON
    write = service.as_geojson if geojson else service.as_csv
    pieces = write(database=request.app.state.database, principal=principal, kind=kind)
    name = f"{kind}.geojson" if geojson else f"{kind}.csv"
    return StreamingResponse(
        resumed(await anext(pieces), pieces),
        media_type=GEOJSON if geojson else "text/csv; charset=utf-8; header=present",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
