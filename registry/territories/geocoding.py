"""From an address to a place: what is asked, what is found, and the rule that decides what the find is worth.

A geocoder always finds something: the Géoplateforme answers ``ok`` to any text, with a low score or with a town of the
same name (seen: its ``result_status`` distinguishes nothing). So what it answers counts by four things only, whichever
geocoder it is:

* the commune: the landlord states it, by its code, and it is the one thing that is certain;
* the kind of place: a house number, not a street (up to some kilometres long), a locality or a town hall;
* the number: the one that was asked;
* the score (0 to 1), and by how much it is above the next best: two streets of nearly the same name score nearly alike.

The thresholds were chosen on the 36,305 addresses of Montpellier with letters left out (ADR 0014, which has the shares
of right and wrong finds at each).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Protocol

from registry.territories.spelling import HouseNumber, house_number, plain_street, split_number

EXACT_SCORE: Final = 0.6
"""From here on a house number is taken for the right one."""
EXACT_GAP: Final = 0.15
"""So far above the next best; what is written as it was asked need only be above it (:data:`PERFECT_GAP`)."""
LEAST_SCORE: Final = 0.4
"""Below, it is not worth a person's look."""
PERFECT: Final = 0.999
PERFECT_GAP: Final = 0.01


class Kind(StrEnum):
    """What a geocoder found, as the Base Adresse Nationale names it."""

    HOUSE_NUMBER = "housenumber"
    STREET = "street"
    LOCALITY = "locality"
    MUNICIPALITY = "municipality"


class Method(StrEnum):
    """How a position was found."""

    BAN = "ban"
    GEOPLATEFORME = "geoplateforme"


class Verdict(StrEnum):
    """What a find is worth.

    ``exact``: used as it is; ``doubtful``: a person looks at it first; ``none``: nothing that could be used;
    ``postponed``: not found out, since a geocoder that might know could not be asked.
    """

    EXACT = "exact"
    DOUBTFUL = "doubtful"
    NONE = "none"
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True)
class Address:
    """What a landlord states of a place. ``commune_code``: INSEE, of a present commune."""

    commune_code: str
    street: str
    number: str | None = None
    postcode: str | None = None

    @property
    def separated(self) -> "Address":
        """The same, with a number that stands in the street where it belongs."""
        number, street = split_number(self.number, self.street)
        return replace(self, number=number, street=street)

    @property
    def house_number(self) -> HouseNumber | None:
        return house_number(self.number)

    @property
    def plain_street(self) -> str:
        return plain_street(self.street)


def whole_city(commune_code: str) -> str:
    """Return the commune of an arrondissement of Paris, Lyon or Marseille (CGCT L2511-3), other codes as they are.

    The Base Adresse Nationale names the arrondissement, a landlord the city.
    """
    for first, last, city in (("75101", "75120", "75056"), ("69381", "69389", "69123"), ("13201", "13216", "13055")):
        if first <= commune_code <= last:
            return city
    return commune_code


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place that a geocoder found.

    Attributes:
        commune_code: As the source names it; an arrondissement counts as its city.
        lon: WGS84 degrees, as ``lat``.
        score: 0 to 1; 1 where everything is as asked.
        number: Of the house, where ``kind`` says that it is one.
        label: The address as the geocoder's source writes it.
    """

    commune_code: str
    lon: float
    lat: float
    score: float
    kind: Kind
    label: str
    number: HouseNumber | None = None
    ban_id: str | None = None


@dataclass(frozen=True, slots=True)
class Located:
    """The best find for an address, and what it is worth; without a place where ``verdict`` is ``none``.

    ``gap``: by how much ``score`` is above the next best; ``None`` where nothing else came near.
    """

    verdict: Verdict
    method: Method | None = None
    lon: float | None = None
    lat: float | None = None
    score: float | None = None
    gap: float | None = None
    kind: Kind | None = None
    label: str | None = None
    ban_id: str | None = None

    @property
    def point(self) -> tuple[float, float] | None:
        return None if self.lon is None or self.lat is None else (self.lon, self.lat)

    def doubted(self) -> "Located":
        """Return the same place, as one that a person looks at first."""
        return replace(self, verdict=Verdict.DOUBTFUL) if self.verdict is Verdict.EXACT else self


NOWHERE: Final = Located(Verdict.NONE)
POSTPONED: Final = Located(Verdict.POSTPONED)


class Geocoder(Protocol):
    """Finds places of addresses.

    One that cannot be asked at present raises ``GeocoderUnavailable``: nothing was found out then, and the addresses
    are asked again later.
    """

    async def locate(self, addresses: Sequence[Address]) -> list[Located]:
        """Return the best find for each address, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class Near:
    """A house of the imported addresses in a street that resembles the one asked for.

    Attributes:
        street: As its source writes it.
        likeness: Of the two streets, 0 to 1: trigrams in common among all of both (pg_trgm's ``similarity``).
        number: The number nearest to the one asked for; of a middle one where none was.
    """

    commune_code: str
    street: str
    postcode: str | None
    likeness: float
    number: HouseNumber
    lon: float
    lat: float
    ban_id: str | None


