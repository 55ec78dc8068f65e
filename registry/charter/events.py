"""What the charter tells the packages above it, in the transaction that does it."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AdhesionChanged:
    """An organisation signed, was admitted, withdrew, was suspended or reinstated; ``in_force`` is what holds now."""

    territory_id: int
    organisation_id: uuid.UUID
    in_force: bool


@dataclass(frozen=True, slots=True)
class CharterChanged:
    """Another version of the territory's charter is in force."""

    territory_id: int
