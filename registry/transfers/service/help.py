"""Help with a move, as it is planned and delivered, and what the move changed."""

import uuid
from datetime import UTC

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.audit import service as audit
from registry.transfers.errors import MoveBeforeProposal, MoveNotFound, ProposalNotFound
from registry.transfers.repository import help as repository
from registry.transfers.repository import proposals
from registry.transfers.repository.help import HelpRow, MoveRow
from registry.transfers.repository.proposals import Proposal
from registry.transfers.schemas.proposals import HelpIn, MoveIn
from registry.transfers.service.sides import as_read

__all__ = ["HelpRow", "MoveRow", "note_move", "put_help", "put_move", "read_help", "read_move", "rooms_released"]


async def read_help(*, session: AsyncSession, principal: Principal, id_: uuid.UUID) -> list[HelpRow]:
    """Return the help that comes with a proposal, by kind; to the owner, what is planned.

    Raises:
        ProposalNotFound: There is none such.
    """
    organisation = own_organisation(principal)
    found = await proposals.read(session, organisation, id_) if principal.kind == "landlord" else None
    if as_read(principal, found) is None:
        raise ProposalNotFound
    return await repository.help_of(session, organisation, id_)


async def put_help(*, session: AsyncSession, principal: Principal, id_: uuid.UUID, given: HelpIn) -> list[HelpRow]:
    """Replace the help that comes with a proposal of one's own.

    Raises:
        ProposalNotFound: There is none such that the caller made.
    """
    organisation = own_organisation(principal)
    found = await proposals.lock(session, organisation, id_) if principal.kind == "landlord" else None
    if found is None or found.organisation_id != organisation:
        raise ProposalNotFound
    lines = [
        {"kind": line.kind.value, "part": "planned", "cents": line.planned_cents, "on_day": line.planned_on}
        for line in given.help
    ] + [
        {"kind": line.kind.value, "part": "delivered", "cents": line.delivered_cents, "on_day": line.delivered_on}
        for line in given.help
        if line.delivered_cents is not None or line.delivered_on is not None
    ]
    await repository.replace(session, organisation, id_, lines)
    stated = await repository.help_of(session, organisation, id_)
    await audit.record(
        session, organisation=organisation, action="transfers:help:stated", subject=str(id_),
        detail={"kinds": len(given.help)},
    )  # fmt: skip
    return stated


async def note_move(*, session: AsyncSession, principal: Principal, proposal: Proposal) -> None:
    """Keep what a move changed, as the registry knows it now: rent, surface, rooms before and after."""
    await repository.note(session, own_organisation(principal), proposal.id)


async def read_move(*, session: AsyncSession, principal: Principal, id_: uuid.UUID) -> MoveRow:
    """Return what the move of a proposal of one's own changed.

    Raises:
        MoveNotFound: Nobody has moved, or it is not the caller's.
    """
    found = await repository.move_of(session, own_organisation(principal), id_) if _origin(principal) else None
    if found is None:
        raise MoveNotFound
    return found


async def put_move(*, session: AsyncSession, principal: Principal, id_: uuid.UUID, given: MoveIn) -> MoveRow:
    """Correct what the move of a proposal of one's own changed; all of it is replaced, the day where it is stated.

    Raises:
        MoveNotFound: Nobody has moved, or it is not the caller's.
        MoveBeforeProposal: As it says.
    """
    organisation = own_organisation(principal)
    await read_move(session=session, principal=principal, id_=id_)
    made = await proposals.read(session, organisation, id_)
    # In UTC, which is the earlier of the two days that a proposal of the night may be dated by.
    if given.moved_on and made and given.moved_on < made.created_at.astimezone(UTC).date():
        raise MoveBeforeProposal(field="moved_on", value=given.moved_on.isoformat())
    await repository.correct(session, organisation, id_, given.model_dump())
    corrected = await read_move(session=session, principal=principal, id_=id_)
    await audit.record(session, organisation=organisation, action="transfers:move:corrected", subject=str(id_))
    return corrected


def rooms_released(move: MoveRow) -> int | None:
    """Return how many rooms more the former home has than the new one; ``None``: not known. Never below 0."""
    if move.rooms_before is None or move.rooms_after is None:
        return None
    return max(0, move.rooms_before - move.rooms_after)


def _origin(principal: Principal) -> bool:
    return principal.kind == "landlord"
