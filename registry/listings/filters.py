"""What a search may ask: one typed model, the same for the query string and for the JSON body."""

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticKnownError

from registry.kernel.geo import Box, LonLat, box_area_km2, ring_area_km2
from registry.kernel.validation import Wrong
from registry.listings.tags import MAX_ROOMS
from registry.vocabulary.facts import FEATURES_BY_CODE

MAX_PAGE: Final = 50
MAX_RADIUS_M: Final = 30_000
MAX_AREA_KM2: Final = 2_827.0
"""The area of a circle of 30 km: no shape may ask for more than the largest radius does."""
MAX_VERTICES: Final = 500
MAX_LATITUDE: Final = 85.0
AREA_EXAMPLE: Final = {
    "area": {
        "type": "Polygon",
        "coordinates": [[[-0.62, 44.82], [-0.53, 44.82], [-0.53, 44.87], [-0.62, 44.87], [-0.62, 44.82]]],
    },
    "rooms_max": 3,
    "feature": ["zero_step_shower"],
    "possible": True,
}

_MONTH: Final = re.compile(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])")
_NUMBER: Final = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,17})?")
UUID: Final = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"


class Sort(StrEnum):
    DISTANCE = "distance"
    RENT = "rent"
    FRESHNESS = "freshness"


class Availability(StrEnum):
    NOW = "now"
    SOON = "soon"
    ANY = "any"


def _numbers(value: Any, count: int, form: str) -> list[float]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or len(parts) != count:
        raise Wrong(f"la forme attendue est {form}", f"the expected form is {form}")
    found = []
    for part in parts:
        if not (isinstance(part, int | float) and not isinstance(part, bool)) and not _NUMBER.fullmatch(str(part)):
            raise Wrong(
                f"« {str(part)[:40]} » n'est pas un nombre décimal",
                f"'{str(part)[:40]}' is not a decimal number",
            )
        found.append(float(part))
    return found


def _place(lon: float, lat: float) -> LonLat:
    if not (-180 <= lon <= 180 and -MAX_LATITUDE <= lat <= MAX_LATITUDE):
        raise Wrong(
            f"{lon}, {lat} n'est pas longitude,latitude en degrés WGS84",
            f"{lon}, {lat} is not longitude,latitude in WGS84 degrees",
        )
    if 40 < lon < 52 and -6 < lat < 10:
        raise Wrong(
            f"{lon}, {lat} est hors de France ; longitude et latitude semblent inversées",
            f"{lon}, {lat} is outside France; longitude and latitude seem swapped",
        )
    return LonLat(lon, lat)


def _near(value: str) -> LonLat:
    lon, lat = _numbers(value, 2, "lon,lat")
    return _place(lon, lat)


def _bbox(value: str) -> Box:
    west, south, east, north = _numbers(value, 4, "ouest,sud,est,nord (west,south,east,north)")
    _place(west, south)
    _place(east, north)
    if not (west < east and south < north):
        raise Wrong("l'ordre est ouest,sud,est,nord", "the order is west,south,east,north")
    box = Box(west, south, east, north)
    if box_area_km2(box) > MAX_AREA_KM2:
        raise Wrong(f"la zone dépasse {MAX_AREA_KM2:.0f} km²", f"the area is larger than {MAX_AREA_KM2:.0f} km²")
    return box


def _month(value: str) -> date:
    if not _MONTH.fullmatch(value):
        raise Wrong("la forme attendue est AAAA-MM", "the expected form is YYYY-MM")
    return date.fromisoformat(f"{value}-01")


def _checked(read: Callable[[str], Any]) -> AfterValidator:
    """Keep the text as it was given, once it has been read without error."""

    def check(value: str) -> str:
        read(value)
        return value

    return AfterValidator(check)


def _known_feature(value: Any) -> Any:
    if not isinstance(value, str) or value not in FEATURES_BY_CODE:
        known = ", ".join(sorted(FEATURES_BY_CODE))
        raise Wrong(f"caractéristique inconnue ; connues : {known}", f"unknown feature; known: {known}")
    return value


def _true_or_false(value: Any) -> Any:
    if isinstance(value, str) and value not in {"true", "false"}:
        raise PydanticKnownError("bool_parsing")
    if not isinstance(value, str | bool):
        raise PydanticKnownError("bool_type")
    return value


def _only_true(value: Any) -> Any:
    if _true_or_false(value) in {False, "false"}:
        raise Wrong("seul « true » filtre ; omettez le paramètre sinon", "only 'true' filters; leave the parameter out")
    return True


Rooms = Annotated[int, Field(ge=1, le=MAX_ROOMS)]
OnlyTrue = Annotated[Literal[True], BeforeValidator(_only_true)]
Bool = Annotated[bool, BeforeValidator(_true_or_false)]
Cursor = Annotated[
    str | None,
    Field(min_length=1, max_length=500, description="Opaque; from the previous page's next, with the same filters."),
]
Code = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
_LON: Final = r"-?(180(\.0{1,17})?|(1[0-7][0-9]|[0-9]{1,2})(\.[0-9]{1,17})?)"
_LAT: Final = r"-?(85(\.0{1,17})?|([0-7]?[0-9]|8[0-4])(\.[0-9]{1,17})?)"
Near = Annotated[str, _checked(_near), Field(json_schema_extra={"pattern": f"^{_LON},{_LAT}$"})]
BBox = Annotated[str, _checked(_bbox), Field(json_schema_extra={"pattern": f"^{_LON},{_LAT},{_LON},{_LAT}$"})]
Month = Annotated[str, _checked(_month), Field(json_schema_extra={"pattern": r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"})]
Feature = Annotated[str, BeforeValidator(_known_feature), Field(json_schema_extra={"enum": list(FEATURES_BY_CODE)})]


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
    possible: Bool = Field(
        default=False,
        description="true: admit homes where a wanted feature, area, floor or rent is unknown or may hold by its band.",
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
        return _month(self.available_before) if self.available_before else None

    @model_validator(mode="after")
    def _rooms_in_order(self) -> Self:
        if self.rooms_min and self.rooms_max and self.rooms_min > self.rooms_max:
            raise Wrong("rooms_min dépasse rooms_max", "rooms_min is above rooms_max", field="rooms_min")
        return self


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
        return _near(self.near) if self.near else None

    @property
    def box(self) -> Box | None:
        return _bbox(self.bbox) if self.bbox else None

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
        places = [_place(*_numbers(position[:2], 2, "[lon, lat]")) for position in ring]
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
