"""The class of one home, with all that it is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.assessment.home_class import Assessment, assess
from registry.assessment.repository import homes
from registry.assessment.repository.homes import Found
from registry.kernel.clock import now
from registry.stock.errors import HomeNotFound
from registry.vocabulary.fact import Fact, Part
from registry.vocabulary.facts import FACTS_BY_CODE, HOME_FACTS, INHERITED

COUNTED: Final[tuple[Fact, ...]] = tuple(
    fact for fact in FACTS_BY_CODE.values() if fact.counts and (fact in HOME_FACTS or fact in INHERITED)
)
"""What completeness counts of a home: what is stated of it, and of the common parts that lead to it."""

Origin = Literal["home", "residence", "lift_outage"]


class Known(NamedTuple):
    """A fact as it counts of a home.

    Attributes:
        value: ``None``: unknown.
        source: Who says so; of a lift that stands, the outage does: ``None``.
        stated_on: ISO date from which it holds.
        origin: Who states it; ``lift_outage``: while a lift stands it counts otherwise than it is stated, or not at
            all; ``None``: nobody.
    """

    value: str | int | None
    source: str | None
    stated_on: str | None
    origin: Origin | None


class Completeness(NamedTuple):
    """How many of the facts that count are known; one whose condition does not hold is not asked."""

    known: int
    counted: int


@dataclass(frozen=True, slots=True)
class AssessedHome:
    """A home with its class.

    Attributes:
        with_lifts: As it would be if every lift ran; ``None``: no outage counts.
    """

    found: Found
    now: Assessment
    with_lifts: Assessment | None
    completeness: Mapping[Part, Completeness]
    computed_at: datetime

    def known(self, code: str) -> Known:
        """Return what counts of a fact."""
        stated = self.found.facts.get(code)
        if self.found.standing and stated != self.found.with_lifts.get(code):
            return Known(stated["value"] if stated else None, None, None, "lift_outage")
        if stated is None:
            return Known(None, None, None, None)
        origin: Origin = "home" if code in self.found.stated else "residence"
        return Known(stated["value"], stated.get("source"), stated.get("date"), origin)

    def applies(self, code: str) -> bool | None:
        """Tell whether what must hold for a fact to mean anything does; ``None``: unknown."""
        return applies(FACTS_BY_CODE[code], self.found.facts)


async def read_home_assessment(*, session: AsyncSession, principal: Principal, ref: str) -> AssessedHome:
    """Return the class of one of the landlord's own homes as of now, from the facts that its listing counts.

    Raises:
        HomeNotFound: It has none of that reference.
    """
    found = await homes.own(session, own_organisation(principal), ref)
    if found is None:
        raise HomeNotFound
    return AssessedHome(
        found, assess(_values(found.facts), found.floor),
        assess(_values(found.with_lifts), found.floor) if found.standing else None,
        {part: completeness(found.with_lifts, [fact for fact in COUNTED if fact.part == part])
         for part in ("home", "common_parts")},
        now(),
    )  # fmt: skip


def _values(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {code: fact["value"] for code, fact in facts.items()}


def applies(fact: Fact, facts: Mapping[str, Any]) -> bool | None:
    """Tell whether what must hold for a fact to mean anything does; ``None``: unknown."""
    if fact.when is None:
        return True
    stated = facts.get(fact.when.code)
    return None if stated is None else bool(stated["value"] == fact.when.value)


def completeness(facts: Mapping[str, Any], counted: Sequence[Fact]) -> Completeness:
    """Return how many facts are known of those that are asked."""
    asked = [fact for fact in counted if applies(fact, facts) is not False]
    return Completeness(sum(fact.code in facts for fact in asked), len(asked))
