"""Lifts that OpenStreetMap draws as points and areas."""

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse.csgraph import dijkstra

from registry.surroundings.distances import Network
from registry.surroundings.graph import NO, YES, Graph, Kind
from registry.surroundings.joining import join
from registry.surroundings.profiles import LIFT_S, SPEED_M_S, Barrier, Profile, cost
from registry.surroundings.projecting import projected
from registry.surroundings.readers import osm
from registry.surroundings.snapping import Mesh
from tests.support.networks import REDON, TALENCE, real

LON, LAT = 0.2, 48.0
Tags = dict[str, str]
Ways = list[tuple[list[int], Tags]]
LIFT = {"highway": "elevator"}
UP, DOWN = {"highway": "footway", "level": "1"}, {"highway": "footway", "level": "0"}
FOOTWAY = {"highway": "footway"}
STEPS = {"highway": "steps", "step_count": "20"}


def drawn(tmp_path: Path, ways: Ways, nodes: dict[int, Tags]) -> Graph:
    """Return the network of ways whose node ``n`` lies ``n`` thousandths of a degree further east: 74.6 m."""
    said = "".join(
        f'<node id="{ref}" version="1" lat="{LAT}" lon="{LON + ref / 1000:.4f}">'
        + "".join(f'<tag k="{key}" v="{value}"/>' for key, value in nodes.get(ref, {}).items())
        + "</node>"
        for ref in sorted({ref for refs, _ in ways for ref in refs})
    ) + "".join(
        f'<way id="{100 + number}" version="1" timestamp="2024-05-06T00:00:00Z">'
        + "".join(f'<nd ref="{ref}"/>' for ref in refs)
        + "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        + "</way>"
        for number, (refs, tags) in enumerate(ways)
    )
    path = tmp_path / "drawn.osm"
    path.write_text(f'<?xml version="1.0"?><osm version="0.6">{said}</osm>')
    return osm.read(path, srid=2154).graph


def way_m(graph: Graph, from_: int, to: int, profile: Profile) -> float:
    """Return metre-equivalents from one point to another, the cheapest of nodes at the same place."""
    network = Network(Mesh(graph), cost(graph, profile), profile)
    at = [np.flatnonzero(np.abs(graph.nodes[:, 0] - _east(graph, ref)) < 1.0) for ref in (from_, to)]
    found = dijkstra(network.ahead, indices=at[0])[:, at[1]]
    return float(found.min())


def _east(graph: Graph, ref: int) -> float:
    return float(projected(np.array([[LON + ref / 1000, LAT]]), graph.srid)[0, 0])


def waiting(profile: Profile) -> float:
    return LIFT_S * SPEED_M_S[profile]


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize(
    ("here", "there"), [(DOWN, UP), (FOOTWAY, FOOTWAY), (FOOTWAY, {**FOOTWAY, "layer": "1"}), (DOWN, FOOTWAY)]
)
def test_a_lift_that_is_a_point_costs_every_profile_its_waiting_once(
    tmp_path: Path, profile: Profile, here: Tags, there: Tags
) -> None:
    plain = drawn(tmp_path, [([1, 2], here), ([2, 3], there)], {})
    lift = drawn(tmp_path, [([1, 2], here), ([2, 3], there)], {2: LIFT})
    more = way_m(lift, 1, 3, profile) - way_m(plain, 1, 3, profile)
    assert more == pytest.approx(waiting(profile), abs=0.1)


def test_a_path_that_is_drawn_through_a_lift_waits_for_it(tmp_path: Path) -> None:
    graph = drawn(tmp_path, [([1, 2, 3], FOOTWAY)], {2: LIFT})
    rides = graph.kind == Kind.LIFT
    assert graph.object_id[rides].tolist() == [2], "the point's own number"
    assert (graph.kind == Kind.PATH).sum() == 2
    assert np.array_equal(graph.bends[graph.first_bend[:-1]], graph.nodes[graph.start])
    assert np.array_equal(graph.bends[graph.first_bend[1:] - 1], graph.nodes[graph.end])


def test_who_stays_on_a_stated_level_passes_the_lift_without_waiting(tmp_path: Path) -> None:
    ways: Ways = [([1, 2, 3], DOWN), ([2, 4], UP)]
    graph = drawn(tmp_path, ways, {2: LIFT})
    assert (graph.kind == Kind.LIFT).sum() == 1
    assert way_m(graph, 1, 3, Profile.WALKING) == pytest.approx(2 * 74.6, rel=0.01)
    assert way_m(graph, 1, 4, Profile.WALKING) == pytest.approx(3 * 74.6 + waiting(Profile.WALKING), rel=0.01)


def test_of_three_levels_each_is_one_ride_from_each(tmp_path: Path) -> None:
    ways: Ways = [([2, 1], {**FOOTWAY, "level": "-1"}), ([2, 3], DOWN), ([2, 4], UP)]
    graph = drawn(tmp_path, ways, {2: LIFT})
    assert (graph.kind == Kind.LIFT).sum() == 3
    for from_, to, metres in ((1, 3, 2), (1, 4, 3), (3, 4, 3)):
        got = way_m(graph, from_, to, Profile.SENIOR)
        assert got == pytest.approx(metres * 74.6 + waiting(Profile.SENIOR), rel=0.01)


