"""Who asks to leave, leaves, or stays after all."""

import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.audit import service as audit
from registry.identity import service as identity
from registry.identity.errors import OrganisationMismatch
from registry.kernel.clock import now
from registry.offboarding.errors import OffboardingNotAsked, PurgeBegun, TerritoriesCoordinated
from registry.offboarding.models import Offboarding
from registry.offboarding.repository import departures as repository
from registry.platform.database import Database, Role


async def ask(*, session: AsyncSession, principal: Principal, named: uuid.UUID, notice_days: int) -> Offboarding:
    """Have the caller's organisation leave after the days of notice; asked again, nothing changes.

    Args:
        session: As ``Role.AUTH``, bound to the organisation.
        principal: The caller.
        named: The organisation as the caller names it, so that nobody leaves by accident.
        notice_days: In which all goes on, the stock can be exported, and the organisation may think again.

    Raises:
        OrganisationMismatch: It is not the caller's.
        TerritoriesCoordinated: It coordinates one.
    """
    own = own_organisation(principal)
    if named != own:
        raise OrganisationMismatch(field="organisation_id", value=str(named))
    await _check_free(session, own)
    if await repository.ask(session, own, timedelta(days=notice_days)):
        await _note(session, own, "offboarding-asked", {"notice_days": notice_days})
    return await read(session=session, principal=principal)


async def read(*, session: AsyncSession, principal: Principal) -> Offboarding:
    """Return when the caller's organisation leaves.

    Raises:
        OffboardingNotAsked: It does not.
    """
    found = await repository.read(session, own_organisation(principal))
    if found is None:
        raise OffboardingNotAsked
    return found


async def cancel_own(*, session: AsyncSession, principal: Principal) -> None:
    """Have the caller's organisation stay after all.

    Raises:
        OffboardingNotAsked: It was not to leave.
    """
    own = own_organisation(principal)
    if not await repository.cancel(session, own):
        raise OffboardingNotAsked
    await _note(session, own, "offboarding-cancelled", {})


async def leave(*, session: AsyncSession, organisation: uuid.UUID, retention_days: int) -> Offboarding:
    """Have an organisation leave now: all of it in this transaction of the job's; done before, nothing changes.

    Its listings go, its signatures and adhesions, clients, tokens, sessions and invitations end, its webhooks and
    sources stop. Its stock stays until it is purged.

    Raises:
        OrganisationUnknown, OrganisationDepartedAlready, TerritoriesCoordinated: As they say.
    """
    await _check_free(session, organisation)
    ended = await identity.depart(session=session, organisation=organisation)
    if ended is not None:
        await repository.leave(session, organisation, timedelta(days=retention_days))
        await _note(session, organisation, "left", {"ended": ended, "retention_days": retention_days})
    found = await repository.read(session, organisation)
    assert found is not None, "who leaves is noted in the same transaction"
    return found


async def leave_due(database: Database, *, retention_days: int) -> int:
    """Have those leave whose notice is over, each in a transaction of its own; return how many."""
    async with database.transaction(Role.JOB, actor="offboarding.leave") as session:
        due = await repository.due(session, now())
    for organisation in due:
        async with database.transaction(Role.JOB, actor="offboarding.leave") as session:
            await leave(session=session, organisation=organisation, retention_days=retention_days)
    return len(due)


async def cancel(*, session: AsyncSession, organisation: uuid.UUID) -> None:
    """Have an organisation stay that asked to leave, or has left and is not purged yet. As the job.

    Its people may sign in again. What was ended stays so: it signs again, is admitted again, makes clients anew.

    Raises:
        OffboardingNotAsked, PurgeBegun: As they say.
        OrganisationDepartedAlready: It was merged.
    """
    found = await repository.read(session, organisation)
    if found is None:
        raise OffboardingNotAsked
    if found.left_at is not None:
        await identity.stay(session=session, organisation=organisation)
    if not await repository.cancel(session, organisation):
        raise PurgeBegun(field="organisation", value=str(organisation))
    await _note(session, organisation, "offboarding-cancelled", {})


async def _check_free(session: AsyncSession, organisation: uuid.UUID) -> None:
    if await repository.coordinates(session, organisation):
        raise TerritoriesCoordinated(field="organisation", value=str(organisation))


async def _note(session: AsyncSession, organisation: uuid.UUID, verb: str, detail: dict[str, Any]) -> None:
    await audit.record(
        session, organisation=organisation, action=f"identity:organisation:{verb}", subject=str(organisation),
        detail=detail,
    )  # fmt: skip
