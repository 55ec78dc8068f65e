from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from registry.surroundings.distances import (
    Answers,
    Explanation,
    Network,
    Outcome,
    Reason,
    Services,
    answers_from,
    explain,
    from_door,
    nearest,
)
from registry.surroundings.graph import Graph, Kind
from registry.surroundings.places import Places
from tests.support.streets import places, rolling, streets, walking

FOOD = np.array([1], dtype=np.uint8)


def one(network: Network, door: tuple[float, float], services: Places) -> Answers:
    """Ask both searches, which must agree, for the one door and family."""
    answers = nearest(network, np.array([door]), services, FOOD)
    single, _ = answers_from(
        from_door(network, np.array(door, dtype=np.float64)), Services(services, network.mesh), FOOD
    )
    for name in ("service", "straight_m", "length_m", "cost_m", "known", "outcome", "reason"):
        np.testing.assert_allclose(getattr(answers, name), getattr(single, name), err_msg=name, atol=1e-3)
    return answers


def explained(graph: Graph, door: NDArray[np.float64], shops: Places) -> Explanation:
    """Ask for a wheelchair, with what stands in its way and not in a walker's."""
    on_wheels, on_foot = rolling(graph), walking(graph)
    services = Services(shops, on_wheels.mesh)
    return explain(from_door(on_wheels, door), from_door(on_foot, door), services, FOOD)


def high_street(**stairs: Any) -> Graph:
    """A square of level streets of 1,200 m, cut by a flight of stairs."""
    return streets(
        [(0, 0), (40, 0), (60, 0), (400, 0), (0, 300), (400, 300)],
        [(0, 1), (1, 2, {"kind": Kind.STEPS, "steps": 12, **stairs}), (2, 3), (0, 4), (4, 5), (5, 3)],
    )


def test_a_shop_at_100_m_on_level_ground_outscores_one_at_50_m_behind_stairs() -> None:
    graph = high_street()
    shops = places({"xy": (70, 0)}, {"xy": (0, 80)})
    on_foot, on_wheels = one(walking(graph), (20, 0), shops), one(rolling(graph), (20, 0), shops)
    assert on_foot.service.tolist() == [[0]]
    assert on_foot.length_m[0, 0] == pytest.approx(50.0)
    assert on_wheels.service.tolist() == [[1]]
    assert on_wheels.length_m[0, 0] == pytest.approx(100.0)


def test_the_stairs_before_the_nearer_shop_are_named_with_their_steps_and_object() -> None:
    graph = high_street()
    shops = places({"xy": (70, 0)}, {"xy": (0, 80)})
    door = np.array([20.0, 0.0])
    told = explained(graph, door, shops)
    assert told.nearer == (0,)
    (stairs,) = told.obstacles[0]
    assert (stairs.object_id, stairs.steps, stairs.barrier) == (2, 12, 1)


def test_a_door_that_keeps_wheelchairs_out_is_named_with_its_service() -> None:
    graph = high_street()
    shops = places({"xy": (10, 5), "id": 77, "wheelchair": 0, "steps": 1}, {"xy": (0, 80)})
    door = np.array([20.0, 0.0])
    told = explained(graph, door, shops)
    assert told.answers.service.tolist() == [[1]]
    ((entrance,),) = told.obstacles
    assert (entrance.barrier, entrance.object_id, entrance.steps) == (None, 77, 1)


def test_a_path_has_a_line_from_door_to_service_and_legs_that_sum_up_to_it() -> None:
    graph = high_street()
    door = np.array([20.0, 3.0])
    told = explained(graph, door, places({"xy": (70, 4)}))
    path = told.paths[0]
    assert path is not None
    assert path.line.coords[0] == (20.0, 3.0)
    assert path.line.coords[-1] == (70.0, 4.0)
    assert path.line.length == pytest.approx(path.length_m)
    assert sum(leg.length_m for leg in path.legs) == pytest.approx(path.length_m)
    assert sum(leg.cost_m for leg in path.legs) == pytest.approx(path.cost_m)
    assert [leg.object_id for leg in path.legs] == [None, 1, 4, 5, 6, 3, None]
    assert path.length_m == pytest.approx(3 + 20 + 300 + 400 + 300 + 330 + 4)


