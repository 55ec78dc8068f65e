"""What the transfers tell the packages above them, in the transaction that does it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class HomesVacated:
    """Adapted homes that are shared in a territory fell vacant.

    Attributes:
        territory: Its id, as in addresses.
        homes: Of each its owner, its listing and the month from which it is free, where that is said.
        members: Who may search there; an owner is not told of its own.
    """

    territory: str
    homes: Sequence[tuple[uuid.UUID, uuid.UUID, date | None]]
    members: Sequence[uuid.UUID]
