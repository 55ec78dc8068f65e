"""What an edge costs: computed, unknown never blocks, worse never costs less."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.surroundings.graph import NO, UNKNOWN, YES, Graph, Kind, Surface
from registry.surroundings.profiles import BARRIERS, LABELS, Barrier, Profile, climbing, cost, step_m
from registry.surroundings.readers import cnig, osm
from tests.support.networks import LE_MANS, REDON, edge, real

PROFILES = list(Profile)


def costs(profile: Profile, **values: Any) -> tuple[float, float]:
    found = cost(edge(**values), profile)
    return float(found.forward[0]), float(found.backward[0])


def barrier(**values: Any) -> Barrier:
    return Barrier(int(cost(edge(**values), Profile.WHEELCHAIR).barrier[0]))


@pytest.mark.parametrize("profile", PROFILES)
def test_level_smooth_wide_ground_costs_its_length(profile: Profile) -> None:
    assert costs(profile, slope_pct=0, surface=Surface.SMOOTH, width_m=2, kerb_m=0) == (10, 10)


@pytest.mark.parametrize("profile", PROFILES)
def test_unknown_costs_its_length_and_is_not_known(profile: Profile) -> None:
    assert costs(profile) == (10, 10)
    assert cost(edge(), profile).known[0] == 0


def test_slope_costs_what_was_measured_of_walkers() -> None:
    # Minetti 2002, table of the relation: at +10 % (2.5 + 1.96 + 0.519 - 0.0768 - 0.00587 + 0.0028) / 2.5.
    assert float(climbing(np.array([0.1]))[0]) == pytest.approx(1.9598, abs=1e-3)
    up, down = costs(Profile.WALKING, slope_pct=10)
    assert up == pytest.approx(19.6, abs=0.01)
    assert down == 10


def test_steeper_never_costs_a_walker_less() -> None:
    """The relation that was measured falls again on the steepest descents."""
    slopes = np.linspace(0, 0.6, 601)
    for way in (slopes, -slopes):
        assert (np.diff(climbing(way)) >= -1e-9).all()


def test_senior_holds_back_going_down_as_much_as_going_up() -> None:
    up, down = costs(Profile.SENIOR, slope_pct=10)
    assert up == down > 19


def test_step_costs_its_vertical_work() -> None:
    up, down = step_m()
    assert up == pytest.approx(9.81 * 0.17 / 0.25 / 2.5)
    assert down == pytest.approx(9.81 * 0.17 / 1.2 / 2.5)
    assert costs(Profile.WALKING, kind=Kind.STEPS, steps=10)[0] == pytest.approx(10 + 10 * up)


def test_steps_that_nobody_counted_cost_as_many_as_the_length_has_treads() -> None:
    counted = costs(Profile.SENIOR, kind=Kind.STEPS, steps=36, length_m=10)
    assert costs(Profile.SENIOR, kind=Kind.STEPS, steps=UNKNOWN, length_m=10) == counted


def test_senior_pays_twice_for_steps_known_to_have_no_rail() -> None:
    railed, bare = (costs(Profile.SENIOR, kind=Kind.STEPS, steps=10, handrail=rail)[0] - 10 for rail in (YES, NO))
    assert bare == pytest.approx(2 * railed)


@pytest.mark.parametrize(
    ("reason", "values"),
    [
        (Barrier.STEPS, {"kind": Kind.STEPS, "steps": 3}),
        (Barrier.STEPS, {"kind": Kind.STEPS, "steps": UNKNOWN}),
        (Barrier.STEPS, {"kind": Kind.ESCALATOR}),
        (Barrier.STEPS, {"kind": Kind.STEPS, "steps": 3, "ramp": NO, "wheelchair": YES}),
        (Barrier.WIDTH, {"width_m": 0.89}),
        (Barrier.SLOPE, {"slope_pct": 12.1}),
        (Barrier.SLOPE, {"slope_pct": -12.1}),
        (Barrier.KERB, {"kerb_m": 0.05}),
        (Barrier.SOURCE, {"wheelchair": NO}),
        (Barrier.NONE, {"kind": Kind.STEPS, "steps": 3, "ramp": YES}),
        (Barrier.NONE, {"kind": Kind.STEPS, "steps": 3, "wheelchair": YES}),
        (Barrier.NONE, {"width_m": 0.9}),
        (Barrier.NONE, {"slope_pct": 12}),
        (Barrier.NONE, {"kerb_m": 0.04}),
        (Barrier.NONE, {"kind": Kind.LIFT}),
        (Barrier.NONE, {}),
    ],
)
def test_wheelchair_is_stopped_by_what_is_known_to_stop_it(reason: Barrier, values: dict[str, Any]) -> None:
    assert barrier(**values) is reason
    forward, backward = costs(Profile.WHEELCHAIR, **values)
    assert math.isinf(forward) == math.isinf(backward) == (reason is not Barrier.NONE)


def test_kerb_between_two_and_four_centimetres_costs_its_lifting() -> None:
    assert costs(Profile.WHEELCHAIR, kerb_m=0.02) == (10, 10)
    assert costs(Profile.WHEELCHAIR, kerb_m=0.03)[0] == pytest.approx(10 + 0.03 / 0.015)


def test_lift_costs_every_profile_its_waiting() -> None:
    for profile in PROFILES:
        assert 10 < costs(profile, kind=Kind.LIFT)[0] < 60


def test_what_a_source_says_of_a_wheelchair_counts_as_known() -> None:
    assert cost(edge(wheelchair=YES), Profile.WHEELCHAIR).known[0] == 1
    assert cost(edge(wheelchair=NO), Profile.WHEELCHAIR).known[0] == 1


def test_link_that_no_source_drew_is_passable_and_unknown() -> None:
    for profile in PROFILES:
        found = cost(edge(kind=Kind.LINK), profile)
        assert (float(found.forward[0]), float(found.known[0])) == (10, 0)


EDGES = st.fixed_dictionaries(
    {
        "kind": st.sampled_from([kind for kind in Kind if kind is not Kind.LINK]),
        "steps": st.sampled_from([0, UNKNOWN, 1, 5, 40]),
        "slope_pct": st.one_of(st.just(math.nan), st.floats(-50, 50, width=32)),
        "cross_fall_pct": st.one_of(st.just(math.nan), st.floats(0, 20, width=32)),
        "width_m": st.one_of(st.just(math.nan), st.floats(0.25, 5, width=32)),
        "kerb_m": st.one_of(st.just(math.nan), st.floats(0, 0.5, width=32)),
        "surface": st.sampled_from(list(Surface)),
        "ramp": st.sampled_from([UNKNOWN, NO, YES]),
        "handrail": st.sampled_from([UNKNOWN, NO, YES]),
        "wheelchair": st.sampled_from([UNKNOWN, NO, YES]),
        "length_m": st.floats(0.1, 500),
    }
)


@given(EDGES)
def test_no_edge_costs_less_than_its_length(values: dict[str, Any]) -> None:
    for profile in PROFILES:
        found = cost(edge(**values), profile)
        assert found.forward[0] >= values["length_m"] - 1e-9
        assert found.backward[0] >= values["length_m"] - 1e-9
        assert 0 <= found.known[0] <= 1


@given(EDGES, st.data())
def test_worse_attribute_never_costs_less(values: dict[str, Any], data: st.DataObject) -> None:
    worse = dict(values)
    what = data.draw(st.sampled_from(["steps", "slope_pct", "cross_fall_pct", "width_m", "kerb_m", "surface", "ramp",
                                      "handrail", "wheelchair", "length_m"]))  # fmt: skip
    more = data.draw(st.floats(0, 10, width=32))
    if what == "steps":  # a flight of none is one that nobody counted: to count it is to learn, not to make it worse
        counted = values["steps"] > 0 or (values["steps"] == 0 and values["kind"] is not Kind.STEPS)
        worse["steps"] = values["steps"] + int(more) if counted else UNKNOWN
    elif what == "slope_pct":
        worse["slope_pct"] = values["slope_pct"] * (1 + more)
    elif what == "width_m":
        worse["width_m"] = values["width_m"] / (1 + more)
    elif what == "surface":
        worse["surface"] = max(values["surface"], Surface.LOOSE)
    elif what in {"ramp", "handrail", "wheelchair"}:
        worse[what] = NO
    else:
        worse[what] = values[what] + more
    for profile in PROFILES:
        before, after = cost(edge(**values), profile), cost(edge(**worse), profile)
        assert after.forward[0] >= before.forward[0] - 1e-9
        assert after.backward[0] >= before.backward[0] - 1e-9


@given(EDGES, st.sampled_from(["slope_pct", "width_m", "kerb_m", "cross_fall_pct", "surface", "wheelchair"]))
def test_forgetting_an_attribute_never_blocks(values: dict[str, Any], what: str) -> None:
    nothing: dict[str, Any] = {"surface": Surface.UNKNOWN, "wheelchair": UNKNOWN}
    if what == "wheelchair" and values["wheelchair"] == YES:
        return  # the source's yes is what lets a wheelchair past steps
    known, forgotten = (
        cost(edge(**one), Profile.WHEELCHAIR) for one in (values, values | {what: nothing.get(what, math.nan)})
    )
    assert np.isinf(known.forward[0]) or np.isfinite(forgotten.forward[0])


def test_every_profile_and_barrier_has_its_label() -> None:
    assert set(LABELS) == set(Profile)
    assert set(BARRIERS) == set(Barrier) - {Barrier.NONE}


def test_costs_of_real_networks_are_plausible() -> None:
    def barred(graph: Graph) -> dict[Barrier, int]:
        found = cost(graph, Profile.WHEELCHAIR).barrier
        return {reason: int((found == reason).sum()) for reason in BARRIERS if (found == reason).any()}

    assert barred(cnig.read(real(LE_MANS), srid=2154).graph) == {Barrier.STEPS: 2, Barrier.WIDTH: 1}
    redon = osm.read(real(REDON), srid=2154).graph
    assert set(barred(redon)) == {Barrier.STEPS, Barrier.SOURCE}
    senior, walking = (cost(redon, profile).forward for profile in (Profile.SENIOR, Profile.WALKING))
    assert (senior >= walking - 1e-9).all()
    assert senior.sum() < 1.3 * redon.length_m.sum()
