"""Adapted homes that fall vacant: opened as homes change, announced to members, closed by what becomes of them.

The legal order is stated (CCH art. R.441-4), never enforced; what became of each home is on record.
"""

import datetime as dt
import uuid
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.preconditions import Precondition
from registry.access.principal import Principal, own_organisation
from registry.audit import service as audit
from registry.kernel.clock import date_in_france, now
from registry.platform import events
from registry.platform.database import Database, Role
from registry.stock.events import HomesChanged
from registry.transfers.errors import LargeHomeExpected, VacancyOngoing, VacatedHomeNotFound
from registry.transfers.events import HomesVacated
from registry.transfers.matching.adaptation import adaptation_is_asked
from registry.transfers.repository import sheets
from registry.transfers.repository import vacated as repository
from registry.transfers.repository.proposals import Proposal
from registry.transfers.repository.vacated import VacatedRow
from registry.transfers.schemas.vacated import OutcomeIn
from registry.transfers.service import law
from registry.vocabulary.transfers import LARGE_ROOMS, Outcome

FIRST: Final = uuid.UUID(int=0)
RETENTION_DAYS: Final = 3 * 365
"""How long a vacancy is kept after its end: as long as the scores that count it."""
MOST: Final = 200
"""Homes of one announcement."""
ACTOR: Final = "transfers.vacated"
LANDLORD: Final = "landlord"


async def follow_homes(session: AsyncSession, event: HomesChanged) -> None:
    """Open a vacancy for each adapted home that falls vacant, and end those that are over. As the homes' owner."""
    day = date_in_france(now())
    if event.removed_listing_ids:
        await repository.removed(session, event.removed_listing_ids, day)
    if event.home_ids:
        await repository.follow(session, event.home_ids, day)


def state_of(row: VacatedRow) -> str:
    """Return ``vacant``, ``asked`` (over, and nothing stated) or ``stated``."""
    if row.outcome is not None:
        return "stated"
    return "asked" if row.relet_on is not None else "vacant"


def _shown(row: VacatedRow) -> dict[str, Any]:
    month = f"{row.month:%Y-%m}" if row.month else None
    source = None if row.outcome is None else "landlord" if row.proposal_id is None else "proposal"
    return {**row._asdict(), "month": month, "state": state_of(row), "source": source}


async def list_vacated(
    *, session: AsyncSession, principal: Principal, state: str | None = None, after: uuid.UUID = FIRST, limit: int
) -> list[dict[str, Any]]:
    """Return the landlord's own adapted homes that fell vacant, by id; none to others."""
    if principal.kind != LANDLORD:
        return []
    rows = await repository.page(session, own_organisation(principal), state=state, after=after, limit=limit)
    return [_shown(row) for row in rows]


async def read_vacated(*, session: AsyncSession, principal: Principal, id_: uuid.UUID) -> dict[str, Any]:
    """Return one of them, with the legal priority.

    Raises:
        VacatedHomeNotFound: The landlord has none of that id.
    """
    landlord = principal.kind == LANDLORD
    row = await repository.read(session, own_organisation(principal), id_) if landlord else None
    if row is None:
        raise VacatedHomeNotFound
    rules = await law.rules_in_force(session=session)
    return {**_shown(row), "priority": law.stated(rules["adapted_home_priority"])}


async def state_outcome(
    *, session: AsyncSession, principal: Principal, id_: uuid.UUID, given: OutcomeIn, precondition: Precondition
) -> dict[str, Any]:
    """State what became of a home, at every allotment; a later statement replaces an earlier one.

    Raises:
        VacatedHomeNotFound, VersionChanged: As they say.
        LargeHomeExpected: A home of few rooms that was not under-occupied went to a family: that is a loss.
        VacancyOngoing: The notice is said to be withdrawn, and the home still falls vacant.
    """
    organisation = own_organisation(principal)
    version = await repository.lock(session, organisation, id_)
    if version is None:
        raise VacatedHomeNotFound
    precondition.check(version)
    present = await read_vacated(session=session, principal=principal, id_=id_)
    if given.outcome is Outcome.LARGE_TO_FAMILY and present["rooms"] < LARGE_ROOMS and not given.under_occupied:
        raise LargeHomeExpected(field="outcome", value=given.outcome.value)
    if given.outcome is Outcome.STAYED and present["relet_on"] is None:
        raise VacancyOngoing(field="outcome", value=given.outcome.value)
    said = given.model_dump(mode="json")
    if present["source"] == LANDLORD and all(present[name] == value for name, value in said.items()):
        return present
    await repository.state(session, organisation, id_, said)
    await audit.record(
        session, organisation=organisation, action="transfers:vacated:stated", subject=str(id_), detail=said
    )
    return await read_vacated(session=session, principal=principal, id_=id_)


async def note_lease(*, session: AsyncSession, principal: Principal, proposal: Proposal) -> None:
    """State what became of a vacated adapted home that is let by a proposal: it goes to somebody who needs it.

    As of today, with the proposal as its source; what its landlord stated stays, and what it states later counts. A
    proposal of which no demand rests on an adaptation of the home says nothing of whether that one is needed, and
    states nothing: its landlord is asked.
    """
    organisation = own_organisation(principal)
    demands = [each["code"] for each in proposal.shared.get("demands", ())]
    home = await sheets.home(session, organisation, proposal.listing_id) if demands else None
    if home is None or not adaptation_is_asked(demands, home.adapted()):
        return
    id_ = await repository.allot(
        session, organisation, listing=proposal.listing_id, proposal=proposal.id,
        proposed_on=date_in_france(proposal.created_at), outcome=Outcome.NEEDED.value,
    )  # fmt: skip
    if id_ is not None:
        detail = {"examined": True, "outcome": Outcome.NEEDED.value, "proposal": str(proposal.id)}
        await audit.record(
            session, organisation=organisation, action="transfers:vacated:stated", subject=str(id_), detail=detail
        )


async def take_back(*, session: AsyncSession, proposal: uuid.UUID) -> None:
    """Ask anew what becomes of a home whose lease came to nothing. As the job."""
    for organisation, id_ in await repository.reopen(session, proposal):
        await audit.record(
            session, organisation=organisation, action="transfers:vacated:reopened", subject=str(id_),
            detail={"proposal": str(proposal)},
        )  # fmt: skip


async def announce(database: Database) -> int:
    """Tell the members of each territory which adapted homes fell vacant, each once; return how many homes."""
    told = 0
    async with database.transaction(Role.JOB, actor=ACTOR) as session:
        territories = await repository.unannounced(session)
    for territory, slug in territories:
        async with database.transaction(Role.JOB, actor=ACTOR) as session:
            found = await repository.announce(session, territory, MOST)
            if found:
                homes = [(row.organisation_id, row.listing_id, row.month) for row in found]
                members = await repository.searching(session, territory)
                await events.publish(session, HomesVacated(slug, homes, members))
                told += len(found)
    return told


async def keep(database: Database) -> None:
    """Open what no change of a home opened, and delete what ended three years ago. Each night."""
    day = date_in_france(now())
    async with database.transaction(Role.JOB, actor=ACTOR) as session:
        await repository.sweep(session, day)
        await repository.forget(session, day - dt.timedelta(days=RETENTION_DAYS))
