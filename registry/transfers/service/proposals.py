"""Proposals: made by the landlord of a case to the landlord of a home, and taken from step to step by both."""

import uuid
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import orjson
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.errors import ScopeMissing
from registry.access.preconditions import Precondition
from registry.access.principal import Principal, own_organisation
from registry.access.scopes import Scope
from registry.audit import service as audit
from registry.kernel.clock import today
from registry.kernel.text import Text
from registry.listings.errors import ListingNotFound
from registry.transfers import errors
from registry.transfers.matching.requirements import judge, requirements
from registry.transfers.need import NeedProfile
from registry.transfers.repository import proposals as repository
from registry.transfers.repository.proposals import Proposable, Proposal, Step, Waiting
from registry.transfers.schemas.proposals import ProposalIn, StepIn
from registry.transfers.service import help as moving
from registry.transfers.service import vacated
from registry.transfers.service.holds import by_the_clock, keep, state_now
from registry.transfers.service.sides import as_read, carries_cases, parties_of
from registry.transfers.workflow import (
    ENDED,
    HOUSED,
    TOLD,
    TRANSITIONS,
    Action,
    Party,
    State,
    Transition,
    awaited,
    leads_on,
    possible,
)

__all__ = [
    "Proposal", "Step", "Waiting", "awaited_now", "carries_cases", "demands_of", "is_told", "leads_on",
    "list_proposals", "list_steps", "parties_of", "possible_now", "propose", "read", "read_demands",
    "reasons_of", "take_step", "waiting",
]  # fmt: skip

MOST_OPEN: Final = 20
"""Open proposals of one case: more would be no search for a home but a survey of homes."""
PROPOSE: Final = "propose"
"""The first step of each proposal."""
_HOUSED_ONCE: Final = "uq_transfer_proposals_housed"


async def propose(*, session: AsyncSession, principal: Principal, given: ProposalIn) -> Proposal:
    """Propose a home to its landlord for a case of one's own.

    Raises:
        CaseNotFound, CaseClosed, ConsentOver: Of the case.
        ListingNotFound, HomeElsewhere, HomeNotFree: Of the home.
        ProposalOpen, ProposalsTooMany: As they say.
    """
    organisation = own_organisation(principal)
    case = await repository.case(session, organisation, given.case_ref)
    if case is None:
        raise errors.CaseNotFound(field="case_ref", value=given.case_ref)
    if case.closed:
        raise errors.CaseClosed(field="case_ref", value=given.case_ref)
    if case.consent_until < today():
        raise errors.ConsentOver(field="case_ref", value=given.case_ref)
    home = await repository.listing(session, given.listing_id, list(principal.territories.values()))
    if home is None:
        raise ListingNotFound(field="listing_id", value=str(given.listing_id))
    if home.territory_id != case.territory_id:
        raise errors.HomeElsewhere(field="listing_id", value=str(given.listing_id))
    if not home.bookable:
        raise errors.HomeNotFree(field="listing_id", value=str(given.listing_id))
    if case.open_proposals >= MOST_OPEN:
        raise errors.ProposalsTooMany(field="case_ref", value=given.case_ref)
    id_ = await repository.add(
        session, organisation,
        {
            "owner_id": home.organisation_id, "territory_id": home.territory_id, "case_id": case.id,
            "listing_id": given.listing_id, "shared": orjson.dumps(_shared(case.need, home)).decode(),
            "shared_until": case.consent_until, "month": home.available_month,
            "answer_by": today() + timedelta(days=home.answer_days),
        },
    )  # fmt: skip
    if id_ is None:
        raise errors.ProposalOpen(field="listing_id", value=str(given.listing_id))
    await repository.say(
        session, id_, party=Party.ORIGIN.value, action=PROPOSE, state=State.PROPOSED.value, reason=None
    )  # fmt: skip
    made = await read(session=session, principal=principal, id_=id_)
    await audit.record(
        session, organisation=organisation, action="transfers:proposal:made", subject=str(id_),
        detail={"case": str(case.id), "listing": str(given.listing_id), "owner": str(home.organisation_id)},
    )  # fmt: skip
    return made


def _shared(need: dict[str, Any], home: Proposable) -> dict[str, Any]:
    """Return what the owner has to know: the demands on the home, by code, and whether its listing proves each."""
    held = frozenset(home.tags)
    asked = requirements(NeedProfile.model_validate_json(orjson.dumps(need)))
    return {"demands": [{"code": each.code, "fit": judge(each, held, home.floor_top).value} for each in asked]}


