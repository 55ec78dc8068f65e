"""The protections: what the texts say for a household, and that what is not known is never taken for no."""

import datetime as dt
import json
from typing import Any

import pytest

from registry.transfers.protections.law import CODES, LegalRule, as_json, figures_of, in_force, parsed, shipped
from registry.transfers.protections.rules import Household, Protection, facts, protections
from registry.vocabulary.transfers import Exemption, Ground, LegalCondition

TODAY = dt.date(2026, 11, 27)
RULES = in_force((), TODAY)
NONE: dict[Any, Any] = {**dict.fromkeys(Exemption, "no"), LegalCondition.TENSE_AREA: "yes"}


def of(rules: Any = RULES, **household: Any) -> dict[str, Protection]:
    return {each.rule.code: each for each in protections(Household(**household), rules)}


@pytest.mark.parametrize(
    ("rooms", "residents", "visiting", "applies"),
    [(3, 1, 0, "yes"), (2, 1, 0, "no"), (4, 2, 0, "yes"), (4, 2, 1, "no"), (None, 1, 0, "unknown")],
)
def test_home_is_under_occupied_by_more_than_one_room_and_visiting_children_count(
    rooms: int | None, residents: int, visiting: int, applies: str
) -> None:
    found = of(rooms=rooms, residents=residents, visiting_children=visiting)
    assert found["under_occupation"].applies == applies


def test_first_entry_is_of_no_under_occupied_home() -> None:
    assert of(rooms=5, residents=1, housed=False)["under_occupation"].applies == "no"


@pytest.mark.parametrize("exempt", list(Exemption))
def test_each_exemption_alone_keeps_the_refusals_from_counting(exempt: Exemption) -> None:
    household = {"rooms": 4, "residents": 1, "ground": Ground.HOME_NO_LONGER_NEEDED}
    found = of(**household, facts={**NONE, exempt: "yes"})
    assert found["three_refusals"].applies == "no"
    # An adapted home that is no longer needed has the one exemption.
    assert found["home_no_longer_needed"].applies == ("no" if exempt is Exemption.OVER_65 else "yes")


def test_exemption_that_is_not_known_leaves_it_open() -> None:
    found = of(rooms=4, residents=1, facts={**NONE, Exemption.DISABILITY: "unknown"})
    assert found["three_refusals"].applies == "unknown"
    assert of(rooms=4, residents=1, facts=NONE)["three_refusals"].applies == "yes"
    assert of(rooms=2, residents=1)["three_refusals"].applies == "no"
    assert of(residents=1, facts=NONE)["three_refusals"].applies == "unknown"


@pytest.mark.parametrize("tense", ["no", "unknown"])
def test_refusals_count_for_nothing_before_the_area_is_said_to_be_a_tense_one(tense: Any) -> None:
    household = {"rooms": 4, "residents": 1, "ground": Ground.HOME_NO_LONGER_NEEDED}
    found = of(**household, facts={**NONE, LegalCondition.TENSE_AREA: tense})
    told = found["three_refusals"]
    assert told.applies == tense
    assert ("tense area" in told.because.en, "zone tendue" in told.because.fr) == (True, True)
    assert found["home_no_longer_needed"].applies == "yes", "whose text, as it was read, names no area"


def test_what_is_not_known_is_named_with_the_way_to_say_it() -> None:
    said = of(residents=1, facts={**NONE, Exemption.QPV: "unknown"})["three_refusals"].because
    assert "Rooms of the present home; Home in a priority quarter (QPV)." in said.en
    assert "Dites-le pour ce calcul" in said.fr


def test_home_no_longer_needed_is_raised_by_its_ground_alone() -> None:
    assert of(rooms=2, residents=1, facts=NONE)["home_no_longer_needed"].applies == "no"


@pytest.mark.parametrize(
    ("commune", "wanted", "applies"),
    [
        ("31555", (), "yes"),
        ("31555", ("31555",), "no"),
        ("31555", ("31555", "31149"), "yes"),
        (None, ("31149",), "unknown"),
    ],
)
def test_link_with_a_commune_concerns_who_may_come_from_another(
    commune: str | None, wanted: tuple[str, ...], applies: str
) -> None:
    assert of(residents=1, commune=commune, wanted=wanted)["local_link"].applies == applies


def test_first_entry_is_told_what_establishes_where_somebody_comes_from() -> None:
    found = of(residents=1, housed=False, wanted=("31555",))["local_link"]
    assert found.applies == "unknown"
    assert ("justificatif de domicile" in found.because.fr, "proof of residence" in found.because.en) == (True, True)


