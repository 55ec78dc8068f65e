"""The class of one home: what is proven, what is possible, and which missing facts would decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from registry.vocabulary.conditions import (
    Agreed,
    All,
    Condition,
    Either,
    GroundFloor,
    Leaf,
    evaluate,
    undecided,
)
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
Rule = Literal["fact", "all", "any", "agreed"]
FLOOR = "floor"
"""The code of a home's floor where facts are named by theirs."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a condition holds, fails or cannot be known.

    Attributes:
        rule: ``fact``: one fact decides; ``all``, ``any`` of ``of``; ``agreed``: none of ``of`` denies it, one says so.
        state: Of the condition.
        leaf: What is asked of a fact, or of the floor; only where one decides.
    """

    rule: Rule
    state: State
    leaf: Leaf | None = None
    of: "tuple[Why, ...]" = ()


@dataclass(frozen=True, slots=True)
class Step:
    """Why a class is, or a tag holds, or not.

    Attributes:
        state: Of all that it asks for.
        why: Of what it asks for beside the classes that it includes.
        missing: Codes of facts that are unknown and may still decide it, with those of the classes that it includes.
    """

    state: State
    why: Why
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """A home's class.

    Attributes:
        proven: 0 to 6: holds whatever the unknown facts turn out to be. 0, not assessed, is no worse than 1, ordinary:
            it says that nobody has looked.
        possible: 1 to 6: if all of them turn out well.
        missing: The facts that would decide on the next class above the proven one that is still possible.
        steps: Every class, 0 to 6, by its number.
        tags: Beside the class, by code.
    """

    proven: int
    possible: int
    missing: tuple[str, ...]
    steps: Mapping[int, Step]
    tags: Mapping[str, Step]


def assess(facts: Mapping[str, Any], floor: int | None) -> Assessment:
    """Return the class of a home.

    Args:
        facts: Value by code, as they count now (its residence's beside its own, lifts out of service taken into
            account); an unknown one absent.
        floor: 0: the ground floor; ``None``: unknown.
    """
    steps = {each.number: _step(condition_of(each.number), each.requires, facts, floor) for each in CLASSES}
    held = [number for number, step in steps.items() if step.state == "yes"]
    lowest = ORDINARY if steps[STEP_FREE_CLASS].state == "no" else NOT_ASSESSED
    proven = max(held, default=lowest)
    possible = max((number for number, step in steps.items() if step.state != "no"), default=ORDINARY)
    following = next((step for number, step in steps.items() if number > proven and step.state == "unknown"), None)
    return Assessment(
        proven, possible, following.missing if following else (), {**_lowest(steps, proven), **steps},
        {tag.code: _step(tag.requires, tag.requires, facts, floor) for tag in TAGS},
    )  # fmt: skip


def _lowest(steps: Mapping[int, Step], proven: int) -> dict[int, Step]:
    """Return why a home is at least not assessed, as every home is, and at least ordinary.

    Ordinary is what is known to have steps, or to be of a higher class: what decides is whether it is step-free.
    """
    step_free = steps[STEP_FREE_CLASS]
    known = proven >= ORDINARY
    return {
        NOT_ASSESSED: Step("yes", Why("all", "yes"), ()),
        ORDINARY: Step("yes" if known else "unknown", step_free.why, () if known else step_free.missing),
    }


def _step(whole: Condition, own: Condition, facts: Mapping[str, Any], floor: int | None) -> Step:
    missing = tuple(dict.fromkeys(map(code_of, undecided(whole, facts, floor))))
    return Step(_state(whole, facts, floor), why(own, facts, floor), missing)


def why(condition: Condition, facts: Mapping[str, Any], floor: int | None) -> Why:
    """Return why a condition holds, fails or cannot be known, fact by fact."""
    state = _state(condition, facts, floor)
    match condition:
        case All(of):
            return Why("all", state, of=tuple(why(each, facts, floor) for each in of))
        case Either(of):
            return Why("any", state, of=tuple(why(each, facts, floor) for each in of))
        case Agreed(of):
            return Why("agreed", state, of=tuple(why(each, facts, floor) for each in of))
        case leaf:
            return Why("fact", state, leaf)


def code_of(leaf: Leaf) -> str:
    """Return the code of the fact that is asked, or :data:`FLOOR`."""
    return FLOOR if isinstance(leaf, GroundFloor) else leaf.code


def _state(condition: Condition, facts: Mapping[str, Any], floor: int | None) -> State:
    holds = evaluate(condition, facts, floor)
    return "unknown" if holds is None else "yes" if holds else "no"


def rank(number: int) -> int:
    """Return a class as classes are compared: not assessed is no worse than ordinary."""
    return min(max(number, ORDINARY), HIGHEST)
