"""Use cases of the assessment: the class of a home; the index of residences, its history, what would become of it."""

from registry.assessment.service.follow import (
    follow_adhesion,
    follow_charter,
    follow_composition,
    follow_facts,
    follow_homes,
)
from registry.assessment.service.homes import AssessedHome, Completeness, read_home_assessment
from registry.assessment.service.inputs import Governing, shown
from registry.assessment.service.read import (
    Assessed,
    Simulated,
    list_assessments,
    list_history,
    read_assessment,
    simulate_works,
)
from registry.assessment.service.recompute import compute, compute_requested, expire

__all__ = [
    "Assessed",
    "AssessedHome",
    "Completeness",
    "Governing",
    "Simulated",
    "compute",
    "compute_requested",
    "expire",
    "follow_adhesion",
    "follow_charter",
    "follow_composition",
    "follow_facts",
    "follow_homes",
    "list_assessments",
    "list_history",
    "read_assessment",
    "read_home_assessment",
    "shown",
    "simulate_works",
]