@pytest.mark.parametrize(("door", "shop", "cost"), [((20, 0), (60, 0), 80.0), ((60, 0), (20, 0), 40.0)])
def test_uphill_costs_more_than_downhill_along_the_same_edge(
    door: tuple[float, float], shop: tuple[float, float], cost: float
) -> None:
    graph = streets([(0, 0), (800, 0)], [(0, 1)])
    answers = one(walking(graph, uphill=2.0), door, places({"xy": shop}))
    assert answers.cost_m[0, 0] == pytest.approx(cost)
    assert answers.length_m[0, 0] == pytest.approx(40.0)


def test_a_service_with_an_unknown_entrance_stays_but_a_sure_one_as_near_is_preferred() -> None:
    graph = streets([(0, 0), (800, 0)], [(0, 1)])
    unknown = one(rolling(graph), (100, 0), places({"xy": (150, 0)}))
    assert unknown.outcome.tolist() == [[Outcome.REACHED]]
    assert unknown.cost_m[0, 0] > unknown.length_m[0, 0]
    both = one(rolling(graph), (100, 0), places({"xy": (150, 0)}, {"xy": (160, 0), "wheelchair": 1}))
    assert both.service.tolist() == [[1]]


def test_steps_at_an_entrance_that_nobody_calls_passable_keep_wheelchairs_out() -> None:
    graph = streets([(0, 0), (1600, 0)], [(0, 1)])
    answers = one(
        rolling(graph), (100, 0), places({"xy": (150, 0), "steps": 2}, {"xy": (150, 0), "wheelchair": 1, "steps": 2})
    )
    assert answers.service.tolist() == [[1]]


def test_completeness_is_the_share_of_the_path_whose_attributes_are_known() -> None:
    graph = streets([(0, 0), (300, 0), (800, 0)], [(0, 1, {"width_m": 1.4}), (1, 2)])
    assert one(walking(graph), (200, 0), places({"xy": (600, 0)})).known[0, 0] == pytest.approx(0.25)


def test_nothing_within_the_limit_of_a_complete_network_is_beyond() -> None:
    graph = streets([(0, 0), (3000, 0)], [(0, 1)])
    answers = one(walking(graph), (100, 0), places({"xy": (1700, 0)}))
    assert answers.outcome.tolist() == [[Outcome.BEYOND]]
    assert np.isnan(answers.cost_m[0, 0])


def test_a_search_that_meets_the_end_of_the_file_is_unknown_never_beyond() -> None:
    graph = streets([(0, 0), (3000, 0), (-200, 0)], [(0, 1), (0, 2)], frontier=[2])
    answers = one(walking(graph), (100, 0), places({"xy": (1700, 0)}))
    assert (answers.outcome[0, 0], answers.reason[0, 0]) == (Outcome.UNKNOWN, Reason.FRONTIER)


def test_the_end_of_the_file_behind_stairs_is_not_met_by_a_wheelchair() -> None:
    graph = streets([(0, 0), (3000, 0), (-200, 0)], [(0, 1), (0, 2, {"kind": Kind.STEPS})], frontier=[2])
    answers = one(rolling(graph), (100, 0), places({"xy": (1700, 0)}))
    assert answers.outcome.tolist() == [[Outcome.BEYOND]]


def test_a_reached_service_farther_than_the_end_of_the_file_says_that_a_nearer_one_may_lie_beyond() -> None:
    graph = streets([(0, 0), (3000, 0), (-200, 0)], [(0, 1), (0, 2)], frontier=[2])
    answers = one(walking(graph), (100, 0), places({"xy": (900, 0)}))
    assert (answers.outcome[0, 0], answers.reason[0, 0]) == (Outcome.REACHED, Reason.FRONTIER)


def test_a_door_without_network_is_unknown() -> None:
    graph = streets([(0, 0), (3000, 0)], [(0, 1)])
    answers = one(walking(graph), (100, 90), places({"xy": (150, 0)}))
    assert (answers.outcome[0, 0], answers.reason[0, 0]) == (Outcome.UNKNOWN, Reason.NO_NETWORK)


def test_a_door_on_a_small_piece_of_network_is_unknown() -> None:
    graph = streets([(0, 0), (3000, 0), (100, 100), (300, 100)], [(0, 1), (2, 3)])
    answers = one(walking(graph), (150, 100), places({"xy": (1700, 0)}))
    assert (answers.outcome[0, 0], answers.reason[0, 0]) == (Outcome.UNKNOWN, Reason.THIN_NETWORK)


