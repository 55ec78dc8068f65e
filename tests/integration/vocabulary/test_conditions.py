"""Conditions over facts: asked in SQL of half a million homes they say what they say of one in Python."""

import json
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.vocabulary.conditions import Condition, GroundFloor, Leaf, Measure, evaluate, leaves, sql
from registry.vocabulary.facts import FACTS_BY_CODE
from registry.vocabulary.home_class import CLASSES, TAGS, condition_of
from tests.support.database import Server

CONDITIONS: Final[dict[str, Condition]] = {
    **{f"class {each.number}": condition_of(each.number) for each in CLASSES},
    **{f"class {each.number} alone": each.requires for each in CLASSES},
    **{f"tag {tag.code}": tag.requires for tag in TAGS},
}
LEAVES: Final[tuple[Leaf, ...]] = tuple(dict.fromkeys(leaf for each in CONDITIONS.values() for leaf in leaves(each)))
CODES: Final = sorted({leaf.code for leaf in LEAVES if not isinstance(leaf, GroundFloor)})
HOMES: Final = 150
"""Homes of one example: each statement asks all conditions of all of them."""


def _fact(code: str) -> str:
    return f"h.facts->>'{code}'"


ASKED: Final = f"""
    SELECT {", ".join(sql(each, _fact, "h.floor") for each in CONDITIONS.values())}
    FROM jsonb_to_recordset(CAST(%s AS jsonb)) AS h (n integer, facts jsonb, floor smallint) ORDER BY h.n
"""


def _values(code: str) -> st.SearchStrategy[Any]:
    """Draw a value; of a measure mostly one at which a condition turns, or beside it."""
    fact = FACTS_BY_CODE[code]
    if fact.kind != "measure":
        return st.sampled_from([choice.code for choice in fact.choices] if fact.kind == "choice" else ["yes", "no"])
    assert fact.minimum is not None
    assert fact.maximum is not None
    turning = {leaf.value for leaf in LEAVES if isinstance(leaf, Measure) and leaf.code == code}
    turning |= {fact.threshold.value} if fact.threshold else set()
    beside = {max(fact.minimum, value + step) for value in turning for step in (-1, 0, 1)}
    return st.sampled_from(sorted(beside)) | st.integers(fact.minimum, fact.maximum)


def _best(code: str) -> Any:
    """Return the value of a fact with which every condition holds that asks for it."""
    fact = FACTS_BY_CODE[code]
    if fact.kind == "measure":
        assert fact.threshold is not None
        return fact.maximum if fact.threshold.comparison == ">=" else fact.minimum
    return "both_sides" if fact.kind == "choice" else "yes"


BEST: Final = {code: _best(code) for code in CODES}
FLOORS: Final = st.sampled_from([None, -1, 0, 1, 12])
ANY: Final = st.fixed_dictionaries({}, optional={code: _values(code) for code in CODES})
# At random hardly a home is of any class: half of them are good but for a few facts, other ones or unknown.
FEW: Final = st.lists(st.sampled_from(CODES), max_size=3, unique=True)
NEARLY: Final = st.tuples(ANY, FEW).map(
    lambda drawn: {
        code: drawn[0].get(code) if code in drawn[1] else best
        for code, best in BEST.items()
        if code not in drawn[1] or code in drawn[0]
    }
)
MANY: Final = st.lists(st.tuples(ANY | NEARLY, FLOORS), min_size=1, max_size=HOMES)


def in_sql(server: Server, database: str, homes: list[tuple[dict[str, Any], int | None]]) -> list[tuple[Any, ...]]:
    rows = [{"n": n, "facts": facts, "floor": floor} for n, (facts, floor) in enumerate(homes)]
    with server.connect(database) as connection:
        return connection.execute(ASKED.encode(), (json.dumps(rows),)).fetchall()


def in_python(homes: list[tuple[dict[str, Any], int | None]]) -> list[tuple[bool | None, ...]]:
    return [tuple(evaluate(each, facts, floor) for each in CONDITIONS.values()) for facts, floor in homes]


# The database is only read: nothing of one example is left to the next.
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(homes=MANY)
def test_condition_says_of_any_home_in_sql_what_it_says_in_python(
    server: Server, database_name: str, homes: list[tuple[dict[str, Any], int | None]]
) -> None:
    assert in_sql(server, database_name, homes) == in_python(homes)


def test_every_condition_is_met_by_the_best_home_and_not_known_of_one_of_which_nothing_is(
    server: Server, database_name: str
) -> None:
    best, unknown = in_sql(server, database_name, [(BEST, 0), ({}, None)])
    assert (set(best), set(unknown)) == ({True}, {None})


@pytest.mark.parametrize("leaf", LEAVES, ids=str)
def test_each_fact_decides_a_condition_in_sql_as_in_python(server: Server, database_name: str, leaf: Leaf) -> None:
    """All else being good or unknown, a fact that is known, unknown, or bad at its very bound."""
    known = {code: value for code, value in BEST.items() if isinstance(leaf, GroundFloor) or code != leaf.code}
    homes: list[tuple[dict[str, Any], int | None]] = [(known, floor) for floor in (None, 0, 3)]
    if not isinstance(leaf, GroundFloor):
        fact = FACTS_BY_CODE[leaf.code]
        bounds = [fact.threshold.value] if fact.threshold else []
        bounds += [leaf.value] if isinstance(leaf, Measure) else []
        measures: list[int | str] = [value + step for value in bounds for step in (-1, 0, 1)]
        values = measures or ["yes", "no", "none", "one_side"]
        homes += [({**around, leaf.code: value}, 3) for value in values for around in (known, {})]
    assert in_sql(server, database_name, homes) == in_python(homes)
