"""The SQL of a landlord's reservation conventions."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation


class Convention(NamedTuple):
    """What is stated of one; ``None`` of a transfer: it does not say whether it is deducted from the flow."""

    departement: str
    quota_holder: str
    own_transfers: bool | None
    others_transfers: bool | None
    dated: dt.date | None
    updated_at: dt.datetime


_LOCK: Final = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('reservation_conventions', hashtext(CAST(:organisation AS text))))"
)
_LIST: Final = text(
    f"SELECT {', '.join(Convention._fields)} FROM reservation_conventions"
    " WHERE organisation_id = :organisation ORDER BY departement, quota_holder"
)
_READ: Final = text(
    f"SELECT {', '.join(Convention._fields)} FROM reservation_conventions"
    " WHERE organisation_id = :organisation AND departement = :departement AND quota_holder = :quota_holder"
)
_GIVEN: Final = (
    "jsonb_to_recordset(CAST(:items AS jsonb)) AS g (departement text, quota_holder text, own_transfers boolean,"
    " others_transfers boolean, dated date)"
)
_REMOVE: Final = text(
    f"DELETE FROM reservation_conventions c WHERE organisation_id = :organisation AND NOT EXISTS ("
    f"SELECT FROM {_GIVEN} WHERE g.departement = c.departement AND g.quota_holder = c.quota_holder)"
)
_WRITE: Final = text(
    f"""
    INSERT INTO reservation_conventions AS c (organisation_id, departement, quota_holder, own_transfers,
        others_transfers, dated)
    SELECT :organisation, departement, quota_holder, own_transfers, others_transfers, dated FROM {_GIVEN}
    ON CONFLICT (organisation_id, departement, quota_holder) DO UPDATE SET own_transfers = excluded.own_transfers,
        others_transfers = excluded.others_transfers, dated = excluded.dated, updated_at = now()
    WHERE (c.own_transfers, c.others_transfers, c.dated)
        IS DISTINCT FROM (excluded.own_transfers, excluded.others_transfers, excluded.dated)
    """
)


async def lock(session: AsyncSession, organisation: OwnOrganisation) -> None:
    """Hold the landlord's list, an empty one too, until the commit."""
    await session.execute(_LOCK, {"organisation": organisation})


async def all_of(session: AsyncSession, organisation: OwnOrganisation) -> list[Convention]:
    """Return the landlord's conventions by département and quota holder."""
    return [Convention(*row) for row in await session.execute(_LIST, {"organisation": organisation})]


async def read(
    session: AsyncSession, organisation: OwnOrganisation, departement: str, quota_holder: str
) -> Convention | None:
    values = {"organisation": organisation, "departement": departement, "quota_holder": quota_holder}
    row = (await session.execute(_READ, values)).one_or_none()
    return Convention(*row) if row else None


async def replace(session: AsyncSession, organisation: OwnOrganisation, items: Sequence[Mapping[str, Any]]) -> None:
    """Make these the landlord's conventions; those that stay as they are keep the time of their last change."""
    values = {"organisation": organisation, "items": orjson.dumps(items).decode()}
    await session.execute(_REMOVE, values)
    await session.execute(_WRITE, values)
