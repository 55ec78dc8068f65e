"""Media types and languages that a caller may ask for (RFC 9110 §12.5)."""

import gzip
from collections.abc import AsyncIterator
from typing import Final

from fastapi import Request

from registry.access.errors import MediaTypeUnavailable
from registry.kernel.text import Language, Text, preferred

JSON: Final = "application/json"
GEOJSON: Final = "application/geo+json"
CSV: Final = "text/csv"
ODS: Final = "application/vnd.oasis.opendocument.spreadsheet"
PDF: Final = "application/pdf"
PNG: Final = "image/png"
TILE: Final = "application/vnd.mapbox-vector-tile"
COMPRESSED_FROM: Final = 1_000
"""Bytes below which a packet is not saved."""
_ANY: Final = frozenset({"", "*/*", "application/*", JSON})


def chosen(request: Request, offered: tuple[str, ...]) -> str:
    """Return which of the ``offered`` types, the service's own preference first, the caller likes best.

    Raises:
        MediaTypeUnavailable: It accepts none of them.
    """
    accept = request.headers.get("accept", "")
    if accept in _ANY:  # nearly every request: nothing to weigh
        return offered[0]
    accept = ",".join(request.headers.getlist("accept"))
    ranges = dict(filter(None, map(_range, accept.split(","))))
    best = max(offered, key=lambda media_type: _quality(media_type, ranges))
    if _quality(best, ranges) <= 0:
        names = " / ".join(offered)
        raise MediaTypeUnavailable(
            field="Accept", value=accept, remedy=Text(f"Demandez « {names} ».", f"Ask for '{names}'.")
        )
    return best


async def resumed(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the pieces of an answer whose first one was waited for: what fails before it is answered as an error."""
    yield first
    async for piece in rest:
        yield piece


def coded(request: Request, body: bytes) -> tuple[bytes, dict[str, str]]:
    """Return a body as the caller takes it, gzipped where that is accepted and worth it, and the header that says so.

    At the fastest level: what is coded here is made for one caller and soon made again.
    """
    if len(body) < COMPRESSED_FROM or not accepts_gzip(request):
        return body, {}
    return gzip.compress(body, compresslevel=1, mtime=0), {"Content-Encoding": "gzip"}


def accepts_gzip(request: Request) -> bool:
    accepted = dict(filter(None, map(_weighed, ",".join(request.headers.getlist("accept-encoding")).split(","))))
    return accepted.get("gzip", accepted.get("*", 0.0)) > 0


def language_of(request: Request) -> Language:
    """Return French where the caller prefers it, English otherwise."""
    return preferred(request.headers.get("accept-language", ""))


def wants_geojson(request: Request) -> bool:
    """Return whether the caller prefers GeoJSON to JSON.

    Raises:
        MediaTypeUnavailable: It accepts neither.
    """
    return chosen(request, (JSON, GEOJSON)) == GEOJSON


def _range(text: str) -> tuple[str, float] | None:
    """Return a media range and its weight, or ``None`` for what is not one."""
    found = _weighed(text)
    return found if found and "/" in found[0] else None


def _weighed(text: str) -> tuple[str, float] | None:
    """Return a name and its weight, ``None`` where the weight is not one; parameters other than q do not count."""
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    weight = 1.0
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                weight = float(parameter[2:])
            except ValueError:
                return None
    return name, weight if 0 <= weight <= 1 else 0.0


def _quality(media_type: str, ranges: dict[str, float]) -> float:
    """Return the weight of the most specific range that holds the type, 0 where none does."""
    kind = media_type.split("/", maxsplit=1)[0]
    return next((ranges[name] for name in (media_type, f"{kind}/*", "*/*") if name in ranges), 0.0)
