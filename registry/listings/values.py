"""The values of a search: how each is written, read and refused."""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticKnownError

from registry.kernel.geo import Box, LonLat, box_area_km2
from registry.kernel.validation import Wrong
from registry.listings.reach import FAR_M, MOST_M, NEAR_M, PLACES, PROFILES, SHOWN_FAMILIES, Asked
from registry.listings.tags import MAX_ROOMS
from registry.vocabulary.facts import FEATURES_BY_CODE
from registry.vocabulary.grid import GRADES, Grade
from registry.vocabulary.services import BY_CODE

MAX_AREA_KM2: Final = 2_827.0
"""The area of a circle of 30 km: no shape may ask for more than the largest radius does."""
MAX_LATITUDE: Final = 85.0
UUID: Final = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_MONTH: Final = re.compile(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])")
_METRES: Final = r"[3-9][0-9]{2}|1[0-4][0-9]{2}|1500"
_NUMBER: Final = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,17})?")


def numbers(value: Any, count: int, form: str) -> list[float]:
    """Read ``count`` decimal numbers; ``form`` names what is expected."""
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


def place(lon: float, lat: float) -> LonLat:
    """Read a place in WGS84 degrees; refuse what looks like France with its axes swapped."""
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


def near(value: str) -> LonLat:
    """Read ``lon,lat``."""
    lon, lat = numbers(value, 2, "lon,lat")
    return place(lon, lat)


def bbox(value: str) -> Box:
    """Read ``west,south,east,north``, of an area that may be asked for."""
    west, south, east, north = numbers(value, 4, "ouest,sud,est,nord (west,south,east,north)")
    place(west, south)
    place(east, north)
    if not (west < east and south < north):
        raise Wrong("l'ordre est ouest,sud,est,nord", "the order is west,south,east,north")
    box = Box(west, south, east, north)
    if box_area_km2(box) > MAX_AREA_KM2:
        raise Wrong(f"la zone dépasse {MAX_AREA_KM2:.0f} km²", f"the area is larger than {MAX_AREA_KM2:.0f} km²")
    return box


def month(value: str) -> date:
    """Read ``YYYY-MM`` as the first day of the month."""
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


def _grade(value: Any) -> Any:
    if value not in GRADES:
        raise Wrong(
            f"une annonce ne montre que la note, jamais l'indice : demandez {', '.join(GRADES)}",
            f"a listing shows the grade only, never the index: ask for {', '.join(GRADES)}",
        )
    return value


def service(value: str) -> Asked:
    """Read ``family:metres:profile``; refuse metres of which no band can prove anything."""
    family, metres, profile = parts if len(parts := value.split(":")) == 3 else ("", "", "")
    if profile not in PROFILES or (BY_CODE.get(family), profile) not in PLACES:
        families, profiles = ", ".join(each.code for each in SHOWN_FAMILIES), ", ".join(PROFILES)
        raise Wrong(
            f"la forme attendue est famille:mètres:profil, profil parmi {profiles}, famille parmi {families}",
            f"the expected form is family:metres:profile, profile one of {profiles}, family one of {families}",
        )
    if not re.fullmatch(_METRES, metres):
        raise Wrong(
            f"« {metres[:10]} » : une annonce montre les services à {NEAR_M} ou {FAR_M} m au plus ; demandez de"
            f" {NEAR_M} à {MOST_M} m",
            f"'{metres[:10]}': a listing shows services within {NEAR_M} or {FAR_M} m; ask for {NEAR_M} to {MOST_M} m",
        )
    return BY_CODE[family], int(metres), profile


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
Near = Annotated[str, _checked(near), Field(json_schema_extra={"pattern": f"^{_LON},{_LAT}$"})]
BBox = Annotated[str, _checked(bbox), Field(json_schema_extra={"pattern": f"^{_LON},{_LAT},{_LON},{_LAT}$"})]
Month = Annotated[str, _checked(month), Field(json_schema_extra={"pattern": r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"})]
Feature = Annotated[str, BeforeValidator(_known_feature), Field(json_schema_extra={"enum": list(FEATURES_BY_CODE)})]
IndexGrade = Annotated[Grade, BeforeValidator(_grade)]
Service = Annotated[
    str,
    _checked(service),
    Field(
        json_schema_extra={
            "pattern": f"^({'|'.join(each.code for each in SHOWN_FAMILIES)}):({_METRES}):({'|'.join(PROFILES)})$"
        },
        examples=["pharmacy:500:wheelchair"],
    ),
]
