from dataclasses import replace

import numpy as np
import pytest

from registry.surroundings.distances import Outcome, nearest
from registry.surroundings.distances.residences import WATCHED_M, best_of_doors, fingerprints
from registry.surroundings.places import Places
from tests.support.streets import places, streets, walking

FOOD = np.array([1], dtype=np.uint8)
STREET = streets([(0, 0), (5000, 0)], [(0, 1)])
DOORS = np.array([[100.0, 0.0], [4000.0, 0.0], [900.0, 0.0]])
RESIDENCES = np.array([0, 0, 1])


def marks(services: Places, doors: np.ndarray = DOORS) -> list[int]:
    return [int(mark) for mark in fingerprints(doors, RESIDENCES, 2, services)]


def test_the_best_door_of_a_residence_counts() -> None:
    answers = nearest(walking(STREET), DOORS, places({"xy": (4100, 0)}, {"xy": (1000, 0)}), FOOD)
    best = best_of_doors(answers, RESIDENCES, 2)
    assert best.answers.service.tolist() == [[0], [1]]
    assert best.door.tolist() == [[1], [2]]
    assert best.answers.cost_m[:, 0] == pytest.approx([100.0, 100.0])


def test_a_door_that_does_not_know_outweighs_one_that_found_nothing() -> None:
    answers = nearest(walking(STREET), np.array([[100.0, 0.0], [2500.0, 500.0]]), places({"xy": (4800, 0)}), FOOD)
    assert answers.outcome[:, 0].tolist() == [Outcome.BEYOND, Outcome.UNKNOWN]
    assert best_of_doors(answers, np.array([0, 0]), 1).answers.outcome.tolist() == [[Outcome.UNKNOWN]]


def test_the_mark_of_a_residence_is_the_same_whatever_the_order_of_services() -> None:
    one, other = {"xy": (120, 0), "id": 5}, {"xy": (130, 0), "id": 6, "wheelchair": 0}
    assert marks(places(one, other)) == marks(places(other, one))


@pytest.mark.parametrize("change", [{"wheelchair": 1}, {"steps": 2}, {"xy": (121, 0)}, {"family": 2}, {"id": 9}])
def test_a_change_of_a_service_near_a_residence_changes_its_mark(change: dict[str, object]) -> None:
    near = {"xy": (120, 0), "id": 5}
    before, after = marks(places(near)), marks(places({**near, **change}))
    assert before[0] != after[0]


def test_a_change_of_a_service_too_far_to_matter_leaves_the_mark() -> None:
    far = {"xy": (900 + WATCHED_M + 200, 0), "id": 5}
    before, after = marks(places(far)), marks(places({**far, "wheelchair": 0}))
    assert before[1] == after[1]
    assert before[0] != after[0]


def test_a_door_that_moved_changes_the_mark_of_its_residence_alone() -> None:
    moved = DOORS.copy()
    moved[2] += 1.0
    services = places({"xy": (120, 0)})
    before, after = marks(services), marks(services, moved)
    assert (before[0] == after[0], before[1] == after[1]) == (True, False)


def test_the_first_service_of_a_family_changes_every_mark_since_none_was_unknown() -> None:
    services = places({"xy": (120, 0)})
    added = replace(services, family=np.array([2], dtype=np.uint8))
    assert all(a != b for a, b in zip(marks(services), marks(added), strict=True))
