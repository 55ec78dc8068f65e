"""What the assessment tells the packages above it, in the transaction that does it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ResidencesAssessed:
    """Residences were assessed anew, whether or not their index is another one: their distances may be.

    Attributes:
        residences: Organisation and residence of each.
    """

    residences: Sequence[tuple[uuid.UUID, uuid.UUID]]
