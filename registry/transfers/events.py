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
