"""What the transfers tell the packages above them."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProposalChanged:
    """A step was taken; told within a minute, by the job, to one of the two landlords.

    Attributes:
        organisation_id: Whom it is told.
        side: What they are to the proposal: ``origin`` or ``owner``.
        party: Who took the step; ``action`` and ``state``: which, and where it led.
    """

    organisation_id: uuid.UUID
    proposal_id: uuid.UUID
    side: str
    party: str
    action: str
    state: str
    reason: str | None
