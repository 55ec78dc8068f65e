"""What the stock tells the packages above it, in the transaction that does it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class HomesChanged:
    """Homes of one organisation were written, or removed.

    Attributes:
        home_ids: Homes that were created or changed, or whose residence or building was.
        removed_listing_ids: What the homes that are no more were listed as.
        new: Whether this transaction made all of the homes, and told of none of them before.
    """

    organisation_id: uuid.UUID
    home_ids: Sequence[uuid.UUID] = ()
    removed_listing_ids: Sequence[uuid.UUID] = ()
    new: bool = False


@dataclass(frozen=True, slots=True)
class LiftOutageChanged:
    """A lift of one organisation stands, runs again, or is expected to run at another moment.

    Attributes:
        change: "started": it stands, for the first time or once more because its end was withdrawn.
        building_ref: The building whose lifts stand; ``None``: those of the whole residence.
        lift: The landlord's own code of one lift; ``None``: all of them.
    """

    organisation_id: uuid.UUID
    outage_id: uuid.UUID
    change: Literal["started", "changed", "ended"]
    residence_ref: str
    building_ref: str | None
    lift: str | None
    started_at: datetime
    expected_end: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ResidenceFactsChanged:
    """What is known of the common parts or the surroundings of residences is another thing now."""

    organisation_id: uuid.UUID
    residence_ids: Sequence[uuid.UUID]
