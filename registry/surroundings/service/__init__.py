"""Use cases of the surroundings that are served.

Reading the files of others is in :mod:`.networks` and :mod:`.imports`, which commands ask for by themselves: a web
process does without the libraries that read them (35 MiB).
"""

from registry.surroundings.service.between import Costs, Goals, costs_between
from registry.surroundings.service.ground import Grounds
from registry.surroundings.service.near_doors import distances_from, distances_of, distances_of_building
from registry.surroundings.service.reach import costs_to
from registry.surroundings.service.recompute import RECOMPUTE, recompute
from registry.surroundings.service.services import describe_services, load_services, services_near

__all__ = [
    "RECOMPUTE",
    "Costs",
    "Goals",
    "Grounds",
    "costs_between",
    "costs_to",
    "describe_services",
    "distances_from",
    "distances_of",
    "distances_of_building",
    "load_services",
    "recompute",
    "services_near",
]