def candidate_of(address: Address, near: Near) -> Candidate:
    """Return a house of the imported addresses with its score.

    The score is the streets' likeness, less 0.2 where the street has no such number (another street of that name may),
    0.1 where both postcodes are known and differ, 0.05 for another repetition ("12 bis" for "12").
    """
    asked = address.house_number
    same = asked is not None and asked.number == near.number.number
    score = near.likeness
    if asked is not None and not same:
        score -= 0.2
    if address.postcode and near.postcode and address.postcode != near.postcode:
        score -= 0.1
    if same and asked != near.number:
        score -= 0.05
    kind = Kind.HOUSE_NUMBER if same else Kind.STREET
    house = f"{near.number.number}{near.number.repetition} " if same else ""
    label = f"{house}{near.street}{f', {near.postcode}' if near.postcode else ''}"
    return Candidate(
        near.commune_code, near.lon, near.lat, max(0.0, score), kind, label, near.number if same else None,
        near.ban_id if same else None,
    )  # fmt: skip


def decide(address: Address, found: Sequence[Candidate], method: Method, *, next_score: float | None = None) -> Located:
    """Return the best of what was found for ``address``, with what it is worth.

    Args:
        address: What was asked.
        found: What a geocoder found; what lies in another commune does not count.
        method: Which geocoder.
        next_score: Of its next best, where it is told without the place.
    """
    commune = whole_city(address.commune_code)
    within = sorted((one for one in found if whole_city(one.commune_code) == commune), key=lambda one: -one.score)
    if not within:
        return NOWHERE
    best, others = within[0], [one.score for one in within[1:2]]
    if next_score is not None:
        others.append(next_score)
    gap = round(max(0.0, best.score - max(others)), 3) if others else None
    verdict = _verdict(address, best, gap)
    if verdict is Verdict.NONE:
        return NOWHERE
    return Located(verdict, method, best.lon, best.lat, round(best.score, 3), gap, best.kind, best.label, best.ban_id)


def _verdict(address: Address, best: Candidate, gap: float | None) -> Verdict:
    if best.score < LEAST_SCORE or best.kind is Kind.MUNICIPALITY:
        return Verdict.NONE
    asked = address.separated.house_number
    is_the_house = (
        best.kind is Kind.HOUSE_NUMBER
        and asked is not None
        and best.number is not None
        and best.number.number == asked.number
    )
    least_gap = PERFECT_GAP if best.score >= PERFECT else EXACT_GAP
    clear = best.score >= EXACT_SCORE and (gap is None or gap >= least_gap)
    return Verdict.EXACT if is_the_house and clear else Verdict.DOUBTFUL
