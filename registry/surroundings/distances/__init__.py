"""Accessible distance: what it costs to reach a service from a door, on foot, with a stick or in a wheelchair."""

from registry.surroundings.distances.answers import REASONS, Answers, Outcome, Reason
from registry.surroundings.distances.batch import nearest
from registry.surroundings.distances.explanation import Explanation, Obstacle, Services, answers_from, explain
from registry.surroundings.distances.first_metres import RADIUS_M, FirstMetres, Surroundings
from registry.surroundings.distances.network import LIMIT_M, Ends, Network
from registry.surroundings.distances.path import Leg, Path, Piece, trace
from registry.surroundings.distances.search import Reach, Ways, from_door, ways

__all__ = [
    "LIMIT_M",
    "RADIUS_M",
    "REASONS",
    "Answers",
    "Ends",
    "Explanation",
    "FirstMetres",
    "Leg",
    "Network",
    "Obstacle",
    "Outcome",
    "Path",
    "Piece",
    "Reach",
    "Reason",
    "Services",
    "Surroundings",
    "Ways",
    "answers_from",
    "explain",
    "from_door",
    "nearest",
    "trace",
    "ways",
]
