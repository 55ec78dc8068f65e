"""From doors to residences: the best door counts; and the mark by which a change near them is seen."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from registry.surroundings.distances.answers import Answers
from registry.surroundings.distances.first_metres import FirstMetres
from registry.surroundings.distances.network import LIMIT_M
from registry.surroundings.places import Places
from registry.surroundings.snapping import Floats, Ints

WATCHED_M: Final = LIMIT_M
"""Services farther than this as the crow flies cannot matter: no metre costs less than one, whatever the profile."""
_RANK: Final = np.array([9, 0, 2, 1], dtype=np.int64)  # by outcome: reached, then unknown, then beyond

Marks = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Best:
    """Answers of ``r`` residences; ``door`` ``int64 (r, f)`` is the door that each is from."""

    answers: Answers
    door: Ints


def best_of_doors(answers: Answers, residence: Ints, count: int) -> Best:
    """Return for each of ``count`` residences the answer of its best door; ``residence`` ``(d,)`` is each door's.

    Where no door reaches a service, one that does not know outweighs one that found nothing.
    """
    door = np.zeros((count, len(answers.families)), dtype=np.int64)
    for column in range(len(answers.families)):
        cost = np.nan_to_num(answers.cost_m[:, column], nan=np.inf)
        order = np.lexsort((cost, _RANK[answers.outcome[:, column]], residence))
        first = order[np.concatenate(([True], np.diff(residence[order]) > 0))]
        door[residence[first], column] = first

    taken = Answers(
        answers.families,
        service=np.take_along_axis(answers.service, door, axis=0),
        straight_m=np.take_along_axis(answers.straight_m, door, axis=0),
        length_m=np.take_along_axis(answers.length_m, door, axis=0),
        cost_m=np.take_along_axis(answers.cost_m, door, axis=0),
        known=np.take_along_axis(answers.known, door, axis=0),
        outcome=np.take_along_axis(answers.outcome, door, axis=0),
        reason=np.take_along_axis(answers.reason, door, axis=0),
    )
    return Best(taken, door)


def first_metres_of_doors(found: FirstMetres, residence: Ints, count: int) -> FirstMetres:
    """Return the first metres of ``count`` residences, over all their doors: unknown where one of them is."""
    every = (found.paths_m, found.step_free_m, found.proven_m, found.possible_m)
    paths, *parts = (np.bincount(residence, metres, count).astype(np.float64) for metres in every)
    return FirstMetres(np.where(paths > 0, paths, np.nan), *parts)


def fingerprints(doors: Floats, residence: Ints, count: int, places: Places) -> Ints:
    """Return a number ``int64 (count,)`` for each residence that changes with its doors and the services near them.

    ``doors`` is ``(d, 2)`` in metres; the sum of the marks of what is near, whatever its order.
    """
    own = _mixed(*(np.rint(doors[:, axis] * 100.0).astype(np.int64) for axis in (0, 1)))
    marks = _mixed(
        places.ids, *(np.rint(places.xy[:, axis] * 100.0).astype(np.int64) for axis in (0, 1)),
        places.family, places.wheelchair, places.entrance_steps, places.door_width_cm,
    )  # fmt: skip
    if len(places.ids) and len(doors):
        near = cKDTree(places.xy).query_ball_point(doors, WATCHED_M)
        own += np.array([marks[found].sum(dtype=np.uint64) for found in near], dtype=np.uint64)
    own += _mixed(np.unique(places.family).astype(np.int64)).sum(dtype=np.uint64)  # of none at all, nothing is known
    total = np.zeros(count, dtype=np.uint64)
    np.add.at(total, residence, _mixed(own))
    return total.view(np.int64)


def _mixed(*columns: NDArray[np.generic]) -> Marks:
    """Return one number for each row, by the finalizer of SplitMix64 (Steele, Lea, Flood 2014) after each column."""
    mark = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        mark += column.astype(np.int64).view(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        mark ^= mark >> np.uint64(30)
        mark *= np.uint64(0xBF58476D1CE4E5B9)
        mark ^= mark >> np.uint64(27)
        mark *= np.uint64(0x94D049BB133111EB)
        mark ^= mark >> np.uint64(31)
    return mark
