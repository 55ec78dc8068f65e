"""What a search may ask: one typed model, the same for the query string and for the JSON body."""

from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from registry.kernel.geo import Box, LonLat, box_area_km2, ring_area_km2
from registry.kernel.validation import Wrong
from registry.listings import values
from registry.listings.reach import Asked
from registry.listings.tags import MAX_ROOMS
from registry.listings.values import (
    MAX_AREA_KM2,
    MAX_LATITUDE,
    UUID,
    BBox,
    Bool,
    Code,
    Cursor,
    Feature,
    IndexGrade,
    Month,
    Near,
    OnlyTrue,
    Service,
)

MAX_PAGE: Final = 50
MAX_RADIUS_M: Final = 30_000
MAX_VERTICES: Final = 500
AREA_EXAMPLE: Final = {
    "area": {
        "type": "Polygon",
        "coordinates": [[[-0.62, 44.82], [-0.53, 44.82], [-0.53, 44.87], [-0.62, 44.87], [-0.62, 44.82]]],
    },
    "rooms_max": 3,
    "feature": ["zero_step_shower"],
    "possible": True,
}


class Sort(StrEnum):
    DISTANCE = "distance"
    RENT = "rent"
    FRESHNESS = "freshness"


class Availability(StrEnum):
    NOW = "now"
    SOON = "soon"
    ANY = "any"


class ListingFilters(BaseModel):
    """Filters of a search; all that are given must hold.

    A place is compared with the *shown* point of a listing (a random point of its cell), never with the true one:
    distances are approximate by the size of the cell.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    territory: Code | None = Field(None, description="Territory id. Without it: all where your charter is in force.")
    commune: list[Annotated[str, StringConstraints(pattern=r"^[0-9AB]{5}$")]] = Field(
        default=[], max_length=50, description="INSEE codes; retired ones are resolved. Any of them."
    )
    epci: Annotated[str, StringConstraints(pattern=r"^[0-9]{9}$")] | None = Field(
        None, description="SIREN of the EPCI."
    )
    quarter: Code | None = Field(None, description="Quarter, as layer:code.")
    rooms_min: Annotated[int, Field(ge=1, le=MAX_ROOMS)] | None = Field(None, description="Main rooms, at least.")
    rooms_max: Annotated[int, Field(ge=1, le=MAX_ROOMS)] | None = Field(
        None, description="Main rooms, at most; 9 means 9 and more."
    )
    area_min: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        None,
        description="m²; compared with the lower end of the shown band of 10 m² (possible=true: the upper).",
    )
    rent_max: Annotated[int, Field(ge=0, le=10_000_000)] | None = Field(
        None, description="Principal rent in euro cents a month, at most."
    )
    floor_max: Annotated[int, Field(ge=0, le=100)] | None = Field(
        None,
        description="Floor, at most; compared with the upper end of the shown band (possible=true: the lower).",
    )
    lift: OnlyTrue | None = Field(None, description="true: served by a lift, proven.")
    step_free: OnlyTrue | None = Field(
        None,
        description="true: no step from the street to the home's door, proven (step_free_entrance, steps_to_door).",
    )
    class_min: Annotated[int, Field(ge=2, le=6)] | None = Field(
        None, description="Class of the home, at least, proven: 3 step-free, 4 walking with an aid, 5 and 6 wheelchair."
    )
    feature: list[Feature] = Field(default=[], max_length=31, description="Features; all must hold, proven.")
    index_min: IndexGrade | None = Field(
        None, description="Grade of the residence's index, at least, as shown: A is the best, E the worst."
    )
    service: list[Service] = Field(
        default=[],
        max_length=24,
        description="family:metres:profile. A service of the family within so many metre-equivalents (300 to 1,500) of "
        "accessible path for walking, senior (stick or walker) or wheelchair, as the listing's bands prove it: 500 is "
        "proven by within_300; with possible, within_600 may be within 500 too. All must hold.",
    )
    possible: Bool = Field(
        default=False,
        description="true: admit homes where a wanted feature, area, floor, rent, grade or service is unknown or may "
        "hold by its band.",
    )
    availability: Availability = Field(
        default=Availability.ANY,
        description="now: vacant. soon: notice given or in works, within six months. any: occupied homes too.",
    )
    available_before: Month | None = Field(None, description="YYYY-MM: vacant, or available in an earlier month.")
    landlord: list[Annotated[str, StringConstraints(pattern=UUID)]] = Field(
        default=[], max_length=50, description="Organisation ids. Any of them."
    )
    fresh_days: Annotated[int, Field(ge=1, le=3650)] | None = Field(
        None, description="Confirmed within so many days (by week)."
    )

    @property
    def available_before_month(self) -> date | None:
        """The first day of the month before which the home must be available."""
        return values.month(self.available_before) if self.available_before else None

    @property
    def services(self) -> list[Asked]:
        return [values.service(asked) for asked in self.service]

    @model_validator(mode="after")
    def _rooms_in_order(self) -> Self:
        if self.rooms_min and self.rooms_max and self.rooms_min > self.rooms_max:
            raise Wrong("rooms_min dépasse rooms_max", "rooms_min is above rooms_max", field="rooms_min")
        return self


class Layer(StrEnum):
    HOMES = "homes"
    COMMUNES = "communes"
    QUARTERS = "quarters"
    NETWORK = "network"


class TileQuery(ListingFilters):
    """The query string of ``GET /v1/tiles/{z}/{x}/{y}.mvt``: what a tile has, and of which listings."""

    layer: list[Layer] = Field(
        default=[Layer.HOMES],
        max_length=4,
        description="homes: clusters (numbers by cell) up to zoom 13, listings (a point each) from zoom 14 on. "
        "communes from zoom 8 on, quarters from zoom 11 on: outlines of the territories. network from zoom 15 on: "
        "the pedestrian network, as far as the operator has loaded one.",
    )

    @cached_property
    def filtered(self) -> list[str]:
        """The names of the filters that leave listings out, besides the territory; sorted."""
        given = self.model_dump(exclude={"territory", "layer"}, exclude_defaults=True)
        return sorted(given)


class Page(BaseModel):
    """Order and page of a search."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sort: Sort | None = Field(None, description="distance (default with near), rent (default otherwise) or freshness.")
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 20
    count: Bool = Field(default=False, description="true: count the matches, up to 1,000.")


