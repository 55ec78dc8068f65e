"""By what the homes that fit a need are ranked: the criteria, their words and sources, and what each weighs.

The order of the places is the field's: same building, then same residence, then same quarter (the least that is asked),
then the commune (product note, §6). The weights are a proposal of the registry (2026-11) that a charter may change;
they are relative: only what applies to a case counts, and the best home there can be has 100 points.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from registry.kernel.fields import WHOLE
from registry.kernel.text import Text
from registry.kernel.validation import Wrong

PROPOSED: Final = date(2026, 11, 27)
READ: Final = date(2026, 11, 27)
"""When the articles were last read for the registry; a lawyer confirms which version is in force."""
_PROPOSAL: Final = Text("Proposition du registre, à lire avec la charte", "The registry's proposal, beside the charter")


class Criterion(StrEnum):
    """What a home that fits is ranked by."""

    FIT = "fit"
    PLACE = "place"
    DISTANCE = "distance"
    RENT = "rent"
    TOTAL = "total"
    SIZE = "size"
    ROUTINE = "routine"
    GRADE = "grade"
    MONTH = "month"
    FRESHNESS = "freshness"


class Said(NamedTuple):
    """What a criterion is called, and the text that it comes from with its date, or the day on which it was read."""

    label: Text
    source: Text
    date: date


CRITERIA: Final[Mapping[Criterion, Said]] = MappingProxyType(
    {
        Criterion.FIT: Said(
            Text("Demandes établies", "Demands that are proven"),
            Text("Classes du registre ; seuils de l'arrêté du 24 décembre 2015",
                 "Classes of the registry; thresholds of the arrêté of 24 December 2015"),
            date(2015, 12, 24),
        ),
        Criterion.PLACE: Said(
            Text("Proximité du logement actuel", "Nearness of the present home"), _PROPOSAL, PROPOSED
        ),
        Criterion.DISTANCE: Said(
            Text("Distance accessible du logement actuel", "Accessible distance from the present home"),
            _PROPOSAL, PROPOSED,
        ),
        Criterion.RENT: Said(
            Text("Loyer principal, par rapport à l'actuel", "Principal rent beside today's"),
            Text("CCH, art. L. 442-3-1 et L. 442-3-2 : strictement inférieur quand ils s'appliquent ; sinon pas plus",
                 "CCH, art. L. 442-3-1 and L. 442-3-2: strictly lower where they apply; else no more"),
            READ,
        ),
        Criterion.TOTAL: Said(
            Text("Loyer et charges ensemble, par rapport à aujourd'hui", "Rent and charges together beside today's"),
            _PROPOSAL, PROPOSED,
        ),
        Criterion.SIZE: Said(
            Text("Plus petit, en cas de sous-occupation", "Smaller, where under-occupied"),
            Text("CCH, art. L. 621-2 et L. 442-3-1", "CCH, art. L. 621-2 and L. 442-3-1"),
            READ,
        ),
        Criterion.ROUTINE: Said(
            Text("Lieux habituels à portée", "Places of routine within reach"), _PROPOSAL, PROPOSED
        ),
        Criterion.GRADE: Said(Text("Note de la résidence", "Grade of the residence"), _PROPOSAL, PROPOSED),
        Criterion.MONTH: Said(Text("Mois de disponibilité", "Month of availability"), _PROPOSAL, PROPOSED),
        Criterion.FRESHNESS: Said(Text("Fraîcheur des données", "Freshness of the data"), _PROPOSAL, PROPOSED),
    }
)  # fmt: skip
FAVOURABLE: Final = Said(
    Text("Logement favorable pour plus tard", "A home that will do later"),
    Text("CCH art. R.441-4 ; classes du registre", "CCH art. R.441-4; classes of the registry"), READ,
)  # fmt: skip
"""What :attr:`Criterion.FIT` is called for somebody who asks nothing of a home yet."""
_Weight = Annotated[int, Field(ge=0, le=100), WHOLE]


class MatchingWeights(BaseModel):
    """What each criterion weighs beside the others; 0: it does not count. See :class:`Criterion`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fit: _Weight = 18
    place: _Weight = 25
    distance: _Weight = 10
    rent: _Weight = 12
    total: _Weight = 8
    size: _Weight = 8
    routine: _Weight = 8
    grade: _Weight = 5
    month: _Weight = 4
    freshness: _Weight = 2

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not any(self.of(criterion) for criterion in Criterion):
            raise Wrong("un poids au moins doit être plus grand que 0", "one weight at least must be more than 0")
        return self

    def of(self, criterion: Criterion) -> int:
        weight: int = getattr(self, criterion.value)
        return weight