def test_a_lift_takes_a_wheelchair_where_the_steps_beside_it_do_not(tmp_path: Path) -> None:
    beside: Ways = [([1, 2], DOWN), ([2, 3], UP), ([1, 3], STEPS)]
    graph = drawn(tmp_path, beside, {2: {**LIFT, "wheelchair": "yes"}})
    assert way_m(graph, 1, 3, Profile.WHEELCHAIR) == pytest.approx(2 * 74.6 + waiting(Profile.WHEELCHAIR), rel=0.01)
    ride = graph.kind == Kind.LIFT
    assert cost(graph, Profile.WHEELCHAIR).known[ride].tolist() == [1.0]
    assert graph.wheelchair[ride].tolist() == [YES]


def test_a_lift_that_is_not_for_wheelchairs_bars_only_the_ride(tmp_path: Path) -> None:
    ways: Ways = [([1, 2, 3], DOWN), ([2, 4], UP)]
    graph = drawn(tmp_path, ways, {2: {**LIFT, "wheelchair": "no"}})
    assert way_m(graph, 1, 4, Profile.WHEELCHAIR) == np.inf
    assert way_m(graph, 1, 3, Profile.WHEELCHAIR) == pytest.approx(2 * 74.6, rel=0.01), "it passes by"
    assert way_m(graph, 1, 4, Profile.WALKING) < np.inf
    barrier = cost(graph, Profile.WHEELCHAIR).barrier
    assert barrier[graph.kind == Kind.LIFT].tolist() == [Barrier.SOURCE]


def test_nobody_rides_a_lift_of_the_staff_and_everybody_passes_it(tmp_path: Path) -> None:
    ways: Ways = [([1, 2, 3], DOWN), ([2, 4], UP)]
    graph = drawn(tmp_path, ways, {2: {**LIFT, "access": "private"}})
    assert way_m(graph, 1, 4, Profile.WALKING) == np.inf
    assert way_m(graph, 1, 3, Profile.WALKING) == pytest.approx(2 * 74.6, rel=0.01)


def test_a_lift_that_is_an_area_is_ridden_once_whatever_its_outline(tmp_path: Path) -> None:
    area: Tags = {**LIFT, "area": "yes", "wheelchair": "yes"}
    graph = drawn(tmp_path, [([1, 2], DOWN), ([2, 3, 4, 5, 2], area), ([4, 6], UP), ([3, 7], UP)], {})
    rides = graph.kind == Kind.LIFT
    assert set(graph.object_id[rides].tolist()) == {101}
    assert rides.sum() == 3, "between three doors, and none along the walls"
    got = way_m(graph, 1, 6, Profile.WHEELCHAIR)
    assert got == pytest.approx(5 * 74.6 + waiting(Profile.WHEELCHAIR), rel=0.01)


def test_levels_that_meet_at_one_door_of_an_area_are_a_ride_apart(tmp_path: Path) -> None:
    area: Tags = {**LIFT, "area": "yes"}
    graph = drawn(tmp_path, [([1, 2], DOWN), ([2, 3, 4, 2], area), ([2, 6], UP)], {2: LIFT})
    assert (graph.kind == Kind.LIFT).sum() == 1
    assert way_m(graph, 1, 6, Profile.WALKING) == pytest.approx(5 * 74.6 + waiting(Profile.WALKING), rel=0.01)


def test_the_end_of_an_inclined_lift_is_no_second_lift(tmp_path: Path) -> None:
    ways: Ways = [([1, 2], FOOTWAY), ([2, 3], LIFT), ([3, 4], FOOTWAY)]
    graph = drawn(tmp_path, ways, {2: {**LIFT, "wheelchair": "no"}})
    rides = graph.kind == Kind.LIFT
    assert rides.sum() == 1
    assert graph.wheelchair[rides].tolist() == [NO]
    assert (graph.wheelchair[~rides] != NO).all()


def test_a_survey_that_meets_a_lift_is_linked_to_one_level_alone(tmp_path: Path) -> None:
    lift = drawn(tmp_path, [([1, 2], DOWN), ([2, 3], UP)], {2: LIFT})
    other = drawn(tmp_path, [([2, 5], FOOTWAY)], {})
    joined = join([lift, other])
    assert (joined.kind == Kind.LINK).sum() == 1
    assert way_m(joined, 1, 3, Profile.WALKING) == pytest.approx(2 * 74.6 + waiting(Profile.WALKING), rel=0.01)


@pytest.mark.parametrize("town", [REDON, TALENCE])
def test_lifts_of_a_real_town_join_no_levels_that_nobody_drew(town: str) -> None:
    """Redon's two lifts stand on the passage below the station alone; Talence has none."""
    graph = osm.read(real(town), srid=2154).graph
    assert (graph.kind == Kind.LIFT).sum() == 0
