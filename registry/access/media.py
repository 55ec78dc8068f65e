"""Media types that a caller may ask for."""

from typing import Final

from fastapi import Request

from registry.kernel.errors import NotAcceptable
from registry.kernel.text import Text

JSON: Final = "application/json"
GEOJSON: Final = "application/geo+json"
_ANY: Final = frozenset({"", "*/*", "application/*", JSON})


class MediaTypeUnavailable(NotAcceptable):
    title = Text("Format de réponse non disponible", "Media type not available")
    remedy = Text(
        f"Demandez « Accept: {JSON} » ou « Accept: {GEOJSON} ».",
        f"Ask for 'Accept: {JSON}' or 'Accept: {GEOJSON}'.",
    )


def wants_geojson(request: Request) -> bool:
    """Return whether the caller prefers GeoJSON to JSON; the first of the two that ``Accept`` names counts.

    Raises:
        MediaTypeUnavailable: It accepts neither.
    """
    accept = request.headers.get("accept", "")
    if accept in _ANY:
        return False
    named = [part.split(";")[0].strip().lower() for part in accept.split(",")]
    for media_type in named:
        if media_type == GEOJSON:
            return True
        if media_type in _ANY:
            return False
    raise MediaTypeUnavailable(field="Accept", value=accept)
