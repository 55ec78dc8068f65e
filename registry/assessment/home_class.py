"""The class of one home: what is proven, what is possible, and which missing facts would decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from registry.vocabulary.conditions import Condition, GroundFloor, Leaf, evaluate, leaves, undecided
from registry.vocabulary.home_class import (
    CLASSES,
    HIGHEST,
    NOT_ASSESSED,
    ORDINARY,
    STEP_FREE_CLASS,
    TAGS,
    condition_of,
)

State = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One fact that a class asks for. ``code``: of the fact, or "floor"; ``holds``: ``None``, nobody knows."""

    code: str
    condition: Leaf
    value: Any
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Step:
    """Why a class is or is not reached. ``missing``: facts that are unknown and may still decide it."""

    number: int
    holds: bool | None
    criteria: tuple[Criterion, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """A home's class.

    Attributes:
        proven: 0 to 6: holds whatever the unknown facts turn out to be. 0, not assessed, is no worse than 1, ordinary:
            it says that nobody has looked.
        possible: 1 to 6: if all of them turn out well.
        missing: The facts that would decide on the next class above the proven one that is still possible.
        steps: Each class from 2 on.
        tags: Beside the class, by code.
    """

    proven: int
    possible: int
    missing: tuple[str, ...]
    steps: tuple[Step, ...]
    tags: Mapping[str, State]


def assess(facts: Mapping[str, Any], floor: int | None) -> Assessment:
    """Return the class of a home.

    Args:
        facts: Value by code, as they count now (its residence's beside its own, lifts out of service taken into
            account); an unknown one absent.
        floor: 0: the ground floor; ``None``: unknown.
    """
    steps = tuple(_step(each.number, facts, floor) for each in CLASSES)
    held = [step.number for step in steps if step.holds]
    stairs = next(step for step in steps if step.number == STEP_FREE_CLASS).holds is False
    lowest = ORDINARY if stairs else NOT_ASSESSED
    proven = max(held, default=lowest)
    possible = max((step.number for step in steps if step.holds is not False), default=ORDINARY)
    following = next((step for step in steps if step.number > proven and step.holds is None), None)
    return Assessment(
        proven, possible, following.missing if following else (), steps,
        {tag.code: _state(tag.requires, facts, floor) for tag in TAGS},
    )  # fmt: skip


def _step(number: int, facts: Mapping[str, Any], floor: int | None) -> Step:
    condition = condition_of(number)
    criteria = tuple(_criterion(leaf, facts, floor) for leaf in leaves(condition))
    holds = evaluate(condition, facts, floor)
    missing = tuple(dict.fromkeys(map(_code, undecided(condition, facts, floor))))
    return Step(number, holds, criteria, missing)


def _code(leaf: Leaf) -> str:
    return "floor" if isinstance(leaf, GroundFloor) else leaf.code


def _criterion(leaf: Leaf, facts: Mapping[str, Any], floor: int | None) -> Criterion:
    code = _code(leaf)
    value = floor if code == "floor" else facts.get(code)
    return Criterion(code, leaf, value, evaluate(leaf, facts, floor))


def _state(condition: Condition, facts: Mapping[str, Any], floor: int | None) -> State:
    holds = evaluate(condition, facts, floor)
    return "unknown" if holds is None else "yes" if holds else "no"


def rank(number: int) -> int:
    """Return a class as classes are compared: not assessed is no worse than ordinary."""
    return min(max(number, ORDINARY), HIGHEST)