async def read(*, session: AsyncSession, principal: Principal, id_: uuid.UUID) -> Proposal:
    """Return a proposal of which the caller's organisation is a side.

    Raises:
        ProposalNotFound: There is none such.
    """
    row = await repository.read(session, own_organisation(principal), id_) if _takes_part(principal) else None
    found = as_read(principal, row)
    if found is None:
        raise errors.ProposalNotFound
    return by_the_clock(found)


async def list_proposals(
    *,
    session: AsyncSession,
    principal: Principal,
    before: tuple[datetime, uuid.UUID],
    limit: int,
    side: str | None = None,
    state: str | None = None,
    is_open: bool | None = None,
    case_id: uuid.UUID | None = None,
) -> list[Proposal]:
    """Return proposals of which the caller's organisation is a side, the latest first.

    Those that it made are for who may know of its cases.

    Args:
        before: Moment and id before which the page begins.
        side: Only those that it made (``origin``), or that are of its homes (``owner``).
    """
    if not _takes_part(principal):
        return []
    if not carries_cases(principal):
        if side == Party.ORIGIN or case_id is not None:
            return []
        side = Party.OWNER.value
    rows = await repository.page(
        session, own_organisation(principal), before=before, limit=limit, side=side, state=state, is_open=is_open,
        case_id=case_id,
    )  # fmt: skip
    found = (as_read(principal, row) for row in rows)
    return [by_the_clock(row) for row in found if row is not None]


async def list_steps(
    *, session: AsyncSession, principal: Principal, id_: uuid.UUID, after: int = 0, limit: int = 1_000
) -> list[Step]:
    """Return what was done to a proposal, in order.

    Raises:
        ProposalNotFound: There is none such.
    """
    await read(session=session, principal=principal, id_=id_)
    return await repository.steps(session, own_organisation(principal), id_, after=after, limit=limit)


async def waiting(*, session: AsyncSession, principal: Principal) -> Waiting:
    """Return how many open proposals wait for a step of the caller, of those that it may take."""
    if not _takes_part(principal):
        return Waiting(0, 0)
    allowed = {
        Party.ORIGIN: Scope.TRANSFERS_WRITE in principal.scopes,
        Party.OWNER: Scope.TRANSFERS_ANSWER in principal.scopes,
    }
    states = {party: [state.value for state in State if state not in HOUSED - {State.LEASED} and may
                      and awaited(state) is party] for party, may in allowed.items()}  # fmt: skip
    return await repository.waiting(
        session, own_organisation(principal), origin=states[Party.ORIGIN], owner=states[Party.OWNER]
    )


def awaited_now(proposal: Proposal) -> Party | None:
    """Return whose step leads a proposal on; ``None``: it has ended."""
    return None if proposal.closed_at is not None else awaited(state_now(proposal))


def possible_now(principal: Principal, proposal: Proposal) -> list[Action]:
    """Return the steps that the caller may take, in the order of a proposal's life."""
    if proposal.closed_at is not None:
        return []
    state = state_now(proposal)
    allowed = {action for party in parties_of(principal, proposal) for action in possible(state, party)}
    return [action for action, step in TRANSITIONS.items() if action in allowed and step.scope in principal.scopes]


def reasons_of(action: Action) -> tuple[StrEnum, ...]:
    """Return the codes of which a step asks for one; none: it asks for no reason."""
    return tuple(TRANSITIONS[action].reasons or ())


def is_told(proposal: Proposal) -> bool:
    """Tell whether the origin may read the address of the home now."""
    return proposal.disclosed_at is not None and state_now(proposal) in TOLD


async def read_demands(
    *, session: AsyncSession, principal: Principal, proposal: Proposal
) -> list[dict[str, str]]:  # fmt: skip
    """Return :func:`demands_of` a proposal; where there are any, the reader's audit chain notes that they were read."""
    found = demands_of(principal, proposal)
    if found:
        await audit.record(
            session, organisation=own_organisation(principal), action="transfers:demands:read",
            subject=str(proposal.id),
        )  # fmt: skip
    return found


