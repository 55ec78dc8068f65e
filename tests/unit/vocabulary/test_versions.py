"""Which facts a version of the vocabulary knows: what a charter pinned stays what its signatories read."""

import itertools
import re
from typing import Final

import pytest

from registry.charter.schemas import Terms
from registry.vocabulary.catalogue import vocabulary
from registry.vocabulary.fact import VERSIONS, Version
from registry.vocabulary.facts import FACTS, FACTS_BY_CODE, FEATURES, VERSION, codes_of

FIRST: Final = {
    "step_free_entrance", "lift", "entrance_door_width", "interior_door_width", "turning_space", "zero_step_shower",
    "grab_bars", "raised_wc", "wc_transfer_space", "steps_to_door", "adapted_parking", "bedroom_on_entrance_level",
    "low_thresholds", "motorised_shutters", "video_intercom", "declared_accessible",
}  # fmt: skip
SECOND: Final = {
    "all_rooms_wheelchair", "lighting_path", "visual_signals", "hearing_loop", "contrast_markings", "evolutive",
    "adaptable", "lift_standard",
}  # fmt: skip


def features_of(version: Version) -> set[str]:
    return {fact.code for fact in FEATURES} & codes_of(version)


def test_first_version_knows_for_ever_what_it_knew() -> None:
    assert codes_of("2026.1") == FIRST


def test_features_of_the_second_version_are_those_of_the_first_and_eight_more() -> None:
    assert features_of("2026.1") == FIRST
    assert features_of("2026.2") == FIRST | SECOND


def test_each_version_knows_what_the_one_before_knew_and_more() -> None:
    known = [codes_of(version) for version in VERSIONS]
    assert all(before < after for before, after in itertools.pairwise(known))
    assert known[-1] == set(FACTS_BY_CODE)
    assert VERSIONS[-1] == VERSION


def test_versions_are_written_as_the_database_compares_them() -> None:
    assert all(re.fullmatch(r"20\d\d\.[1-9]\d?", version) for version in VERSIONS)
    in_order = [tuple(map(int, version.split("."))) for version in VERSIONS]
    assert in_order == sorted(set(in_order))


def test_condition_of_a_fact_is_about_one_that_was_known_by_then() -> None:
    for fact in FACTS:
        assert fact.when is None or fact.when.code in codes_of(fact.since), fact.code


def test_catalogue_says_since_when_each_fact_is_known() -> None:
    assert {fact["code"] for fact in vocabulary()["facts"] if fact["since"] == "2026.1"} == FIRST


@pytest.mark.parametrize("version", VERSIONS)
def test_terms_by_default_share_by_features_that_any_version_knows(version: Version) -> None:
    terms = Terms(vocabulary_version=version)
    assert set(terms.shared_features) <= codes_of(terms.vocabulary_version)
