"""Use cases of the assessment: the class of a home; the index of residences, its history, what would become of it."""

from registry.assessment.repository.previews import PreviewRow as Preview
from registry.assessment.service.described import described_home, described_residence
from registry.assessment.service.follow import (
    follow_adhesion,
    follow_charter,
    follow_composition,
    follow_facts,
    follow_homes,
)
from registry.assessment.service.homes import AssessedHome, Completeness, read_home_assessment
from registry.assessment.service.inputs import Governing, shown
from registry.assessment.service.own import find_own_residences, list_own_communes
from registry.assessment.service.preview import (
    FRESH,
    PREVIEW,
    compute_previews,
    expire_previews,
    read_preview,
    request_preview,
    tell,
)
from registry.assessment.service.raising import Needed, Raise, mends, raises
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
    "FRESH",
    "PREVIEW",
    "Assessed",
    "AssessedHome",
    "Completeness",
    "Governing",
    "Needed",
    "Preview",
    "Raise",
    "Simulated",
    "compute",
    "compute_previews",
    "compute_requested",
    "described_home",
    "described_residence",
    "expire",
    "expire_previews",
    "find_own_residences",
    "follow_adhesion",
    "follow_charter",
    "follow_composition",
    "follow_facts",
    "follow_homes",
    "list_assessments",
    "list_history",
    "list_own_communes",
    "mends",
    "raises",
    "read_assessment",
    "read_home_assessment",
    "read_preview",
    "request_preview",
    "shown",
    "simulate_works",
    "tell",
]
