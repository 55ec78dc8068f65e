"""The tables of the surroundings, by subject."""

from registry.surroundings.models.distances import AccessibleDistance, DistanceRun
from registry.surroundings.models.networks import Network, NetworkEdge, NetworkNode
from registry.surroundings.models.services import Service, ServiceSource

__all__ = ["AccessibleDistance", "DistanceRun", "Network", "NetworkEdge", "NetworkNode", "Service", "ServiceSource"]
