"""Which works would bring a home to a higher class."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from registry.assessment.home_class import Assessment, assess
from registry.assessment.service.homes import AssessedHome
from registry.vocabulary.conditions import GroundFloor, leaves
from registry.vocabulary.facts import FACTS_BY_CODE
from registry.vocabulary.home_class import BY_NUMBER
from registry.vocabulary.works import WORKS, Work

_DECIDING: Final = {
    leaf.code for each in BY_NUMBER.values() for leaf in leaves(each.requires) if not isinstance(leaf, GroundFloor)
}
_WORKS: Final = tuple(work for work in WORKS if work.part != "surroundings" and _DECIDING & work.delivers.keys())
"""From the street inwards: those that are dropped first where others do as well."""


class Needed(NamedTuple):
    """Works that a class needs.

    Attributes:
        to_find_out: Codes of the facts that they would make true and that are unknown: they may hold already.
    """

    work: Work
    to_find_out: tuple[str, ...]


class Raise(NamedTuple):
    """What would bring a home to a class: ``works``, or ``missing``, codes of facts that no works make true."""

    number: int
    works: tuple[Needed, ...]
    missing: tuple[str, ...]


def raises(home: AssessedHome) -> list[Raise]:
    """Return what would bring a home to each class above its proven one, the next class first.

    Of the works that together reach a class those are kept without which it is not reached; works in the home are
    preferred to those of the common parts. What works deliver is the catalogue's assumption.
    """
    facts = {code: fact["value"] for code, fact in home.found.facts.items()}
    floor = home.found.floor
    useful = [work for work in _WORKS if _changes(work, facts)]
    found = []
    for number in (each for each in BY_NUMBER if each > home.now.proven):
        most = _after(useful, facts, floor)
        if most.steps[number].state != "yes":
            found.append(Raise(number, (), most.steps[number].missing))
            continue
        kept = list(useful)
        for work in useful:
            without = [each for each in kept if each is not work]
            if _after(without, facts, floor).steps[number].state == "yes":
                kept = without
        found.append(Raise(number, tuple(Needed(work, _unknown(work, facts)) for work in kept), ()))
    return found


def _after(works: Sequence[Work], facts: Mapping[str, Any], floor: int | None) -> Assessment:
    delivered = {code: value for work in works for code, value in _changes(work, facts).items()}
    return assess({**facts, **delivered}, floor)


def _changes(work: Work, facts: Mapping[str, Any]) -> dict[str, str | int]:
    """Return what works change of a home in what decides on its class; nobody builds to make it worse."""
    return {
        code: value
        for code, value in work.delivers.items()
        if code in _DECIDING and not _as_good(code, facts.get(code), value)
    }


def _as_good(code: str, known: str | int | None, value: str | int) -> bool:
    threshold = FACTS_BY_CODE[code].threshold
    if isinstance(known, int) and isinstance(value, int) and threshold is not None:
        return known >= value if threshold.comparison == ">=" else known <= value
    return known == value


def _unknown(work: Work, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(code for code in _changes(work, facts) if code not in facts)
