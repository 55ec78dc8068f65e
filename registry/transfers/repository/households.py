"""The SQL of what the protections ask of a case: its present home, and how often somebody said no."""

import uuid
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.transfers.repository.places import QUARTERS


class PresentHome(NamedTuple):
    """The present home of a case.

    Attributes:
        in_qpv: Whether it is in a priority quarter (QPV); ``None``: not known.
    """

    rooms: int
    commune: str
    in_qpv: bool | None


_HOME: Final = text(
    f"""
    SELECT h.rooms, r.commune_code,
        CASE WHEN EXISTS (SELECT FROM unnest({QUARTERS}) AS code
            WHERE code LIKE 'qpv:%') THEN true END
    FROM homes h
    JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
    LEFT JOIN buildings b ON b.organisation_id = h.organisation_id AND b.id = h.building_id
    WHERE h.organisation_id = :organisation AND h.ref = :ref
    """
)
_REFUSALS: Final = text(
    "SELECT count(*) FROM transfer_proposals"
    " WHERE organisation_id = :organisation AND case_id = :case_id AND state = 'refused'"
)


async def present_home(session: AsyncSession, organisation: OwnOrganisation, ref: str) -> PresentHome | None:
    row = (await session.execute(_HOME, {"organisation": organisation, "ref": ref})).one_or_none()
    return PresentHome(*row) if row else None


async def refusals(session: AsyncSession, organisation: OwnOrganisation, case_id: uuid.UUID) -> int:
    """Return how many homes proposed for a case were refused."""
    values = {"organisation": organisation, "case_id": case_id}
    counted: int = (await session.execute(_REFUSALS, values)).scalar_one()
    return counted
