"""Which works would bring a home to a higher class."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from registry.assessment.home_class import assess
from registry.assessment.service.homes import AssessedHome
from registry.vocabulary.conditions import GroundFloor, evaluate, leaves
from registry.vocabulary.facts import FACTS_BY_CODE
from registry.vocabulary.home_class import BY_NUMBER, condition_of
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
    facts, useful = _useful(home)
    floor, found = home.found.floor, []
    for number in (each for each in BY_NUMBER if each > home.now.proven):
        if _is_of(number, useful, facts, floor) is True:
            kept = _kept(useful, number, facts, floor, (True,))
            found.append(Raise(number, tuple(Needed(work, _unknown(work, facts)) for work in kept), ()))
        else:
            found.append(Raise(number, (), assess(_after(useful, facts), floor).steps[number].missing))
    return found


def mends(home: AssessedHome, number: int) -> tuple[Work, ...]:
    """Return the works without which a home is not of a class, whatever its unknown facts turn out to be.

    None: it may be already, or no works change that. Preferred and kept as by :func:`raises`.
    """
    facts, useful = _useful(home)
    possible, floor = (True, None), home.found.floor
    if _is_of(number, useful, facts, floor) not in possible:
        return ()
    return tuple(_kept(useful, number, facts, floor, possible))


def _useful(home: AssessedHome) -> tuple[dict[str, Any], list[Work]]:
    """Return the values of a home's facts, and the works that change any for the better."""
    facts = {code: fact["value"] for code, fact in home.found.facts.items()}
    return facts, [work for work in _WORKS if _changes(work, facts)]


def _kept(
    useful: Sequence[Work], number: int, facts: Mapping[str, Any], floor: int | None, enough: Sequence[bool | None]
) -> Sequence[Work]:
    """Return the works of ``useful`` without which a home is not of a class, as far as is ``enough``."""
    kept = useful
    for work in useful:
        without = [each for each in kept if each is not work]
        if _is_of(number, without, facts, floor) in enough:
            kept = without
    return kept


def _is_of(number: int, works: Sequence[Work], facts: Mapping[str, Any], floor: int | None) -> bool | None:
    """Tell whether a home is of a class once works are done; ``None``: it cannot be known."""
    return evaluate(condition_of(number), _after(works, facts), floor)


def _after(works: Sequence[Work], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the facts once works are done."""
    return {**facts, **{code: value for work in works for code, value in _changes(work, facts).items()}}


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
