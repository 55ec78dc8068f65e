"""Read services: as arrays for the search, one by one for an explanation, around a point for a caller."""

import math
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.geo import Box, LonLat
from registry.surroundings.entrances import REASONS, Reason
from registry.surroundings.places import Places
from registry.surroundings.repository import services
from registry.vocabulary.services import Family

_METRES_PER_DEGREE: Final = 110_500.0
"""Less than anywhere on the ellipsoid between the equator and 52°: a box of degrees then holds the circle."""


async def load_services(*, session: AsyncSession, srid: int, box: Box) -> Places:
    """Return the services in a box as arrays, of each place one.

    Args:
        srid: EPSG code of the legal projection, in metres, of ``box`` and of the answer.
    """
    return await services.load(session, srid, box)


async def describe_services(*, session: AsyncSession, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return by id what an explanation says of services; an id that is gone is left out."""
    return {row["id"]: shown(row) for row in (await services.describe(session, ids)).values()}


async def services_near(
    *, session: AsyncSession, place: LonLat, within_m: int, family: Family | None, after: str, limit: int
) -> list[dict[str, Any]]:
    """Return the services around a place by distance, as the API shows them; ``key`` is their order."""
    north = within_m / _METRES_PER_DEGREE
    east = north / math.cos(math.radians(min(abs(place.lat) + north, 89)))
    box = Box(place.lon - east, place.lat - north, place.lon + east, place.lat + north)
    rows = await services.near(
        session, box=box, lon=place.lon, lat=place.lat, within_m=within_m,
        family=family.value if family else None, after=after, limit=limit,
    )  # fmt: skip
    return [{**shown(row), "distance_m": round(row["distance_m"]), "key": row["key"]} for row in rows]


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as it is shown: family by code, the entrance with its reasons, the source with its licence."""
    facts = row["facts"]
    return {
        "id": row["id"],
        "ref": row["ref"],
        "family": Family(row["family"]).code,
        "name": row["name"],
        "position": {"lon": row["lon"], "lat": row["lat"]},
        "entrance": {
            "wheelchair": row["wheelchair"],
            "reasons": [{"code": code, "label": REASONS[Reason(code)]._asdict()} for code in row["reasons"]],
            "steps": row["steps"],
            "step_height_cm": facts.get("step_height_cm"),
            "door_width_cm": row["door_width_cm"],
            "ramp": facts.get("ramp"),
            **{name: _said(facts.get(name)) for name in ("level", "bell", "help", "dedicated", "automatic_door")},
        },
        "source": {
            "name": row["source"],
            "kind": row["kind"],
            "licence": row["licence"],
            "attribution": row["attribution"],
            "data_date": row["data_date"],
        },
        "checked_on": row["checked_on"],
    }


def _said(value: bool | None) -> str:  # noqa: FBT001  # a fact in three values
    return "unknown" if value is None else "yes" if value else "no"
