import numpy as np
import pytest

from registry.surroundings.graph import Kind
from registry.surroundings.snapping import NOWHERE, Mesh
from tests.support.streets import streets


def test_a_point_is_attached_to_the_nearest_edge_at_its_fraction_of_the_length() -> None:
    graph = streets([(0, 0), (100, 0), (100, 100)], [(0, 1), (1, 2)])
    snaps = Mesh(graph).snap(np.array([[25.0, 8.0], [95.0, 60.0]]))
    assert snaps.edge.tolist() == [0, 1]
    assert snaps.fraction == pytest.approx([0.25, 0.6])
    assert snaps.off_m == pytest.approx([8.0, 5.0])


def test_the_fraction_of_a_bent_edge_counts_metres_along_its_bends() -> None:
    graph = streets([(0, 0), (100, 100)], [(0, 1, {"via": [(100, 0)]})])
    snaps = Mesh(graph).snap(np.array([[103.0, 50.0]]))
    assert snaps.fraction == pytest.approx([0.75])


@pytest.mark.parametrize(("off", "edge"), [(59.9, 0), (60.1, NOWHERE)])
def test_a_point_more_than_sixty_metres_from_every_edge_has_no_network(off: float, edge: int) -> None:
    graph = streets([(0, 0), (100, 0)], [(0, 1)])
    snaps = Mesh(graph).snap(np.array([[50.0, off]]))
    assert snaps.edge.tolist() == [edge]
    assert np.isfinite(snaps.off_m[0]) == (edge != NOWHERE)


@pytest.mark.parametrize(("away", "edge"), [(14.0, 0), (16.0, 1)])
def test_an_edge_of_the_main_network_is_preferred_within_one_and_a_half_times_the_nearest(
    away: float, edge: int
) -> None:
    graph = streets([(0, 0), (900, 0), (400, away + 10.0), (500, away + 10.0)], [(0, 1), (2, 3)])
    snaps = Mesh(graph).snap(np.array([[450.0, away]]))
    assert snaps.off_m[0] == pytest.approx(14.0 if edge == 0 else 10.0)
    assert snaps.edge.tolist() == [edge]


def test_a_door_between_stairs_and_a_street_is_attached_to_the_street_for_who_cannot_use_the_stairs() -> None:
    graph = streets([(0, 0), (100, 0), (100, 9)], [(0, 1, {"kind": Kind.STEPS}), (0, 2, {"via": [(0, 9)]})])
    mesh, door = Mesh(graph), np.array([[50.0, 4.0]])
    assert mesh.snap(door).edge.tolist() == [0]
    assert mesh.snap(door, graph.kind != Kind.STEPS).edge.tolist() == [1]


def test_nothing_is_attached_where_there_is_no_network_at_all() -> None:
    assert Mesh(streets([], [])).snap(np.array([[0.0, 0.0]])).edge.tolist() == [NOWHERE]
    assert len(Mesh(streets([(0, 0), (9, 0)], [(0, 1)])).snap(np.zeros((0, 2)))) == 0