def demands_of(principal: Principal, proposal: Proposal) -> list[dict[str, str]]:
    """Return what was shared of the need, to the origin always, to the owner while the consent lasts.

    For the answer to a step, which the audit notes itself; else :func:`read_demands`.
    """
    if proposal.organisation_id != principal.organisation_id and proposal.shared_until < today():
        return []
    found: list[dict[str, str]] = proposal.shared.get("demands", [])
    return found


async def take_step(
    *, session: AsyncSession, principal: Principal, id_: uuid.UUID, given: StepIn, precondition: Precondition
) -> Proposal:
    """Take a proposal from its state to the next, as one of its sides.

    Raises:
        ProposalNotFound, VersionChanged, StepImpossible, ReasonInvalid: As they say.
        ScopeMissing: The caller may not do what its organisation might.
        HomeNotFree, HomeHeld: The home cannot be kept.
        HousedElsewhere: Another home was let for the case at the same time.
    """
    organisation = own_organisation(principal)
    proposal = await read(session=session, principal=principal, id_=id_)
    if given.action is Action.MOVE and proposal.case_id is not None:
        # The case before its proposal, as whoever closes it: or both would wait for each other.
        await repository.lock_case(session, organisation, proposal.case_id)
    proposal = await repository.lock(session, organisation, id_) or proposal
    precondition.check(proposal.version)
    step = _transition(principal, proposal, given)
    state = state_now(proposal)
    if state is not State(proposal.state):
        await repository.end_hold(session, id_)
        await repository.say(
            session, id_, party=Party.SERVICE.value, action=Action.LAPSE.value, state=state.value, reason=None
        )
    held_until = await keep(session=session, proposal=proposal, action=given.action, step=step)
    (party,) = step.parties
    try:
        await repository.take(
            session, id_, state=step.target.value, reason=given.reason, answers=state is State.PROPOSED
            and party is Party.OWNER, discloses=given.action is Action.DISCLOSE, held_until=held_until,
            forgets=step.target in ENDED or step.target in HOUSED - {State.LEASED}, ends=step.target in ENDED,
        )  # fmt: skip
    except IntegrityError as error:
        if getattr(getattr(error.orig, "diag", None), "constraint_name", None) != _HOUSED_ONCE:
            raise
        raise errors.HousedElsewhere from None
    await repository.say(
        session, id_, party=party.value, action=given.action.value, state=step.target.value, reason=given.reason
    )
    if given.action is Action.LEASE:
        await vacated.note_lease(session=session, principal=principal, proposal=proposal)
    if given.action is Action.MOVE:
        await moving.note_move(session=session, principal=principal, proposal=proposal)
        if proposal.case_id is not None:
            await repository.close_case(session, organisation, proposal.case_id)
    taken = await read(session=session, principal=principal, id_=id_)
    detail = {"action": given.action.value, "state": step.target.value, "reason": given.reason}
    await audit.record(
        session, organisation=organisation, action="transfers:proposal:taken", subject=str(id_), detail=detail
    )
    return taken


def _transition(principal: Principal, proposal: Proposal, given: StepIn) -> Transition:
    step = TRANSITIONS[given.action]
    sides = set(parties_of(principal, proposal))
    if proposal.closed_at is not None or state_now(proposal) not in step.sources or not step.parties & sides:
        can = ", ".join(possible_now(principal, proposal)) or "–"
        raise errors.StepImpossible(
            Text(
                f"« {given.action} » ne se fait pas d'ici, ou pas par vous, à l'état « {state_now(proposal)} »",
                f"'{given.action}' is not done from the state '{state_now(proposal)}', or not by you",
            ),
            field="action", value=given.action.value,
            remedy=Text(f"Possible maintenant : {can}", f"Possible now: {can}"),
        )  # fmt: skip
    if step.scope not in principal.scopes:
        raise ScopeMissing(
            Text(f"Cette étape demande le droit « {step.scope} ».", f"This step needs the scope '{step.scope}'.")
        )
    codes = [] if step.reasons is None else [code.value for code in step.reasons]
    if (given.reason in codes) is (step.reasons is None) or (step.reasons is None and given.reason is not None):
        asked = ", ".join(codes)
        raise errors.ReasonInvalid(
            field="reason", value=given.reason,
            remedy=Text(f"L'un de : {asked}", f"One of: {asked}") if codes else Text("Aucun motif.", "No reason."),
        )  # fmt: skip
    return step


def _takes_part(principal: Principal) -> bool:
    """Tell whether the caller's organisation can be a side of any proposal: cases and homes are landlords'."""
    return principal.kind == "landlord"
