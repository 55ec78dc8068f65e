"""The address of a home, once it is disclosed: who reads it is told in both chains; with it the ways of the week."""

import uuid
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.errors import ScopeMissing
from registry.access.principal import Principal
from registry.access.scopes import Scope
from registry.kernel.geo import LonLat
from registry.kernel.text import Text
from registry.surroundings.service import Grounds
from registry.transfers import errors
from registry.transfers.repository import proposals as repository
from registry.transfers.service import cases, proposals
from registry.transfers.service.matches import profile_of
from registry.transfers.service.proposals import Proposal
from registry.transfers.service.routine import Way, ways_from
from registry.transfers.workflow import Party


async def read_address(
    *, session: AsyncSession, principal: Principal, grounds: Grounds, id_: uuid.UUID
) -> dict[str, Any]:  # fmt: skip
    """Return the address of a home that is disclosed to the caller; both organisations' chains record it.

    With it ``ways``: how far each place of the case's week is from the home itself, where its place is known.

    Args:
        grounds: Of the process.

    Raises:
        ProposalNotFound: There is none such that the caller made.
        AddressNotTold: It is not disclosed, or not any more.
    """
    if Scope.TRANSFERS_WRITE not in principal.scopes:
        raise ScopeMissing(
            Text(
                f"L'adresse demande le droit « {Scope.TRANSFERS_WRITE} ».",
                f"The address needs the scope '{Scope.TRANSFERS_WRITE}'.",
            )
        )
    proposal = await proposals.read(session=session, principal=principal, id_=id_)
    if Party.ORIGIN not in proposals.parties_of(principal, proposal):
        raise errors.ProposalNotFound
    told = await repository.tell_address(session, id_)
    if told is None:
        raise errors.AddressNotTold
    ways: list[Way] = []
    if told["lon"] is not None:
        ways = await _ways(session, principal, grounds, proposal, LonLat(told["lon"], told["lat"]))
    return {**told, "ways": [way._asdict() for way in ways]}


async def _ways(
    session: AsyncSession, principal: Principal, grounds: Grounds, proposal: Proposal, door: LonLat
) -> list[Way]:  # fmt: skip
    if proposal.case_id is None:
        return []
    need = cases.need_of(await cases.read_case_by_id(session=session, principal=principal, id_=proposal.case_id))
    return await ways_from(session=session, grounds=grounds, need=need, profile=profile_of(need), door=door)
