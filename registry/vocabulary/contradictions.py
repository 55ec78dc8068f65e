"""What cannot be stated together of one home or residence: one declarative table.

Most of it follows from the conditions of display (:class:`~registry.vocabulary.fact.When`); the rest are facts whose
definitions exclude each other. A "no" to what another "no" makes idle is right, and contradicts nothing.

Only what is stated together is compared, never what is stated with what is held: a newer "no" leaves behind what was
true before it, and the class asks for both (:mod:`registry.vocabulary.home_class`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from registry.kernel.text import Text
from registry.vocabulary.conditions import Measure, OneOf, Yes, evaluate
from registry.vocabulary.fact import Fact, When
from registry.vocabulary.facts import FACTS, FACTS_BY_CODE

Said = Yes | Measure | OneOf


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two statements that deny each other.

    Attributes:
        said: The one that is refused.
        beside: The one that it cannot stand beside.
        text: Why, with the codes that a person has to look at.
    """

    said: Said
    beside: Said
    text: Text


REMEDY: Final = Text(
    "Corrigez l'une des deux valeurs, ou laissez inconnue celle que personne n'a constatée.",
    "Correct one of the two values, or leave unknown the one that nobody established.",
)


def _no(code: str) -> OneOf:
    return OneOf(code, ("no",))


def _anything(fact: Fact) -> Said:
    """Return that something is stated by a fact; "no" states nothing where it is idle."""
    match fact.kind:
        case "yes_no":
            return OneOf(fact.code, ("yes",))
        case "choice":
            return OneOf(fact.code, tuple(choice.code for choice in fact.choices))
        case "measure":
            assert fact.minimum is not None
            return Measure(fact.code, ">=", fact.minimum)


def _derived(fact: Fact, when: When) -> Contradiction:
    other = FACTS_BY_CODE[when.code]
    values = [choice.code for choice in other.choices] or ["yes", "no"]
    label = other.label
    return Contradiction(
        _anything(fact),
        OneOf(when.code, tuple(value for value in values if value != when.value)),
        Text(
            f"contredit « {when.code} » ({label.fr}) : n'a de sens que s'il vaut « {when.value} »",
            f"contradicts '{when.code}' ({label.en}): it means something only where that is '{when.value}'",
        ),
    )


CONTRADICTIONS: Final[tuple[Contradiction, ...]] = (
    *(_derived(fact, fact.when) for fact in FACTS if fact.when is not None and fact.when.excludes),
    # Both are defined by the lip to pass; 2 cm is the highest that the arrêté du 24 décembre 2015, art. 2, calls none.
    Contradiction(
        Yes("zero_step_shower"), Measure("shower_tray_height", ">=", 3),
        Text(
            "contredit « shower_tray_height » : une douche de plain-pied n'a pas de receveur de plus de 2 cm",
            "contradicts 'shower_tray_height': a zero-step shower has no tray higher than 2 cm",
        ),
    ),
    # By its definition: doors of 0.77 m and a turning space of Ø 1.50 m in every room.
    Contradiction(
        Yes("all_rooms_wheelchair"), Measure("interior_door_width", "<=", 76),
        Text(
            "contredit « interior_door_width » : un fauteuil demande des portes de 77 cm de passage dans chaque pièce",
            "contradicts 'interior_door_width': a wheelchair needs doors 77 cm clear in every room",
        ),
    ),
    Contradiction(
        Yes("all_rooms_wheelchair"), _no("turning_space"),
        Text(
            "contredit « turning_space » : la salle d'eau est une des pièces où un fauteuil doit tourner",
            "contradicts 'turning_space': the bathroom is one of the rooms in which a wheelchair must turn",
        ),
    ),
    Contradiction(
        Yes("caretaker_trained"), Measure("caretaker_hours", "<=", 0),
        Text(
            "contredit « caretaker_hours » : il n'y a pas de gardien",
            "contradicts 'caretaker_hours': there is no caretaker",
        ),
    ),
)  # fmt: skip


_PAIRS: Final = tuple((each.said.code, each.beside.code, each) for each in CONTRADICTIONS)


def contradictory(facts: Mapping[str, Mapping[str, Any] | None]) -> Iterator[Contradiction]:
    """Yield which statements deny each other, of those that a home or a residence is stated with at once.

    Args:
        facts: By code, each right by itself: ``value`` ("unknown" says nothing), ``date`` and ``until`` where they
            are known, all dates or all ISO texts; ``None``: withdrawn.
    """
    for code, other, each in _PAIRS:
        if code in facts and other in facts:  # hardly ever: whole files are read through here
            said, beside = facts[code], facts[other]
            if said and beside and _true(each.said, said) and _true(each.beside, beside) and _overlap(said, beside):
                yield each


def _true(said: Said, fact: Mapping[str, Any]) -> bool:
    value = fact["value"]
    return value != "unknown" and evaluate(said, {said.code: value}, None) is True


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether there is a day on which both hold; ``date`` is the first day of a fact, ``until`` its last."""
    return not (_over_before(one, other) or _over_before(other, one))


def _over_before(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    until, date = one.get("until"), other.get("date")
    return until is not None and date is not None and bool(until < date)
