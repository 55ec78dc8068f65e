"""Use cases of the surroundings."""

from registry.surroundings.repository.networks import Stored as StoredNetwork
from registry.surroundings.service.ground import Grounds
from registry.surroundings.service.imports import (
    KINDS,
    Imported,
    ServiceFile,
    import_services,
    list_service_sources,
    read_services,
)
from registry.surroundings.service.near_doors import distances_from, distances_of, distances_of_building
from registry.surroundings.service.networks import (
    SHRINK_PER_CENT,
    FileRead,
    describe_network,
    list_networks,
    read_file,
    store_network,
)
from registry.surroundings.service.networks import Described as DescribedNetwork
from registry.surroundings.service.recompute import RECOMPUTE, recompute
from registry.surroundings.service.services import describe_services, load_services, services_near

__all__ = [
    "KINDS",
    "RECOMPUTE",
    "SHRINK_PER_CENT",
    "DescribedNetwork",
    "FileRead",
    "Grounds",
    "Imported",
    "ServiceFile",
    "StoredNetwork",
    "describe_network",
    "describe_services",
    "distances_from",
    "distances_of",
    "distances_of_building",
    "import_services",
    "list_networks",
    "list_service_sources",
    "load_services",
    "read_file",
    "read_services",
    "recompute",
    "services_near",
    "store_network",
]
