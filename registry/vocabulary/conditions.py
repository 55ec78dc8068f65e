"""Conditions over facts in Kleene's three-valued logic: true, false, and ``None`` where it cannot be known.

Every condition is monotone: a more favourable fact never makes it less true, so that what holds whatever the unknowns
turn out to be, and what may still hold, are found by one evaluation. SQL's own logic is the same one: a condition is
written once and asked of one home here, of half a million there (:func:`sql`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from registry.vocabulary.facts import FACTS_BY_CODE


@dataclass(frozen=True, slots=True)
class Yes:
    """That a fact is "yes", or meets its own threshold."""

    code: str


@dataclass(frozen=True, slots=True)
class Measure:
    """That a measure is at least, or at most, so much."""

    code: str
    comparison: Literal[">=", "<="]
    value: int


@dataclass(frozen=True, slots=True)
class OneOf:
    """That a choice is one of these codes."""

    code: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroundFloor:
    """That the home is on the ground floor."""


@dataclass(frozen=True, slots=True)
class All:
    of: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Either:
    of: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Agreed:
    """What several statements of one thing say together: false where one denies it, else true where one says so."""

    of: "tuple[Condition, ...]"


Leaf = Yes | Measure | OneOf | GroundFloor
Condition = Leaf | All | Either | Agreed


def evaluate(condition: Condition, facts: Mapping[str, Any], floor: int | None) -> bool | None:
    """Return whether a condition holds for a home.

    Args:
        condition: See above.
        facts: Value by code, an unknown one absent: "yes", "no", a whole number, a code.
        floor: 0: the ground floor; ``None``: unknown.
    """
    match condition:
        case GroundFloor():
            return None if floor is None else floor == 0
        case All(of):
            return _least(evaluate(each, facts, floor) for each in of)
        case Either(of):
            return _most(evaluate(each, facts, floor) for each in of)
        case Agreed(of):
            found = [evaluate(each, facts, floor) for each in of]
            return False if False in found else _most(found)
        case Yes() | Measure() | OneOf():
            return _of_fact(condition, facts.get(condition.code))


def _of_fact(leaf: Yes | Measure | OneOf, value: Any) -> bool | None:
    if value is None:
        return None
    match leaf:
        case OneOf(_, codes):
            return value in codes
        case Measure(_, comparison, bound):
            return bool(value >= bound if comparison == ">=" else value <= bound)
        case Yes(code):
            threshold = FACTS_BY_CODE[code].threshold
            if threshold is None:
                return bool(value == "yes")
            return bool(value >= threshold.value if threshold.comparison == ">=" else value <= threshold.value)


def _least(values: Any) -> bool | None:
    found = list(values)
    return False if False in found else None if None in found else True


def _most(values: Any) -> bool | None:
    found = list(values)
    return True if True in found else None if None in found else False


def undecided(condition: Condition, facts: Mapping[str, Any], floor: int | None) -> tuple[Leaf, ...]:
    """Return the unknown facts on which a condition still depends, each once; none where it is decided."""
    if evaluate(condition, facts, floor) is not None:
        return ()
    match condition:
        case All(of) | Either(of) | Agreed(of):
            found = [leaf for each in of for leaf in undecided(each, facts, floor)]
        case leaf:
            found = [leaf]
    return tuple(dict.fromkeys(found))


def leaves(condition: Condition) -> tuple[Leaf, ...]:
    """Return what a condition is made of, in its order, each once."""
    match condition:
        case All(of) | Either(of) | Agreed(of):
            found = [leaf for each in of for leaf in leaves(each)]
        case leaf:
            found = [leaf]
    return tuple(dict.fromkeys(found))


def sql(condition: Condition, fact: Callable[[str], str], floor: str) -> str:
    """Return a condition as SQL, null where it cannot be known.

    Args:
        condition: Of constants of this package alone.
        fact: SQL of the text of a fact's value by its code, null where it is unknown.
        floor: SQL of the floor.
    """
    match condition:
        case GroundFloor():
            return f"({floor} = 0)"
        case All(of):
            return "(" + " AND ".join(sql(each, fact, floor) for each in of) + ")"
        case Either(of):
            return "(" + " OR ".join(sql(each, fact, floor) for each in of) + ")"
        case Agreed(of):
            parts = [sql(each, fact, floor) for each in of]
            denied = " OR ".join(f"{part} IS FALSE" for part in parts)
            return f"(CASE WHEN {denied} THEN false ELSE {' OR '.join(parts)} END)"
        case Yes() | Measure() | OneOf():
            return _sql_of_fact(condition, fact(condition.code))


def _sql_of_fact(leaf: Yes | Measure | OneOf, value: str) -> str:
    match leaf:
        case OneOf(_, codes):
            return f"({value} IN ({', '.join(map(repr, codes))}))"
        case Measure(_, comparison, bound):
            return f"(({value})::numeric {comparison} {bound})"
        case Yes(code):
            threshold = FACTS_BY_CODE[code].threshold
            if threshold is None:
                return f"({value} = 'yes')"
            return f"(({value})::numeric {threshold.comparison} {threshold.value})"
