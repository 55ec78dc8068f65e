"""What a territory is made of, as its coordinator states it, and what comes of that."""

import math
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from registry.kernel.fields import Printable
from registry.kernel.validation import Wrong

MAX_SLUG: Final = 60
MAX_COMMUNES: Final = 5_000
MAX_EPCIS: Final = 500
MAX_DEPARTEMENTS: Final = 120
MAX_VERTICES: Final = 10_000
NAMED: Final = 100
"""Communes that an answer names; of more it gives the number."""
SLUG: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"

Name = Annotated[Printable, StringConstraints(min_length=1, max_length=200)]
Slug = Annotated[
    str, Field(min_length=1, max_length=MAX_SLUG, pattern=SLUG, description="Stable id: bordeaux-metropole.")
]
CommuneCode = Annotated[str, Field(pattern=r"^[0-9AB]{5}$")]
Siren = Annotated[str, Field(pattern=r"^[0-9]{9}$")]
DepartementCode = Annotated[str, Field(pattern=r"^([0-9]{2}|2[AB]|9[78][0-9])$")]
_POSITION: Final = {
    "type": "array", "minItems": 2, "maxItems": 3, "description": "Longitude, latitude; an altitude is not looked at.",
    "prefixItems": [
        {"type": "number", "minimum": -180, "maximum": 180}, {"type": "number", "minimum": -90, "maximum": 90},
    ],
    "items": {"type": "number"},
}  # fmt: skip
_POLYGON: Final = {
    "type": "array", "minItems": 1, "maxItems": 1_000,
    "items": {"type": "array", "minItems": 4, "maxItems": MAX_VERTICES, "items": _POSITION},
}  # fmt: skip


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OutlineIn(Strict):
    """A drawn outline: a GeoJSON Polygon or MultiPolygon (RFC 7946) in WGS84."""

    type: Literal["Polygon", "MultiPolygon"]
    coordinates: Annotated[
        list[Any],
        Field(
            min_length=1,
            max_length=1_000,
            description="As RFC 7946 has them for the type; rings are closed.",
            json_schema_extra={"items": {"anyOf": [_POLYGON["items"], _POLYGON]}},
        ),
    ]

    @field_validator("coordinates")
    @classmethod
    def _bounded(cls, value: list[Any]) -> list[Any]:
        if len(list(_numbers(value, 0))) > 3 * MAX_VERTICES:
            raise Wrong(f"au plus {MAX_VERTICES} sommets", f"at most {MAX_VERTICES} vertices")
        return value

    @model_validator(mode="after")
    def _rings(self) -> Self:
        for polygon in [self.coordinates] if self.type == "Polygon" else self.coordinates:
            if not isinstance(polygon, list) or not polygon:
                raise _wrong_shape()
            for ring in polygon:
                _check_ring(ring)
        return self


def _numbers(value: Any, depth: int) -> Any:
    if isinstance(value, list) and depth < 4:
        for each in value:
            yield from _numbers(each, depth + 1)
    else:
        yield value


def _wrong_shape() -> Wrong:
    return Wrong(
        "les coordonnées ne sont pas celles d'un Polygon ou d'un MultiPolygon",
        "these are not the coordinates of a Polygon or a MultiPolygon",
        field="coordinates",
    )


def _check_ring(ring: Any) -> None:
    if not isinstance(ring, list) or len(ring) < 4:
        raise _wrong_shape()
    for place in ring:
        if not isinstance(place, list) or not 2 <= len(place) <= 3:
            raise _wrong_shape()
        for number, most in zip(place, (180, 90, math.inf), strict=False):
            if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
                raise _wrong_shape()
            if abs(number) > most:
                raise Wrong(
                    f"{number} n'est pas une longitude ou une latitude en degrés (WGS84)",
                    f"{number} is not a longitude or latitude in degrees (WGS84)",
                    field="coordinates",
                )
    if ring[0] != ring[-1]:
        raise Wrong(
            "un anneau n'est pas fermé : répétez le premier sommet",
            "a ring is open: repeat the first vertex",
            field="coordinates",
        )


class Composition(Strict):
    """What a territory is made of: whatever is named, together."""

    communes: Annotated[
        tuple[CommuneCode, ...], Field(max_length=MAX_COMMUNES, description="INSEE codes; retired ones are resolved.")
    ] = ()
    epcis: Annotated[tuple[Siren, ...], Field(max_length=MAX_EPCIS, description="SIREN of EPCI.")] = ()
    departements: Annotated[tuple[DepartementCode, ...], Field(max_length=MAX_DEPARTEMENTS)] = ()
    outline: Annotated[
        OutlineIn | None,
        Field(
            description="Takes the communes of which more than half of the area lies inside; where a commune's contour"
            " is not loaded, those whose centre does."
        ),
    ] = None


class TerritoryCreate(Strict):
    """A new territory. Its coordinator is the caller's organisation."""

    id: Slug
    name: Name
    composition: Composition


class TerritoryChange(Strict):
    """A territory's name and composition, whole: what is left out is no part of it."""

    name: Name
    composition: Composition


class CompositionOut(BaseModel):
    communes: list[str] = Field(description="INSEE codes as they were given.")
    epcis: list[str]
    departements: list[str]
    outline: dict[str, Any] | None = Field(description="GeoJSON MultiPolygon, WGS84.")


class DefinitionOut(BaseModel):
    """What a territory is made of, and how many communes that is now."""

    id: str
    name: str
    composition: CompositionOut
    communes: int = Field(description="How many; GET /v1/territories/{territory_id}/communes lists them.")
    vintage: int | None = Field(description="Latest year of the communes' source.")
    crs: str = Field(description="Legal projection in which its cells are counted.")


class CommuneNamed(BaseModel):
    code: str
    name: str


class CommunesMoved(BaseModel):
    count: int
    items: list[CommuneNamed] = Field(description=f"The first {NAMED} by code.")


class CompositionEffect(BaseModel):
    """What a change does, or would do."""

    communes: int = Field(description="How many the territory has afterwards.")
    joining: CommunesMoved
    leaving: CommunesMoved
    listings_leaving: int = Field(
        description="Listings of the territory in communes that leave: they are withdrawn at once. Homes of communes"
        " that join are listed within seconds, where their landlords share them."
    )


class DefinitionChanged(DefinitionOut):
    """The territory as it is now, and what the change did."""

    effect: CompositionEffect


TERRITORY_EXAMPLE: Final[dict[str, Any]] = {
    "id": "val-de-garonne",
    "name": "Val de Garonne",
    "composition": {"communes": ["33063"], "epcis": [], "departements": [], "outline": None},
}
CHANGE_EXAMPLE: Final = {name: TERRITORY_EXAMPLE[name] for name in ("name", "composition")}