class ListingQuery(ListingFilters, Page):
    """The query string of ``GET /v1/listings``."""

    cursor: Cursor = None
    near: Near | None = Field(
        None, description="lon,lat in WGS84 degrees; with within_m.", examples=["-0.5792,44.8378"]
    )
    within_m: Annotated[int, Field(ge=1, le=MAX_RADIUS_M)] | None = Field(
        None, description="Radius around near, in metres.", examples=[2000]
    )
    bbox: BBox | None = Field(None, description="west,south,east,north in WGS84 degrees, at most 2,827 km².")

    @property
    def place(self) -> LonLat | None:
        return values.near(self.near) if self.near else None

    @property
    def box(self) -> Box | None:
        return values.bbox(self.bbox) if self.bbox else None

    @model_validator(mode="after")
    def _one_shape(self) -> Self:
        if (self.near is None) != (self.within_m is None):
            missing = "within_m" if self.within_m is None else "near"
            raise Wrong("near et within_m vont ensemble", "near and within_m go together", field=missing)
        if self.near and self.bbox:
            raise Wrong("near et bbox s'excluent", "near and bbox exclude each other", field="bbox")
        if self.sort is Sort.DISTANCE and self.near is None:
            raise Wrong("sort=distance demande near et within_m", "sort=distance needs near and within_m", field="sort")
        return self


Coordinates = Annotated[
    list[Annotated[float, Field(strict=True)]],
    Field(
        max_length=3,
        description="Longitude, latitude; an altitude is not looked at.",
        json_schema_extra={
            "minItems": 2,
            "prefixItems": [
                {"type": "number", "minimum": -180, "maximum": 180},
                {"type": "number", "minimum": -MAX_LATITUDE, "maximum": MAX_LATITUDE},
            ],
        },
    ),
]


