"""The rows of the surroundings."""

from registry.surroundings.models.services import Service, ServiceSource

__all__ = ["Service", "ServiceSource"]
