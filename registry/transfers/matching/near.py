"""Homes that nearly fit: one work short, or one class lower with a check."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from registry.transfers.matching.requirements import Requirement
from registry.vocabulary.conditions import Agreed, All, Condition, Either, GroundFloor
from registry.vocabulary.facts import FEATURES
from registry.vocabulary.home_class import BY_NUMBER, condition_of
from registry.vocabulary.works import WORKS, Work

_CODE_OF: Final = {2 * fact.number + 1: fact.code for fact in FEATURES if fact.number is not None}
"""Facts by the search tag of what is not excluded."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would make a home fit: the works that each deliver every missing fact; the owner chooses one."""

    facts: tuple[str, ...]
    works: tuple[Work, ...]


def facts_of(demand: Requirement) -> tuple[str, ...]:
    """Return the codes of the facts that a demand rests on; none for a class."""
    return tuple(_CODE_OF[tag] for tag in demand.possible if tag in _CODE_OF)


def missing_facts(demand: Requirement, held: frozenset[int]) -> tuple[str, ...]:
    """Return the facts of a demand that a listing excludes."""
    return tuple(_CODE_OF[tag] for tag in demand.possible if tag not in held and tag in _CODE_OF)


def remedy(facts: tuple[str, ...]) -> Remedy | None:
    """Return the works of which one alone delivers all of ``facts``; ``None``: no single work does."""
    works = tuple(work for work in WORKS if facts and set(facts) <= set(work.delivers))
    return Remedy(facts, works) if works else None


def _leaves(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, All | Either | Agreed):
        for part in condition.of:
            yield from _leaves(part)
    else:
        yield condition


@cache
def facts_of_class(number: int) -> frozenset[str]:
    """Return the codes of the facts that a class asks for, with those of the classes that it includes."""
    return frozenset(
        leaf.code for leaf in _leaves(condition_of(number)) if not isinstance(leaf, GroundFloor | All | Either | Agreed)
    )


@cache
def lowest_class_without(least: int, demand: Requirement) -> int:
    """Return the class that may still be asked for where ``demand`` is missed: the highest that does not rest on it.

    So a home whose class is low for the very fact that a work would deliver is found; 1: no class is asked.
    """
    facts = frozenset(facts_of(demand))
    return max((n for n in BY_NUMBER if n <= least and not facts_of_class(n) & facts), default=1)
