"""JSON that says one thing is read as any reader reads it; anything else is told, in two languages."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.kernel import strict_json
from registry.kernel.validation import Wrong

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(VALUES)
def test_what_was_written_is_read(value: Any) -> None:
    assert strict_json.read(json.dumps(value).encode()) == value
    assert strict_json.read(json.dumps(value, ensure_ascii=False, indent=1).encode(errors="surrogatepass")) == value


@given(st.binary() | st.text().map(str.encode) | VALUES.map(lambda value: json.dumps(value).encode()[:-1]))
def test_any_bytes_are_read_or_told(raw: bytes) -> None:
    told = None
    try:
        strict_json.read(raw)
    except Wrong as wrong:
        told = wrong.text
    assert told is None or told.fr != told.en


@given(VALUES, VALUES, st.text())
def test_name_given_twice_is_told_by_name(one: Any, other: Any, name: str) -> None:
    given_twice = f"{json.dumps(name)}:{json.dumps(one)},{json.dumps(name)}:{json.dumps(other)}"
    for raw in (f"{{{given_twice}}}", f'[{{"x": {{{given_twice}}}}}]'):
        with pytest.raises(Wrong) as raised:
            strict_json.read(raw.encode())
        assert raised.value.field == name


@pytest.mark.parametrize("raw", [b"[" * 100_000, b'{"a":' * 100_000, b"9" * 10_000, b"-" + b"9" * 10_000])
def test_text_that_is_too_deep_or_too_long_a_number_is_told(raw: bytes) -> None:
    with pytest.raises(Wrong):
        strict_json.read(raw)
