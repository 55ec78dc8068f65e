"""Several sources as one network."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from registry.surroundings.errors import NetworksOfTwoProjections
from registry.surroundings.graph import EDGE_COLUMNS, Graph, Kind
from registry.surroundings.joining import join, only
from registry.surroundings.readers import cnig
from tests.support.networks import LE_MANS, line, real, same


def parts(graph: Graph) -> int:
    n = len(graph.nodes)
    pairs = coo_array((np.ones(len(graph.start)), (graph.start, graph.end)), shape=(n, n))
    return int(connected_components(pairs, directed=False)[0])


def sound(graph: Graph) -> None:
    """Every column has a row for each edge in its type, and every line runs from its start to its end."""
    for name, kind in EDGE_COLUMNS.items():
        column = getattr(graph, name)
        assert column.dtype == kind, name
        assert len(column) == len(graph.start), name
    assert graph.first_bend.dtype == np.int64
    assert len(graph.bends) == graph.first_bend[-1]
    assert np.allclose(graph.bends[graph.first_bend[:-1]], graph.nodes[graph.start])
    assert np.allclose(graph.bends[graph.first_bend[1:] - 1], graph.nodes[graph.end])
    assert (graph.length_m > 0).all()
    assert len(graph.frontier) == len(graph.nodes)
    assert graph.source.max(initial=0) < len(graph.sources)


def test_one_network_is_joined_to_itself() -> None:
    given = line([(0, 0), (10, 0)])
    assert join([given]) is given


def test_nodes_of_two_sources_within_reach_are_linked() -> None:
    joined = join([line([(0, 0), (10, 0)]), line([(10.9, 1), (20, 0)], kind_of_source="cnig")])
    sound(joined)
    assert parts(joined) == 1
    link = joined.kind == Kind.LINK
    assert joined.length_m[link] == pytest.approx([np.hypot(0.9, 1)])
    assert [source["kind"] for source in joined.sources] == ["osm", "cnig"]
    assert joined.source[:2].tolist() == [0, 1]


def test_nodes_of_one_source_are_not_linked() -> None:
    joined = join([line([(0, 0), (1, 0), (2, 0)]), line([(500, 0), (510, 0)])])
    assert (joined.kind != Kind.LINK).all()


def test_nodes_out_of_reach_are_not_linked() -> None:
    joined = join([line([(0, 0), (10, 0)]), line([(11.6, 0), (20, 0)])])
    assert parts(joined) == 2


def test_link_between_nodes_of_one_place_has_a_length() -> None:
    joined = join([line([(0, 0), (10, 0)]), line([(10, 0), (20, 0)])])
    sound(joined)
    assert parts(joined) == 1


def test_loose_end_of_a_survey_is_linked_to_the_edge_it_reaches() -> None:
    street = line([(0, 0), (100, 0)], kind=Kind.STREET, surface=1, steps=10)
    joined = join([street, line([(40, 4), (40, 30)], kind_of_source="cnig")])
    sound(joined)
    assert parts(joined) == 1
    halves = joined.kind == Kind.STREET
    assert sorted(joined.length_m[halves].tolist()) == pytest.approx([40, 60])
    assert joined.surface[halves].tolist() == [1, 1]
    assert sorted(joined.steps[halves].tolist()) == [4, 6]
    assert joined.length_m[joined.kind == Kind.LINK] == pytest.approx([4])


def test_two_ends_at_one_edge_split_it_twice_in_order() -> None:
    street = line([(0, 0), (50, 0), (100, 0)], kind=Kind.STREET)
    surveys = [line([(x, 3.0), (x, 30.0)], kind_of_source="cnig") for x in (40.0, 20.0)]
    joined = join([street, *surveys])
    sound(joined)
    assert parts(joined) == 1
    assert sorted(joined.length_m[joined.kind == Kind.STREET].tolist()) == pytest.approx([10, 20, 20, 50])


def test_end_near_a_node_of_the_edge_is_linked_to_the_node() -> None:
    joined = join([line([(0, 0), (100, 0)]), line([(0.2, 4), (0.2, 30)], kind_of_source="cnig")])
    sound(joined)
    assert len(joined.start) == 3
    assert parts(joined) == 1


def test_loose_end_of_a_map_reaches_for_nothing() -> None:
    joined = join([line([(0, 0), (100, 0)]), line([(40, 4), (40, 30)])])
    assert parts(joined) == 2


def test_frontier_that_is_linked_to_what_goes_on_is_none() -> None:
    survey = line([(10, 1), (10, 20)], kind_of_source="cnig")
    survey.frontier[:] = True
    joined = join([line([(0, 0), (10, 0), (20, 0)]), survey])
    assert joined.frontier.tolist() == [False, False, False, False, True]


def test_two_frontiers_that_are_linked_stay_frontier() -> None:
    one, other = line([(0, 0), (10, 0)]), line([(10, 1), (10, 20)])
    one.frontier[1] = other.frontier[0] = True
    assert join([one, other]).frontier.tolist() == [False, True, True, False]


def test_same_sources_give_the_same_network() -> None:
    survey = cnig.read(real(LE_MANS), srid=2154).graph
    east, north = survey.nodes[survey.frontier][0]
    street = line([(east - 50, north + 2), (east + 50, north + 2)])
    first, second = join([street, survey]), join([street, survey])
    sound(first)
    assert same(first, second)
    assert (first.kind == Kind.LINK).any()


def test_networks_of_two_projections_are_refused() -> None:
    one = line([(0, 0), (10, 0)])
    with pytest.raises(NetworksOfTwoProjections):
        join([one, replace(one, srid=2975)])


def test_part_of_a_network_keeps_only_its_nodes() -> None:
    found = only(line([(0, 0), (10, 0), (20, 5), (30, 5)]), np.array([True, False, True]))
    sound(found)
    assert found.nodes[:, 0].tolist() == [0, 10, 20, 30]
    assert len(only(line([(0, 0), (10, 0), (20, 5)]), np.array([False, True])).nodes) == 2