def test_a_door_whose_only_edge_is_impassable_is_unknown() -> None:
    graph = streets([(0, 0), (100, 0), (3000, 0)], [(0, 1, {"kind": Kind.STEPS}), (1, 2)])
    answers = one(rolling(graph), (10, 0), places({"xy": (400, 0)}))
    assert (answers.outcome[0, 0], answers.reason[0, 0]) == (Outcome.UNKNOWN, Reason.DOOR_EDGE_IMPASSABLE)


def test_a_door_that_known_stairs_enclose_is_unknown_never_without_services() -> None:
    graph = streets([(0, 0), (200, 0), (230, 0), (3000, 0)], [(0, 1), (1, 2, {"kind": Kind.STEPS}), (2, 3)])
    answers = one(rolling(graph), (100, 0), places({"xy": (400, 0)}))
    assert (answers.outcome[0, 0], answers.reason[0, 0]) == (Outcome.UNKNOWN, Reason.ENCLOSED)


def test_a_service_on_another_part_of_the_network_leaves_the_answer_unknown() -> None:
    graph = streets([(0, 0), (3000, 0), (0, 400), (900, 400)], [(0, 1), (2, 3)])
    answers = one(walking(graph), (100, 0), places({"xy": (150, 400)}))
    assert (answers.outcome[0, 0], answers.reason[0, 0]) == (Outcome.UNKNOWN, Reason.SERVICE_OFF_NETWORK)


def test_a_family_of_which_no_service_is_known_is_unknown() -> None:
    graph = streets([(0, 0), (3000, 0)], [(0, 1)])
    answers = one(walking(graph), (100, 0), places({"xy": (150, 0), "family": 2}))
    assert (answers.outcome[0, 0], answers.reason[0, 0]) == (Outcome.UNKNOWN, Reason.NO_SERVICE_KNOWN)


def test_the_cheaper_of_two_parallel_edges_is_taken_and_a_loop_does_no_harm() -> None:
    graph = streets(
        [(0, 0), (100, 0), (900, 0)],
        [(0, 1, {"via": [(50, 80)]}), (0, 1), (1, 1, {"via": [(100, 50), (150, 50)]}), (1, 2)],
    )
    assert one(walking(graph), (0, 0), places({"xy": (125, 50)})).length_m[0, 0] == pytest.approx(175.0)


@pytest.mark.parametrize("seed", range(8))
def test_the_search_from_the_services_finds_what_a_search_from_each_door_to_each_service_finds(seed: int) -> None:
    random = np.random.default_rng(seed)
    nodes = random.uniform(0, 2500, (120, 2))
    pairs = random.integers(0, 120, (260, 2))
    edges = [
        (int(a), int(b), {"kind": Kind.STEPS if random.random() < 0.1 else Kind.STREET}) for a, b in pairs if a != b
    ]
    graph = streets([(x, y) for x, y in nodes], edges, frontier=[3])
    services = places(
        *({"xy": tuple(xy), "wheelchair": int(random.integers(-1, 3))} for xy in random.uniform(0, 2500, (12, 2)))
    )
    doors = random.uniform(0, 2500, (40, 2))
    for network in (walking(graph, uphill=1.4), rolling(graph, uphill=1.4)):
        together = nearest(network, doors, services, FOOD)
        for row, door in enumerate(doors):
            alone, _ = answers_from(from_door(network, door), Services(services, network.mesh), FOOD)
            assert together.outcome[row, 0] == alone.outcome[0, 0]
            assert together.reason[row, 0] == alone.reason[0, 0]
            np.testing.assert_allclose(together.cost_m[row], alone.cost_m[0], atol=1e-3)
            np.testing.assert_allclose(together.length_m[row], alone.length_m[0], atol=1e-3)
            np.testing.assert_allclose(together.known[row], alone.known[0], atol=1e-6)


def test_costs_from_the_door_are_those_of_a_bare_search() -> None:
    graph = high_street()
    network = walking(graph)
    reach = from_door(network, np.array([0.0, 0.0]))
    np.testing.assert_allclose(reach.cost, dijkstra(network.ahead, indices=0), atol=1e-3)
