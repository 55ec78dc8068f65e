"""The SQL of lift outages."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation

STANDING: Final[LiteralString] = """
    FROM lift_outages o WHERE o.organisation_id = h.organisation_id AND o.residence_id = h.residence_id
        AND (o.building_id IS NULL OR o.building_id = h.building_id)
        AND o.ended_at IS NULL AND o.started_at <= now()
"""
"""The outages ``o`` that last of the lifts of a home ``h``. As the landlord or the job."""
OUT_OF_SERVICE: Final[LiteralString] = f"EXISTS (SELECT {STANDING})"
"""Whether a lift of a home ``h`` stands: of its building, or of its whole residence. As the landlord or the job."""

_SHOWN: Final = """
    SELECT o.id, r.ref AS residence_ref, b.ref AS building_ref, o.lift, o.source, o.started_at, o.expected_end,
        o.ended_at, o.updated_at, o.version, o.residence_id
    FROM lift_outages o
    JOIN residences r ON r.organisation_id = o.organisation_id AND r.id = o.residence_id
    LEFT JOIN buildings b ON b.organisation_id = o.organisation_id AND b.residence_id = o.residence_id
        AND b.id = o.building_id
    WHERE o.organisation_id = :organisation
"""
_READ: Final = text(f"{_SHOWN} AND o.id = :id")
_LOCK: Final = text(f"{_SHOWN} AND o.id = :id FOR NO KEY UPDATE OF o")
_FILTERED: Final = """
    AND (CAST(:open AS boolean) IS NULL OR (o.ended_at IS NULL) = CAST(:open AS boolean))
    AND (CAST(:residence_ref AS text) IS NULL OR o.residence_id = (SELECT id FROM residences
        WHERE organisation_id = :organisation AND ref = CAST(:residence_ref AS text)))
"""
_PAGE: Final = text(f"{_SHOWN} AND o.id > :after {_FILTERED} ORDER BY o.id LIMIT :limit")
_PLACE: Final = text(
    """
    SELECT r.id AS residence_id, b.id AS building_id FROM residences r
    LEFT JOIN buildings b ON b.organisation_id = r.organisation_id AND b.residence_id = r.id
        AND b.ref = CAST(:building_ref AS text)
    WHERE r.organisation_id = :organisation AND r.ref = :ref
    """
)
# Moments are never later than the transaction's own, by which they are compared: a caller's clock may be ahead of ours.
_ADD: Final = text(
    """
    INSERT INTO lift_outages (organisation_id, id, residence_id, building_id, lift, source, started_at, expected_end)
    VALUES (:organisation, :id, :residence_id, :building_id, :lift, :source,
        least(coalesce(CAST(:started_at AS timestamptz), now()), now()), :expected_end)
    ON CONFLICT (organisation_id, residence_id, building_id, lift) WHERE ended_at IS NULL DO NOTHING
    RETURNING id
    """
)
_CHANGE: Final = text(
    """
    UPDATE lift_outages SET expected_end = :expected_end,
        ended_at = CASE WHEN CAST(:ended_at AS timestamptz) IS NOT NULL
            THEN least(CAST(:ended_at AS timestamptz), now()) END,
        version = version + 1, updated_at = now()
    WHERE organisation_id = :organisation AND id = :id
    """
)
_OTHER_OPEN: Final = text(
    """
    SELECT EXISTS (SELECT FROM lift_outages o JOIN lift_outages other ON other.organisation_id = o.organisation_id
        AND other.residence_id = o.residence_id AND other.building_id IS NOT DISTINCT FROM o.building_id
        AND other.lift IS NOT DISTINCT FROM o.lift AND other.id <> o.id AND other.ended_at IS NULL
        WHERE o.organisation_id = :organisation AND o.id = :id)
    """
)
_EXPIRE: Final = text("DELETE FROM lift_outages WHERE ended_at < now() - interval '24 months'")


class Outage(NamedTuple):
    """A lift outage as its landlord is shown it, and the residence that it is of."""

    id: uuid.UUID
    residence_ref: str
    building_ref: str | None
    lift: str | None
    source: str
    started_at: datetime
    expected_end: datetime | None
    ended_at: datetime | None
    updated_at: datetime
    version: int
    residence_id: uuid.UUID


class Place(NamedTuple):
    """Ids of a residence and of one of its buildings, where it has that one."""

    residence_id: uuid.UUID
    building_id: uuid.UUID | None


async def place(
    session: AsyncSession, organisation: OwnOrganisation, ref: str, building_ref: str | None
) -> Place | None:
    """Return where a lift stands; ``None``: there is no such residence."""
    values = {"organisation": organisation, "ref": ref, "building_ref": building_ref}
    row = (await session.execute(_PLACE, values)).one_or_none()
    return Place(*row) if row else None


async def add(session: AsyncSession, organisation: OwnOrganisation, row: Mapping[str, Any]) -> bool:
    """Write an outage, unless one of the same lift is open; return whether it was written."""
    return (await session.execute(_ADD, {"organisation": organisation, **row})).one_or_none() is not None


async def read(session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID) -> Outage | None:
    row = (await session.execute(_READ, {"organisation": organisation, "id": id_})).one_or_none()
    return Outage(*row) if row else None


async def lock(session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID) -> Outage | None:
    """Return an outage and hold it until the commit."""
    row = (await session.execute(_LOCK, {"organisation": organisation, "id": id_})).one_or_none()
    return Outage(*row) if row else None


async def change(
    session: AsyncSession,
    organisation: OwnOrganisation,
    id_: uuid.UUID,
    *,
    expected_end: datetime | None,
    ended_at: datetime | None,
) -> None:
    values = {"organisation": organisation, "id": id_, "expected_end": expected_end, "ended_at": ended_at}
    await session.execute(_CHANGE, values)


async def other_open(session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID) -> bool:
    """Return whether another outage of the same lift is open."""
    return bool((await session.execute(_OTHER_OPEN, {"organisation": organisation, "id": id_})).scalar_one())


async def page(
    session: AsyncSession,
    organisation: OwnOrganisation,
    *,
    after: uuid.UUID,
    limit: int,
    is_open: bool | None,
    residence_ref: str | None,
) -> list[Outage]:
    """Return outages in the order in which they were stated, after the one of the id ``after``."""
    values = {
        "organisation": organisation, "after": after, "limit": limit, "open": is_open, "residence_ref": residence_ref,
    }  # fmt: skip
    return [Outage(*row) for row in await session.execute(_PAGE, values)]


async def expire(session: AsyncSession) -> None:
    """Delete the outages that ended more than 24 months ago, everybody's. As the job."""
    await session.execute(_EXPIRE)
