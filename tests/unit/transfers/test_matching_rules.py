"""The rules of the matching that need no listing: what is asked, what nearly fits, what a score adds up to."""

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from registry.listings import tags
from registry.transfers.figures import Figures
from registry.transfers.matching.asked import Case, Home, asked_of, query_of
from registry.transfers.matching.explanation import POINTS, Found, lines, score, total_share
from registry.transfers.matching.near import remedy
from registry.transfers.matching.requirements import Fit, judge, requirements, wanted
from registry.transfers.matching.words import demand
from registry.transfers.need import NeedProfile
from registry.transfers.protections.law import figures_of, in_force
from registry.vocabulary.matching import Criterion, MatchingWeights
from registry.vocabulary.transfers import Ground

TODAY = date(2026, 11, 27)
SHIPPED = figures_of(in_force((), TODAY))
HOME = Home("H1", uuid.UUID(int=1), None, "33063", ("iris:1",))


def case(ground: Ground | None = None, home: Home | None = None, **need: Any) -> Case:
    return Case(
        id=uuid.UUID(int=7), territory_id=1, need=NeedProfile.model_validate(need), ground=ground, deadline=None,
        rent_limit_cents=None, rooms_least=1, rooms_most=2, communes=(), freshness_days=35, weights=MatchingWeights(),
        figures=SHIPPED, today=TODAY, home=home,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("ground", "strictly"),
    [(Ground.UNDER_OCCUPATION, True), (Ground.HOME_NO_LONGER_NEEDED, True), (Ground.ADAPTATION_REFUSED, False),
     (None, False)],
)  # fmt: skip
def test_rent_must_be_strictly_lower_where_the_law_says_so(ground: Ground | None, strictly: bool) -> None:
    assert asked_of(case(ground, current_rent_cents=50_000)).strictly is strictly


def test_rent_must_be_strictly_lower_where_the_home_is_too_large_by_its_figures() -> None:
    assert asked_of(case(Ground.ADAPTATION_REFUSED, current_rent_cents=50_000, current_rooms=4)).strictly
    assert not asked_of(case(Ground.ADAPTATION_REFUSED, current_rent_cents=50_000, current_rooms=2)).strictly


def test_what_is_loaded_decides_which_homes_are_too_large_and_which_rents_are_low_enough() -> None:
    lenient = Figures(rooms_above=2, visiting_count=False, too_large=SHIPPED.too_large, lower_rent={})
    alone: dict[str, Any] = {"current_rooms": 3, "residents": 1, "current_rent_cents": 50_000}
    assert asked_of(case(**alone)).strictly
    changed = asked_of(replace(case(Ground.UNDER_OCCUPATION, **alone), figures=lenient))
    assert not changed.strictly
    assert Criterion.SIZE not in changed.weights
    need = case(residents=1, visiting_children=2).need
    assert (need.rooms_most(SHIPPED), need.rooms_most(lenient)) == (4, 3)


def of_class(proven: int, possible: int | None = None) -> set[int]:
    """Return the tags of a home of a class, or of one that may be of a higher one."""
    most = proven if possible is None else possible
    return {tags.at_least(n, possible=False) for n in range(2, proven + 1)} | {
        tags.at_least(n, possible=True) for n in range(2, most + 1)
    }


@pytest.mark.parametrize(
    ("steps", "code", "ordinary", "few_steps", "step_free", "unknown"),
    [
        (0, "class_3", Fit.NO, Fit.NO, Fit.PROVEN, Fit.POSSIBLE),
        (1, "few_steps", Fit.NO, Fit.POSSIBLE, Fit.PROVEN, Fit.POSSIBLE),
        (5, "few_steps", Fit.NO, Fit.POSSIBLE, Fit.PROVEN, Fit.POSSIBLE),
        (6, "class_2", Fit.NO, Fit.PROVEN, Fit.PROVEN, Fit.POSSIBLE),
        (7, "limited_steps", Fit.POSSIBLE, Fit.PROVEN, Fit.PROVEN, Fit.POSSIBLE),
        (40, "limited_steps", Fit.POSSIBLE, Fit.PROVEN, Fit.PROVEN, Fit.POSSIBLE),
    ],
)
def test_home_has_as_few_steps_as_can_be_climbed_only_where_its_class_says_so(
    steps: int, code: str, ordinary: Fit, few_steps: Fit, step_free: Fit, unknown: Fit
) -> None:
    asked = requirements(case(steps_passable=steps).need)
    assert asked[0].code == code
    homes = (of_class(1), of_class(2), of_class(3), of_class(1, 6))
    assert [judge(asked[0], held, None) for held in homes] == [ordinary, few_steps, step_free, unknown]


@pytest.mark.parametrize(
    ("need", "code"),
    [
        ({"steps_passable": 3, "aid_outdoors": "stick"}, "few_steps"),
        ({"steps_passable": 20, "aid_outdoors": "stick"}, "class_2"),
        ({"steps_passable": 3, "aid_indoors": "walker"}, "class_4"),
    ],
)
def test_aids_and_steps_make_one_demand_on_the_class_of_the_home(need: dict[str, Any], code: str) -> None:
    assert [each.code for each in requirements(case(**need).need)] == [code]


