"""Numbers and amounts as people read them and type them, in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.kernel.numbers import cents_of, decimal_said, money_said, money_typed
from registry.kernel.text import Language


def test_decimal_is_said_with_the_places_asked_for_or_with_those_it_has() -> None:
    assert [decimal_said(each, "fr") for each in (47.5, 80, 0.0, 0.1)] == ["47,5", "80", "0", "0,1"]
    assert (decimal_said(0.8, "fr", 2), decimal_said(61.11, "en", 1)) == ("0,80", "61.1")


def test_amount_is_said_as_each_language_writes_it() -> None:
    assert money_said(123_450) == ("1\u202f234,50 €", "€1,234.50")
    assert money_said(0) == ("0,00 €", "€0.00")


@given(cents=st.integers(0, 9_999_999_999), language=st.sampled_from(["fr", "en"]))
def test_what_a_field_holds_is_read_as_the_same_amount(cents: int, language: Language) -> None:
    assert cents_of(money_typed(cents, language)) == cents


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("850", 85_000), ("850,5", 85_050), ("850.50 €", 85_050), (" 1 234,50", 123_450), ("1\u202f234", 123_400),
     ("€12", 1_200)],
)  # fmt: skip
def test_amount_is_read_as_people_type_it(typed: str, cents: int) -> None:
    assert cents_of(typed) == cents


@pytest.mark.parametrize("typed", ["", "€", "-1", "1,234,5", "12,345", "850,505", "999999999", "٣", "douze"])
def test_what_is_no_amount_is_none(typed: str) -> None:
    assert cents_of(typed) is None


def test_field_without_an_amount_is_empty() -> None:
    assert money_typed(None, "fr") == ""
