"""Which side of a proposal a caller is on, and whether it may read it."""

from registry.access.principal import Principal
from registry.access.scopes import Scope
from registry.transfers.repository.proposals import Proposal
from registry.transfers.workflow import Party


def parties_of(principal: Principal, proposal: Proposal) -> list[Party]:
    """Return what the caller's organisation is to a proposal: one side, or both."""
    own = principal.organisation_id
    sides = ((Party.ORIGIN, proposal.organisation_id), (Party.OWNER, proposal.owner_id))
    return [party for party, organisation in sides if organisation == own]


def carries_cases(principal: Principal) -> bool:
    """Tell whether the caller may know of its organisation's cases, and so of what was proposed for them."""
    return bool({Scope.CASES_READ, Scope.TRANSFERS_WRITE} & principal.scopes)


def as_read(principal: Principal, proposal: Proposal | None) -> Proposal | None:
    """Return a proposal as the caller may read it.

    Who carries no cases reads those of its organisation's homes alone, and of no case; ``None`` for another one.
    """
    if proposal is None or carries_cases(principal):
        return proposal
    if proposal.owner_id != principal.organisation_id:
        return None
    return proposal._replace(case_id=None, case_ref=None)