def test_cases_are_compiled_for_alerts_by_what_excludes_a_home_alone() -> None:
    few = [tags.at_least(2, possible=True)]
    compiled = [wanted(requirements(case(steps_passable=steps).need)) for steps in (1, 5, 6, 7, 40)]
    assert compiled == [few, few, few, [], []]
    space = [tags.feature("wc_transfer_space", possible=True)]
    sides = [wanted(requirements(case(transfer_side=side).need)) for side in ("left", "right", "either")]
    assert sides == [space, space, space]


def test_side_of_the_transfer_is_to_be_checked_wherever_there_is_space() -> None:
    left, right, either = (requirements(case(transfer_side=side).need)[0] for side in ("left", "right", "either"))
    assert [each.code for each in (left, right, either)] == [
        "wc_transfer_left", "wc_transfer_right", "wc_transfer_space",
    ]  # fmt: skip
    space = {tags.feature("wc_transfer_space", possible=possible) for possible in (False, True)}
    assert [judge(each, space, None) for each in (left, right, either)] == [Fit.POSSIBLE, Fit.POSSIBLE, Fit.PROVEN]
    assert [judge(each, set(), None) for each in (left, right, either)] == [Fit.NO] * 3
    assert ("left" in demand(left).en, "right" in demand(right).en) == (True, True)


def test_shower_without_a_step_is_lower_than_any_tray_and_no_home_is_excluded_for_its_tray() -> None:
    (tray,) = requirements(case(shower="low_tray").need)
    assert judge(tray, {tags.feature("zero_step_shower", possible=False)}, None) is Fit.PROVEN
    assert judge(tray, set(), None) is Fit.POSSIBLE
    assert "low tray" in demand(tray).en


@pytest.mark.parametrize(("rooms", "residents", "counts"), [(4, 1, True), (3, 2, False), (2, 1, False), (3, 1, True)])
def test_smaller_homes_gain_where_rooms_exceed_residents_by_more_than_one(
    rooms: int, residents: int, counts: bool
) -> None:
    asked = asked_of(case(current_rooms=rooms, residents=residents))
    assert asked.under_occupied is counts
    assert (Criterion.SIZE in asked.weights) is counts


def test_index_is_asked_for_what_fits_and_for_each_way_to_nearly_fit() -> None:
    shower, bars = (tags.feature(code, possible=True) for code in ("zero_step_shower", "grab_bars"))
    step_free, walking = (tags.at_least(n, possible=True) for n in (3, 4))
    asked = query_of(asked_of(case(aid_indoors="walker", shower="zero_step", grab_bars=True)))
    ways = asked.rpartition("&((")[2].removesuffix("))").split(")|(")
    assert set(ways) == {
        f"{shower}&{bars}&{walking}",  # fits
        f"{shower}&{bars}&{step_free}",  # one class lower
        f"{shower}&{step_free}",  # without bars: class 4 rests on them, so the one below is asked
        f"{bars}&{step_free}",  # without that shower: so does class 4 on a shower
    }


def test_what_serves_the_senses_is_to_be_checked_and_excludes_no_home() -> None:
    asked = requirements(case(visual=True, cognitive=True, hearing=True, reach_high_cm=110).need)
    assert [each.code for each in asked] == [
        "contrast_markings", "lighting_path", "visual_signals", "reachable_controls",
    ]  # fmt: skip
    held = {tags.feature("lighting_path", possible=False)}
    assert [judge(each, held, None) for each in asked] == [Fit.POSSIBLE, Fit.PROVEN, Fit.POSSIBLE, Fit.POSSIBLE]
    assert wanted(asked) == []
    assert {demand(each).en for each in asked} > {"Contrasts and markings"}


def test_one_work_is_named_that_delivers_all_that_is_missing() -> None:
    found = remedy(("entrance_door_width", "interior_door_width"))
    assert found is None, "two works"
    shower = remedy(("zero_step_shower",))
    assert shower is not None
    assert [work.code for work in shower.works] == ["zero_step_shower"]


def test_lines_add_up_to_the_score_and_only_what_applies_has_one() -> None:
    asked = asked_of(case(Ground.UNDER_OCCUPATION, HOME, shower="zero_step", current_rent_cents=50_000,
                          current_charges_cents=9_000, current_rooms=4))  # fmt: skip
    document = {"rent_cents": 42_000, "charges_cents": None, "rooms": 2, "residence_grade": None,
                "availability": "soon", "available_month": "2027-01", "fresh_week": "2026-W47"}  # fmt: skip
    found = Found((2,), "same_quarter", True, True, 2, (), document)
    shares = dict.fromkeys(Criterion, 0.75) | {Criterion.TOTAL: total_share(asked, found)}
    told = lines(asked, found, shares)
    assert sum(line.points for line in told) == pytest.approx(score(asked, shares))
    assert score(asked, shares) <= POINTS
    assert {line.criterion for line in told} == set(Criterion) - {Criterion.ROUTINE}
    rent = next(line for line in told if line.criterion is Criterion.RENT)
    assert (rent.value.en, rent.threshold and rent.threshold.en) == ("€420.00", "less than €500.00")
    assert (rent.source.en, rent.source_date) == ("CCH art. L.442-3-1", date(2020, 1, 1)), "the text in force"
    total = next(line for line in told if line.criterion is Criterion.TOTAL)
    assert total.value.en == "Unknown", "a charge that nobody stated is neither low nor high"
    assert shares[Criterion.TOTAL] == 0.5
