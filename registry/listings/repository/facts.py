"""The SQL of what the facts of a home come to: what it has, its class, its tags, what its listing shows of it."""

from typing import Final

from registry.listings import tags
from registry.vocabulary.conditions import GroundFloor, leaves, sql
from registry.vocabulary.fact import Fact
from registry.vocabulary.facts import FEATURES
from registry.vocabulary.home_class import BY_NUMBER, NOT_ASSESSED, ORDINARY, STEP_FREE_CLASS


def _value(code: str) -> str:
    return f"value_{code}"


def _holds(fact: Fact) -> str:
    """Return the SQL of whether a home has what the fact stands for: null where nothing is stated.

    It has not where what must hold for the fact to mean anything is known not to: the standard of a lift that stands.
    """
    holds = f"{_value(fact.code)} = 'yes'"
    if fact.kind == "measure" and fact.threshold:
        holds = f"({_value(fact.code)})::numeric {fact.threshold.comparison} {fact.threshold.value}"
    if fact.when:
        return f"({holds} AND ({_value(fact.when.code)} = '{fact.when.value}') IS NOT FALSE)"
    return holds


def _shown(fact: Fact) -> str:
    """Return the SQL of what a listing says of a fact, as a member of a JSON object: null where nothing is stated."""
    given = f"fact_{fact.code}"
    return f"""'"{fact.code}":{{"value":' || ({given}->'value')::text
        || ',"proven":' || coalesce(holds_{fact.number}::text, 'null')
        || ',"source":' || coalesce(({given}->'source')::text, 'null')
        || ',"month":' || coalesce('"' || left({given}->>'date', 7) || '"', 'null') || '}}'"""


def _own_rule(number: int) -> str:
    """Return the SQL of what a class asks for beside the classes that it includes."""
    return sql(BY_NUMBER[number].requires, _value, "p.floor")


def _class_holds(number: int) -> str:
    return "(" + " AND ".join(f"reached_{each}" for each in (*BY_NUMBER[number].includes, number)) + ")"


def _at_least(number: int) -> str:
    """Return the SQL of whether a home is of a class or of a higher one."""
    return "(" + " OR ".join(f"class_{each}" for each in BY_NUMBER if each >= number) + ")"


# Spelled out fact by fact, and the object put together as text: half of the time of a join with the vocabulary. Each is
# looked for once among those of the home, most of which state few.
_ASKED: Final = sorted(
    {fact.code for fact in FEATURES}
    | {fact.when.code for fact in FEATURES if fact.when}
    | {
        leaf.code
        for home_class in BY_NUMBER.values()
        for leaf in leaves(home_class.requires)
        if not isinstance(leaf, GroundFloor)
    }
)
_FACTS: Final = ", ".join(f"p.facts->'{code}' AS fact_{code}" for code in _ASKED)
_VALUES: Final = ", ".join(f"fact_{code}->>'value' AS value_{code}" for code in _ASKED)
_HOLDS: Final = ", ".join(f"{_holds(fact)} AS holds_{fact.number}" for fact in FEATURES)
_REACHED: Final = ", ".join(f"{_own_rule(number)} AS reached_{number}" for number in BY_NUMBER)
_CLASSES: Final = ", ".join(f"{_class_holds(number)} AS class_{number}" for number in BY_NUMBER)
_PROVEN: Final = ", ".join(
    [f"CASE WHEN holds_{fact.number} THEN {2 * fact.feature} END" for fact in FEATURES]
    + [f"CASE WHEN {_at_least(number)} THEN {tags.at_least(number, possible=False)} END" for number in BY_NUMBER]
)
_POSSIBLE: Final = ", ".join(
    [f"CASE WHEN holds_{fact.number} IS NOT FALSE THEN {2 * fact.feature + 1} END" for fact in FEATURES]
    + [
        f"CASE WHEN {_at_least(number)} IS NOT FALSE THEN {tags.at_least(number, possible=True)} END"
        for number in BY_NUMBER
    ]
)
_DOWNWARD: Final = sorted(BY_NUMBER, reverse=True)
_CLASS_PROVEN: Final = (
    f"CASE {' '.join(f'WHEN class_{number} THEN {number}' for number in _DOWNWARD)}"
    f" WHEN class_{STEP_FREE_CLASS} IS FALSE THEN {ORDINARY} ELSE {NOT_ASSESSED} END"
)
_CLASS_POSSIBLE: Final = (
    f"CASE {' '.join(f'WHEN class_{number} IS NOT FALSE THEN {number}' for number in _DOWNWARD)} ELSE {ORDINARY} END"
)
_SHOWN: Final = ", ".join(map(_shown, FEATURES))
SAID: Final = f"""
        -- OFFSET 0: computed once, not wherever it is used.
        CROSS JOIN LATERAL (SELECT {_FACTS} OFFSET 0) stated
        CROSS JOIN LATERAL (SELECT {_VALUES} OFFSET 0) said
        CROSS JOIN LATERAL (SELECT {_HOLDS} OFFSET 0) known
        CROSS JOIN LATERAL (SELECT {_REACHED} OFFSET 0) reached
        CROSS JOIN LATERAL (SELECT {_CLASSES} OFFSET 0) classes
        CROSS JOIN LATERAL (SELECT array_remove(ARRAY[{_PROVEN}], NULL) AS proven,
            array_remove(ARRAY[{_POSSIBLE}], NULL) AS possible OFFSET 0) f
        CROSS JOIN LATERAL (SELECT {_CLASS_PROVEN} AS class_proven, {_CLASS_POSSIBLE} AS class_possible OFFSET 0) c
"""
"""Joins to ``p``, which has ``facts`` and ``floor``, what :data:`TOLD` selects."""
TOLD: Final = (
    f"f.proven, f.possible, c.class_proven, c.class_possible, '{{' || concat_ws(',', {_SHOWN}) || '}}' AS shown"
)
"""Tags of what is proven and possible, the class that is proven and the highest that is possible, and as JSON what a
listing shows of the facts."""
