"""Services as the API takes and gives them."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field

from registry.kernel.geo import MAX_LATITUDE, LonLat
from registry.kernel.validation import Wrong
from registry.vocabulary.services import BY_CODE

YesNo = Literal["yes", "no", "unknown"]
FamilyCode = Literal[
    "food", "pharmacy", "doctor_and_care", "transport_stop", "post_bank_administration", "social_life", "park_bench",
    "home_help", "other",
]  # fmt: skip
assert set(FamilyCode.__args__) == set(BY_CODE)  # type: ignore[attr-defined]  # typing's Literal at run time


def place_of(value: str) -> LonLat:
    """Return the place that ``lon,lat`` names.

    Raises:
        Wrong: It is not one, or its numbers are swapped.
    """
    lon, lat = map(float, value.split(","))
    if not -MAX_LATITUDE <= lat <= MAX_LATITUDE or not -180 <= lon <= 180:
        raise Wrong(f"{value} n'est pas lon,lat en WGS84", f"{value} is not lon,lat in WGS84")
    if 40 < lon < 52 and -6 < lat < 10:
        raise Wrong("longitude et latitude semblent inversées", "longitude and latitude seem swapped")
    return LonLat(lon, lat)


class ServicePosition(BaseModel):
    """WGS84 degrees; at the entrance where that is known."""

    lon: float
    lat: float


class ReasonLabel(BaseModel):
    fr: str
    en: str


class EntranceReason(BaseModel):
    code: str
    label: ReasonLabel


class Entrance(BaseModel):
    """What is known of the way in; unknown is never no."""

    wheelchair: Literal["yes", "limited", "no", "unknown"]
    reasons: list[EntranceReason] = Field(description="Why.")
    level: YesNo
    steps: int | None = Field(description="From the street to the inside; 0: level; null: unknown.")
    step_height_cm: float | None
    ramp: Literal["none", "fixed", "removable"] | None
    door_width_cm: int | None = Field(description="Free passage.")
    bell: YesNo
    help: YesNo = Field(description="Somebody comes to help.")
    dedicated: YesNo = Field(description="Another entrance, made for wheelchairs.")
    automatic_door: YesNo


class ServiceSource(BaseModel):
    name: str
    kind: Literal["osm", "acceslibre", "table"]
    licence: str
    attribution: str = Field(description="To show with the service.")
    data_date: date | None


class Service(BaseModel):
    id: int = Field(description="Stable as long as its source has it.")
    ref: str = Field(description="The source's own id.")
    family: FamilyCode
    name: str | None
    position: ServicePosition
    distance_m: int = Field(description="Straight, from near.")
    entrance: Entrance
    source: ServiceSource
    checked_on: date | None = Field(description="When the source last looked; null: it does not say.")


class ServicePage(BaseModel):
    items: list[Service]
    next: str | None


class ServicePoint(BaseModel):
    type: Literal["Point"]
    coordinates: tuple[float, float]


class ServiceProperties(BaseModel):
    ref: str
    family: FamilyCode
    name: str | None
    distance_m: int
    entrance: Entrance
    source: ServiceSource
    checked_on: date | None


class ServiceFeature(BaseModel):
    type: Literal["Feature"]
    id: int
    geometry: ServicePoint
    properties: ServiceProperties


class ServiceFeatureCollection(BaseModel):
    type: Literal["FeatureCollection"]
    features: list[ServiceFeature]
    next: str | None


def feature(row: dict[str, Any]) -> dict[str, Any]:
    """Return a service as a GeoJSON feature (RFC 7946)."""
    place = row["position"]
    return {
        "type": "Feature",
        "id": row["id"],
        "geometry": {"type": "Point", "coordinates": (place["lon"], place["lat"])},
        "properties": {name: row[name] for name in ServiceProperties.model_fields},
    }
