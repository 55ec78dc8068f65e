"""The SQL of where residences are entered."""

import uuid
from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation

# Each building of known position has a door there; a residence without one has its own.
_DOORS: Final = """
    SELECT r.organisation_id, r.id, b.id, ST_X(coalesce(b.position, r.at)), ST_Y(coalesce(b.position, r.at))
    FROM ({residences}) r
    LEFT JOIN buildings b ON b.organisation_id = r.organisation_id AND b.residence_id = r.id AND b.position IS NOT NULL
    ORDER BY r.organisation_id, r.id, b.id
"""
_RESIDENCES: Final = "SELECT organisation_id, id, coalesce(position, found_position) AS at FROM residences"
_PAGE: Final = text(
    _DOORS.format(
        residences=f"{_RESIDENCES} WHERE (organisation_id, id) > (:organisation, :residence)"
        " ORDER BY organisation_id, id LIMIT :limit"
    )
)
_OWN: Final = text(_DOORS.format(residences=f"{_RESIDENCES} WHERE organisation_id = :organisation AND ref = :ref"))
_OF_BUILDING: Final = text(
    f"""
    SELECT r.organisation_id, r.id, CASE WHEN b.position IS NOT NULL THEN b.id END,
        ST_X(coalesce(b.position, r.at)), ST_Y(coalesce(b.position, r.at)), b.id IS NOT NULL
    FROM ({_RESIDENCES} WHERE organisation_id = :organisation AND ref = :ref) r
    LEFT JOIN buildings b ON b.organisation_id = r.organisation_id AND b.residence_id = r.id AND b.ref = :building_ref
    """
)


class Door(NamedTuple):
    """Where a residence is entered, in WGS84 degrees; ``None`` where nobody knows where the residence is.

    ``building_id`` is ``None`` for the position of the residence as a whole.
    """

    organisation_id: uuid.UUID
    residence_id: uuid.UUID
    building_id: uuid.UUID | None
    lon: float | None
    lat: float | None


async def page(session: AsyncSession, after: tuple[uuid.UUID, uuid.UUID], limit: int) -> list[Door]:
    """Return the doors of the next ``limit`` residences of all landlords. As the job."""
    values = {"organisation": after[0], "residence": after[1], "limit": limit}
    return [Door(*row) for row in await session.execute(_PAGE, values)]


async def of_residence(session: AsyncSession, organisation: OwnOrganisation, ref: str) -> Sequence[Door]:
    """Return the doors of one of the organisation's residences; none: there is no such residence."""
    return [Door(*row) for row in await session.execute(_OWN, {"organisation": organisation, "ref": ref})]


async def of_building(
    session: AsyncSession, organisation: OwnOrganisation, ref: str, building_ref: str
) -> tuple[Door, bool] | None:
    """Return the door of a building of one of the organisation's residences, and whether it has that building.

    The door of a building whose place nobody knows is the residence's. ``None``: there is no such residence.
    """
    values = {"organisation": organisation, "ref": ref, "building_ref": building_ref}
    row = (await session.execute(_OF_BUILDING, values)).one_or_none()
    return row and (Door(*row[:5]), row[5])
