"""What a find is worth: the rule for all geocoders."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.territories.geocoding import (
    EXACT_GAP,
    EXACT_SCORE,
    LEAST_SCORE,
    Address,
    Candidate,
    Kind,
    Method,
    Near,
    Verdict,
    candidate_of,
    decide,
    whole_city,
)
from registry.territories.spelling import HouseNumber

ASKED = Address("33063", "rue des Acacias", "12 bis", "33000")
HOUSE = Candidate("33063", -0.5792, 44.8378, 0.95, Kind.HOUSE_NUMBER, "12b Rue des Acacias", HouseNumber(12, "b"), "x")
NEAR = Near("33063", "Rue des Acacias", "33000", 1.0, HouseNumber(12, "b"), -0.5792, 44.8378, "x")


def verdict(*found: Candidate, asked: Address = ASKED, next_score: float | None = None) -> Verdict:
    return decide(asked, found, Method.GEOPLATEFORME, next_score=next_score).verdict


def test_house_of_that_number_with_a_high_score_far_above_the_next_is_exact() -> None:
    found = decide(ASKED, [HOUSE, replace(HOUSE, score=0.6, lon=0.1)], Method.BAN)
    assert (found.verdict, found.point, found.score, found.gap) == (Verdict.EXACT, (-0.5792, 44.8378), 0.95, 0.35)
    assert (found.method, found.kind, found.ban_id) == (Method.BAN, Kind.HOUSE_NUMBER, "x")


def test_only_find_has_no_gap_and_needs_none() -> None:
    found = decide(ASKED, [HOUSE], Method.BAN)
    assert (found.verdict, found.gap) == (Verdict.EXACT, None)


@pytest.mark.parametrize(
    "worse",
    [
        replace(HOUSE, kind=Kind.STREET, number=None),
        replace(HOUSE, kind=Kind.LOCALITY, number=None),
        replace(HOUSE, number=HouseNumber(14)),
        replace(HOUSE, number=None),
        replace(HOUSE, score=EXACT_SCORE - 0.01),
        replace(HOUSE, score=LEAST_SCORE),
    ],
)
def test_find_of_another_kind_number_or_score_is_doubtful(worse: Candidate) -> None:
    assert verdict(worse) is Verdict.DOUBTFUL


def test_address_without_a_number_is_never_exact() -> None:
    assert verdict(HOUSE, asked=replace(ASKED, number=None)) is Verdict.DOUBTFUL


def test_next_best_that_scores_nearly_alike_makes_doubtful() -> None:
    assert verdict(HOUSE, replace(HOUSE, score=HOUSE.score - EXACT_GAP / 2)) is Verdict.DOUBTFUL
    assert verdict(HOUSE, next_score=HOUSE.score - EXACT_GAP / 2) is Verdict.DOUBTFUL
    assert verdict(HOUSE, next_score=HOUSE.score - 2 * EXACT_GAP) is Verdict.EXACT


def test_find_as_it_was_written_need_only_be_above_the_next() -> None:
    perfect = replace(HOUSE, score=1.0)
    assert verdict(perfect, next_score=0.95) is Verdict.EXACT
    assert verdict(perfect, replace(perfect, lon=0.2)) is Verdict.DOUBTFUL, "two streets of that very name"


@pytest.mark.parametrize(
    "nothing",
    [
        replace(HOUSE, score=LEAST_SCORE - 0.01),
        replace(HOUSE, kind=Kind.MUNICIPALITY, number=None),
        replace(HOUSE, commune_code="33064"),
    ],
)
def test_garbage_a_town_hall_and_another_commune_are_nothing(nothing: Candidate) -> None:
    found = decide(ASKED, [nothing], Method.GEOPLATEFORME)
    assert (found.verdict, found.point, found.method) == (Verdict.NONE, None, None)
    assert verdict() is Verdict.NONE


def test_better_find_in_another_commune_does_not_hide_the_one_in_this() -> None:
    assert verdict(replace(HOUSE, commune_code="64102", score=0.99), HOUSE) is Verdict.EXACT


@pytest.mark.parametrize(
    ("code", "city"),
    [("75101", "75056"), ("75120", "75056"), ("69389", "69123"), ("13201", "13055"), ("13055", "13055"),
     ("75121", "75121"), ("33063", "33063")],
)  # fmt: skip
def test_arrondissement_counts_as_its_city(code: str, city: str) -> None:
    assert whole_city(code) == city


def test_house_in_an_arrondissement_is_in_the_city_that_was_stated() -> None:
    assert verdict(replace(HOUSE, commune_code="75103"), asked=replace(ASKED, commune_code="75056")) is Verdict.EXACT


def test_local_score_falls_with_likeness_number_postcode_and_repetition() -> None:
    asked = ASKED.separated
    scores = [
        candidate_of(asked, near).score
        for near in (
            NEAR, replace(NEAR, number=HouseNumber(12)), replace(NEAR, postcode="33100"),
            replace(NEAR, number=HouseNumber(14)), replace(NEAR, likeness=0.5),
        )
    ]  # fmt: skip
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 1.0
    assert candidate_of(asked, replace(NEAR, number=HouseNumber(14))).kind is Kind.STREET
    assert candidate_of(asked, replace(NEAR, number=HouseNumber(12))).kind is Kind.HOUSE_NUMBER


def test_local_find_of_the_nearest_number_is_doubtful() -> None:
    found = decide(ASKED, [candidate_of(ASKED, replace(NEAR, number=HouseNumber(14)))], Method.BAN)
    assert (found.verdict, found.kind, found.ban_id) == (Verdict.DOUBTFUL, Kind.STREET, None)


@given(
    st.lists(
        st.builds(
            Candidate, st.sampled_from(["33063", "33064", "75101"]), st.floats(-180, 180), st.floats(-90, 90),
            st.floats(0, 1), st.sampled_from(Kind), st.text(max_size=5),
            st.none() | st.builds(HouseNumber, st.integers(1, 14), st.sampled_from(["", "b"])),
        ),
        max_size=6,
    ),
    st.none() | st.floats(0, 1),
)  # fmt: skip
def test_whatever_is_found_an_exact_find_is_the_house_that_was_asked_for(
    found: list[Candidate], next_score: float | None
) -> None:
    best = decide(ASKED, found, Method.BAN, next_score=next_score)
    assert (best.point is None) == (best.verdict is Verdict.NONE)
    if best.verdict is Verdict.EXACT:
        house = next(one for one in found if (one.lon, one.lat) == best.point and one.kind is Kind.HOUSE_NUMBER)
        assert (house.commune_code, house.number and house.number.number) == ("33063", 12)
        assert house.score >= EXACT_SCORE
