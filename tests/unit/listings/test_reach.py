"""Bands and grades as bits and as statements."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.kernel.validation import Wrong
from registry.listings import values
from registry.listings.reach import (
    MOST_M,
    NEAR_M,
    PLACES,
    PROFILES,
    SHOWN_FAMILIES,
    WITHIN,
    described,
    further_mask,
    mask,
    said_by,
    statements,
)
from registry.listings.tags import GRADES_SHOWN, REACHED, SERVICE_NEAR, UNGRADED, grades_up_to
from registry.surroundings.distances import LIMIT_M
from registry.surroundings.profiles import Profile
from registry.vocabulary.facts import FEATURES_BY_CODE
from registry.vocabulary.grid import GRADES
from registry.vocabulary.services import Family

everything = st.tuples(st.sampled_from([None, *GRADES]), st.integers(0, (1 << 2 * len(PLACES)) - 1))


@given(everything)
def test_statements_say_what_they_were_made_of(told: tuple[str | None, int]) -> None:
    assert said_by(statements(*told)) == told


def test_profiles_stand_in_the_order_of_their_stored_numbers() -> None:
    assert [profile.name.lower() for profile in Profile] == list(PROFILES)
    assert [int(profile) for profile in Profile] == [1, 2, 3]


def test_all_bands_fit_into_a_number_of_the_database() -> None:
    assert len(PLACES) == len(SHOWN_FAMILIES) * len(PROFILES)
    assert max(PLACES.values()) + 2 < 63


@pytest.mark.parametrize(("shown", "metres"), [(3, {300, 600}), (2, {600}), (1, set()), (0, set())])
def test_band_is_found_by_the_metres_that_it_guarantees(shown: int, metres: set[int]) -> None:
    services = shown << PLACES[Family.PHARMACY, "senior"]
    asked = {each: mask([(Family.PHARMACY, each, "senior")]) for each in WITHIN}
    assert {each for each, bits in asked.items() if services & bits == bits} == metres
    assert not services & mask([(Family.FOOD, 600, "senior")])


@pytest.mark.parametrize(("shown", "possible"), [(3, True), (2, True), (1, False), (0, True)])
def test_band_that_is_further_is_the_only_one_that_excludes(shown: int, possible: bool) -> None:
    services = shown << PLACES[Family.PHARMACY, "senior"]
    assert (services & ~(services >> 1) & further_mask([(Family.PHARMACY, 300, "senior")]) == 0) == possible


def test_what_is_unknown_is_not_described() -> None:
    services = 2 << PLACES[Family.FOOD, "walking"] | 1 << PLACES[Family.FOOD, "wheelchair"]
    assert described(services) == {"food": {"walking": "within_600", "wheelchair": "further"}}


def test_residence_of_a_grade_is_found_by_that_grade_and_every_worse_one() -> None:
    assert grades_up_to("B") == [GRADES_SHOWN[grade] for grade in ("B", "C", "D", "E")]


def test_tags_of_a_residence_are_nobody_else_s() -> None:
    given_before = {2 * fact.feature + possible for fact in FEATURES_BY_CODE.values() for possible in (0, 1)}
    own = {*GRADES_SHOWN.values(), UNGRADED, SERVICE_NEAR, *REACHED.values()}
    assert len(own) == len(GRADES_SHOWN) + 2 + len(REACHED)
    assert not own & (given_before | set(range(48, 58)) | {62} | set(range(65, 74)) | set(range(80, 96)))
    assert max(own) < 96


def test_metres_of_a_search_are_those_of_which_bands_can_tell_something() -> None:
    taken = []
    for metres in range(MOST_M + 500):
        with suppress(Wrong):
            taken.append(values.service(f"pharmacy:{metres}:wheelchair")[1])
    assert taken == list(range(NEAR_M, MOST_M + 1))
    assert MOST_M == LIMIT_M, "as far as distances are computed"
