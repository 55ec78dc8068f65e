"""What the territories tell the packages above them, in the transaction that does it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommunesLoaded:
    """Communes were added or changed; their outlines among them, perhaps."""


@dataclass(frozen=True, slots=True)
class QuartersLoaded:
    """Quarters of a layer were added or changed, or a later vintage took the place of theirs."""

    layer: str


@dataclass(frozen=True, slots=True)
class AddressesLoaded:
    """The streets and houses of these communes were replaced: what was not found there may be now."""

    communes: Sequence[str]


@dataclass(frozen=True, slots=True)
class CompositionChanged:
    """Communes joined a territory, or left it; what is shown there has to follow."""

    territory_id: int
    joining: Sequence[str]
    leaving: Sequence[str]


@dataclass(slots=True)
class LeavingCounted:
    """How much is shown of communes that are about to leave a territory: whoever shows something adds its number."""

    territory_id: int
    leaving: Sequence[str]
    listings: int = 0


@dataclass(frozen=True, slots=True)
class CommunesRetired:
    """Communes became part of others, before they are taken out; ``successors`` by code."""

    successors: Mapping[str, str]
