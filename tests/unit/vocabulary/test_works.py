"""The catalogue of works: each has its words, and what it delivers is what can be stated."""

from registry.vocabulary.catalogue import Vocabulary, vocabulary
from registry.vocabulary.facts import FACTS_BY_CODE
from registry.vocabulary.works import ASSUMED, LABELS, NAMES, WORKS, WORKS_BY_CODE


def test_codes_are_given_once_and_every_part_has_works() -> None:
    assert len(WORKS_BY_CODE) == len(WORKS)
    assert {work.part for work in WORKS} == {"home", "common_parts", "surroundings"}


def test_work_is_said_in_both_languages_for_a_need() -> None:
    for work in WORKS:
        assert work.label.fr, work.code
        assert work.label.en != work.label.fr, work.code
        assert work.needs, work.code


def test_value_without_a_source_is_an_assumption() -> None:
    for work in WORKS:
        assert set(work.assumed) <= set(ASSUMED), work.code
        assert bool(work.source) == (set(work.assumed) != set(ASSUMED)), work.code


def test_work_delivers_what_can_be_stated_and_what_counts() -> None:
    for work in WORKS:
        for code, value in work.delivers.items():
            fact = FACTS_BY_CODE[code]
            if fact.kind == "choice":
                assert value in {choice.code for choice in fact.choices}, f"{work.code}: {code}"
            else:
                assert (value == "yes") == (fact.kind == "yes_no"), f"{work.code}: {code}"
            if fact.threshold is not None and isinstance(value, int):
                meets = (
                    value >= fact.threshold.value
                    if fact.threshold.comparison == ">="
                    else value <= fact.threshold.value
                )
                assert meets, f"{work.code}: {code}"


def test_code_list_of_works_names_all_its_codes() -> None:
    assert LABELS.keys() == NAMES.keys()
    for codes, labels in LABELS.items():
        assert set(labels) == set(codes)


def test_vocabulary_as_it_is_answered_has_the_works() -> None:
    found = Vocabulary.model_validate(vocabulary())
    assert [work.code for work in found.works] == [work.code for work in WORKS]
    assert {"needs", "eligibilities", "funders", "lift_outage_sources"} <= set(found.codes)
