"""What was wrong is shown back: short, in any answer's encoding, and without what it cannot show."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.kernel.errors import SHOWN_VALUE, Fault
from registry.kernel.text import Text

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.binary()
    | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=())), inner),
)  # fmt: skip


def shown(value: Any, field: str = "x") -> dict[str, Any]:
    stated = Fault(field, value, Text("faux", "wrong")).stated("en")
    read: dict[str, Any] = orjson.loads(orjson.dumps(stated))
    return read


@given(ANYTHING, st.text(st.characters(exclude_categories=())))
def test_any_value_can_be_shown(value: Any, field: str) -> None:
    stated = shown(value, field)
    assert len(str(stated["value"])) <= 6 * SHOWN_VALUE
    assert set(stated) == {"field", "value", "message", "remedy"}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, 0), (-(2**53) + 1, -(2**53) + 1), (2**53, "9007199254740992"), (10**400, "≈ 2^1329"), (2.5, 2.5),
        (float("nan"), "nan"), (float("-inf"), "-inf"), ("\ud800", "\\ud800"), (True, True), (None, None),
        ("x" * 300, "x" * 200 + "…"), ({"a": 1}, "{'a': 1}"),
    ],
)  # fmt: skip
def test_value_is_shown_as_it_was_as_far_as_every_reader_can_take_it(value: Any, said: Any) -> None:
    assert shown(value)["value"] == said


def test_number_that_python_will_not_write_is_shown() -> None:
    assert shown(10**5000)["value"] == "≈ 2^16610"


def test_value_that_is_nested_deeply_is_shown_without_its_depth() -> None:
    nested: list[Any] = []
    for _ in range(900):
        nested = [nested]
    assert "..." in shown(nested)["value"]
