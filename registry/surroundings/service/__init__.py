"""Use cases of the surroundings."""

from registry.surroundings.service.imports import (
    KINDS,
    Imported,
    ServiceFile,
    import_services,
    list_service_sources,
    read_services,
)
from registry.surroundings.service.services import describe_services, load_services, services_near

__all__ = [
    "KINDS",
    "Imported",
    "ServiceFile",
    "describe_services",
    "import_services",
    "list_service_sources",
    "load_services",
    "read_services",
    "services_near",
]