def test_lawyer_corrects_a_figure_from_a_day_on_without_a_release() -> None:
    (rule,) = [each for each in shipped() if each.code == "under_occupation"]
    given = json.loads(as_json([rule]))
    given[0]["values"]["rooms_above_residents"] = 2
    given[0] |= {"in_force_from": "2026-12-01", "verified": True}
    (corrected,) = parsed(json.dumps(given))
    before, after = in_force([corrected], TODAY), in_force([corrected], dt.date(2026, 12, 1))
    assert of(before, rooms=3, residents=1)["under_occupation"].applies == "yes"
    assert of(after, rooms=3, residents=1)["under_occupation"].applies == "no"
    assert (before["under_occupation"].verified, after["under_occupation"].verified) == (False, True)


def corrected(code: str, **changes: Any) -> dict[str, LegalRule]:
    """Return the rules with figures of one of them changed."""
    given = json.loads(as_json(rule for rule in shipped() if rule.code == code))
    given[0]["values"] |= changes
    return {**RULES, code: parsed(json.dumps(given))[0]}


def test_text_says_the_figures_that_are_applied() -> None:
    assert "troisième" not in RULES["three_refusals"].said.fr
    changed = corrected("three_refusals", refusals=4, over_age=70)["three_refusals"].said
    assert ("à 4 refus" in changed.fr, "tenants over 70" in changed.en) == (True, True)
    assert not any("{" in words for rule in RULES.values() for words in rule.said)


def test_one_age_is_asked_for_the_lowest_and_leaves_a_higher_one_open() -> None:
    rules = corrected("home_no_longer_needed", over_age=70)
    household = {"rooms": 4, "residents": 1, "ground": Ground.HOME_NO_LONGER_NEEDED}
    told = {each.code: each.label.en for each in facts(Household(residents=1), rules)}
    assert told[Exemption.OVER_65] == "Over 65"
    over = of(rules, **household, facts={**NONE, Exemption.OVER_65: "yes"})
    assert (over["three_refusals"].applies, over["home_no_longer_needed"].applies) == ("no", "unknown")
    assert [each.label.en for each in over["home_no_longer_needed"].exemptions] == ["Over 70"]
    assert of(rules, **household, facts=NONE)["home_no_longer_needed"].applies == "yes"


def test_rent_is_set_beside_the_old_one_by_the_text_of_each_ground() -> None:
    assert set(figures_of(RULES).lower_rent) == {Ground.UNDER_OCCUPATION, Ground.HOME_NO_LONGER_NEEDED}
    changed = figures_of(corrected("three_refusals", rent_strictly_lower=False))
    assert set(changed.lower_rent) == {Ground.HOME_NO_LONGER_NEEDED}
    assert changed.lower_by(Ground.UNDER_OCCUPATION, under_occupied=True) is None
    by = changed.lower_by(Ground.HOME_NO_LONGER_NEEDED, under_occupied=True)
    assert by is not None
    assert by.article == "CCH art. L.442-3-2"


@pytest.mark.parametrize(
    ("code", "values", "words"),
    [
        ("under_occupation", {"rooms_above_residents": None}, "does not state rooms_above_residents"),
        ("local_link", {"refusals": 3}, "nothing of local_link rests on refusals"),
    ],
)
def test_rule_states_what_it_decides_by_and_nothing_else(code: str, values: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        corrected(code, **values)


def test_every_rule_is_shipped_with_source_and_date_and_marked_as_not_verified() -> None:
    assert {rule.code for rule in shipped()} == set(CODES)
    assert not any(rule.verified for rule in shipped()), "no text was compared with the one in force"
    assert all(rule.source and rule.dated <= TODAY for rule in shipped())
    assert not any("texte" in rule.source for rule in shipped()), "a source is shown in both languages as it is"


@pytest.mark.parametrize(
    "change",
    [
        {"code": "another"}, {"values": {"rooms": 1}}, {"source": ""}, {"dated": "2020"}, {"text": {"fr": "Oui"}},
        {"verified": "yes"}, {"values": {"exemptions": ["over_60"]}}, {"text": {"fr": "{refusals}", "en": "Three"}},
        {"text": {"fr": "{", "en": "x"}}, {"text": {"fr": "{rooms_above_residents!r:9}", "en": "x"}},
    ],
)  # fmt: skip
def test_file_with_anything_wrong_is_refused(change: dict[str, Any]) -> None:
    given = json.loads(as_json(shipped()[:1]))
    given[0] |= change
    with pytest.raises(ValueError):  # pydantic's is one, of any message
        parsed(json.dumps(given))


def test_rule_twice_from_one_day_on_is_refused() -> None:
    rules: tuple[LegalRule, ...] = (shipped()[0], shipped()[0])
    with pytest.raises(ValueError, match="stands twice"):
        parsed(as_json(rules))
