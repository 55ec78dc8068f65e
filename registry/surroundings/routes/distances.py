"""Accessible distances over HTTP: of one's own residences, and from any door."""

from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Body, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from registry.access.bodies import JsonRoute
from registry.access.contract import stating
from registry.access.dependencies import StockReader, TerritoryReader
from registry.access.media import GEOJSON, wants_geojson
from registry.kernel.geo import LonLat
from registry.stock.errors import BuildingUnknown, ResidenceNotFound
from registry.stock.schemas import Ref as StockRef
from registry.surroundings import answers, service
from registry.vocabulary.grid import ProfileCode

router = APIRouter(tags=["services"], route_class=JsonRoute)
_ALSO_GEOJSON: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {GEOJSON: {"schema": {"type": "object"}}}},
}
Ref = Annotated[str, Path(description="The landlord's own reference.", min_length=1, max_length=100)]
_DOOR: Final = {"from": {"lon": -2.08468, "lat": 47.649925}, "profile": "wheelchair"}


class ResidenceServicesQuery(BaseModel):
    """For whom, and how much is told."""

    model_config = {"extra": "forbid"}

    profile: ProfileCode = Field(default="wheelchair", description="Who walks, or rolls.")
    building: StockRef | None = Field(
        default=None,
        description="A building's ref: its own door alone, searched now. Without it, the best of all doors.",
    )
    path: bool = Field(default=False, description="With the way to each service.")


@router.get(
    "/residences/{ref:path}/services",
    response_model=answers.AccessibleDistances,
    responses=_ALSO_GEOJSON,
    openapi_extra=stating(ResidenceNotFound, BuildingUnknown),
)
async def read_residence_services(
    request: Request, caller: StockReader, ref: Ref, asked: Annotated[ResidenceServicesQuery, Query()]
) -> Any:
    """Read the best service of each family from a residence of yours, and what stands in the way of nearer ones."""
    given: dict[str, Any] = {
        "session": caller.session,
        "principal": caller.principal,
        "grounds": request.app.state.grounds,
        "ref": ref,
        "profile": answers.PROFILES[asked.profile],
        "with_path": asked.path,
    }
    if asked.building is None:
        found = await service.distances_of(**given)
    else:
        found = await service.distances_of_building(**given, building_ref=asked.building)
    return _features(found) if wants_geojson(request) else found


@router.post("/accessible-distances", response_model=answers.AccessibleDistances, responses=_ALSO_GEOJSON)
async def ask_accessible_distances(
    request: Request, caller: TerritoryReader, asked: Annotated[answers.DistancesAsked, Body(examples=[_DOOR])]
) -> Any:
    """Search from any door: the best service of each family, or the way to a point; nothing is kept of the question."""
    found = await service.distances_from(
        session=caller.session,
        grounds=request.app.state.grounds,
        door=LonLat(asked.from_.lon, asked.from_.lat),
        to=LonLat(asked.to.lon, asked.to.lat) if asked.to else None,
        profile=answers.PROFILES[asked.profile],
    )
    return _features(found) if wants_geojson(request) else found


def _features(found: dict[str, Any]) -> Response:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": item["path"]["coordinates"]} if item["path"] else None,
            "properties": {name: value for name, value in item.items() if name != "path"},
        }
        for item in found.pop("items")
    ]
    return Response(orjson.dumps({"type": "FeatureCollection", **found, "features": features}), media_type=GEOJSON)
