"""What the stock tells the packages above it, in the transaction that does it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass


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