class Polygon(BaseModel):
    """A GeoJSON Polygon (RFC 7946), one outer ring and no holes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["Polygon"]
    coordinates: list[list[Coordinates]] = Field(min_length=1, max_length=1)

    @field_validator("coordinates")
    @classmethod
    def _a_ring(cls, value: list[list[list[float]]]) -> list[list[list[float]]]:
        ring = value[0]
        if not 4 <= len(ring) <= MAX_VERTICES + 1:
            raise Wrong(f"entre 3 et {MAX_VERTICES} sommets", f"between 3 and {MAX_VERTICES} vertices")
        places = [values.place(*values.numbers(position[:2], 2, "[lon, lat]")) for position in ring]
        if places[0] != places[-1]:
            raise Wrong(
                "l'anneau n'est pas fermé : répétez le premier sommet",
                "the ring is open: repeat the first vertex",
            )
        if ring_area_km2(places[:-1]) > MAX_AREA_KM2 or box_area_km2(_bounds(places)) > 2 * MAX_AREA_KM2:
            raise Wrong(f"la zone dépasse {MAX_AREA_KM2:.0f} km²", f"the area is larger than {MAX_AREA_KM2:.0f} km²")
        if _crosses_itself(places):
            raise Wrong("le contour se croise", "the outline crosses itself")
        return value

    @property
    def ring(self) -> list[LonLat]:
        """The vertices, the first not repeated."""
        return [LonLat(position[0], position[1]) for position in self.coordinates[0][:-1]]

    @property
    def bounds(self) -> Box:
        return _bounds(self.ring)


_JSON_TYPES: Final[dict[str, Any]] = {
    **dict.fromkeys(
        ("rooms_min", "rooms_max", "class_min", "area_min", "rent_max", "floor_max", "fresh_days", "limit"), int | float
    ),
    **dict.fromkeys(("lift", "step_free", "possible", "count"), bool),
}


class ListingSearch(ListingFilters, Page):
    """The body of ``POST /v1/listings/search``."""

    area: Polygon

    @model_validator(mode="before")
    @classmethod
    def _json_types(cls, value: Any) -> Any:
        """Refuse in JSON what only the query string has to write as text, and what pydantic would make of it."""
        for name, kinds in _JSON_TYPES.items():
            given = value.get(name) if isinstance(value, dict) else None
            if given is not None and (not isinstance(given, kinds) or isinstance(given, bool) != (kinds is bool)):
                raise Wrong("un nombre ou true est attendu, sans guillemets", "a number or true, unquoted", field=name)
        return value

    @model_validator(mode="after")
    def _no_distance(self) -> Self:
        if self.sort is Sort.DISTANCE:
            raise Wrong("sort=distance demande near et within_m", "sort=distance needs near and within_m", field="sort")
        return self


def _bounds(places: list[LonLat]) -> Box:
    lons, lats = [place.lon for place in places], [place.lat for place in places]
    return Box(min(lons), min(lats), max(lons), max(lats))


def _crosses_itself(ring: list[LonLat]) -> bool:
    """Tell whether two edges of the closed ring meet elsewhere than in a shared vertex (quadratic: ≤ 500 vertices)."""
    edges = [(here, there) for here, there in pairwise(ring) if here != there]
    last = len(edges) - 1
    return any(
        _meet(*edges[i], *edges[j])
        for i in range(len(edges))
        for j in range(i + 2, len(edges))
        if not (i == 0 and j == last)
    )


def _turn(a: LonLat, b: LonLat, c: LonLat) -> float:
    return (b.lon - a.lon) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lon - a.lon)


def _within(a: LonLat, b: LonLat, c: LonLat) -> bool:
    return min(a.lon, b.lon) <= c.lon <= max(a.lon, b.lon) and min(a.lat, b.lat) <= c.lat <= max(a.lat, b.lat)


def _meet(a: LonLat, b: LonLat, c: LonLat, d: LonLat) -> bool:
    first, second, third, fourth = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if ((first > 0) != (second > 0)) and ((third > 0) != (fourth > 0)) and 0 not in (first, second, third, fourth):
        return True
    return any(
        turn == 0 and _within(*edge, point)
        for turn, edge, point in (
            (first, (a, b), c),
            (second, (a, b), d),
            (third, (c, d), a),
            (fourth, (c, d), b),
        )
    )
