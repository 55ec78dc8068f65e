"""What is known of a residence, as the index reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, NamedTuple

Value = str | int
"""Of a fact: "yes" or "no", a whole number in the fact's unit, the code of a choice; "unknown" says nothing."""


class Interval(NamedTuple):
    """From what is proven to what is possible."""

    low: float
    high: float


ANYTHING: Final = Interval(0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact as it is stated; ``stated_on``: when; ``until``: the last day on which it holds."""

    value: Value
    source: str | None = None
    stated_on: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """The best service of a family for the grid's profile.

    Attributes:
        outcome: ``beyond``: all is known within the limit, and none is there.
        cost_m: Metre-equivalents to it; ``None`` unless reached.
    """

    outcome: Literal["reached", "beyond", "unknown"]
    cost_m: float | None = None
    entrance: Literal["yes", "limited", "no", "unknown"] = "unknown"


UNKNOWN_SERVICE: Final = Reach("unknown")


@dataclass(frozen=True, slots=True)
class Residence:
    """What is known of a residence.

    Attributes:
        homes: How many homes it has, withdrawn ones left out.
        adapted: Of which the class that the grid asks for is proven; ``possibly_adapted`` counts those where it is
            proven or possible.
        facts: Of its common parts and surroundings, by code.
        passable: Share of the paths of the first 200 m around the entrance that the grid's profile passes, 0 to 1, by
            the network; ``None``: it does not say.
        services: By family, for the grid's profile; a family that is left out is unknown.
        lift_out: Whether a lift is out of service now.
        single_level: Whether every building has one level, so that nobody needs a lift; unknown counts as no.
        all_passable_at_best: Whether planned works mend all that bars the way in the first 200 m, if their place is the
            right one.
    """

    homes: int = 0
    adapted: int = 0
    possibly_adapted: int = 0
    facts: Mapping[str, Stated] = field(default_factory=dict)
    passable: Interval | None = None
    services: Mapping[str, Reach] = field(default_factory=dict)
    lift_out: bool = False
    single_level: bool = False
    all_passable_at_best: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What is supposed of a residence: facts that become so, homes that become adapted.

    ``steps_mended``: whether works take steps off the paths outdoors, at a place that nobody states.
    """

    facts: Mapping[str, Value] = field(default_factory=dict)
    adapted_homes: int = 0
    steps_mended: bool = False


def known_facts(residence: Residence, on: date) -> dict[str, Value]:
    """Return the facts that hold on a day; a lift that is out of service is none for that time."""
    facts = {
        code: stated.value
        for code, stated in residence.facts.items()
        if stated.value != "unknown" and (stated.until is None or stated.until >= on)
    }
    if residence.lift_out:
        facts["lift"] = "no"
    return facts
