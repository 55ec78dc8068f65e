"""What a search may ask is read strictly; what is refused says why in both languages."""

import pytest
from pydantic import ValidationError

from registry.kernel.geo import Box, LonLat, box_area_km2, ring_area_km2
from registry.kernel.validation import fault_of
from registry.listings import tags
from registry.listings.filters import MAX_VERTICES, ListingQuery, ListingSearch
from registry.vocabulary.facts import FEATURES

BORDEAUX = "-0.58,44.84"


def refused(**given: object) -> str:
    """Return the field at fault and the English message."""
    with pytest.raises(ValidationError) as caught:
        ListingQuery.model_validate(given)
    fault = fault_of(dict(caught.value.errors()[0]))
    assert fault.message.fr, "every message exists in French"
    return f"{fault.field}: {fault.message.en}"


def search(ring: list[list[float]]) -> ListingSearch:
    return ListingSearch.model_validate({"area": {"type": "Polygon", "coordinates": [ring]}})


SQUARE = [[-0.6, 44.8], [-0.5, 44.8], [-0.5, 44.9], [-0.6, 44.9], [-0.6, 44.8]]


def test_near_with_radius_is_a_place() -> None:
    assert ListingQuery(near=BORDEAUX, within_m=1000).place == LonLat(-0.58, 44.84)


@pytest.mark.parametrize(
    "near", ["", "1", "1,2,3", "nan,44", "inf,44", "1e2,44", "-0.58 44.84", "200,44", "1,91", "0x1,2", "\u0661,\u0662"]
)
def test_near_that_is_no_place_is_refused(near: str) -> None:
    assert refused(near=near, within_m=1000).startswith("near:")


def test_near_with_latitude_first_is_named_as_swapped() -> None:
    assert "swapped" in refused(near="44.84,-0.58", within_m=1000)


def test_near_without_radius_is_refused() -> None:
    assert "go together" in refused(near=BORDEAUX)
    assert "go together" in refused(within_m=100)


@pytest.mark.parametrize("within_m", [0, -1, 30_001, "1.5", "abc"])
def test_radius_outside_its_bounds_is_refused(within_m: object) -> None:
    assert refused(near=BORDEAUX, within_m=within_m).startswith("within_m:")


def test_box_larger_than_the_largest_disc_is_refused() -> None:
    assert "larger than" in refused(bbox="-5,42,8,51")
    assert "order is" in refused(bbox="-0.5,44.8,-0.6,44.9")


def test_unknown_parameter_is_refused_by_name() -> None:
    assert refused(neer=BORDEAUX).startswith("neer:")


def test_unknown_feature_lists_the_known_ones() -> None:
    assert "zero_step_shower" in refused(feature=["walk_in_bath"])


def test_rooms_in_the_wrong_order_are_refused() -> None:
    assert "above" in refused(rooms_min=4, rooms_max=2)


@pytest.mark.parametrize("month", ["2026-13", "2026", "26-01", "2026-1", "0000-01"])
def test_month_that_is_no_month_is_refused(month: str) -> None:
    assert refused(available_before=month).startswith("available_before:")


def test_polygon_of_a_simple_ring_is_accepted() -> None:
    assert search(SQUARE).area.bounds == Box(-0.6, 44.8, -0.5, 44.9)


@pytest.mark.parametrize(
    ("ring", "why"),
    [
        ([*SQUARE[:-1], [-0.61, 44.8]], "open"),
        ([[-0.6, 44.8], [-0.5, 44.9], [-0.5, 44.8], [-0.6, 44.9], [-0.6, 44.8]], "crosses"),
        ([[-0.6, 44.8], [-0.4, 44.8], [-0.5, 44.8], [-0.5, 44.9], [-0.6, 44.8]], "crosses"),
        ([[-5, 42], [8, 42], [8, 51], [-5, 51], [-5, 42]], "larger"),
        ([[44.8, -0.6], [44.8, -0.5], [44.9, -0.5], [44.8, -0.6]], "swapped"),
        ([[-0.6, 44.8]] * 3, "vertices"),
        ([[-0.6 + i / 1e5, 44.8] for i in range(MAX_VERTICES + 2)], "vertices"),
        ([[float("nan"), 44.8], *SQUARE[1:]], "degrees"),
        ([[float("inf"), 44.8], *SQUARE[1:]], "degrees"),
        ([[-0.6], *SQUARE[1:]], "expected form"),
    ],
)
def test_polygon_that_is_no_simple_ring_is_refused(ring: list[list[float]], why: str) -> None:
    with pytest.raises(ValidationError) as caught:
        search(ring)
    assert why in fault_of(dict(caught.value.errors()[0])).message.en


def test_areas_on_the_ground_agree_with_each_other() -> None:
    box = Box(-0.6, 44.8, -0.5, 44.9)
    ring = [LonLat(-0.6, 44.8), LonLat(-0.5, 44.8), LonLat(-0.5, 44.9), LonLat(-0.6, 44.9)]
    assert box_area_km2(box) == pytest.approx(87.8, rel=0.01)
    assert ring_area_km2(ring) == pytest.approx(box_area_km2(box), rel=0.001)


def test_tags_of_facts_and_the_rest_never_meet_and_fit_the_signature() -> None:
    facts = [tags.feature(fact.code, possible=possible) for fact in FEATURES for possible in (False, True)]
    classes = [tags.at_least(number, possible=possible) for number in range(2, 7) for possible in (False, True)]
    others = [
        tags.LISTED, *classes, *(tags.rooms(n) for n in range(1, 12)), *tags.AVAILABILITY_OF_STATUS.values(),
        *tags.rents(10_000_000, possible=True),
    ]  # fmt: skip
    assert len(set(facts)) == len(facts)
    assert not set(facts) & set(others)
    assert max(*facts, *others) < 96


def test_tag_query_of_nothing_still_has_a_condition() -> None:
    assert tags.query([]) == str(tags.LISTED)
    assert tags.query([10, 2], [65, 66]) == "2&10&(65|66)"


@pytest.mark.parametrize(
    ("most_cents", "bands"),
    [(0, 1), (1, 2), (40_000, 5), (40_001, 6), (110_000, 12), (110_001, 12), (10_000_000, 12)],
)
def test_rents_up_to_a_limit_are_the_bands_that_may_hold_them(most_cents: int, bands: int) -> None:
    proven = list(range(tags.RENT_BASE, tags.RENT_BASE + bands))
    assert tags.rents(most_cents, possible=False) == proven
    assert tags.rents(most_cents, possible=True) == [*proven, tags.RENT_UNKNOWN]
