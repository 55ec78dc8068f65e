"""What happens to proposals by themselves, who is told of each step, and who is reminded of what is due."""

import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from registry.access.roles import UserRole
from registry.audit import service as audit
from registry.identity.service import notices as people
from registry.identity.service.mail import Kind
from registry.kernel.clock import today
from registry.kernel.text import Language, Text, day_said
from registry.platform import events
from registry.platform.crypto import Keyring
from registry.platform.database import Database, Role
from registry.transfers.events import ProposalChanged
from registry.transfers.repository import deadlines as repository
from registry.transfers.repository.deadlines import Due, Told
from registry.transfers.schemas import wording
from registry.transfers.service import vacated
from registry.transfers.workflow import Action, Party, State, awaited
from registry.vocabulary.transfers import LABELS, Decline, Ending, Refusal, Rejection

FOLLOW: Final = "transfers.follow_proposals"
REMIND: Final = "transfers.remind_of_proposals"
FORGET: Final = "transfers.forget_proposals"
ROLES: Final = {
    Party.ORIGIN: (UserRole.LANDLORD_ADMIN, UserRole.LANDLORD_SEARCHER),
    Party.OWNER: (UserRole.LANDLORD_ADMIN, UserRole.LANDLORD_PUBLISHER),
}
"""Who is written to, by side: who may do something about it."""
_BY_SERVICE: Final = frozenset({Action.LAPSE, Action.END})
_REMINDED: Final[dict[str, Text]] = {
    "answer_soon": Text("une réponse est attendue d'ici là", "an answer is expected by then"),
    "answer_late": Text("la réponse attendue ce jour-là manque encore", "the answer expected by then is missing"),
    "hold_ends": Text("la réservation du logement s'achève", "the hold on the home ends"),
    "follow_3_months": Text("trois mois après l'emménagement, demandez comment cela se passe",
                            "three months after the move, ask how it goes"),
    "follow_12_months": Text("un an après l'emménagement, demandez comment cela se passe",
                             "a year after the move, ask how it goes"),
}  # fmt: skip


async def follow(database: Database, keys: Keyring, base_url: str) -> None:
    """Have holds lapse and proposals end that nothing can come of, then tell both sides of what was done.

    Each step in a transaction of its own: both chains record what the service did, in the order of their ids.
    """
    async with database.transaction(Role.JOB, actor=FOLLOW) as session:
        await repository.lapse(session)
        await repository.end(session)
    async with database.transaction(Role.JOB, actor=FOLLOW) as session:
        steps = await repository.untold(session)
    for step in steps:
        async with database.transaction(Role.JOB, actor=FOLLOW) as session:
            told = await repository.tell(session, step)
            if told is None:
                continue
            sides = {Party.ORIGIN: told.organisation_id, Party.OWNER: told.owner_id}
            for side, organisation in sides.items():
                await events.publish(
                    session,
                    ProposalChanged(organisation, told.proposal_id, side.value, told.party, told.action, told.state,
                                    told.reason),
                )  # fmt: skip
            for organisation, roles in _written_to(told, sides).items():
                await people.notify_people(
                    session=session, keys=keys, organisation=organisation, roles=sorted(roles),
                    kind=Kind.PROPOSAL_CHANGED, values=partial(_said, told, base_url),
                )  # fmt: skip
            if told.state == State.WITHDRAWN:
                await vacated.take_back(session=session, proposal=told.proposal_id)
            if told.party == Party.SERVICE:
                for organisation in sorted(set(sides.values())):
                    await audit.record(
                        session, organisation=organisation, action="transfers:proposal:taken",
                        subject=str(told.proposal_id),
                        detail={"action": told.action, "state": told.state, "reason": told.reason},
                    )  # fmt: skip


def _written_to(told: Told, sides: Mapping[Party, uuid.UUID]) -> dict[uuid.UUID, set[UserRole]]:
    """Return who is written to, by organisation: of what the other side did or the service, but not of a visit.

    A landlord that is both sides is one: who is written to as either gets one mail.
    """
    found: dict[uuid.UUID, set[UserRole]] = {}
    for side, organisation in sides.items():
        if told.party != side.value and told.action != Action.VISIT:
            found.setdefault(organisation, set()).update(ROLES[side])
    return found


def _said(told: Told, base_url: str, language: Language) -> dict[str, Any]:
    reason = ""
    if told.reason is not None:
        codes = {code.value: code for kind in (Decline, Refusal, Rejection, Ending) for code in kind}
        reason = f" ({LABELS[codes[told.reason]].in_language(language)})"
    state = wording.STATES[State(told.state)].in_language(language)
    if told.action in _BY_SERVICE:
        state = f"{wording.ACTIONS[told.action].in_language(language)} – {state}"
    day = day_said(told.answer_by)
    by = Text(f"Réponse attendue d'ici au {day.fr}.", f"Answer by {day.en}.")
    return {
        "territory": told.territory, "state": f"{state}{reason}",
        "more": by.in_language(language) if told.state == State.PROPOSED else "",
        "link": f"{base_url.rstrip('/')}/console/proposals/{told.proposal_id}",
    }  # fmt: skip


async def remind(database: Database, keys: Keyring, base_url: str) -> None:
    """Remind of what is due, each moment once, the side whose step leads on: answers, holds that end, follow-ups."""
    async with database.transaction(Role.JOB, actor=REMIND) as session:
        for due in await repository.remind(session, today()):
            side = awaited(State(due.state))
            assert side is not None  # of what has ended nothing is due
            await people.notify_people(
                session=session, keys=keys, roles=ROLES[side], kind=Kind.PROPOSAL_DUE,
                organisation=due.organisation_id if side is Party.ORIGIN else due.owner_id,
                values=partial(_due, due, base_url),
            )  # fmt: skip


def _due(due: Due, base_url: str, language: Language) -> dict[str, Any]:
    return {
        "territory": due.territory, "what": _REMINDED[due.kind].in_language(language),
        "day": day_said(due.due).in_language(language),
        "link": f"{base_url.rstrip('/')}/console/proposals/{due.proposal_id}",
    }  # fmt: skip


async def forget(database: Database) -> None:
    """Delete proposals that ended, or that led to a move or a lease, more than 24 months ago, with their steps.

    Of a lease of which no move was noted, once its case is gone too.
    """
    async with database.transaction(Role.JOB, actor=FORGET) as session:
        await repository.forget(session)
