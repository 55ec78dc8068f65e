"""Lift outages: a home whose lift stands is not reached as its facts say, for as long as it stands."""

import uuid
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.preconditions import Precondition
from registry.access.principal import OwnOrganisation, Principal, own_organisation
from registry.audit import service as audit
from registry.kernel.clock import now
from registry.kernel.ids import new_id
from registry.platform import events
from registry.platform.database import Database, Role
from registry.stock.errors import (
    BuildingUnknown,
    LiftOutageEndsBeforeItStarts,
    LiftOutageInFuture,
    LiftOutageNotFound,
    LiftOutageOpen,
    ResidenceNotFound,
)
from registry.stock.events import HomesChanged, LiftOutageChanged
from registry.stock.repository import homes
from registry.stock.repository import outages as repository
from registry.stock.repository.outages import STANDING, Outage
from registry.stock.schemas.outages import LiftOutageChange, LiftOutageIn

__all__ = ["STANDING", "Outage", "change_outage", "expire", "list_outages", "read_outage", "start_outage"]

EXPIRE: Final = "stock.expire_outages"
CLOCKS_DIFFER: Final = timedelta(minutes=5)
"""By how much a caller's clock may be ahead of ours: what it says is taken as now."""
CHUNK: Final = 1_000
"""Homes of one event."""


async def start_outage(*, session: AsyncSession, principal: Principal, ref: str, given: LiftOutageIn) -> Outage:
    """State that a lift of a residence stands; the listings of its homes follow.

    Raises:
        ResidenceNotFound, BuildingUnknown: There is none of that reference.
        LiftOutageInFuture, LiftOutageEndsBeforeItStarts: As they say.
        LiftOutageOpen: An outage of the same lift is open.
    """
    organisation = own_organisation(principal)
    _require_past("started_at", given.started_at)
    _require_order("expected_end", given.started_at or now(), given.expected_end)
    place = await repository.place(session, organisation, ref, given.building_ref)
    if place is None:
        raise ResidenceNotFound
    if given.building_ref is not None and place.building_id is None:
        raise BuildingUnknown(field="building_ref", value=given.building_ref)
    id_ = new_id()
    row: dict[str, Any] = {**given.model_dump(exclude={"building_ref"}), **place._asdict(), "id": id_}
    if not await repository.add(session, organisation, row):
        raise LiftOutageOpen(field="lift", value=given.lift)
    made = await read_outage(session=session, principal=principal, id_=id_)
    await _tell(session, organisation, made, "started")
    return made


async def change_outage(
    *,
    session: AsyncSession,
    principal: Principal,
    id_: uuid.UUID,
    given: LiftOutageChange,
    precondition: Precondition,
) -> Outage:
    """State when a lift is expected to run again, and since when it does; both replace what was stated.

    An end that was stated by mistake is withdrawn by ``ended_at: null``. The same statement again changes nothing.

    Raises:
        LiftOutageNotFound, VersionChanged: As they say.
        LiftOutageInFuture, LiftOutageEndsBeforeItStarts: As they say.
        LiftOutageOpen: The end is withdrawn, and another outage of the same lift was stated since.
    """
    organisation = own_organisation(principal)
    present = await repository.lock(session, organisation, id_)
    if present is None:
        raise LiftOutageNotFound
    precondition.check(present.version)
    _require_past("ended_at", given.ended_at)
    _require_order("expected_end", present.started_at, given.expected_end)
    _require_order("ended_at", present.started_at, given.ended_at)
    if (given.expected_end, given.ended_at) == (present.expected_end, present.ended_at):
        return present
    if given.ended_at is None and await repository.other_open(session, organisation, id_):
        raise LiftOutageOpen(field="ended_at", value=None)
    await repository.change(
        session, organisation, id_, expected_end=given.expected_end, ended_at=given.ended_at
    )  # fmt: skip
    changed = await read_outage(session=session, principal=principal, id_=id_)
    await _tell(session, organisation, changed, _change(present, changed))
    return changed


def _change(before: Outage, after: Outage) -> Literal["started", "changed", "ended"]:
    if (before.ended_at is None) == (after.ended_at is None):
        return "changed"
    return "started" if after.ended_at is None else "ended"


async def read_outage(*, session: AsyncSession, principal: Principal, id_: uuid.UUID) -> Outage:
    """Return one of the landlord's own outages.

    Raises:
        LiftOutageNotFound: There is none of that id.
    """
    found = await repository.read(session, own_organisation(principal), id_)
    if found is None:
        raise LiftOutageNotFound
    return found


async def list_outages(
    *,
    session: AsyncSession,
    principal: Principal,
    after: uuid.UUID,
    limit: int,
    is_open: bool | None = None,
    residence_ref: str | None = None,
) -> list[Outage]:
    """Return outages in the order in which they were stated; ``is_open``: those that last, or those that ended."""
    return await repository.page(
        session, own_organisation(principal), after=after, limit=limit, is_open=is_open, residence_ref=residence_ref
    )


async def expire(database: Database) -> None:
    """Delete the outages that ended more than 24 months ago: they tell of nothing that somebody still decides by."""
    async with database.transaction(Role.JOB, actor=EXPIRE) as session:
        await repository.expire(session)


def _require_past(field: str, moment: datetime | None) -> None:
    if moment is not None and moment > now() + CLOCKS_DIFFER:
        raise LiftOutageInFuture(field=field, value=moment.isoformat())


def _require_order(field: str, start: datetime, end: datetime | None) -> None:
    if end is not None and end < start:
        raise LiftOutageEndsBeforeItStarts(field=field, value=end.isoformat())


async def _tell(
    session: AsyncSession,
    organisation: OwnOrganisation,
    outage: Outage,
    change: Literal["started", "changed", "ended"],
) -> None:
    """Have the listings of the residence's homes follow, whoever wants to know be told, and the change be recorded."""
    homes_there = await homes.of_residences(session, organisation, [outage.residence_id])
    for start in range(0, len(homes_there), CHUNK):
        await events.publish(session, HomesChanged(organisation, homes_there[start : start + CHUNK]))
    told = LiftOutageChanged(
        organisation, outage.id, change, outage.residence_ref, outage.building_ref, outage.lift, outage.started_at,
        outage.expected_end, outage.ended_at,
    )  # fmt: skip
    await events.publish(session, told)
    await audit.record(
        session, organisation=organisation, action=f"stock:lift_outage:{change}", subject=str(outage.id),
    )  # fmt: skip
