"""Delete what an organisation left behind, once its time is over: some at a time, in any number of nights."""

import uuid
from typing import Final

import structlog

from registry.access.principal import Principal, own_organisation
from registry.audit import service as audit
from registry.identity import service as identity
from registry.kernel.clock import now
from registry.offboarding.repository import departures
from registry.offboarding.repository import purge as repository
from registry.platform.database import Database, Role

PURGE: Final = "offboarding.purge"
A_NIGHT: Final = 2_000
"""Full batches that one night's purge deletes at most; the next night goes on."""
log: Final = structlog.get_logger()


async def purge_due(database: Database, *, at_most: int = A_NIGHT) -> int:
    """Delete stock, facts, histories, files, sources and people of who has left long enough ago.

    The audit's chain, the signatures and how much there was stay. Each statement is a transaction of its own: where it
    is interrupted, the next one goes on.

    Returns:
        How many organisations nothing is left of.
    """
    async with database.transaction(Role.JOB, actor=PURGE) as session:
        due = await departures.to_purge(session)
    done = 0
    for organisation in due:
        at_most = await _purge_own(database, organisation, at_most)
        if at_most <= 0:
            log.info("purge_interrupted", organisation=str(organisation))
            break
        await _finish(database, organisation)
        done += 1
    return done


def _principal(organisation: uuid.UUID) -> Principal:
    return Principal(organisation, "landlord", PURGE, frozenset())


async def _purge_own(database: Database, organisation: uuid.UUID, at_most: int) -> int:
    own = own_organisation(_principal(organisation))
    async with database.transaction(Role.JOB, actor=PURGE) as session:
        found = await departures.read(session, organisation)
        if found is None or found.counts is not None:
            counts = None
        else:
            counts = await repository.counts(session, own)
            await departures.note(session, organisation, counts=counts)
    for table, most in repository.OWN:
        gone = most
        while gone == most and at_most > 0:
            async with database.transaction(Role.LANDLORD, organisation=organisation, actor=PURGE) as session:
                gone = await repository.delete_own(session, own, table, most)
            at_most -= gone == most
    return at_most


async def _finish(database: Database, organisation: uuid.UUID) -> None:
    own = own_organisation(_principal(organisation))
    async with database.transaction(Role.JOB, actor=PURGE) as session:
        found = await departures.read(session, organisation)
        accounts = await repository.delete_rest(session, own)
        await identity.leave_behind(session=session, organisation=organisation)
        await departures.note(session, organisation, purged_at=now())
        counts = found.counts if found and found.counts else {}
        await audit.record(
            session, organisation=organisation, action="identity:organisation:purged", subject=str(organisation),
            detail={**counts, "accounts": accounts},
        )  # fmt: skip
