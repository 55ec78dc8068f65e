"""The time for which a home is kept for a proposal: exclusive, of the charter's days, ending by itself."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.clock import now
from registry.kernel.text import Text, moment_said
from registry.transfers.errors import HomeHeld, HomeNotFree
from registry.transfers.repository import proposals as repository
from registry.transfers.repository.proposals import Proposal
from registry.transfers.workflow import HOLDING, Action, State, Transition


def state_now(proposal: Proposal) -> State:
    """Return the state by the clock: a hold whose time has ended holds nothing, whether the job has said so or not."""
    state = State(proposal.state)
    lapsed = state in HOLDING and (proposal.held_until is None or proposal.held_until <= now())
    return State.STUDIED if lapsed else state


def by_the_clock(proposal: Proposal) -> Proposal:
    """Return a proposal as it stands now, whether the job has said so or not."""
    state = state_now(proposal)
    if state is State(proposal.state):
        return proposal
    return proposal._replace(state=state.value, reason=None, held_until=None)


async def keep(
    *, session: AsyncSession, proposal: Proposal, action: Action, step: Transition
) -> datetime | None:  # fmt: skip
    """Keep, go on keeping, or let go the home, as a step asks; return until when it is kept.

    Raises:
        HomeNotFree: Its listing says that it is not free, nor soon.
        HomeHeld: It is kept for another proposal; until when, and not for whom.
    """
    if step.target is State.LEASED:
        await repository.end_hold(session, proposal.id, for_good=True)
        return None
    if step.target not in HOLDING:
        await repository.end_hold(session, proposal.id)
        return None
    if not step.holds:
        return proposal.held_until
    days = await repository.hold_days(session, proposal.territory_id, proposal.owner_id)
    if action is not Action.HOLD:
        return await repository.extend(session, proposal.id, days)
    # Not shared at present is no obstacle: the owner may have marked it as reserved, for this proposal.
    if await repository.is_bookable(session, proposal.listing_id) is False:
        raise HomeNotFree
    until = await repository.hold(session, proposal.id, days)
    if until is None:
        other = await repository.kept_until(session, proposal.listing_id)
        if other is None:
            raise HomeHeld(field="held_until")
        moment = moment_said(other)
        raise HomeHeld(
            Text(f"Réservé jusqu'au {moment.fr}", f"Kept until {moment.en}"),
            field="held_until", value=other.isoformat(),
        )  # fmt: skip
    return until
