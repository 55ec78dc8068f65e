"""What the transfers tell the packages above them, in the transaction that does it."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CaseMatched:
    """Homes came free that may suit an open case of a landlord.

    Attributes:
        homes: Ids of listings, each with the month from which it is free; ``None``: now.
    """

    organisation_id: uuid.UUID
    case_id: uuid.UUID
    homes: Sequence[tuple[uuid.UUID, dt.date | None]]


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


@dataclass(frozen=True, slots=True)
class HomesVacated:
    """Adapted homes that are shared in a territory fell vacant.

    Attributes:
        territory: Its id, as in addresses.
        homes: Of each its owner, its listing and the month from which it is free, where that is said.
        members: Who may search there; an owner is not told of its own.
    """

    territory: str
    homes: Sequence[tuple[uuid.UUID, uuid.UUID, dt.date | None]]
    members: Sequence[uuid.UUID]
