"""The first 200 m around a door: what a wheelchair reaches for sure, and may reach."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

from registry.surroundings.distances import RADIUS_M, FirstMetres, Network, Surroundings
from registry.surroundings.graph import NO, YES, Graph, Kind, Surface
from registry.surroundings.profiles import Profile, cost
from registry.surroundings.snapping import Mesh
from tests.support.streets import streets

KNOWN: dict[str, Any] = {"slope_pct": 0.0, "width_m": 2.0, "surface": Surface.SMOOTH}


def walking(graph: Graph, profile: Profile = Profile.WALKING) -> Network:
    return Network(Mesh(graph), cost(graph, profile), profile)


def rolling(graph: Graph) -> Network:
    return walking(graph, Profile.WHEELCHAIR)


def around(graph: Graph, *doors: tuple[float, float]) -> FirstMetres:
    return Surroundings(walking(graph), rolling(graph)).around(np.array(doors, dtype=np.float64))


def test_paths_are_counted_200_m_each_way() -> None:
    found = around(streets([(0, 0), (1000, 0)], [(0, 1)]), (500, 0))
    assert found.paths_m[0] == pytest.approx(400)
    assert found.possible_m[0] == pytest.approx(400)


def test_unknown_is_possible_and_not_proven() -> None:
    found = around(streets([(0, 0), (300, 0), (600, 0)], [(0, 1), (1, 2, KNOWN)]), (400, 0))
    assert found.proven_m[0] == pytest.approx(300)  # to the end on the right; to the unknown on the left
    assert found.possible_m[0] == pytest.approx(400)


def test_stairs_end_what_can_be_reached_and_not_what_there_is() -> None:
    steps = {"kind": Kind.STEPS, "steps": 5}
    street = streets([(0, 0), (50, 0), (60, 0), (500, 0)], [(0, 1), (1, 2, steps), (2, 3, {"wheelchair": YES})])
    found = around(street, (0, 0))
    assert found.paths_m[0] == pytest.approx(200)
    assert found.possible_m[0] == pytest.approx(50)


def test_nothing_is_known_where_the_file_ends_within_200_m() -> None:
    graph = streets([(0, 0), (1000, 0)], [(0, 1)])
    graph.frontier[0] = True
    found = around(graph, (150, 0), (250, 0))
    assert np.isnan(found.paths_m).tolist() == [True, False]
    assert np.isnan(found.possible_m).tolist() == [True, False]


def test_nothing_is_known_of_a_door_far_from_every_path() -> None:
    assert np.isnan(around(streets([(0, 0), (1000, 0)], [(0, 1)]), (500, 900)).paths_m[0])


def test_a_path_that_both_ways_lead_to_is_counted_once() -> None:
    block = streets([(0, 0), (60, 0), (60, 60), (0, 60)], [(0, 1), (1, 2), (2, 3), (3, 0)])
    assert around(block, (30, 0)).paths_m[0] == pytest.approx(240)


def test_what_joins_two_files_leads_on_and_is_no_path() -> None:
    joined = streets([(0, 0), (50, 0), (60, 0), (100, 0)], [(0, 1, KNOWN), (1, 2, {"kind": Kind.LINK}), (2, 3, KNOWN)])
    found = around(joined, (0, 0))
    assert found.paths_m[0] == found.proven_m[0] == pytest.approx(90)


SIDE = 5
"""A town of five by five corners, 70 m apart."""
CORNERS = [(70.0 * x, 70.0 * y) for y in range(SIDE) for x in range(SIDE)]
PAIRS = [(n, n + 1) for n in range(SIDE * SIDE) if n % SIDE < SIDE - 1] + [
    (n, n + SIDE) for n in range(SIDE * (SIDE - 1))
]
STREET = st.sampled_from([{}, KNOWN, {"kind": Kind.STEPS, "steps": 3}, {"wheelchair": NO}, {"wheelchair": YES}])
TOWNS = st.lists(STREET, min_size=len(PAIRS), max_size=len(PAIRS))
DOOR = st.tuples(st.integers(0, len(PAIRS) - 1), st.floats(0.01, 0.99))


def town(kinds: list[dict[str, Any]]) -> Graph:
    return streets(CORNERS, [(*pair, kind) for pair, kind in zip(PAIRS, kinds, strict=True)])


def on_street(pair: int, share: float) -> tuple[float, float]:
    (x, y), (u, v) = (CORNERS[end] for end in PAIRS[pair])
    return x + share * (u - x), y + share * (v - y)


def by_the_metre(network: Network, door: tuple[float, float]) -> float:
    """Return what is within the radius by asking for each metre of each usable edge."""
    graph = network.graph
    ends = network.ends(np.array([door]))
    length = np.where(network.usable, graph.length_m, np.inf)
    weights = np.full((len(graph.nodes), len(graph.nodes)), np.inf)
    weights[graph.start, graph.end] = weights[graph.end, graph.start] = length
    steps = dijkstra(np.where(np.isfinite(weights), weights, 0))
    own, share = int(ends.snaps.edge[0]), float(ends.snaps.fraction[0])
    if not network.usable[own]:
        return 0.0
    to_node = np.minimum(
        steps[graph.start[own]] + share * length[own], steps[graph.end[own]] + (1 - share) * length[own]
    )
    total = 0.0
    for edge in np.flatnonzero(network.usable):
        at = (np.arange(round(length[edge])) + 0.5) / round(length[edge])
        away = np.minimum(
            to_node[graph.start[edge]] + at * length[edge], to_node[graph.end[edge]] + (1 - at) * length[edge]
        )
        if edge == own:
            away = np.minimum(away, np.abs(at - share) * length[edge])
        total += float((away <= RADIUS_M).mean() * length[edge])
    return total


@given(TOWNS, DOOR)
def test_metres_are_those_that_are_met_walking_on(kinds: list[dict[str, Any]], door: tuple[int, float]) -> None:
    graph, place = town(kinds), on_street(*door)
    found = around(graph, place)
    assert found.paths_m[0] == pytest.approx(by_the_metre(walking(graph), place), abs=30)
    if rolling(graph).usable[walking(graph).ends(np.array([place])).snaps.edge[0]]:
        assert found.possible_m[0] == pytest.approx(by_the_metre(rolling(graph), place), abs=30)


@settings(deadline=None)  # a large town takes its time
@given(TOWNS, DOOR, st.integers(0, len(PAIRS) - 1), st.booleans())
def test_learning_of_a_street_never_widens_what_is_left_open(
    kinds: list[dict[str, Any]], door: tuple[int, float], learned: int, passable: bool
) -> None:
    kinds[learned] = {}
    before = around(town(kinds), on_street(*door))
    kinds[learned] = {"wheelchair": YES if passable else NO}
    after = around(town(kinds), on_street(*door))
    assert after.paths_m[0] == pytest.approx(before.paths_m[0])
    for found in (before, after):
        assert found.proven_m[0] <= found.possible_m[0] <= found.paths_m[0]
    if passable:
        assert after.proven_m[0] >= before.proven_m[0] - 1e-6
        assert after.possible_m[0] == pytest.approx(before.possible_m[0])
    elif learned != door[0]:
        assert after.proven_m[0] == pytest.approx(before.proven_m[0])
        assert after.possible_m[0] <= before.possible_m[0] + 1e-6


def test_a_ramp_beside_the_steps_helps_a_wheelchair_and_does_not_take_the_steps_away() -> None:
    steps = {"kind": Kind.STEPS, "steps": 5, "ramp": YES}
    found = around(streets([(0, 0), (50, 0), (60, 0), (500, 0)], [(0, 1), (1, 2, steps), (2, 3)]), (0, 0))
    assert found.step_free_m[0] == pytest.approx(50)
    assert found.possible_m[0] == pytest.approx(200)
